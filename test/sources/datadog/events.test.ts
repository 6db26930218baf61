import { startOf } from '../../../lib/facts/hour';
import type { SourceError } from '../../../lib/ports';
import type { DatadogOptions } from '../../../lib/sources/datadog/api';
import { datadogEvents } from '../../../lib/sources/datadog/events';
import { type Script, scalar, standIn, status } from '../../worlds/datadog-stand-in';

const API_KEY = 'sentinel0api0key0sentinel0api0ke';
const APP_KEY = 'sentinel0app0key0sentinel0app0key0senti';
const H = 500_000;
const DAY = [H, H + 24] as const;
const metric = {
  site: 'ddog-gov.com' as const,
  metric: 'trace.rack.request.hits',
  scope: ['env:eks-prod'],
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
};
const users = {
  source: 'rum' as const,
  search: '@type:view @view.url_path:"/track-claims"',
  facet: '@usr.id',
  kept: 30 * 24,
  counts: 'all' as const,
};
const errorClasses = {
  source: 'spans' as const,
  search: 'env:eks-prod status:error',
  facet: '@error.type',
  kept: 15 * 24,
};

let server: Awaited<ReturnType<typeof standIn>>;
beforeAll(async () => {
  server = await standIn();
});
afterAll(() => server.close());

const events = (change: Partial<DatadogOptions> = {}) =>
  datadogEvents({
    datadog: { ...metric, users, errorClasses },
    keys: async () => ({ apiKey: API_KEY, appKey: APP_KEY }),
    url: server.url,
    ...change,
  });

/** The error of asking for users, which must not hold a key in any part of it. */
async function failure(change?: Partial<DatadogOptions>, signal?: AbortSignal): Promise<SourceError> {
  const error = await events(change).users!(...DAY, signal).then(
    (found) => Promise.reject(new Error(`expected a failure, got ${found}`)),
    (reason: SourceError) => reason,
  );
  expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toContain('sentinel');
  return error;
}

test('asks for users with the official client: path, keys, and a body in which no attribute is lost', async () => {
  server.answers(scalar([48_210.0]));
  expect(await events().users!(...DAY)).toBe(48_210);
  expect(server.asked).toHaveLength(1);
  const { method, url, headers, body } = server.asked[0]!;
  expect([method, url]).toEqual(['POST', '/api/v2/query/scalar']);
  expect(headers).toMatchObject({ 'dd-api-key': API_KEY, 'dd-application-key': APP_KEY });
  expect(headers['user-agent']).toContain('datadog-api-client-typescript');
  expect(JSON.parse(body)).toEqual({
    data: {
      type: 'scalar_request',
      attributes: {
        from: startOf(H),
        to: startOf(H + 24),
        formulas: [{ formula: 'events' }],
        queries: [
          {
            data_source: 'rum',
            name: 'events',
            search: { query: '@type:view @view.url_path:"/track-claims"' },
            indexes: ['*'],
            compute: { aggregation: 'cardinality', metric: '@usr.id' },
          },
        ],
      },
    },
  });
});

test('asks for the users of a page by its own query', async () => {
  const usersOf = [
    { ...users, name: 'Other', search: 'other' },
    { ...users, name: 'Letters', search: '@view.url_path:/letters', facet: '@usr.uuid' },
  ];
  const source = events({ datadog: { ...metric, usersOf } });
  expect(Object.keys(source)).toEqual(['usersOf']);
  server.answers(scalar([12]));
  expect(await source.usersOf!('Letters', ...DAY)).toBe(12);
  expect(JSON.parse(server.asked[0]!.body).data.attributes.queries).toMatchObject([
    { search: { query: '@view.url_path:/letters' }, compute: { metric: '@usr.uuid' } },
  ]);
  server.answers(scalar([0]));
  await expect(source.usersOf!('Letters', ...DAY)).rejects.toThrow('expected some; check datadog.usersOf,');
});

