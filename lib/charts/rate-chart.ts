import { clock, count, percent, rateOf } from '../facts/format';
import { startOf } from '../facts/hour';
import { type Html, html } from '../facts/html';
import type { Pooled } from '../facts/window';
import type { Colour } from '../text/palette';
import type { ChartedHours, ChartedRates, CountedHour } from './charted';
import {
  area,
  background,
  bottomOf,
  columns,
  type Drawing,
  type Frame,
  frameOf,
  LEFT,
  label,
  lineLabels,
  type Plot,
  rule,
  stageLabels,
  stageMarks,
  steps,
  timeLabels,
  widthOf,
  xOf,
  zoneLabel,
} from './plot';

const RATES: Plot = { top: 20, height: 190 };
const EVENTS: Plot = { top: 216, height: 12 };
const VOLUME: Plot = { top: 236, height: 60 };
const HEIGHT = 338;
const POOLED_HOURS = 24;
/** An axis on which nothing but 0 would stand goes up to about this rate, or to the limit if that is near. */
const LEAST_SHOWN = 0.02;
/** Rates of hours with fewer requests do not stretch the axis. */
const TELLING_REQUESTS = 30;

/**
 * Error rate over time with the requests below. The axis of rates is linear and cut off where ordinary hours, the baseline
 * and what is tolerated still fill it; hours above are marked at the edge, and the worst is named with its rate.
 *
 * @param titleOf what an hour says when somebody points at it; for charts of few hours
 */
export function rateChart(
  span: ChartedHours,
  rates: ChartedRates,
  width: number,
  titleOf?: (index: number) => string,
): Drawing {
  const { hours, toggleOff, baseline, limit, incidents } = rates;
  // Beside requests with the toggle off the level moves with those, hour by hour.
  const tolerated = toggleOff ? undefined : rates.tolerated?.rate;
  const { from, to } = span;
  const frame = frameOf(span, (index) => hours[index] === undefined, width);
  const hourly = hours.map(rate);
  const pooled = pooledRates(hours);
  const top = topOf(rates, tolerated, hourly);
  const yOf = (value: number) => RATES.top + RATES.height * (1 - Math.min(1, value / top));
  const heights = (values: readonly (number | undefined)[]) =>
    values.map((value) => (value === undefined ? undefined : yOf(value)));
  const beyond = hourly.map((value) => (value !== undefined && value > top ? RATES.top : undefined));
  const pooledOff = toggleOff && pooledRates(toggleOff);
  const level = (value: number | undefined, text: string, fill: Colour) =>
    value === undefined || value > top ? [] : [{ y: yOf(value), text: `${text} ${percent(value)}`, fill }];
  const newest = (values: readonly (number | undefined)[], text: string, fill: Colour) => {
    const last = values.findLast((value) => value !== undefined);
    return last === undefined ? [] : [{ y: yOf(last), text: `${text} ${percent(last)}`, fill }];
  };
  const levels = [
    ...level(baseline?.rate, 'baseline', 'faint'),
    ...level(tolerated === limit ? undefined : tolerated, 'tolerated', 'broken'),
    ...level(limit, 'limit', 'broken'),
  ];
  const alerted = incidents
    .filter((one) => one.from < to && (one.to ?? to) > from)
    .map((one) => ({ from: Math.max(from, one.from), to: Math.min(to, one.to ?? to) }));
  const right = width - frame.right;
  const band =
    baseline && tolerated !== undefined && baseline.rate < tolerated
      ? [area(frame, span, { top: yOf(tolerated), height: yOf(baseline.rate) - yOf(tolerated) }, 'band')]
      : [];
  const parts = [
    ...band,
    ...background(
      frame,
      RATES,
      ticksTo(top, 4).map((value) => ({ y: yOf(value), text: percent(value) })),
    ),
    ...stageMarks(frame, RATES),
    ...levels.map(({ y, fill }) => rule(`M${LEFT} ${y.toFixed(1)}H${right}`, fill, 1, '4 2')),
    rule(steps(frame, heights(hourly)), 'hourly'),
    ...(pooledOff ? [rule(steps(frame, heights(pooledOff)), 'other', 1.5, '6 3')] : []),
    rule(steps(frame, heights(pooled)), 'rate', 2),
    rule(steps(frame, beyond), 'broken', 5),
    ...alerted.map((one) => area(frame, one, { top: 219, height: 6 }, 'broken')),
    ...volume(frame, hours),
    ...stageMarks(frame, VOLUME),
    ...(titleOf ? hours.map((_, index) => pointed(frame, from + index, titleOf(index))) : []),
    ...stageLabels(frame, 10),
    ...lineLabels(frame, RATES, [
      ...levels,
      ...newest(pooledOff ?? [], 'toggle off', 'other'),
      ...newest(pooled, '24 h', 'rate').map((one) => ({ ...one, weight: 'bold' as const })),
    ]),
    ...worstLabel(span, hourly, hours, top, frame),
    label(
      right + 6,
      EVENTS.top + EVENTS.height / 2,
      alerted.length > 0 ? 'alerted' : 'no alert',
      alerted.length > 0 ? 'broken' : 'faint',
    ),
    label(right + 6, VOLUME.top + VOLUME.height / 2, 'requests/hour'),
    ...timeLabels(frame, bottomOf(VOLUME)),
    zoneLabel(frame, span.timeZone, HEIGHT - 10),
  ];
  return { width, height: HEIGHT, parts };
}

