import fc from 'fast-check';
import { HOUR_MS, type Hour, startOf } from '../../../lib/facts/hour';
import { usersOf } from '../../../lib/local/datadog/event-query';
import { type LocalDatadog, startDatadog } from '../../../lib/local/datadog/server';
import { RESOURCES, trafficOf } from '../../../lib/local/traffic';
import { datadogEvents } from '../../../lib/sources/datadog/events';
import { ROLLOUT, STAGE_A, scenario } from '../../worlds/local-rollout';
import { releaseOf } from '../../worlds/small-release';

const keys = { apiKey: 'api', appKey: 'app' };
const traffic = trafficOf(scenario('blind'), 1, ROLLOUT);
const { datadog: metric } = releaseOf('small');
const SHOW = `resource_name:${RESOURCES['#show'].tag}`;

let datadog: LocalDatadog;
let now: number;
beforeAll(async () => {
  datadog = await startDatadog({ traffic, now: () => now, keys });
});
beforeEach(() => {
  now = startOf(STAGE_A + 1_000);
});
afterAll(() => datadog.close());

type Source = 'rum' | 'logs' | 'spans';

const asked = (queries: object) =>
  datadogEvents({ datadog: { ...metric, ...queries }, keys: async () => keys, url: datadog.url });
const users = (from: Hour, to: Hour, search = SHOW, facet = '@usr.id', source: Source = 'rum') =>
  asked({ users: { source, search, facet, kept: 720, counts: 'all' } }).users!(from, to);
const classes = (from: Hour, to: Hour, search = SHOW, facet = '@error.type', source: Source = 'spans') =>
  asked({ errorClasses: { source, search, facet, kept: 720 } }).errorClasses!(from, to);

const sumOf = (from: Hour, to: Hour, statuses?: string[]) => {
  let sum = 0;
  for (let hour = from; hour < to; hour++)
    for (const [status, count] of traffic.counts('#show', hour))
      sum += !statuses || statuses.includes(status) ? count : 0;
  return sum;
};

test('a week has the users of its requests, fewer than the sum of its days', async () => {
  const week = await users(STAGE_A - 168, STAGE_A);
  expect(week).toBe(usersOf(sumOf(STAGE_A - 168, STAGE_A)));
  let days = 0;
  for (let day = 0; day < 7; day++) days += await users(STAGE_A - 168 + 24 * day, STAGE_A - 144 + 24 * day);
  expect(week).toBeLessThan(days);
  expect(week).toBeGreaterThan(days / 7);
});

test('the documented value, and law: a user at least, none of nobody, and never more for parts than for their sum', () => {
  expect(usersOf(200_000)).toBe(45_318);
  expect(usersOf(0)).toBe(0);
  const requests = fc.integer({ min: 1, max: 10_000_000 });
  fc.assert(
    fc.property(requests, requests, (a, b) => {
      expect(usersOf(a)).toBeGreaterThan(0);
      expect(usersOf(a)).toBeLessThanOrEqual(a);
      expect(usersOf(a + b)).toBeGreaterThanOrEqual(usersOf(a));
      expect(usersOf(a + b)).toBeLessThanOrEqual(usersOf(a) + usersOf(b));
    }),
  );
});

test('users can be narrowed to those who have the feature: nobody before the launch, some of all in stage A', async () => {
  const search = `@type:view AND ${SHOW} feature:on`;
  await expect(users(STAGE_A - 24, STAGE_A, search)).rejects.toThrow('no user found');
  const on = await users(STAGE_A, STAGE_A + 24, search);
  expect(on).toBeLessThan((await users(STAGE_A, STAGE_A + 24)) / 2);
  expect(on).toBeGreaterThan(0);
});

test('users of a page are found by its path, exactly or by how it begins', async () => {
  const [from, to] = [STAGE_A - 168, STAGE_A];
  const list = await users(from, to, '@view.url_path:/track-claims/your-claims');
  const all = await users(from, to, '@type:view @view.url_path:/track-claims*');
  expect(list).toBe(await users(from, to, `resource_name:${RESOURCES['#index'].tag}`));
  expect(all).toBeGreaterThan(list);
  await expect(users(from, to, '@view.url_path:/nowhere*')).rejects.toThrow('no user found');
});

