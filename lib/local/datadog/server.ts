import type { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';
import { HOUR_MS, type Hour, hourFrom, hourOf, type Instant, startOf } from '../../facts/hour';
import { type HttpAnswer, type Listening, listen } from '../listen';
import { SERVICE, type Traffic } from '../traffic';
import { eventColumns } from './event-query';
import { keysIn, meets } from './filter';
import { type ParsedQuery, parseQuery } from './metric-query';
import { countsOfMetric, metricType, type TaggedCount } from './tagged-counts';

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

/** A formula can name a query only so. */
const NAME = z.string().check(z.regex(/^[a-z][a-z0-9_]*$/, 'expected a name of lower case letters, digits and _'));

const requestSchema = z.strictObject({
  data: z.strictObject({
    type: z.literal('timeseries_request'),
    attributes: z.strictObject({
      from: z.int(),
      to: z.int(),
      interval: z.literal(HOUR_MS),
      formulas: z.array(z.strictObject({ formula: z.string() })),
      queries: z.array(z.strictObject({ data_source: z.literal('metrics'), name: NAME, query: z.string() })),
    }),
  }),
});

/** Points a series that Datadog gives at most; for a longer time it enlarges the interval without a word. */
const MAX_POINTS = 1_500;
/** Characters of a query, and series of an answer: nobody says what Datadog takes and gives, and these are more than anybody needs. */
const LONGEST_QUERY = 16_000;
const MAX_SERIES = 10_000;

/**
 * A Datadog endpoint for hourly counts: `POST /api/v2/query/timeseries` over simulated traffic, with the tag `feature:on`
 * or `feature:off` beside the service's own. It gives whole hours that have ended, and none of a blind period before that
 * is over. Distributions are counted by `count:` or over a limit, other metrics by `sum:`. Stricter than Datadog where Datadog would answer something else than was meant: a query without `as_count()` or
 * hourly rollup, or another interval than an hour is an error here. More than 1,500 hours have fewer, longer points, as their times say;
 * more than 10,000 series are cut off, as `errors` beside them says. Users and error classes of the
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
  const type = url.startsWith(METADATA) ? metricType(url.slice(METADATA.length)) : undefined;
  return type ? json(200, { type }) : failure(404, 'metric_name not found');
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
    const { errors, ...attributes } = { errors: undefined, ...ask(JSON.parse(body), traffic, now) };
    return json(200, { data: { id: '0', type, attributes }, ...(errors && { errors }) });
  } catch (error) {
    return failure(400, (error as Error).message);
  }
}

function timeseries(request: unknown, traffic: Traffic, now: Instant) {
  const { from, to, formulas, queries } = requestSchema.parse(request).data.attributes;
  if (from >= to) throw new Error('from must be before to');
  /** Hours of a point, counted from 1970 on. */
  const step = Math.ceil((to - from) / HOUR_MS / MAX_POINTS);
  const pointOf = (hour: Hour): Hour => hour - (hour % step);
  const parsed = new Map(queries.map(({ name, query }) => [name, parsedQuery(query)]));
  if (parsed.size < queries.length) throw new Error('two queries of the same name');
  const hours = visibleHours(hourFrom(from), hourFrom(to), now, traffic);
  const split = [...parsed.values()].some(({ filter, by }) => [...by, ...keysIn(filter)].includes(SERVICE.featureTag));
  const rowsOf = new Map<string, TaggedCount[]>();
  for (const { metric } of parsed.values())
    if (!rowsOf.has(metric))
      rowsOf.set(
        metric,
        hours.flatMap((hour) => countsOfMetric(traffic, metric, hour, split)),
      );
  const series = formulas.flatMap(({ formula }, index) => {
    const query = parsed.get(formula);
    if (!query) throw new Error(`formula ${formula} names no query`);
    return seriesOf(query, rowsOf.get(query.metric)!, pointOf).map((one) => ({ ...one, index }));
  });
  const cutOff = series.splice(MAX_SERIES).length;
  const times = [...new Set(hours.map(pointOf))].filter((time) => series.some(({ points }) => points.has(time)));
  return {
    ...(cutOff > 0 && { errors: [`${cutOff} series are left out, at most ${MAX_SERIES} are given`] }),
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

/** @throws Error for a query that asks for something else than a metric of its type has */
function parsedQuery(text: string): ParsedQuery {
  if (text.length > LONGEST_QUERY) throw new Error(`a query of ${text.length} characters, at most ${LONGEST_QUERY}`);
  const query = parseQuery(text);
  const type = metricType(query.metric);
  if (type === 'count' && query.aggregator === 'count')
    throw new Error(`${query.metric} is no distribution, so its values cannot be counted`);
  if (type === 'distribution' && query.aggregator === 'sum')
    throw new Error(`${query.metric} is a distribution, whose sum is no number of requests`);
  return query;
}

/** The sums of each group by point. Its tags are in alphabetical order: which order Datadog uses is not documented. */
function seriesOf({ over, filter, by }: ParsedQuery, rows: readonly TaggedCount[], pointOf: (hour: Hour) => Hour) {
  interface Group {
    tags: string[];
    points: Map<Hour, number>;
  }
  const groups = new Map<string, Group>();
  const groupOf = (tags: TaggedCount['tags']): Group | undefined => {
    if (!meets(filter, tags)) return undefined;
    const groupTags = by.map((key) => `${key}:${tags[key] ?? 'N/A'}`).sort();
    const group = groups.get(groupTags.join()) ?? { tags: groupTags, points: new Map<Hour, number>() };
    groups.set(groupTags.join(), group);
    return group;
  };
  /** Rows of different hours mostly share their tags. */
  const known = new Map<TaggedCount['tags'], Group | undefined>();
  for (const { hour, tags, count, value = 0 } of rows) {
    if (over !== undefined && value <= over) continue;
    if (!known.has(tags)) known.set(tags, groupOf(tags));
    const points = known.get(tags)?.points;
    const point = pointOf(hour);
    points?.set(point, (points.get(point) ?? 0) + count);
  }
  return [...groups.values()];
}

const json = (status: number, content: object): HttpAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(content),
});

const failure = (status: number, message: string): HttpAnswer => json(status, { errors: [message] });
