import { type Condition, parseFilter } from './filter';

/** A Datadog metric query: hourly counts of what meets a filter, told apart by tags. */
export interface ParsedQuery {
  /** `sum` adds up the points of a count; `count` counts the values of a distribution, those over a limit where there is one. */
  aggregator: 'sum' | 'count';
  over?: number;
  metric: string;
  filter: Condition;
  /** Keys of the tags to group by; none is one sum over all. */
  by: string[];
}

const QUERY =
  /^(?:(sum|count)|count\(v: v>(\d+(?:\.\d+)?)\)):([\w.]+)\{([^{}]+)\}(?: by \{([\w./,-]+)\})?(\.as_count\(\))?(\.rollup\(sum, ?3600\))?$/;

/**
 * Reads the part of Datadog's query language that hourly counts by tag need: `sum:metric{filter} by {keys}`, counted
 * and rolled up by the hour, and for distributions `count:metric{filter}` or `count(v: v>2):metric{filter}`.
 *
 * @example parseQuery('sum:hits{env:x}.as_count().rollup(sum, 3600)').filter // { key: 'env', value: 'x' }
 * @throws Error for anything else: quotes and braces in values, no count, no rollup
 */
export function parseQuery(text: string): ParsedQuery {
  const [, aggregator, over, metric, filter, by, counted, rolledUp] = QUERY.exec(text) ?? [];
  if (!metric || !filter) throw new Error(`Rule '${text}' could not be parsed`);
  if (!counted) throw new Error('without as_count() the counts are averaged');
  if (!rolledUp) throw new Error('without rollup(sum, 3600) the points are not hours');
  return {
    aggregator: aggregator === 'sum' ? 'sum' : 'count',
    ...(over !== undefined && { over: Number(over) }),
    metric,
    filter: parseFilter(filter),
    by: by?.split(',') ?? [],
  };
}
