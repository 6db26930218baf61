import type { v2 } from '@datadog/datadog-api-client';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, startOf } from '../domain/hour';
import type { Endpoint, Release } from '../domain/release';

type Datadog = Release['datadog'];

/** The counts of the endpoints, and the canary that tells "no requests" from "no data". In the order of `query_index`. */
export const QUERIES = ['requests', 'canary'] as const;

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
 * One request for all endpoints: raw counts by endpoint and status, never a rate, so that what counts as an error is
 * decided here and can be decided again. `as_count()` keeps Datadog from averaging; the rollup and the interval must
 * both say one hour, since the default interval of a long range is longer.
 *
 * @throws Error when a value would change the meaning of the query, such as one with a quote or a brace
 */
export function timeseriesRequest(
  datadog: Datadog,
  endpoints: readonly Endpoint[],
  span: Span,
): v2.TimeseriesFormulaQueryRequest {
  const { metric, endpointTag, statusTag } = datadog;
  const scope = datadog.scope.map(plain).join(' AND ');
  const tags = endpoints.map((endpoint) => `${plain(endpointTag)}:${plain(endpoint.tag)}`);
  const oneOf = tags.length === 1 ? tags[0] : `(${tags.join(' OR ')})`;
  const counts = (filter: string, groups: string) =>
    `sum:${plain(metric)}{${filter}}${groups}.as_count().rollup(sum, 3600)`;
  const text = {
    requests: counts(`${scope} AND ${oneOf}`, ` by {${endpointTag},${plain(statusTag)}}`),
    canary: counts(scope, ''),
  };
  return {
    data: {
      type: 'timeseries_request',
      attributes: {
        from: startOf(span.from),
        to: startOf(span.to),
        interval: HOUR_MS,
        formulas: QUERIES.map((name) => ({ formula: name })),
        queries: QUERIES.map((name) => ({ dataSource: 'metrics', name, query: text[name] })),
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
