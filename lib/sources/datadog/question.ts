import type { Series } from '../../facts/series';
import { type Ratio, ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { type Aggregate, metricQuery } from './metric-query';

type Datadog = Release['datadog'];

/** What a query counts: requests by status or by class, all or slow ones, or what a metric of this name counts. */
export interface Count {
  what: 'requests' | 'classes' | 'sums' | 'slow' | { counter: string };
  toggleOff: boolean;
  /** Tags by which its series are told apart. */
  keys: readonly string[];
  /** The tag that has the status, where requests are told apart by it. */
  statusTag?: string;
  /** The tag that has the error class, where errors are told apart by it. */
  classTag?: string;
  of: readonly Series[];
}

/**
 * A query of a question: a count; the canary, which tells "no requests" from "no data"; or the pace, whose points prove that
 * they are hours where those of a thin canary are too far apart.
 */
export interface Query {
  name: string;
  is: 'count' | 'canary' | 'pace';
  count?: Count;
  /** @throws Error when a value would change the meaning of the query */
  text(): string;
}

/** Whether a series has requests of its own; that of the scope has all. */
export const isMeasured = ({ tag, tags, counters, slow }: Series): boolean =>
  (tag ?? tags ?? counters ?? slow) !== undefined;

/**
 * What is asked for the series of a batch, in the order of `query_index`: the two counts of their ratios, those with the
 * toggle off where there are such series, and the canary. By status these are all requests by status, and their sums
 * without regard to it, which the first must add up to. Of errors by class it is what failed: requests by status and
 * class, or the counters of errors by class.
 *
 * @param series of one batch; that of the scope alone is the canary
 */
export function questionOf(datadog: Datadog, series: readonly Series[]): Query[] {
  const measured = series.filter(isMeasured);
  const canary = canaryOf(datadog, measured[0]);
  const counts = [false, true].flatMap((toggleOff) => {
    const side = measured.filter((one) => one.toggleOff === toggleOff);
    return side.length > 0 ? countsOf(datadog, side, toggleOff) : [];
  });
  const [first, ...others] = counts.map((count, index) => ({
    name: nameOf(count, index),
    is: 'count' as const,
    count,
    text: () => countText(datadog, count),
  }));
  return [...(first ? [first] : []), canary.query, ...others, ...canary.pace];
}

/** The counts that the ratios of some series are made of, all with the toggle off or none. */
function countsOf(datadog: Datadog, of: readonly Series[], toggleOff: boolean): Count[] {
  const ratio = ratioOf(datadog, of[0]!);
  const keys = ratio.tags.map(([key]) => key);
  if (ratio.kind === 'counters') {
    const uses = of.map((one) => ({ one, metrics: countersOf(ratioOf(datadog, one), one) }));
    const byClass = of[0]!.classes && { classTag: datadog.classTag! };
    return [...new Set(uses.flatMap(({ metrics }) => metrics))].map((counter) => {
      const using = uses.filter(({ metrics }) => metrics.includes(counter)).map(({ one }) => one);
      return { what: { counter }, toggleOff, keys, ...byClass, of: using };
    });
  }
  if (ratio.kind === 'slow')
    return [
      { what: 'slow', toggleOff, keys, of },
      { what: 'sums', toggleOff, keys, of },
    ];
  if (of[0]!.classes) {
    const { statusTag } = ratio;
    return [{ what: 'classes', toggleOff, keys, statusTag, classTag: datadog.classTag!, of }];
  }
  const requests: Count = { what: 'requests', toggleOff, keys, statusTag: ratio.statusTag, of };
  // Requests with the toggle off are checked against all.
  return toggleOff ? [requests] : [requests, { what: 'sums', toggleOff, keys, of }];
}

const countersOf = (ratio: Ratio, { classes }: Series) =>
  ratio.kind === 'counters' ? [...ratio.errors, ...(classes ? [] : ratio.requests)] : [];

const nameOf = ({ what, toggleOff }: Count, index: number) =>
  `${typeof what === 'string' ? what : `counter${index}`}${toggleOff ? '_off' : ''}`;

/** The tags by which the groups of a count are told apart. */
export const groupTagsOf = ({ keys, statusTag, classTag }: Count): string[] => [
  ...keys,
  ...(statusTag === undefined ? [] : [statusTag]),
  ...(classTag === undefined ? [] : [classTag]),
];

function countText(datadog: Datadog, count: Count): string {
  const { what, of } = count;
  const ratio = ratioOf(datadog, of[0]!);
  return metricQuery({
    ...(ratio.kind === 'slow'
      ? { metric: ratio.metric, aggregate: { kind: 'values', ...(what === 'slow' && { over: ratio.over }) } }
      : { metric: typeof what === 'string' ? datadog.metric : what.counter }),
    filter: ratio.filter,
    anyOf: of.map((one) => ratioOf(datadog, one).tags),
    by: groupTagsOf(count),
  });
}

/**
 * All requests of the environment by the metric that is asked for, and the release's own where they are others. Counters,
 * and what has no tag of its own, tell of nobody else: by themselves every hour in which nobody asks would be unknown.
 */
function canaryOf(datadog: Datadog, one: Series | undefined): { query: Query; pace: Query[] } {
  const { metric, scope } = datadog;
  const ratio = one && ratioOf(datadog, { ...one, toggleOff: false });
  const values: Aggregate = { kind: 'values' };
  const itsOwn = ratio?.kind === 'slow' && ratio.tags.length > 0;
  const asked = itsOwn
    ? { metric: ratio.metric, aggregate: values, filter: ratio.scope }
    : { metric, filter: ratio?.scope ?? scope };
  const isOther = itsOwn || asked.filter.join() !== scope.join();
  return {
    query: { name: 'canary', is: 'canary', text: () => metricQuery(asked) },
    pace: isOther ? [{ name: 'pace', is: 'pace', text: () => metricQuery({ metric, filter: scope }) }] : [],
  };
}
