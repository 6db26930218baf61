import { clock, count, percent, rateOf } from '../../facts/format';
import { startOf } from '../../facts/hour';
import type { Pooled } from '../../facts/window';
import { type Colour, colour } from '../../text/palette';
import type { Report } from '../report-facts';
import type { CountedHour, SeriesReport } from '../report-series';
import {
  drawn,
  frameOf,
  LEFT,
  label,
  leastHours,
  lineLabels,
  marks,
  stageLabels,
  steps,
  timeScale,
  widthOf,
  xOf,
} from './frame';

const RATES = { top: 20, height: 190 };
const EVENTS = { top: 216, height: 12 };
const VOLUME = { top: 236, height: 60 };
const HEIGHT = 338;
const POOLED_HOURS = 24;
/** An axis on which nothing but 0 would stand goes up to about this rate, or to the limit if that is near. */
const LEAST_SHOWN = 0.02;
/** Rates of hours with fewer requests do not stretch the axis. */
const TELLING_REQUESTS = 30;

/**
 * Error rate over time with the requests below. The axis of rates is linear and cut off where ordinary hours, the baseline
 * and what is tolerated still fill it; hours above are marked at the edge, and the worst is named with its rate.
 */
export function rateChart(report: Report, series: SeriesReport, width: number, id: string): string {
  const { hours, toggleOff, baseline, limit, incidents } = series;
  // Beside requests with the toggle off the level moves with those, hour by hour.
  const tolerated = toggleOff ? undefined : series.tolerated?.rate;
  const { from, to, release } = report;
  const frame = frameOf(report, (index) => hours[index] === undefined, width);
  const rates = hours.map(rate);
  const pooled = pooledRates(hours);
  const top = topOf(series, tolerated, rates);
  const yOf = (value: number) => RATES.top + RATES.height * (1 - Math.min(1, value / top));
  const within = (values: readonly (number | undefined)[]) => values.map((value) => value && Math.min(top, value));
  const beyond = rates.map((value) => (value !== undefined && value > top ? top : undefined));
  const requests = hours.map((hour) => hour?.requests);
  const most = Math.max(1, ...requests.map((value) => value ?? 0));
  const pooledOff = toggleOff && pooledRates(toggleOff);
  const level = (value: number | undefined, text: string, fill: Colour) =>
    value === undefined || value > top ? [] : [{ y: yOf(value), value, text: `${text} ${percent(value)}`, fill }];
  const newest = (values: readonly (number | undefined)[], text: string, fill: Colour) => {
    const last = values.findLast((value) => value !== undefined);
    return last === undefined ? [] : [{ y: yOf(last), text: `${text} ${percent(last)}`, fill }];
  };
  const levels = [
    ...level(baseline?.rate, 'baseline', 'faint'),
    ...level(tolerated === limit ? undefined : tolerated, 'tolerated', 'broken'),
    ...level(limit, 'limit', 'broken'),
  ];
  const line = (
    data: [number, number | null][],
    stroke: Colour,
    lineWidth: number,
    grid = 0,
    type?: [number, number],
  ) => ({
    type: 'line',
    silent: true,
    xAxisIndex: grid,
    yAxisIndex: grid,
    showSymbol: false,
    data,
    lineStyle: { color: colour(stroke), width: lineWidth, cap: type ? 'butt' : 'square', type },
  });
  const drawings = [
    { ...line([], 'rate', 1), ...marks(frame) },
    ...(baseline && tolerated !== undefined
      ? [
          {
            ...line([], 'rate', 1),
            markArea: {
              silent: true,
              itemStyle: { color: colour('band') },
              data: [[{ yAxis: baseline.rate }, { yAxis: Math.min(top, tolerated) }]],
            },
          },
        ]
      : []),
    ...levels.map(({ value, fill }) => line(flat(from, to, value), fill, 1, 0, [4, 2])),
    line(steps(frame, rates), 'hourly', 1),
    ...(pooledOff ? [line(steps(frame, within(pooledOff)), 'other', 1.5, 0, [6, 3])] : []),
    line(steps(frame, within(pooled)), 'rate', 2),
    line(steps(frame, beyond), 'broken', 5),
    ...incidents
      .filter((one) => (one.to ?? to) > from)
      .map((one) => {
        const begin = Math.max(from, one.from);
        const end = Math.max(Math.min(to, one.to ?? to), begin + leastHours(frame));
        return line(flat(begin, end, 0.5), 'broken', 6, 1);
      }),
    {
      ...line(steps(frame, requests), 'faint', 1, 2),
      areaStyle: { color: colour('band'), opacity: 1 },
      ...marks(frame),
    },
  ];
  const option = {
    grid: [RATES, EVENTS, VOLUME].map((plot) => ({ left: LEFT, right: frame.right, ...plot })),
    xAxis: [0, 1, 2].map((grid) => timeScale(frame, grid, grid === 2)),
    yAxis: [
      valueScale(0, top, (value) => percent(value)),
      { ...valueScale(1, 1, () => ''), show: false },
      valueScale(2, most, count),
    ],
    series: drawings,
    graphic: [
      ...stageLabels(frame, 10),
      ...lineLabels(frame, RATES.top + 4, RATES.top + RATES.height, [
        ...levels,
        ...newest(pooledOff ?? [], 'toggle off', 'other'),
        ...newest(pooled, '24 h', 'rate').map((one) => ({ ...one, weight: 'bold' })),
      ]),
      ...worstLabel(report, rates, hours, top, (hour) => xOf(frame, hour), width - frame.right),
      label(width - frame.right + 6, EVENTS.top + EVENTS.height / 2, 'alerted', 'broken'),
      label(width - frame.right + 6, VOLUME.top + VOLUME.height / 2, 'requests/hour'),
      label(LEFT, HEIGHT - 10, width < 600 ? release.timeZone : frame.axis.zone),
    ],
  };
  return drawn(option, { width, height: HEIGHT }, id);
}

const flat = (from: number, to: number, value: number): [number, number][] => [
  [from, value],
  [to, value],
];

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
  { hours, baseline, limit = Number.POSITIVE_INFINITY }: SeriesReport,
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

/** The next larger of 1, 2, 3, 4, 5, 6, 8 times a power of ten, at most 1. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= value)!;
  return Math.min(1, Number((step * power).toPrecision(6)));
}

function worstLabel(
  { from, release }: Report,
  rates: readonly (number | undefined)[],
  hours: readonly CountedHour[],
  top: number,
  xAt: (hour: number) => number,
  right: number,
) {
  const worst = rates.reduce<number>((best, value, index) => ((value ?? 0) > (rates[best] ?? 0) ? index : best), 0);
  if ((rates[worst] ?? 0) <= top) return [];
  const said = `up to ${rateOf(hours[worst]!)}`;
  const when = clock(startOf(from + worst), release.timeZone).slice(5, 16);
  const x = xAt(from + worst);
  const room = Math.max(right - x, x - LEFT) - 12;
  const texts = [`${said}, ${when}`, said, `up to ${percent(rates[worst]!)}`];
  const text = texts.find((one) => widthOf(one) <= room) ?? texts.at(-1)!;
  const left = x + 6 + widthOf(text) <= right ? x + 6 : x - 6 - widthOf(text);
  return [label(left, RATES.top + 12, text, 'broken')];
}

const valueScale = (gridIndex: number, max: number, formatter: (value: number) => string) => ({
  type: 'value' as const,
  gridIndex,
  min: 0,
  max,
  splitNumber: gridIndex === 0 ? 4 : 1,
  splitLine: { lineStyle: { color: colour('rule') } },
  axisLabel: { fontSize: 11, color: colour('faint'), formatter },
});
