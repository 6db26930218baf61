import { HOUR_MS, HOURS_PER_WEEK, type Hour, startOf } from '../../facts/hour';
import type { Series } from '../../facts/series';
import type { Release } from '../../release/schema';
import type { TimeseriesFormulaQueryRequest } from './client';
import { questionOf } from './question';

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
 * One request for all series of a batch: raw counts, never a rate, so that what counts as an error is decided here and can
 * be decided again. The rollup and the interval must both say one hour, since the default interval of a long range is
 * longer.
 *
 * @param series of one batch; those with the toggle off only beside a `datadog.toggleOff`
 * @throws Error when a value would change the meaning of the query, such as one with a quote or a brace
 */
export function timeseriesRequest(
  datadog: Release['datadog'],
  series: readonly Series[],
  span: Span,
): TimeseriesFormulaQueryRequest {
  const queries = questionOf(datadog, series);
  return {
    data: {
      type: 'timeseries_request',
      attributes: {
        from: startOf(span.from),
        to: startOf(span.to),
        interval: HOUR_MS,
        formulas: queries.map(({ name }) => ({ formula: name })),
        queries: queries.map(({ name, text }) => ({ dataSource: 'metrics', name, query: text() })),
      },
    },
  };
}
