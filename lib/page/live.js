// Keeps the page true: asks for it again and puts in what has changed, so that focus, scrolling and what was opened stay.
const every = Number(document.body.dataset.every) * 1000;
const lost = document.getElementById('lost');
let tag = '';

async function update() {
  const answer = await fetch('/', { cache: 'no-store', headers: tag ? { 'if-none-match': tag } : {} });
  if (answer.status === 304) return;
  if (!answer.ok) throw new Error(await answer.text());
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  tag = answer.headers.get('etag') ?? '';
  document.title = fresh.title;
  for (const id of ['header', 'verdict', 'alerts', 'messages', 'footer']) replace(id, fresh);
  const [before, after] = [document, fresh].map((page) => [...page.querySelectorAll('article')].map(({ id }) => id));
  if (before.join(' ') !== after.join(' ')) replace('endpoints', fresh);
  else for (const id of after) replace(id, fresh);
  // At the start there is a verdict only.
  for (const section of fresh.querySelectorAll('section'))
    if (!document.getElementById(section.id)) document.querySelector('main').append(section);
}

function replace(id, fresh) {
  const old = document.getElementById(id);
  const next = fresh.getElementById(id);
  if (!old || !next) return;
  for (const details of old.querySelectorAll('details[open]'))
    fresh.getElementById(details.id)?.setAttribute('open', '');
  if (old.outerHTML === next.outerHTML) return;
  const focused = old.contains(document.activeElement) ? document.activeElement.id : '';
  // A screen reader speaks of changes inside an element that stays, and the word is the only one that it shall speak of.
  const word = old.querySelector('#word');
  old.className = next.className;
  if (word) {
    const said = next.querySelector('#word');
    if (word.textContent !== said.textContent) word.textContent = said.textContent;
    for (const child of [...old.childNodes]) if (child !== word) child.remove();
    const children = [...next.childNodes];
    const at = children.indexOf(said);
    word.before(...children.slice(0, at));
    word.after(...children.slice(at + 1));
  } else old.replaceChildren(...next.childNodes);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function keep() {
  try {
    await update();
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
  setTimeout(keep, every);
}

setTimeout(keep, every);