test('error classes are those of the failed requests, most first', async () => {
  const [from, to] = [STAGE_A - 168, STAGE_A];
  const sums = [
    ['NoMethodError', '500'],
    ['Common::Exceptions::BackendServiceException', '502'],
    ['Breakers::OutageException', '503'],
  ].map(([name, status]) => ({ name: name!, errors: sumOf(from, to, [status!]) }));
  const expected = sums.sort((a, b) => b.errors - a.errors);
  expect(await classes(from, to)).toEqual(expected);
  expect(await classes(from, to, `status:error ${SHOW}`, '@error.type', 'logs')).toEqual(expected);
  expect(await classes(from, to, `status:ok ${SHOW}`)).toEqual([]);
});

test('only ended hours count, and a blind period hides no event', async () => {
  now = startOf(STAGE_A + 60) + HOUR_MS / 2;
  expect(traffic.blind(STAGE_A + 59)).toBe(true);
  expect(await users(STAGE_A + 58, STAGE_A + 70)).toBe(usersOf(sumOf(STAGE_A + 58, STAGE_A + 60)));
  await expect(users(STAGE_A + 60, STAGE_A + 70)).rejects.toThrow('no user found');
});

test.each<[string, () => Promise<unknown>]>([
  ['a facet of users that RUM does not have', () => users(STAGE_A, STAGE_A + 1, '*', '@usr.email')],
  ['users of logs', () => users(STAGE_A, STAGE_A + 1, '*', '@usr.id', 'logs')],
  ['another environment', () => users(STAGE_A, STAGE_A + 1, 'env:eks-staging')],
])('%s finds nobody', async (_, ask) => {
  await expect(ask()).rejects.toThrow('no user found');
});

test.each([
  ['@error.kind', 'spans'],
  ['@error.type', 'rum'],
] as const)('classes by %s of %s find nothing', async (facet, source) => {
  expect(await classes(STAGE_A, STAGE_A + 24, '*', facet, source)).toEqual([]);
});

test.each(['-status:ok', '(env:a OR env:b)', '"some text"', 'env:', ''])(
  'the search %j, which it cannot follow, is refused',
  async (search) => {
    await expect(classes(STAGE_A, STAGE_A + 1, search)).rejects.toThrow(/400 .* could not be parsed/);
  },
);

const grouped = {
  data_source: 'spans',
  name: 'a',
  search: { query: '*' },
  indexes: ['*'],
  compute: { aggregation: 'count' },
  group_by: [{ facet: '@error.type', limit: 10, sort: { aggregation: 'count', order: 'desc' } }],
};
const first = (limit: number) => ({ ...grouped, group_by: [{ ...grouped.group_by[0], limit }] });
const FULL = { from: startOf(STAGE_A), to: startOf(STAGE_A + 1), formulas: [{ formula: 'a' }], queries: [grouped] };

test.each<[string, object]>([
  ['that begins within an hour', { ...FULL, from: FULL.from + 1 }],
  ['that ends before it begins', { ...FULL, to: FULL.from }],
  ['whose formula names no query', { ...FULL, formulas: [{ formula: 'b' }] }],
  ['of two queries', { ...FULL, queries: [grouped, grouped] }],
  ['of another source', { ...FULL, queries: [{ ...grouped, data_source: 'metrics' }] }],
  ['of one index', { ...FULL, queries: [{ ...grouped, indexes: ['main'] }] }],
  ['for more groups than Datadog gives, 10,000', { ...FULL, queries: [first(10_001)] }],
  ['without groups', { ...FULL, queries: [{ ...grouped, group_by: [] }] }],
  [
    'of the least frequent',
    {
      ...FULL,
      queries: [{ ...grouped, group_by: [{ ...grouped.group_by[0], sort: { aggregation: 'count', order: 'asc' } }] }],
    },
  ],
  ['for values of nothing', { ...FULL, queries: [{ ...grouped, compute: { aggregation: 'cardinality' } }] }],
])('a request %s is refused', async (_, attributes) => {
  const post = async (body: object) => {
    const response = await fetch(`${datadog.url}/api/v2/query/scalar`, {
      method: 'POST',
      headers: { 'dd-api-key': 'api', 'dd-application-key': 'app', 'content-type': 'application/json' },
      body: JSON.stringify({ data: { type: 'scalar_request', attributes: body } }),
    });
    return response.status;
  };
  expect(await post(FULL)).toBe(200);
  expect(await post({ ...FULL, queries: [first(10_000)] })).toBe(200);
  expect(await post(attributes)).toBe(400);
});
