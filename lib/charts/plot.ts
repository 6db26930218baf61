import { percent, plain } from '../facts/format';
import type { Hour } from '../facts/hour';
import { type Html, html } from '../facts/html';
import { type Colour, colour } from '../text/palette';
import type { ChartedHours } from './charted';
import { type TimeAxis, timeAxis } from './time-axis';

/** Left of the plots stand the values of their axes, right of them the names of their lines. */
export const LEFT = 58;
const LABEL_HEIGHT = 13;
/** Mean width of a character of the labels. */
const CHARACTER = 6.2;
/** Below it a chart is drawn for a phone, or for a small widget. */
const NARROW = 600;

/** About as wide as a label is. */
export const widthOf = (text: string): number => text.length * CHARACTER;

/** What all plots of a chart share; measures in pixels. */
export interface Frame {
  width: number;
  /** Room for the names of the lines. */
  right: number;
  axis: TimeAxis;
  /** Those that are seen. */
  stays: ChartedHours['stays'];
  /** Runs of hours that nobody could measure. */
  unknown: { from: Hour; to: Hour }[];
}

/** A part of a chart with an axis of its own. */
export interface Plot {
  top: number;
  height: number;
}

export function frameOf(
  { from, to, timeZone, stays }: ChartedHours,
  isUnknown: (index: number) => boolean,
  width: number,
): Frame {
  const right = width < NARROW ? 100 : 140;
  const unknown: Frame['unknown'] = [];
  for (let hour = from; hour < to; hour++) {
    if (!isUnknown(hour - from)) continue;
    const last = unknown.at(-1);
    if (last?.to === hour) last.to = hour + 1;
    else unknown.push({ from: hour, to: hour + 1 });
  }
  const axis = timeAxis(from, to, timeZone, Math.floor((width - LEFT - right) / 54));
  return { width, right, axis, unknown, stays: stays.filter((stay) => stay.to > from && stay.from < to) };
}

const pixels = (value: number) => Number(value.toFixed(1));

export const xOf = ({ width, right, axis: { from, to } }: Frame, hour: Hour): number =>
  pixels(LEFT + ((hour - from) / (to - from)) * (width - LEFT - right));

export const bottomOf = ({ top, height }: Plot): number => top + height;

/** A text at a place of the chart, above lines and areas, with a rim of paper. */
export const label = (
  x: number,
  y: number,
  text: string,
  fill: Colour = 'faint',
  { align = 'start', weight = 'normal' }: { align?: 'start' | 'middle' | 'end'; weight?: 'normal' | 'bold' } = {},
): Html =>
  html`<text x="${pixels(x)}" y="${pixels(y)}" dy="0.35em" text-anchor="${align}" font-weight="${weight}" fill="${colour(fill)}" stroke="${colour('paper')}" stroke-width="3" paint-order="stroke">${plain(text, 80)}</text>`;

/** Names at the right end of lines, moved apart where they would meet. */
export function lineLabels(
  { width, right }: Frame,
  plot: Plot,
  wanted: readonly { y: number; text: string; fill: Colour; weight?: 'bold' }[],
): Html[] {
  const [top, bottom] = [plot.top + 4, bottomOf(plot)];
  const placed = wanted.map((one) => ({ ...one, y: Math.min(bottom, Math.max(top, one.y)) })).sort((a, b) => a.y - b.y);
  placed.forEach((one, index) => {
    if (index > 0) one.y = Math.max(one.y, placed[index - 1]!.y + LABEL_HEIGHT);
  });
  for (let index = placed.length - 1; index >= 0; index--) {
    const below = placed[index + 1]?.y ?? bottom + LABEL_HEIGHT;
    placed[index]!.y = Math.min(placed[index]!.y, below - LABEL_HEIGHT);
  }
  return placed.map(({ y, text, fill, weight }) =>
    label(width - right + 6, y, text, fill, { weight: weight ?? 'normal' }),
  );
}

/** The stages above the plots; where a name would meet the next one it goes without who said so, without its exposure, or is left out. */
export function stageLabels(frame: Frame, y: number): Html[] {
  return frame.stays.flatMap((stay, index) => {
    const x = xOf(frame, Math.max(stay.from, frame.axis.from));
    const next = frame.stays[index + 1];
    const room = (next ? xOf(frame, next.from) : frame.width) - x;
    const exposed = `${stay.stage} ${percent(stay.exposure)}`;
    const texts = [...(stay.byToggle ? [`${exposed} by the toggle`] : []), exposed, stay.stage];
    const text = texts.find((one) => widthOf(one) < room);
    return text === undefined ? [] : [label(x + 3, y, text, 'ink', { weight: 'bold' })];
  });
}