/** Requests by hour; unknown hours stay grey. */
function volume(frame: Frame, hours: readonly CountedHour[]): Html[] {
  const most = Math.max(1, ...hours.map((hour) => hour?.requests ?? 0));
  const yOf = (requests: number) => VOLUME.top + VOLUME.height * (1 - requests / most);
  const known = hours.map((hour) => hour && yOf(hour.requests));
  return [
    ...background(frame, VOLUME, [
      { y: VOLUME.top, text: count(most) },
      { y: bottomOf(VOLUME), text: '0', line: false },
    ]),
    columns(frame, known, VOLUME, 'band'),
    rule(steps(frame, known), 'faint'),
  ];
}

const pointed = (frame: Frame, hour: number, title: string): Html => {
  const x = xOf(frame, hour);
  return html`<rect x="${x}" y="${RATES.top}" width="${(xOf(frame, hour + 1) - x).toFixed(1)}" height="${bottomOf(VOLUME) - RATES.top}" fill="transparent"><title>${title}</title></rect>`;
};

const rate = (hour: CountedHour): number | undefined =>
  hour && hour.requests > 0 ? hour.errors / hour.requests : undefined;

/** The rate of the last 24 hours, in every hour that is known. */
const pooledRates = (hours: readonly CountedHour[]): (number | undefined)[] =>
  hours.map((hour, index) => {
    const sum: Pooled = { requests: 0, errors: 0 };
    for (const one of hours.slice(Math.max(0, index + 1 - POOLED_HOURS), index + 1)) {
      sum.requests += one?.requests ?? 0;
      sum.errors += one?.errors ?? 0;
    }
    return hour && rate(sum);
  });

/** Where the axis of rates is cut off: a quarter above all that it must show, which is a limit only if it is near. */
function topOf(
  { hours, baseline, limit = Number.POSITIVE_INFINITY }: ChartedRates,
  tolerated = 0,
  rates: readonly (number | undefined)[],
) {
  const telling = rates
    .flatMap((value, index) => (value !== undefined && hours[index]!.requests >= TELLING_REQUESTS ? [value] : []))
    .sort((a, b) => a - b);
  const ordinary = telling[Math.floor(0.97 * (telling.length - 1))] ?? 0;
  const shown = Math.max(1.5 * (baseline?.rate ?? 0), tolerated, Math.min(ordinary, 3 * limit)) || LEAST_SHOWN;
  return niceAbove(1.25 * (limit <= 2 * shown ? Math.max(shown, limit) : shown));
}

const NICE = [1, 2, 3, 4, 5, 6, 8, 10];

/** The next larger of 1, 2, 3, 4, 5, 6, 8 times a power of ten, at most 1. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = NICE.find((one) => one * power >= value)!;
  return Math.min(1, Number((step * power).toPrecision(6)));
}

/** Values of an axis from 0 to `top`, at most `most` above 0, all as far apart. */
function ticksTo(top: number, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(top / most));
  const step = [1, 2, 5, 10].find((one) => one * power * (most + 1e-6) >= top)! * power;
  return Array.from({ length: Math.floor(top / step + 1e-6) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

function worstLabel(
  { from, timeZone }: ChartedHours,
  rates: readonly (number | undefined)[],
  hours: readonly CountedHour[],
  top: number,
  frame: Frame,
): Html[] {
  const worst = rates.reduce<number>((best, value, index) => ((value ?? 0) > (rates[best] ?? 0) ? index : best), 0);
  if ((rates[worst] ?? 0) <= top) return [];
  const right = frame.width - frame.right;
  const said = `up to ${rateOf(hours[worst]!)}`;
  const when = clock(startOf(from + worst), timeZone).slice(5, 16);
  const x = xOf(frame, from + worst);
  const room = Math.max(right - x, x - LEFT) - 12;
  const texts = [`${said}, ${when}`, said, `up to ${percent(rates[worst]!)}`];
  const text = texts.find((one) => widthOf(one) <= room) ?? texts.at(-1)!;
  const left = x + 6 + widthOf(text) <= right ? x + 6 : x - 6 - widthOf(text);
  return [label(left, RATES.top + 12, text, 'broken')];
}
