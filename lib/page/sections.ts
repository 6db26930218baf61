import { percent, plain } from '../facts/format';
import { type Html, html } from '../facts/html';
import { CRITERION_TEXT } from '../judge/verdict';
import type { CriterionView, EndpointView } from '../text/endpoint';
import { toneOf } from '../text/palette';
import {
  askedText,
  chartParts,
  dataText,
  MARKS,
  messageText,
  neededText,
  stageText,
  timeText,
  verdictWord,
} from '../text/sentences';
import { handledText, type StandingLine, sinceText, standingLines } from '../text/standing';
import { type LinkedWindow, windowText } from '../text/verdict-windows';
import type { View } from '../text/view';
import { type ChartWidths, endpointChart, hourTable } from './endpoint-chart';

/**
 * A view as sections, each with an id: the verdict and why, what is open or quiet, every endpoint with its hours, and the
 * last messages. The live page and the console's widget show the same.
 */
export const viewSections = (view: View, widths: ChartWidths): Html[] => [
  verdict(view),
  alerts(view),
  endpoints(view, widths),
  messages(view),
];

function verdict(view: View): Html {
  const next = view.verdict?.nextCheckIn;
  const blind = view.verdict?.blind;
  const rows: [string, string | Html | undefined][] = [
    ['Where', stageText(view)],
    ['Next check-in', next && timeText(next, view.timeZone)],
    ['Data', dataText(view)],
    ['Links', view.links.length > 0 ? linkList(view.links) : undefined],
    ['Blind', blind && `since ${timeText(blind.since, view.timeZone)}: ${blind.reason}`],
  ];
  return html`<section id="verdict" tabindex="-1" class="${toneOf(view.verdict?.recommendation)}">
<h2>Verdict</h2>
<p id="word" class="word" aria-live="polite">${verdictWord(view)}</p>
<p class="reason">${view.verdict?.reason ?? 'no run has judged this release yet'}</p>
<dl>${rows.map(([label, text]) => (text !== undefined ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : html``))}</dl>
</section>`;
}

const linkList = (links: View['links']): Html =>
  html`${links.map(({ title, url }, index) => html`${index > 0 && html`, `}<a href="${url}" target="_blank" rel="noreferrer">${title}</a>`)}`;

const list = (texts: readonly (string | Html)[]) => html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`;

/** The same for the same text, and in a page for no other. */
const idOf = (text: string) => encodeURIComponent(plain(text, Number.POSITIVE_INFINITY));

/** Words for a window of `what`, which lead to it; the script finds a link that has the focus again by its id. */
const toWindow = ({ link }: LinkedWindow, words: string, what: string): Html =>
  link === undefined
    ? html`${words}`
    : html`<a id="window-${idOf(what)}" href="${link}" aria-label="Datadog, ${what}, ${words}">${words}</a>`;

function alerts(view: View): Html {
  const { timeZone } = view;
  const open = view.open.map(
    (one) => html`${one.text} ${toWindow(one, sinceText(one, timeZone), one.text)}${handledText(one, timeZone)}`,
  );
  const standing = standingLines(view, timeZone);
  const part = (title: string, label: StandingLine['label']) => {
    const texts = standing.filter((one) => one.label === label).map(({ text }) => text);
    return texts.length > 0 && html`<h3>${title}</h3>${list(texts)}`;
  };
  return html`<section id="alerts"${open.length > 0 && html` class="breach"`}><h2>Open alerts</h2>
${open.length > 0 ? list(open) : html`<p>nothing is open</p>`}
${part('Quiet', 'quiet')}
${part('Held back', 'held back')}
${part('Undelivered', 'undelivered')}
${part('Clock', 'clock')}
${part('Finished', 'finished')}
</section>`;
}

function endpoints(view: View, widths: ChartWidths): Html {
  const { leftOut } = view;
  return html`<section id="endpoints"><h2>Endpoints</h2>
${view.endpoints.map((one) => endpoint(one, view, widths))}
${leftOut > 0 && html`<p>${leftOut} more endpoints are not shown; these are the worst. All of them: <code>npx --no-install stagewatch check</code></p>`}
</section>`;
}

function endpoint(one: EndpointView, view: View, widths: ChartWidths): Html {
  const { name, outcome, highest } = one;
  const { timeZone } = view;
  const id = `endpoint-${idOf(name)}`;
  const badge = outcome && html` <span class="badge ${outcome}">${MARKS[outcome]} ${outcome}</span>`;
  const said = chartParts(one);
  const highestHour =
    highest &&
    html`, highest ${said.highest} from ${toWindow(highest, timeText(highest.window.from, timeZone), `${name}, highest hour`)}`;
  return html`<article id="${id}" aria-labelledby="${id}-name"><h3 id="${id}-name">${name}${badge}</h3>
<figure>${endpointChart(one, view, widths)}
<figcaption>${toWindow(one, one.window.name, name)}: ${said.rate}${highestHour}${said.gaps}. <span class="key">${keyText(one)}</span></figcaption></figure>
${one.criteria.length > 0 && html`<ul class="criteria">${one.criteria.map((criterion) => criterionItem(criterion, name, timeZone))}</ul>`}
<details id="${id}-hours"><summary id="${id}-summary">Hours of ${name} as a table</summary>${hourTable(one, timeZone)}</details>
</article>`;
}

/** What is drawn how. */
const keyText = ({ limit, unknown }: EndpointView): string =>
  [
    'Thin line: each hour; thick line: the last 24 hours of these, pooled; below them the requests.',
    limit === undefined ? '' : `${percent(limit)} is the most that is tolerated on average.`,
    unknown > 0 ? 'Grey: unknown.' : '',
  ]
    .filter(Boolean)
    .join(' ');

function criterionItem(criterion: CriterionView, endpoint: string, timeZone: string): Html {
  const { outcome, since, reason, failed, upstream, baseline, traces } = criterion;
  const needed = neededText(criterion, timeZone);
  const what = `${endpoint}, ${CRITERION_TEXT[criterion.criterion]}`;
  return html`<li><span class="badge ${outcome}">${MARKS[outcome]} ${outcome}</span> <b>${askedText(criterion)}</b>${since !== undefined && `, since ${timeText(since, timeZone)}`}: ${reason}${failed !== undefined && html`<br>${failed}`}${
    needed !== undefined && html`<br>To judge it: ${needed}`
  }${upstream !== undefined && html`<br>${upstream}`}<div class="windows">${toWindow(criterion, windowText(criterion.window, timeZone), what)}${
    baseline && html`; baseline: ${toWindow(baseline, windowText(baseline.window, timeZone), `${what}, baseline`)}`
  }${
    traces &&
    html`; ${toWindow({ ...criterion, link: traces.failed }, 'errors', `${what}, traces that failed`)}, ${toWindow({ ...criterion, link: traces.all }, 'traces', `${what}, all traces`)}`
  }</div></li>`;
}

function messages(view: View): Html {
  const items = view.messages.map(
    (message) =>
      html`<li><time datetime="${message.at}">${timeText(message.at, view.timeZone)}</time> <b>${messageText(message)}</b>${message.told.length > 0 && list(message.told)}</li>`,
  );
  return html`<section id="messages"><h2>Last messages</h2>
${items.length > 0 ? html`<ul class="messages">${items}</ul>` : html`<p>none so far</p>`}
</section>`;
}
