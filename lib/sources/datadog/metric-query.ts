import type { Ratio } from '../../release/measure/ratio-of';

/** What a metric query adds up: points of a count, or the values of a distribution, all of them or those over a limit. */
export type Aggregate = { kind: 'points' } | { kind: 'values'; over?: number };

/** What a metric query asks for. */
export interface MetricQuery {
  metric: string;
  aggregate?: Aggregate;
  /** Pairs that all requests have. */
  filter: readonly string[];
  /** Of these lists of tags, the requests have all of one. */
  anyOf?: readonly Ratio['tags'][];
  /** Keys of the tags to tell apart. */
  by?: readonly string[];
}

/**
 * Hourly counts in Datadog's query language. `as_count()` keeps Datadog from averaging.
 *
 * @example metricQuery({ metric: 'hits', filter: ['env:x'], anyOf: [[['page', 'a']]], by: ['page'] })
 *   // 'sum:hits{env:x AND page:a} by {page}.as_count().rollup(sum, 3600)'
 * @throws Error when a value would change the meaning of the query, such as one with a quote or a brace
 */
export function metricQuery({
  metric,
  aggregate = { kind: 'points' },
  filter,
  anyOf = [],
  by = [],
}: MetricQuery): string {
  const either = [
    ...new Set(anyOf.map((tags) => tags.map(([key, value]) => `${plain(key)}:${plain(value)}`).join(' AND '))),
  ].filter((one) => one !== '');
  const several = either.map((one) => (one.includes(' AND ') ? `(${one})` : one)).join(' OR ');
  const wanted = either.length < 2 ? either : [`(${several})`];
  const groups = by.length > 0 ? ` by {${by.map(plain).join()}}` : '';
  const pairs = filter.map(plainPair);
  return `${aggregateText(aggregate)}:${plain(metric)}{${[...pairs, ...wanted].join(' AND ')}}${groups}.as_count().rollup(sum, 3600)`;
}

function aggregateText(aggregate: Aggregate): string {
  if (aggregate.kind === 'points') return 'sum';
  return aggregate.over === undefined ? 'count' : `count(v: v>${aggregate.over})`;
}

const plain = (value: string): string => checked(value, /^[\w:./-]{1,400}$/);
/** A pair's value may have wildcards. */
const plainPair = (pair: string): string => checked(pair, /^[\w./-]+:[\w:./*-]{1,400}$/);

function checked(value: string, pattern: RegExp): string {
  if (pattern.test(value)) return value;
  throw new Error(
    `a Datadog query takes plain names and tags only - got ${JSON.stringify(value.slice(0, 100))}, expected letters, digits and _ : . / -; correct the release file`,
  );
}
