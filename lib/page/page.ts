import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Html, html } from '../facts/html';
import { COLOUR_RULES } from '../text/palette';
import { timeText, verdictWord } from '../text/sentences';
import type { View } from '../text/view';
import type { ChartWidths } from './endpoint-chart';
import { viewSections } from './sections';
import { VIEW_STYLE } from './view-style';

const asset = (name: string) => readFileSync(path.join(__dirname, name), 'utf8');
const STYLE = { markup: COLOUR_RULES + VIEW_STYLE + asset('page.css') };
const SCRIPT = { markup: asset('live.js') };
/** As on a desk, and as on a phone. */
const WIDTHS: ChartWidths = [
  { width: 960, shown: 'wide' },
  { width: 340, shown: 'narrow' },
];
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
  const body = view ? viewSections(view, WIDTHS) : [notYet];
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
<div class="stagewatch">
<a class="skip" href="#verdict">Skip to the verdict</a>
<header id="header"><h1>${view?.title ?? 'Stagewatch'}</h1>
<p>${view && `team ${view.team}; as of ${timeText(view.now, view.timeZone)}`}${note !== undefined && html` <strong class="note">${note}</strong>`}</p></header>
<p id="lost" hidden>Stagewatch does not answer; this is the last that it said.</p>
<main>
${body}
</main>
<footer id="footer"><p>${view?.endpoints.some(({ link }) => link !== undefined) && html`Each underlined window leads to the release's Datadog dashboard at just its hours. `}More in a terminal: <code>npx --no-install stagewatch check</code>, <code>results</code>, <code>history</code>; <code>ack</code> and <code>silence</code> for messages.</p></footer>
</div>
<script>${SCRIPT}</script>
</body>
</html>
`.markup;
}

const notYet = html`<section id="verdict" tabindex="-1"><h2>Verdict</h2><p id="word" class="word" aria-live="polite">STARTING</p><p>The history is being opened.</p></section>`;
