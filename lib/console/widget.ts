import { type Html, html } from '../facts/html';
import type { ChartWidths } from '../page/endpoint-chart';
import { viewSections } from '../page/sections';
import { VIEW_STYLE } from '../page/view-style';
import type { Release } from '../release/schema';
import { worstFirst } from '../text/endpoint';
import { themeRules } from '../text/palette';
import { timeText } from '../text/sentences';
import type { View } from '../text/view';
import type { Asked } from './asked';
import { button } from './button';
import { controls } from './controls';

/** Where a widget stands, as CloudWatch says. */
export interface WidgetPlace {
  theme: 'light' | 'dark';
  /** Pixels. */
  width: number;
  /** ARN of the function that records. */
  operator: string;
}

/** Bytes of the answer as JSON. A function answers with 6 MB at most: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MOST_BYTES = 6_000_000;

/** What the sections and the widget have around the charts, at most. */
const AROUND_CHART = 50;

const STYLE = `${VIEW_STYLE}.stagewatch.widget{padding:.6em;font-size:14px}
.stagewatch .word{font-size:1.7em}
.stagewatch .btn{display:inline-block;margin:.2em .5em .2em 0;padding:.3em .9em;border:1px solid var(--rate);border-radius:.4em;
color:var(--rate);cursor:pointer;font-weight:600;text-decoration:none}
.stagewatch .btn-primary{background:var(--rate);color:var(--paper)}
.stagewatch label{display:inline-block;margin:.5em .8em .4em 0;color:var(--faint)}
.stagewatch input,.stagewatch select{display:block;max-width:100%;width:15em;padding:.3em .5em;font:inherit;color:var(--ink);
background:var(--paper);border:1px solid var(--faint);border-radius:.3em}
.stagewatch header{margin-bottom:.6em}
.stagewatch header p{margin:.2em 0;color:var(--faint)}
.stagewatch cwdb-action{display:none}
.stagewatch .row{display:flex;flex-wrap:wrap;align-items:end}
.stagewatch .row .btn{margin-right:1.5em}
`;

/**
 * The widget of a release. If it is more than a function can answer with, it leaves out endpoints, and says how many; the
 * worst stay.
 *
 * @param recorded what was recorded just now
 */
export function widgetHtml(view: View, release: Release, place: WidgetPlace, recorded?: readonly string[]): string {
  const ranked = worstFirst(view.endpoints);
  for (let shown = ranked.length; ; shown = Math.floor(shown / 2)) {
    const endpoints = shown === ranked.length ? view.endpoints : ranked.slice(0, shown);
    const part = { ...view, endpoints, leftOut: view.leftOut + ranked.length - shown };
    const widget = framed(place, [
      html`<header><h1>${view.title}</h1><p>team ${view.team}; as of ${timeText(view.now, view.timeZone)}</p></header>`,
      ...(recorded ? [told('pass', 'Recorded', recorded)] : []),
      ...viewSections(part, widthsIn(place)),
      controls(view, release, place.operator),
    ]);
    if (shown === 0 || Buffer.byteLength(JSON.stringify(widget)) <= MOST_BYTES) return widget;
  }
}

const widthsIn = ({ width }: WidgetPlace): ChartWidths => [
  { width: Math.max(300, Math.min(1000, width - AROUND_CHART)) },
];

/** What will be recorded, before it is: the same words stand in the question that the console asks. */
export function lookHtml(
  release: Release,
  place: WidgetPlace,
  { asked, text, shown, changed }: { asked: Asked; text: readonly string[]; shown: string; changed: boolean },
): string {
  const { title, name } = release;
  return framed(place, [
    html`<header><h1>${title}</h1></header>`,
    told(
      'inconclusive',
      changed ? 'Not recorded: it is no longer what you saw. Now it would be' : 'Not recorded yet. It will be',
      text,
    ),
    html`<p>Your name stands for you as you typed it. AWS knows who you are, and tells only its own logs.</p>`,
    html`<p>${button('Record it', place.operator, { release: name, asked, shown }, `${title}: ${text.join('; ')}`)}${button('Back', place.operator, { release: name })}</p>`,
  ]);
}

/** Why nothing was recorded. */
export const refusedHtml = ({ title, name }: Release, place: WidgetPlace, problems: readonly string[]): string =>
  framed(place, [
    html`<header><h1>${title}</h1></header>`,
    told('breach', 'Not recorded', problems),
    html`<p>${button('Back', place.operator, { release: name })}</p>`,
  ]);

const told = (tone: 'pass' | 'inconclusive' | 'breach', title: string, lines: readonly string[]): Html =>
  html`<section class="${tone}"><h2>${title}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;

/** CloudWatch's own looks are switched off; ours touch nothing outside. */
const framed = ({ theme }: WidgetPlace, parts: readonly Html[]): string =>
  html`<div class="cwdb-no-default-styles"></div><style>${{ markup: themeRules(`.stagewatch.${theme}`, theme) + STYLE }}</style>
<div class="stagewatch widget ${theme}">
${parts}
</div>`.markup;
