import { type CountRules, isOutcome, tallyOf } from '../../facts/counts';
import type { Hour } from '../../facts/hour';
import { type Series, scopeName } from '../../facts/series';
import { type Ratio, ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { type Count, isMeasured, type Query } from '../../sources/datadog/question';
import type { Counted, Points } from './counts';

/** What an endpoint had in each hour, by how many hours after the first one that was asked for. */
export interface SeenHours {
  requests: number[];
  /** Of these, how many tell not what became of them. */
  unlabelled: number[];
  /** Errors, and the requests that they are a part of, as the judge counts them. */
  errors: number[];
  judged: number[];
  /** All requests, counted without regard to their status. */
  sums: number[];
  /** Of these with the toggle off. */
  toggleOff: number[];
  /** Whether Datadog had anything of its filter in an hour, and how many requests. */
  heard: boolean[];
  all: number[];
}

/** How many points of a metric are no whole number of requests, or below none, of how many. */
export interface OddPoints {
  all: number;
  fractions: number;
  negative: number;
}

/** The raw counts of [from, to): of the whole scope, and of each endpoint and control by its name. */
export interface Seen {
  from: Hour;
  to: Hour;
  /** Whether the scope had a request in an hour: else nothing of that hour is known. */
  heard: boolean[];
  all: number[];
  bySeries: Map<string, SeenHours>;
  /** The status with which Datadog refused to count a series. */
  refused: Map<string, number>;
  /** By the metric. */
  points: Map<string, OddPoints>;
}

/** A query of a question, and what it counted. */
export interface Answered {
  query: Query;
  counted: Counted;
}

const zeros = (hours: number): number[] => new Array(hours).fill(0);

export const nothingSeen = (from: Hour, to: Hour): Seen => ({
  from,
  to,
  heard: zeros(to - from).map(() => false),
  all: zeros(to - from),
  bySeries: new Map(),
  refused: new Map(),
  points: new Map(),
});

/** Adds what was counted of some series that were asked for together. */
export function see(seen: Seen, release: Release, series: readonly Series[], answers: readonly Answered[]): void {
  const { from, to } = seen;
  const all = zeros(to - from);
  for (const { query, counted } of answers)
    if (query.is === 'canary') for (const points of counted.values()) add(all, from, points);
  const heard = all.map((value) => value > 0);
  if (series.some(({ name }) => name === scopeName)) Object.assign(seen, { all, heard });
  for (const { query, counted } of answers) if (query.count) notePoints(seen, metricOf(release, query.count), counted);
  for (const one of series.filter((each) => isMeasured(each) && !each.toggleOff))
    seen.bySeries.set(one.name, { ...hoursOf(seen, release, one, answers), heard, all });
}

const metricOf = ({ datadog }: Release, { what, of }: Count) => {
  const ratio = ratioOf(datadog, of[0]!);
  return typeof what === 'object' ? what.counter : ratio.kind === 'slow' ? ratio.metric : datadog.metric;
};

function hoursOf({ from, to }: Seen, release: Release, one: Series, answers: readonly Answered[]) {
  const ratio = ratioOf(release.datadog, one);
  const values = ratio.tags.map(([, value]) => value);
  const hours = {
    requests: zeros(to - from),
    unlabelled: zeros(to - from),
    errors: zeros(to - from),
    judged: zeros(to - from),
    sums: zeros(to - from),
    toggleOff: zeros(to - from),
  };
  for (const { query, counted } of answers) {
    const { count } = query;
    if (!count) continue;
    for (const [key, points] of counted) {
      const found = JSON.parse(key) as string[];
      if (values.some((value, index) => value !== found[index])) continue;
      const label = count.statusTag === undefined ? undefined : found.at(-1)!;
      for (const [list, factor] of listsOf(ratio, count, label, release))
        if (factor) add(hours[list], from, points, factor);
    }
  }
  return hours;
}

type List = 'requests' | 'unlabelled' | 'errors' | 'judged' | 'sums' | 'toggleOff';

/** What a count says of an endpoint. */
function listsOf(
  ratio: Ratio,
  { what, toggleOff }: Count,
  label: string | undefined,
  rules: CountRules,
): [List, number][] {
  if (ratio.kind === 'counters') {
    const counter = (what as { counter: string }).counter;
    const [failed, all] = [ratio.errors, ratio.requests].map((metrics) => Number(metrics.includes(counter)));
    if (toggleOff) return [['toggleOff', all!]];
    return [
      ['errors', failed!],
      ['requests', all!],
      ['judged', all!],
      ['sums', all!],
    ];
  }
  if (toggleOff) return [['toggleOff', Number(what !== 'slow')]];
  if (what === 'slow') return [['errors', 1]];
  if (ratio.kind === 'slow')
    return [
      ['requests', 1],
      ['judged', 1],
      ['sums', 1],
    ];
  if (what === 'sums') return [['sums', 1]];
  const one = tallyOf(new Map([[label!, 1]]), rules);
  return [
    ['requests', 1],
    ['unlabelled', Number(!isOutcome(label!))],
    ['errors', one.errors],
    ['judged', one.requests],
  ];
}

function add(list: number[], from: Hour, points: Points, factor = 1): void {
  for (const [hour, value] of points)
    if (hour >= from && hour - from < list.length) list[hour - from]! += value * factor;
}

function notePoints({ points: known }: Seen, metric: string, counted: Counted): void {
  const odd = known.get(metric) ?? { all: 0, fractions: 0, negative: 0 };
  known.set(metric, odd);
  for (const points of counted.values())
    for (const value of points.values()) {
      odd.all++;
      if (!Number.isInteger(value)) odd.fractions++;
      if (value < 0) odd.negative++;
    }
}

/** The sum of [from, to) of a list of hours. */
export function sumIn(list: readonly number[], from = 0, to = list.length): number {
  let sum = 0;
  for (let index = Math.max(0, from); index < Math.min(to, list.length); index++) sum += list[index]!;
  return sum;
}
