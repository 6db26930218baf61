import type { v2 } from '@datadog/datadog-api-client';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, startOf } from '../../facts/hour';
import type { Series } from '../../facts/series';
import type { Release } from '../../release/schema';

type Datadog = Release['datadog'];

/**
 * What is asked for, in the order of `query_index`: all requests of the tags by status, the canary that tells "no
 * requests" from "no data", the requests of the tags without regard to status, which the first must add up to, and,
 * where there are such series, the requests with the toggle off.
 */
export const queriesFor = (series: readonly Series[]) =>
  series.some(({ toggleOff }) => toggleOff)
    ? (['requests', 'canary', 'sums', 'toggleOff'] as const)
    : (['requests', 'canary', 'sums'] as const);

/** Hours that one request must span at least, so that its answer shows the spacing of its points. */
const MIN_HOURS = 24;

/** Hours of one request and, of those, the hours whose counts are wanted. */
export interface Span {
  from: Hour;
  to: Hour;
  /** The first hour that is wanted; the hours before it only prove the spacing. */
  wantedFrom: Hour;
}

/**
 * Cuts [from, to) into requests of 24 to 168 hours. A week of hourly points stays below every documented limit of
 * points a series (1,500 today, 350 in older documentation); above it Datadog enlarges the interval without a word.
 *
 * @example spansOf(1000, 1001) // [{ from: 977, to: 1001, wantedFrom: 1000 }]
 */
export function spansOf(from: Hour, to: Hour): Span[] {
  const spans: Span[] = [];
  for (let start = from; start < to; start += HOURS_PER_WEEK) {
    const end = Math.min(start + HOURS_PER_WEEK, to);
    spans.push({ from: Math.min(start, end - MIN_HOURS), to: end, wantedFrom: start });
  }
  return spans;
}

/**
 * One request for all series: raw counts by endpoint tag and status, never a rate, so that what counts as an error is
 * decided here and can be decided again. `as_count()` keeps Datadog from averaging; the rollup and the interval must
 * both say one hour, since the default interval of a long range is longer.
 *
 * @param series those with the toggle off only beside a `datadog.toggleOff`
 * @throws Error when a value would change the meaning of the query, such as one with a quote or a brace
 */
export function timeseriesRequest(
  datadog: Datadog,
  series: readonly Series[],
  span: Span,
): v2.TimeseriesFormulaQueryRequest {
  const { metric, scope, endpointTag, statusTag } = datadog;
  const count = (filter: readonly string[], groups = '') =>
    `sum:${plain(metric)}{${filter.join(' AND ')}}${groups}.as_count().rollup(sum, 3600)`;
  const countOf = (pairs: readonly string[], some: readonly Series[], groups: readonly string[]) => {
    const tags = some.flatMap(({ tag }) => (tag === undefined ? [] : `${plain(endpointTag)}:${plain(tag)}`));
    const oneOf = [...new Set(tags)];
    const filter = oneOf.length === 1 ? oneOf[0]! : `(${oneOf.join(' OR ')})`;
    return count([...pairs.map(plain), filter], ` by {${groups.map(plain).join()}}`);
  };
  const byStatus = [endpointTag, statusTag];
  const textOf = {
    requests: () => countOf(scope, series, byStatus),
    canary: () => count(scope.map(plain)),
    sums: () => countOf(scope, series, [endpointTag]),
    toggleOff: () =>
      countOf(
        [...scope, ...datadog.toggleOff!],
        series.filter(({ toggleOff }) => toggleOff),
        byStatus,
      ),
  };
  const queries = queriesFor(series);
  return {
    data: {
      type: 'timeseries_request',
      attributes: {
        from: startOf(span.from),
        to: startOf(span.to),
        interval: HOUR_MS,
        formulas: queries.map((name) => ({ formula: name })),
        queries: queries.map((name) => ({ dataSource: 'metrics', name, query: textOf[name]() })),
      },
    },
  };
}

function plain(value: string): string {
  if (/^[\w:./-]{1,400}$/.test(value)) return value;
  throw new Error(
    `a Datadog query takes plain names and tags only - got ${JSON.stringify(value.slice(0, 100))}, expected letters, digits and _ : . / -; correct the release file`,
  );
}
