import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import { HOUR_MS, type Hour, hourFrom, hourOf, type Instant, startOf } from '../../facts/hour';
import { type HttpAnswer, type Listening, listen } from '../listen';
import { SERVICE, type Traffic } from '../traffic';
import { eventColumns } from './event-query';
import { parseQuery, type Query } from './metric-query';
import { type TaggedCount, taggedCounts } from './tagged-counts';

export interface LocalDatadog extends Listening {
  /** Requests so far, refused ones too. */
  readonly requests: number;
}

interface Options {
  traffic: Traffic;
  now(): Instant;
  /** The only keys that are let in. */
  keys: { apiKey: string; appKey: string };
}

const requestSchema = z.object({
  data: z.object({
    type: z.literal('timeseries_request'),
    attributes: z.object({
      from: z.int(),
      to: z.int(),
      interval: z.literal(HOUR_MS),
      formulas: z.array(z.object({ formula: z.string() })),
      queries: z.array(z.object({ data_source: z.literal('metrics'), name: z.string(), query: z.string() })),
    }),
  }),
});

/** Points a series that Datadog gives at most. */
const MAX_HOURS = 1_500;

/**
 * A Datadog endpoint for hourly counts: `POST /api/v2/query/timeseries` over simulated traffic, with the tag `feature:on`
 * or `feature:off` beside the service's own. It gives whole hours that have ended, and none of a blind period before that
 * is over. Stricter than Datadog where Datadog would answer something else than was meant: a query without `as_count()` or
 * hourly rollup, another interval than an hour, or more than 1,500 hours is an error here. Users and error classes of the
 * same traffic: `POST /api/v2/query/scalar`.
 */
export async function startDatadog({ traffic, now, keys }: Options): Promise<LocalDatadog> {
  let requests = 0;
  const listening = await listen((request, body) => {
    requests++;
    const answer =
      validation(request, keys) ??
      refusal(request, keys) ??
      metadata(request) ??
      answerTo(request, body, traffic, now());
    return { ...answer, date: now() };
  });
  return {
    ...listening,
    get requests() {
      return requests;
    },
  };
}

const TIMESERIES = '/api/v2/query/timeseries';
const SCALAR = '/api/v2/query/scalar';

/** Where `doctor` asks for a metric's type; the scope metrics_read is everybody's here. */
const METADATA = '/api/v1/metrics/';

/** Whether the keys are known: the API key alone, or both. */
function validation({ url, headers }: IncomingMessage, { apiKey, appKey }: Options['keys']): HttpAnswer | undefined {
  if (url !== '/api/v1/validate' && url !== '/api/v2/validate_keys') return undefined;
  const known =
    headers['dd-api-key'] === apiKey && (url === '/api/v1/validate' || headers['dd-application-key'] === appKey);
  return known ? json(200, { valid: true, status: 'ok' }) : failure(403, 'Forbidden');
}

function metadata({ method, url = '' }: IncomingMessage): HttpAnswer | undefined {
  if (method !== 'GET') return undefined;
  return url === METADATA + SERVICE.metric ? json(200, { type: 'count' }) : failure(404, 'metric_name not found');
}

function refusal({ method, url, headers }: IncomingMessage, keys: Options['keys']): HttpAnswer | undefined {
  if (headers['dd-api-key'] !== keys.apiKey || headers['dd-application-key'] !== keys.appKey) {
    return failure(403, 'Forbidden');
  }
  if (method === 'GET' && url?.startsWith(METADATA)) return undefined;
  if (method !== 'POST' || (url !== TIMESERIES && url !== SCALAR)) return failure(404, 'Not found');
  if (!headers['content-type']?.startsWith('application/json')) return failure(415, 'Unsupported Media Type');
  return undefined;
}

function answerTo({ url }: IncomingMessage, body: string, traffic: Traffic, now: Instant): HttpAnswer {
  const ask = url === SCALAR ? eventColumns : timeseries;
  const type = url === SCALAR ? 'scalar_response' : 'timeseries_response';
  try {
    return json(200, { data: { id: '0', type, attributes: ask(JSON.parse(body), traffic, now) } });
  } catch (error) {
    return failure(400, (error as Error).message);
  }
}

function timeseries(request: unknown, traffic: Traffic, now: Instant) {
  const { from, to, formulas, queries } = requestSchema.parse(request).data.attributes;
  if (from >= to) throw new Error('from must be before to');
  if (to - from > MAX_HOURS * HOUR_MS) throw new Error(`at most ${MAX_HOURS} points a series`);
  const parsed = new Map(queries.map(({ name, query }) => [name, parseQuery(query)]));
  const hours = visibleHours(hourFrom(from), hourFrom(to), now, traffic);
  const split = [...parsed.values()].some(({ allOf, by }) =>
    [...by, ...allOf.flat().map(([key]) => key)].includes(SERVICE.featureTag),
  );
  const rows = hours.flatMap((hour) => taggedCounts(traffic, hour, split));
  const series = formulas.flatMap(({ formula }, index) => {
    const query = parsed.get(formula);
    if (!query) throw new Error(`formula ${formula} names no query`);
    return seriesOf(query, rows).map((one) => ({ ...one, index }));
  });
  const times = hours.filter((hour) => series.some(({ points }) => points.has(hour)));
  return {
    series: series.map(({ tags, index }) => ({ group_tags: tags, query_index: index, unit: null })),
    times: times.map(startOf),
    values: series.map(({ points }) => times.map((hour) => points.get(hour) ?? null)),
  };
}

/** The ended hours of [from, to), without those of a blind period that is not over. */
function visibleHours(from: Hour, to: Hour, now: Instant, traffic: Traffic): Hour[] {
  let end = hourOf(now);
  if (traffic.blind(end)) while (end > from && traffic.blind(end - 1)) end--;
  return Array.from({ length: Math.max(0, Math.min(to, end) - from) }, (_, index) => from + index);
}

/** The sums of each group by hour. Its tags are in alphabetical order: which order Datadog uses is not documented. */
function seriesOf({ metric, allOf, by }: Query, rows: readonly TaggedCount[]) {
  const groups = new Map<string, { tags: string[]; points: Map<Hour, number> }>();
  for (const { hour, tags, count } of metric === SERVICE.metric ? rows : []) {
    if (!allOf.every((anyOf) => anyOf.some(([key, value]) => tags[key] === value))) continue;
    const groupTags = by.map((key) => `${key}:${tags[key] ?? 'N/A'}`).sort();
    const group = groups.get(groupTags.join()) ?? { tags: groupTags, points: new Map<Hour, number>() };
    group.points.set(hour, (group.points.get(hour) ?? 0) + count);
    groups.set(groupTags.join(), group);
  }
  return [...groups.values()];
}

const json = (status: number, content: object): HttpAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(content),
});

const failure = (status: number, message: string): HttpAnswer => json(status, { errors: [message] });