export const rule = (d: string, stroke: Colour, width = 1, dash?: string): Html =>
  html`<path d="${d}" fill="none" stroke="${colour(stroke)}" stroke-width="${width}"${dash !== undefined && html` stroke-dasharray="${dash}"`}${dash === undefined && html` stroke-linecap="square"`}></path>`;

/** An area across the hours [from, to), a pixel wide at least. */
export function area(frame: Frame, { from, to }: { from: Hour; to: Hour }, { top, height }: Plot, fill: Colour): Html {
  const x = xOf(frame, from);
  return html`<rect x="${x}" y="${pixels(top)}" width="${pixels(Math.max(1, xOf(frame, to) - x))}" height="${pixels(height)}" fill="${colour(fill)}"></rect>`;
}

/** What is behind the lines of a plot: unknown hours, its values with their rules, and its edges. */
export function background(
  frame: Frame,
  plot: Plot,
  values: readonly { y: number; text: string; line?: boolean }[],
): Html[] {
  const right = frame.width - frame.right;
  return [
    ...frame.unknown.map((run) => area(frame, run, plot, 'unknown')),
    ...values.flatMap(({ y, text, line = true }) => [
      ...(line ? [rule(`M${LEFT} ${pixels(y)}H${right}`, 'rule')] : []),
      label(LEFT - 6, y, text, 'faint', { align: 'end' }),
    ]),
    rule(`M${LEFT} ${bottomOf(plot)}H${right}`, 'faint'),
  ];
}

/** The beginnings of stages, across a plot. */
export const stageMarks = (frame: Frame, plot: Plot): Html[] =>
  frame.stays
    .filter((stay) => stay.from > frame.axis.from)
    .map((stay) => rule(`M${xOf(frame, stay.from)} ${plot.top}V${bottomOf(plot)}`, 'ink'));

/** The times below the plots. */
export const timeLabels = (frame: Frame, y: number): Html[] =>
  frame.axis.ticks.flatMap(({ hour, label: text }) => [
    rule(`M${xOf(frame, hour)} ${y}v4`, 'faint'),
    label(xOf(frame, hour), y + 12, text, 'faint', { align: 'middle' }),
  ]);

/** The zone by name; where there is room, when its clocks change. */
export const zoneLabel = (frame: Frame, timeZone: string, y: number): Html =>
  label(LEFT, y, frame.width < NARROW ? timeZone : frame.axis.zone);

/** The path of a line that keeps every hour's height for the whole hour, and breaks where there is none. */
export function steps(frame: Frame, heights: readonly (number | undefined)[]): string {
  const { from } = frame.axis;
  return heights
    .map((y, index) => {
      if (y === undefined) return '';
      const begun = heights[index - 1] !== undefined;
      const start = begun
        ? heights[index - 1] === y
          ? ''
          : `V${pixels(y)}`
        : `M${xOf(frame, from + index)} ${pixels(y)}`;
      return `${start}H${xOf(frame, from + index + 1)}`;
    })
    .join('');
}

/** Every hour's height as an area down to the bottom of its plot; nothing where there is none. */
export function columns(frame: Frame, heights: readonly (number | undefined)[], plot: Plot, fill: Colour): Html {
  const { from } = frame.axis;
  const bottom = bottomOf(plot);
  const d = heights.map((y, index) =>
    y === undefined
      ? ''
      : `M${xOf(frame, from + index)} ${bottom}V${pixels(y)}H${xOf(frame, from + index + 1)}V${bottom}`,
  );
  return html`<path d="${d.join('')}" fill="${colour(fill)}"></path>`;
}

/** A chart before it is an element. */
export interface Drawing {
  width: number;
  height: number;
  parts: readonly Html[];
}

/**
 * A chart as an element, in the colours of its page; whoever shows it says in words what it shows.
 *
 * @param attributes of the element, beside its own
 * @param before what stands in it before the chart
 */
export const svg = ({ width, height, parts }: Drawing, attributes?: Html, before?: Html): Html =>
  html`<svg ${attributes && html`${attributes} `}xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="11">
${
  before &&
  html`${before}
`
}${parts}
</svg>`;
