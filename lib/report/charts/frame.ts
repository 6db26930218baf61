import * as echarts from 'echarts';
import { percent, plain } from '../../facts/format';
import type { Hour } from '../../facts/hour';
import { type Colour, colour } from '../../text/palette';
import type { Report } from '../report-facts';
import { type TimeAxis, timeAxis } from './time-axis';

/** Left of the plots stand the values of their axes, right of them the names of their lines. */
export const LEFT = 58;
const LABEL_HEIGHT = 13;
/** Mean width of a character of the labels. */
const CHARACTER = 6.2;

/** About as wide as a label is. */
export const widthOf = (text: string): number => text.length * CHARACTER;

/** What all plots of a chart share; measures in pixels. */
export interface Frame {
  width: number;
  right: number;
  axis: TimeAxis;
  stays: Report['stays'];
  /** Runs of hours that nobody could measure. */
  unknown: { from: Hour; to: Hour }[];
}

export function frameOf(report: Report, isUnknown: (index: number) => boolean, width: number): Frame {
  const { from, to, release } = report;
  const right = width < 600 ? 110 : 140;
  const unknown: Frame['unknown'] = [];
  for (let hour = from; hour < to; hour++) {
    if (!isUnknown(hour - from)) continue;
    const last = unknown.at(-1);
    if (last?.to === hour) last.to = hour + 1;
    else unknown.push({ from: hour, to: hour + 1 });
  }
  const axis = timeAxis(from, to, release.timeZone, Math.floor((width - LEFT - right) / 54));
  return { width, right, axis, unknown, stays: report.stays.filter((stay) => stay.to > from && stay.from < to) };
}

export const xOf = ({ width, right, axis: { from, to } }: Frame, hour: Hour): number =>
  LEFT + ((hour - from) / (to - from)) * (width - LEFT - right);

/** A text at a place of the chart. */
export const label = (
  x: number,
  y: number,
  text: string,
  fill: Colour = 'faint',
  align = 'left',
  weight = 'normal',
) => ({
  type: 'text',
  x,
  y,
  silent: true,
  // Above lines and areas, with a rim of paper.
  z: 100,
  style: {
    stroke: colour('paper'),
    lineWidth: 3,
    text: plain(text, 80),
    fill: colour(fill),
    fontSize: 11,
    fontFamily: 'sans-serif',
    fontWeight: weight,
    align,
    verticalAlign: 'middle',
  },
});

/** Names at the right end of lines, moved apart where they would meet. */
export function lineLabels(
  { width, right }: Frame,
  top: number,
  bottom: number,
  wanted: { y: number; text: string; fill: Colour; weight?: string }[],
) {
  const placed = wanted.map((one) => ({ ...one, y: Math.min(bottom, Math.max(top, one.y)) })).sort((a, b) => a.y - b.y);
  placed.forEach((one, index) => {
    if (index > 0) one.y = Math.max(one.y, placed[index - 1]!.y + LABEL_HEIGHT);
  });
  for (let index = placed.length - 1; index >= 0; index--) {
    const below = placed[index + 1]?.y ?? bottom + LABEL_HEIGHT;
    placed[index]!.y = Math.min(placed[index]!.y, below - LABEL_HEIGHT);
  }
  return placed.map(({ y, text, fill, weight }) => label(width - right + 6, y, text, fill, 'left', weight));
}

/** The stages above the plots; where a name would meet the next one it goes without its exposure, or is left out. */
export function stageLabels(frame: Frame, y: number) {
  return frame.stays.flatMap((stay, index) => {
    const x = xOf(frame, Math.max(stay.from, frame.axis.from));
    const next = frame.stays[index + 1];
    const room = (next ? xOf(frame, next.from) : frame.width) - x;
    const texts = [`${stay.stage} ${percent(stay.exposure)}`, stay.stage];
    const text = texts.find((one) => widthOf(one) < room);
    return text === undefined ? [] : [label(x + 3, y, text, 'ink', 'left', 'bold')];
  });
}

/** The axis of time of plot number `gridIndex`, with labels only under the last one. */
export function timeScale({ axis: { from, to, ticks } }: Frame, gridIndex: number, labelled: boolean) {
  const labels = new Map(ticks.map(({ hour, label: text }) => [hour, text]));
  const customValues = ticks.map(({ hour }) => hour);
  return {
    type: 'value' as const,
    gridIndex,
    min: from,
    max: to,
    splitLine: { show: false },
    axisLine: { onZero: false, lineStyle: { color: colour('rule') } },
    axisTick: { show: labelled, customValues, lineStyle: { color: colour('rule') } },
    axisLabel: {
      show: labelled,
      customValues,
      hideOverlap: true,
      fontSize: 11,
      color: colour('faint'),
      formatter: (hour: number) => labels.get(hour) ?? '',
    },
  };
}

/** Unknown hours and the beginnings of stages, on the plot of a series. */
export const marks = ({ unknown, stays, axis: { from } }: Frame) => ({
  markArea: {
    silent: true,
    itemStyle: { color: colour('unknown') },
    data: unknown.map((run): [{ xAxis: number }, { xAxis: number }] => [{ xAxis: run.from }, { xAxis: run.to }]),
  },
  markLine: {
    silent: true,
    symbol: 'none',
    label: { show: false },
    lineStyle: { color: colour('ink'), type: 'solid' as const, width: 1 },
    data: stays.filter((stay) => stay.from > from).map((stay) => ({ xAxis: stay.from })),
  },
});

/**
 * A line that keeps every hour's value for the whole hour and breaks where there is none. The library leaves out what is
 * narrower than a pixel, so a run of a few hours is drawn at least that wide.
 */
export function steps(frame: Frame, values: readonly (number | undefined)[]): [Hour, number | null][] {
  const { from } = frame.axis;
  let runFrom = from;
  return values.flatMap((value, index): [Hour, number | null][] => {
    const hour = from + index;
    if (value === undefined) return [];
    if (values[index - 1] === undefined) runFrom = hour;
    if (values[index + 1] !== undefined)
      return [
        [hour, value],
        [hour + 1, value],
      ];
    const end = Math.max(hour + 1, runFrom + leastHours(frame));
    return [
      [hour, value],
      [end, value],
      [end, null],
    ];
  });
}

/** Hours that are wide enough to be seen. */
export const leastHours = ({ width, right, axis: { from, to } }: Frame): number =>
  (1.5 * (to - from)) / (width - LEFT - right);

/**
 * Draws a chart as SVG. What a strict Content-Security-Policy forbids goes: style attributes become attributes of their
 * own; so do the library's ids, which depend on what was drawn before, and its classes for a mouse that is not there.
 *
 * @param id a prefix for ids, unique on the page
 */
export function drawn(option: object, size: { width: number; height: number }, id: string): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, ...option });
    return chart
      .renderToSVGString()
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/<rect [^>]*fill="none"><\/rect>\n/, '')
      .replace(/ (class|ecmeta_\w+|pointer-events|baseProfile|xmlns:xlink)="[^"]*"/g, '')
      .replace(/ style="([^"]*)"/g, (_, style: string) => style.replace(/([\w-]+):([^;]*);?/g, ' $1="$2"'))
      .replace(/zr\d+-/g, `${id}-`);
  } finally {
    // It would keep the process alive.
    chart.dispose();
  }
}
