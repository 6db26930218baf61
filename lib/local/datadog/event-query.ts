import * as z from 'zod/mini';
import { HOUR_MS, hourFrom, hourOf, type Instant } from '../../facts/hour';
import { RESOURCES, SERVICE, type Traffic } from '../traffic';
import { RAISED } from './kinds';
import { type TaggedCount, taggedCounts } from './tagged-counts';

const fullHour = z.int().check(z.multipleOf(HOUR_MS, 'expected a full hour'));
const query = {
  data_source: z.enum(['rum', 'logs', 'spans']),
  name: z.string(),
  search: z.strictObject({ query: z.string() }),
  indexes: z.tuple([z.literal('*')]),
};
const requestSchema = z.strictObject({
  data: z.strictObject({
    type: z.literal('scalar_request'),
    attributes: z.strictObject({
      from: fullHour,
      to: fullHour,
      formulas: z.tuple([z.strictObject({ formula: z.string() })]),
      queries: z.tuple([
        z.union([
          z.strictObject({
            ...query,
            compute: z.strictObject({ aggregation: z.literal('cardinality'), metric: z.string() }),
          }),
          z.strictObject({
            ...query,
            compute: z.strictObject({ aggregation: z.literal('count') }),
            group_by: z.tuple([
              z.strictObject({
                facet: z.string(),
                limit: z.int().check(z.gte(1), z.lte(10_000)),
                sort: z.strictObject({ aggregation: z.literal('count'), order: z.literal('desc') }),
              }),
            ]),
          }),
        ]),
      ]),
    }),
  }),
});

/** Of RUM only. */
export const USER = '@usr.id';
/** Of logs and spans only, and of requests that failed in the service. */
const ERROR_CLASS = '@error.type';

type Tags = Readonly<Record<string, string>>;

const classOf = (tags: Tags): string | undefined => RAISED[tags[SERVICE.statusTag]!];

/** The page that asks an endpoint, by the endpoint's tag. */
export const PATHS: Readonly<Record<string, string>> = {
  [RESOURCES['#index'].tag]: '/track-claims/your-claims',
  [RESOURCES['#show'].tag]: '/track-claims/your-claims/600123456/status',
  [RESOURCES['#files-we-couldnt-receive'].tag]: '/track-claims/files-we-couldnt-receive',
  [RESOURCES.other.tag]: '/my-va',
};

/** What an event of the source carries beside the tags of its request. */
const ownTags = (source: 'rum' | 'logs' | 'spans', tags: Tags): Tags =>
  source === 'rum'
    ? { '@type': 'view', '@view.url_path': PATHS[tags[SERVICE.endpointTag]!]! }
    : { status: classOf(tags) ? 'error' : 'ok' };

/** Whoever uses the service, and the requests of one visit: such that a week of #index has about 47,000 users. */
const PEOPLE = 250_000;
const REQUESTS_A_VISIT = 4;

/**
 * Columns of a scalar request over simulated events, each request being one: the different users of RUM's, or the classes
 * of failed ones in logs and spans. Only hours that have ended are in it; a blind period hides no event. A facet that
 * events of the source do not have finds nothing, as in Datadog.
 *
 * @throws Error for a request that has another meaning or none: part of an hour, one index of several, a search that is
 * not made of `key:value` and AND
 */
export function eventColumns(request: unknown, traffic: Traffic, now: Instant) {
  const { from, to, formulas, queries } = requestSchema.parse(request).data.attributes;
  const [query] = queries;
  if (from >= to) throw new Error('from must be before to');
  if (formulas[0].formula !== query.name) throw new Error(`formula ${formulas[0].formula} names no query`);
  const terms = parseSearch(query.search.query);
  const split = terms.some(([key]) => key === SERVICE.featureTag);
  const hours = Math.max(0, Math.min(hourFrom(to), hourOf(now)) - hourFrom(from));
  const found = Array.from({ length: hours }, (_, index) => taggedCounts(traffic, hourFrom(from) + index, split))
    .flat()
    .filter(({ tags }) => {
      const all: Tags = { ...tags, ...ownTags(query.data_source, tags) };
      return terms.every(([key, value]) => isMet(value, all[key]));
    });
  const numbers = (values: number[]) => ({ name: query.name, values, type: 'number', meta: { unit: null } });

  if (!('group_by' in query)) {
    const known = query.data_source === 'rum' && query.compute.metric === USER;
    const requests = known ? found.reduce((sum, { count }) => sum + count, 0) : 0;
    return { columns: [numbers(requests > 0 ? [usersOf(requests)] : [])] };
  }
  const [{ facet, limit }] = query.group_by;
  const known = query.data_source !== 'rum' && facet === ERROR_CLASS;
  const rows = (known ? classesOf(found) : []).slice(0, limit);
  return {
    columns: [
      { name: facet, values: rows.map(([name]) => [name]), type: 'group' },
      numbers(rows.map(([, sum]) => sum)),
    ],
  };
}

/** Failed requests by class, most first. */
function classesOf(found: readonly TaggedCount[]): [name: string, sum: number][] {
  const sums = new Map<string, number>();
  for (const { tags, count } of found) {
    const name = classOf(tags);
    if (name) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

/**
 * The different users of so many requests when each visit is by any of all people: the occupancy problem,
 * in Poisson's approximation. Two days have fewer than the sum of each.
 *
 * @example usersOf(200_000) // 45_318
 */
export const usersOf = (requests: number): number =>
  Math.ceil(PEOPLE * -Math.expm1(-requests / (REQUESTS_A_VISIT * PEOPLE)));

/** A value, or what begins as it does up to a `*` at its end. */
const isMet = (wanted: string, value: string | undefined): boolean =>
  value === wanted || (wanted.endsWith('*') && value?.startsWith(wanted.slice(0, -1)) === true);

/** @example parseSearch('env:eks-prod feature:on') // [['env', 'eks-prod'], ['feature', 'on']] */
function parseSearch(search: string): (readonly [key: string, value: string])[] {
  if (search === '*') return [];
  return search.split(/ AND | /).map((term) => {
    const [, key, value] = /^(@?[a-z][\w./-]*):([\w/][\w:./-]*\*?)$/.exec(term) ?? [];
    if (!key || !value) throw new Error(`search '${search}' could not be parsed at '${term}'`);
    return [key, value];
  });
}
