import type { v2 } from '@datadog/datadog-api-client';
import * as z from 'zod/mini';
import { HOUR_MS, type Hour, startOf } from '../facts/hour';
import type { Release } from '../release/schema';
import { taggedSeriesOf } from '../release/series-of';

/** A query's filter beside the scope, and the tags that it groups by. */
interface Grouping {
  filter: readonly string[];
  by: readonly string[];
}

/** Sums over some hours, by the values of the tags that were grouped by, as JSON: `["show","200"]`. */
export type Sums = ReadonlyMap<string, number>;

export const keyOf = (...values: string[]): string => JSON.stringify(values);

/** The same requests, summed in the ways that must agree, and all values of the endpoint tag where they are wanted. */
export function groupingsOf(release: Release): Record<'all' | 'endpoint' | 'status' | 'toggleOff', Grouping> {
  const { endpointTag, statusTag, control = [] } = release.datadog;
  const tags = [...new Set(taggedSeriesOf(release).map(({ tag }) => `${endpointTag}:${tag}`))];
  const oneOf = tags.length === 1 ? tags[0]! : `(${tags.join(' OR ')})`;
  return {
    all: { filter: [], by: [] },
    endpoint: { filter: [oneOf], by: [endpointTag] },
    status: { filter: [oneOf], by: [endpointTag, statusTag] },
    toggleOff: { filter: [...control, oneOf], by: [endpointTag] },
  };
}

/** Hourly counts of [from, to) for each grouping, in their order. */
export function sumsRequest(
  { metric, scope }: Release['datadog'],
  groupings: readonly Grouping[],
  from: Hour,
  to: Hour,
): v2.TimeseriesFormulaQueryRequest {
  const queries = groupings.map(({ filter, by }, index) => ({
    dataSource: 'metrics' as const,
    name: `q${index}`,
    query: `sum:${metric}{${[...scope, ...filter].join(' AND ')}}${by.length ? ` by {${by.join(',')}}` : ''}.as_count().rollup(sum, 3600)`,
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
      series: z.array(z.object({ query_index: z.number(), group_tags: z.nullish(z.array(z.string())) })),
      values: z.array(z.array(z.nullable(z.number()))),
    }),
  }),
});

/**
 * The sums of an answer to {@link sumsRequest}, one for each grouping. A group that is absent had no request.
 *
 * @throws Error when it is no such answer
 */
export function sumsOf(body: string, groupings: readonly Grouping[]): Sums[] {
  const sums = groupings.map(() => new Map<string, number>());
  const { series, values } = parsed(body).data.attributes;
  series.forEach(({ query_index, group_tags }, position) => {
    const keys = groupings[query_index]?.by ?? [];
    const tags = group_tags ?? [];
    // Tags are `key:value`; the value may contain colons, and their order is not documented.
    const found = keys.map((key) => tags.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1) ?? 'N/A');
    const sum = (values[position] ?? []).reduce<number>((all, value) => all + (value ?? 0), 0);
    const key = keyOf(...found);
    sums[query_index]?.set(key, (sums[query_index]?.get(key) ?? 0) + sum);
  });
  return sums;
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
