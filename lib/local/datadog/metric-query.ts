type Tag = readonly [key: string, value: string];

/** A Datadog metric query: hourly sums of a counter over what has, for each list in `allOf`, one of its tags. */
export interface Query {
  metric: string;
  allOf: Tag[][];
  /** Keys of the tags to group by; none is one sum over all. */
  by: string[];
}

const QUERY = /^sum:([\w.]+)\{([^{}]+)\}(?: by \{([\w./,-]+)\})?(\.as_count\(\))?(\.rollup\(sum, ?3600\))?$/;
const TAG = /^([a-z][\w./-]*):(\w[\w:./-]*)$/;

/**
 * Reads the part of Datadog's query language that hourly counts by tag need: `sum:metric{filter} by {keys}`, counted
 * and rolled up by the hour, the filter in the functional form `a:1 AND (b:2 OR b:3)` or the symbolic one `a:1,b:2`.
 *
 * @example parseQuery('sum:hits{env:x AND (page:a OR page:b)}.as_count().rollup(sum, 3600)').allOf
 *   // [[['env', 'x']], [['page', 'a'], ['page', 'b']]]
 * @throws Error for anything else: a filter that mixes the forms, quotes and braces in values, no count, no rollup
 */
export function parseQuery(text: string): Query {
  const [, metric, filter, by, counted, rolledUp] = QUERY.exec(text) ?? [];
  if (!metric || !filter) throw new Error(`Rule '${text}' could not be parsed`);
  if (!counted) throw new Error('without as_count() the counts are averaged');
  if (!rolledUp) throw new Error('without rollup(sum, 3600) the points are not hours');
  if (filter.includes(',') && / (AND|OR) /.test(filter)) throw new Error(`filter '${filter}' mixes , with AND or OR`);
  const allOf = filter.split(/ AND |,/).map((part) =>
    part
      .replace(/^\((.*)\)$/, '$1')
      .split(' OR ')
      .map((tag): Tag => {
        const [, key, value] = TAG.exec(tag) ?? [];
        if (!key || !value) throw new Error(`filter '${filter}' could not be parsed at '${tag}'`);
        return [key, value];
      }),
  );
  return { metric, allOf, by: by?.split(',') ?? [] };
}
