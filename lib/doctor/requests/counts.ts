import * as z from 'zod/mini';
import { HOUR_MS, type Hour, hourOf, startOf } from '../../facts/hour';
import type { TimeseriesFormulaQueryRequest } from '../../sources/datadog/client';
import { type MetricQuery, metricQuery } from '../../sources/datadog/metric-query';

/** A query for counts, and the tags that it groups by. */
export interface Grouping {
  text(): string;
  by: readonly string[];
}

export const groupingOf = (query: MetricQuery): Grouping => ({ text: () => metricQuery(query), by: query.by ?? [] });

/** Counts of each hour, as they came: a gauge's may be fractions, or negative. An hour without any is absent. */
export type Points = ReadonlyMap<Hour, number>;

/** Points by the values of the tags that were grouped by, as JSON: `["show","200"]`. */
export type Counted = ReadonlyMap<string, Points>;

/** The label of a tag that a request does not have; Datadog leaves it out or writes this. */
export const NO_TAG = 'N/A';

export const keyOf = (...values: string[]): string => JSON.stringify(values);

export const sumOf = (points: Points = new Map(), from = Number.NEGATIVE_INFINITY): number =>
  [...points].reduce((sum, [hour, value]) => (hour >= from ? sum + value : sum), 0);

/** Hourly counts of [from, to) for each grouping, in their order. */
export function countsRequest(groupings: readonly Grouping[], from: Hour, to: Hour): TimeseriesFormulaQueryRequest {
  const queries = groupings.map(({ text }, index) => ({
    dataSource: 'metrics' as const,
    name: `q${index}`,
    query: text(),
  }));
  return {
    data: {
      type: 'timeseries_request',
      attributes: {
        from: startOf(from),
        to: startOf(to),
        interval: HOUR_MS,
        formulas: queries.map(({ name }) => ({ formula: name })),
        queries,
      },
    },
  };
}

const answerSchema = z.object({
  data: z.object({
    attributes: z.object({
      times: z.array(z.number()),
      series: z.array(z.object({ query_index: z.number(), group_tags: z.nullish(z.array(z.string())) })),
      values: z.array(z.array(z.nullable(z.number()))),
    }),
  }),
});

/**
 * The counts of an answer to {@link countsRequest}, one for each grouping. A group that is absent had no request.
 *
 * @throws Error when it is no such answer
 */
export function countsOf(body: string, groupings: readonly Grouping[]): Counted[] {
  const counted = groupings.map(() => new Map<string, Map<Hour, number>>());
  const { times, series, values } = parsed(body).data.attributes;
  series.forEach(({ query_index, group_tags }, position) => {
    const keys = groupings[query_index]?.by ?? [];
    const tags = group_tags ?? [];
    // Tags are `key:value`; the value may contain colons, and their order is not documented.
    const found = keys.map((key) => tags.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1) ?? NO_TAG);
    const points = counted[query_index]?.get(keyOf(...found)) ?? new Map<Hour, number>();
    times.forEach((time, index) => {
      const value = values[position]?.[index];
      if (value) points.set(hourOf(time), (points.get(hourOf(time)) ?? 0) + value);
    });
    counted[query_index]?.set(keyOf(...found), points);
  });
  return counted;
}

function parsed(body: string): z.output<typeof answerSchema> {
  try {
    return z.parse(answerSchema, JSON.parse(body));
  } catch (error) {
    throw new Error("datadog's answer cannot be used - got something else, expected a timeseries; ask again later", {
      cause: error,
    });
  }
}
