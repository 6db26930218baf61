import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { clock, percent, plain } from '../facts/format';
import { HOUR_MS } from '../facts/hour';
import { type Html, html } from '../facts/html';
import { CRITERION_TEXT } from '../judge/verdict';
import type { CriterionView, EndpointView } from '../text/endpoint';
import { COLOUR_RULES } from '../text/palette';
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
import { chart, hourTable, topOf } from './chart';

const asset = (name: string) => readFileSync(path.join(__dirname, name), 'utf8');
const STYLE = { markup: COLOUR_RULES + asset('page.css') + asset('chart.css') };
const SCRIPT = { markup: asset('live.js') };
const hashOf = ({ markup }: Html) => `'sha256-${createHash('sha256').update(markup).digest('base64')}'`;

/** Nothing but this style and this script, by their hashes; they may ask where they came from. */
export const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface PageOptions {
  /** What else a reader must know, such as that this is a simulation. */
  note?: string;
  /** How often the page asks for news. */
  everySeconds: number;
}

/**
 * The whole page. Sections with an id are what the script replaces when they change; without a script the browser loads
 * the page anew.
 */
export function pageHtml(view: View | undefined, { note, everySeconds }: PageOptions): string {
  const body = view ? [verdict(view), alerts(view), endpoints(view), messages(view)] : [notYet];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="${Math.max(5, everySeconds)}"></noscript>
<title>${view ? `${verdictWord(view)} - ${view.title}` : 'Stagewatch'}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body data-every="${everySeconds}">
<a class="skip" href="#verdict">Skip to the verdict</a>
<header id="header"><h1>${view?.title ?? 'Stagewatch'}</h1>
<p>${view && `team ${view.team}; as of ${timeText(view.now, view.timeZone)}`}${note !== undefined && html` <strong class="note">${note}</strong>`}</p></header>
<p id="lost" hidden>Stagewatch does not answer; this is the last that it said.</p>
<main>
${body}
</main>
<footer id="footer"><p>${view?.endpoints.some(({ link }) => link !== undefined) && html`Each underlined window leads to the release's Datadog dashboard at just its hours. `}More in a terminal: <code>npx --no-install stagewatch check</code>, <code>results</code>, <code>history</code>; <code>ack</code> and <code>silence</code> for messages.</p></footer>
<svg class="patterns" aria-hidden="true"><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6"/></pattern></svg>
<script>${SCRIPT}</script>
</body>
</html>
`.markup;
}

const notYet = html`<section id="verdict" tabindex="-1"><h2>Verdict</h2><p id="word" class="word" aria-live="polite">STARTING</p><p>The history is being opened.</p></section>`;

const TONES: Record<string, string> = { advance: 'pass', hold: 'inconclusive', 'roll back': 'breach' };

function verdict(view: View): Html {
  const next = view.verdict?.nextCheckIn;
  const blind = view.verdict?.blind;
  const rows: [string, string | undefined][] = [
    ['Where', stageText(view)],
    ['Next check-in', next && timeText(next, view.timeZone)],
    ['Data', dataText(view)],
    ['Blind', blind && `since ${timeText(blind.since, view.timeZone)}: ${blind.reason}`],
  ];
  return html`<section id="verdict" tabindex="-1" class="${TONES[view.verdict?.recommendation ?? ''] ?? 'none'}">
<h2>Verdict</h2>
<p id="word" class="word" aria-live="polite">${verdictWord(view)}</p>
<p class="reason">${view.verdict?.reason ?? 'no run has judged this release yet'}</p>
<dl>${rows.map(([label, text]) => (text !== undefined ? html`<div><dt>${label}</dt><dd>${text}</dd></div>` : html``))}</dl>
</section>`;
}

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
${part('Clock', 'clock')}
</section>`;
}

function endpoints(view: View): Html {
  const { leftOut, timeZone } = view;
  return html`<section id="endpoints"><h2>Endpoints</h2>
${view.endpoints.map((one) => endpoint(one, timeZone))}
${leftOut > 0 && html`<p>${leftOut} more endpoints are not shown; these are the worst. All of them: <code>npx --no-install stagewatch check</code></p>`}
</section>`;
}

function endpoint(one: EndpointView, timeZone: string): Html {
  const { name, outcome, hours, highest } = one;
  const id = `endpoint-${idOf(name)}`;
  const badge = outcome && html` <span class="badge ${outcome}">${MARKS[outcome]} ${outcome}</span>`;
  const said = chartParts(one);
  const highestHour =
    highest &&
    html`, highest ${said.highest} from ${toWindow(highest, timeText(highest.window.from, timeZone), `${name}, highest hour`)}`;
  return html`<article id="${id}" aria-labelledby="${id}-name"><h3 id="${id}-name">${name}${badge}</h3>
<figure>${chart(one, timeZone)}
<div class="times"><span>${timeText(hours[0]!.hour, timeZone)}</span><span>${clock(Date.parse(hours.at(-1)!.hour) + HOUR_MS, timeZone)}</span></div>
<figcaption>${toWindow(one, one.window.name, name)}: ${said.rate}${highestHour}${said.gaps}. <span class="key">${keyText(one)}</span></figcaption></figure>
${one.criteria.length > 0 && html`<ul class="criteria">${one.criteria.map((criterion) => criterionItem(criterion, name, timeZone))}</ul>`}
<details id="${id}-hours"><summary id="${id}-summary">Hours of ${name} as a table</summary>${hourTable(one, timeZone)}</details>
</article>`;
}

/** What is drawn how. */
function keyText(one: EndpointView): string {
  const top = topOf(one);
  const { limit, unknown } = one;
  return [
    top === undefined
      ? 'Below the line: the requests.'
      : `Bars: error rate, up to ${percent(top)}; below them the requests.`,
    limit === undefined || top === undefined
      ? ''
      : `${limit <= top ? 'Dashed' : 'Above the drawing'}: ${percent(limit)}, the most that is tolerated on average.`,
    unknown > 0 ? 'Hatched: unknown.' : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function criterionItem(criterion: CriterionView, endpoint: string, timeZone: string): Html {
  const { outcome, since, reason, failed, upstream, baseline } = criterion;
  const needed = neededText(criterion, timeZone);
  const what = `${endpoint}, ${CRITERION_TEXT[criterion.criterion]}`;
  return html`<li><span class="badge ${outcome}">${MARKS[outcome]} ${outcome}</span> <b>${askedText(criterion)}</b>${since !== undefined && `, since ${timeText(since, timeZone)}`}: ${reason}${failed !== undefined && html`<br>${failed}`}${
    needed !== undefined && html`<br>To judge it: ${needed}`
  }${upstream !== undefined && html`<br>${upstream}`}<div class="windows">${toWindow(criterion, windowText(criterion.window, timeZone), what)}${
    baseline && html`; baseline: ${toWindow(baseline, windowText(baseline.window, timeZone), `${what}, baseline`)}`
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