test('asks for the ten most frequent error classes, and gives them most first', async () => {
  server.answers(scalar([3, 120], [['Faraday::TimeoutError'], ['NoMethodError']]));
  expect(await events().errorClasses!(...DAY)).toEqual([
    { name: 'NoMethodError', errors: 120 },
    { name: 'Faraday::TimeoutError', errors: 3 },
  ]);
  expect(JSON.parse(server.asked[0]!.body).data.attributes.queries).toEqual([
    {
      data_source: 'spans',
      name: 'events',
      search: { query: 'env:eks-prod status:error' },
      indexes: ['*'],
      compute: { aggregation: 'count' },
      group_by: [{ facet: '@error.type', limit: 10, sort: { aggregation: 'count', order: 'desc' } }],
    },
  ]);
});

test.each([
  ['neither', {}, []],
  ['users', { users }, ['users']],
  ['error classes', { errorClasses }, ['errorClasses']],
])('a release file with a query for %s gives a source of just that', (_, queries, methods) => {
  expect(Object.keys(events({ datadog: { ...metric, ...queries } }))).toEqual(methods);
});

test.each<[string, Script]>([
  ['an empty list', scalar([])],
  ['null', scalar([null])],
  ['0', scalar([0])],
])('nobody, as %s, is not believed', async (_, answer) => {
  server.answers(answer);
  expect(await failure()).toMatchObject({
    kind: 'malformed',
    message: expect.stringMatching(/^no user found - got none by @usr.id in rum of @type:view .*; check datadog.users/),
  });
});

test.each<[string, Script]>([
  ['an empty list', scalar([])],
  ['empty groups', scalar([], [])],
  ['null', scalar([null])],
])('no error at all, as %s, is no class', async (_, answer) => {
  server.answers(answer);
  expect(await events().errorClasses!(...DAY)).toEqual([]);
});

test.each([
  ['HTML', '<html>maintenance</html>'],
  ['cut JSON', JSON.stringify(scalar([7])).slice(0, -20)],
  ['NaN', JSON.stringify(scalar([7])).replace('[7]', '[NaN]')],
  ['errors beside data', JSON.stringify({ ...scalar([7]), errors: 'partial' })],
])('HTTP 200 with %s is malformed, not "nobody", and not repeated', async (_, body) => {
  server.answers(body);
  expect(await failure()).toMatchObject({
    kind: 'malformed',
    message: expect.stringMatching(/^datadog's answer cannot be used - got .*; the next run asks again$/),
  });
  expect(server.asked).toHaveLength(1);
});

test('a failure that may pass is tried again', async () => {
  server.answers(status(503), scalar([7]));
  expect(await events().users!(...DAY)).toBe(7);
  expect(server.asked).toHaveLength(2);
});

test('no wait outlasts 45 seconds', async () => {
  server.answers(status(429, '', { 'x-ratelimit-reset': '46' }), scalar([7]));
  expect(await failure()).toMatchObject({ kind: 'throttled' });
  expect(server.asked).toHaveLength(1);
});

test('a request without an answer is cut off, by its time or by the run', async () => {
  server.answers(() => {});
  expect(await failure({ timeoutMs: 150 })).toMatchObject({ kind: 'timeout' });
  expect(await failure({}, AbortSignal.abort())).toMatchObject({ kind: 'timeout' });
});

test('a refusal makes it forget the keys and ask again, once, and then says which right is needed', async () => {
  server.answers(status(403, `{"errors":["Forbidden ${APP_KEY}"]}`));
  let forgotten = 0;
  const error = await failure({ forgetKeys: () => void forgotten++ });
  expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining('timeseries_query') });
  expect([forgotten, server.asked.length]).toEqual([1, 2]);
});

test('the keys go to Datadog and this machine only', () => {
  expect(() => events({ url: 'http://api.ddog-gov.com' })).toThrow('is for a server on this machine');
});
