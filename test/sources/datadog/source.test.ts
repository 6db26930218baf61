import { startOf } from '../../../lib/facts/hour';
import type { SourceError } from '../../../lib/ports';
import { type DatadogOptions, serverOf } from '../../../lib/sources/datadog/api';
import { datadogClient } from '../../../lib/sources/datadog/client';
import { datadogSource } from '../../../lib/sources/datadog/source';
import { byStatus } from '../../worlds/by-status';
import { type Script, standIn, status, timeseries } from '../../worlds/datadog-stand-in';

const API_KEY = 'sentinel0api0key0sentinel0api0ke';
const APP_KEY = 'sentinel0app0key0sentinel0app0key0senti';
const H = 500_000;
const datadog = {
  site: 'ddog-gov.com' as const,
  metric: 'trace.rack.request.hits',
  scope: ['env:eks-prod'],
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
};
const endpoints = [{ name: '#show', tag: 'a::show', toggleOff: false }];
const good = timeseries(
  [startOf(H - 1), startOf(H)],
  [
    { query: 0, tags: ['resource_name:a::show', 'http.status_code:200'], values: [7, 8] },
    { query: 1, values: [100, 100] },
    { query: 2, tags: ['resource_name:a::show'], values: [7, 8] },
  ],
);
const sample = [{ endpoint: '#show', hour: H, kind: 'counted', counts: byStatus({ '200': 8 }) }];

let server: Awaited<ReturnType<typeof standIn>>;
beforeAll(async () => {
  server = await standIn();
});
afterAll(() => server.close());

test("tells the source's clock at its newest answer, and nothing where it says none", async () => {
  const asked = source();
  const says =
    (date: string | false): Script =>
    (response) => {
      response.sendDate = false;
      if (date) response.setHeader('date', date);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(good));
    };
  expect(asked.clock!()).toBeUndefined();
  server.answers(says('Mon, 02 Mar 2026 16:20:00 GMT'));
  await asked.sample(endpoints, H, H + 1);
  expect(asked.clock!()).toBe(Date.parse('2026-03-02T16:20:00Z'));
  server.answers(says(false));
  await asked.sample(endpoints, H, H + 1);
  expect(asked.clock!()).toBeUndefined();
});

const source = (change: Partial<DatadogOptions> = {}) =>
  datadogSource({ datadog, keys: async () => ({ apiKey: API_KEY, appKey: APP_KEY }), url: server.url, ...change });
const ask = (change?: Partial<DatadogOptions>, signal?: AbortSignal) =>
  source(change).sample(endpoints, H, H + 1, signal);
/** The error of asking, which must not hold a key in any part of it. */
async function failure(change?: Partial<DatadogOptions>, signal?: AbortSignal): Promise<SourceError> {
  const error = await ask(change, signal).then(
    (samples) => Promise.reject(new Error(`expected a failure, got ${JSON.stringify(samples)}`)),
    (reason: SourceError) => reason,
  );
  const whole = `${error.message} ${error.stack} ${JSON.stringify(error)} ${error.cause}`;
  for (const form of ['sentinel', Buffer.from(API_KEY).toString('base64').slice(0, 12)])
    expect(whole).not.toContain(form);
  return error;
}

test('asks with the official client: path, keys, and a body in which no attribute is lost', async () => {
  server.answers(good);
  expect(await ask()).toEqual(sample);
  expect(server.asked).toHaveLength(1);
  const { method, url, headers, body } = server.asked[0]!;
  expect([method, url]).toEqual(['POST', '/api/v2/query/timeseries']);
  expect(headers).toMatchObject({ 'dd-api-key': API_KEY, 'dd-application-key': APP_KEY });
  expect(headers['user-agent']).toContain('datadog-api-client-typescript');
  const filter = 'trace.rack.request.hits{env:eks-prod';
  expect(JSON.parse(body)).toEqual({
    data: {
      type: 'timeseries_request',
      attributes: {
        from: startOf(H - 23),
        to: startOf(H + 1),
        interval: 3_600_000,
        formulas: [{ formula: 'requests' }, { formula: 'canary' }, { formula: 'sums' }],
        queries: [
          {
            data_source: 'metrics',
            name: 'requests',
            query: `sum:${filter} AND resource_name:a::show} by {resource_name,http.status_code}.as_count().rollup(sum, 3600)`,
          },
          { data_source: 'metrics', name: 'canary', query: `sum:${filter}}.as_count().rollup(sum, 3600)` },
          {
            data_source: 'metrics',
            name: 'sums',
            query: `sum:${filter} AND resource_name:a::show} by {resource_name}.as_count().rollup(sum, 3600)`,
          },
        ],
      },
    },
  });
});

test('four weeks take four requests, each of a week, and give every hour in order', async () => {
  server.answers(timeseries([], []));
  const samples = await source().sample(endpoints, H, H + 672);
  expect(samples.map(({ hour }) => hour)).toEqual(Array.from({ length: 672 }, (_, index) => H + index));
  const ranges = server.asked.map(({ body }) => JSON.parse(body).data.attributes);
  expect(ranges.map(({ from, to }) => [from, to])).toEqual(
    [0, 168, 336, 504].map((hours) => [startOf(H + hours), startOf(H + hours + 168)]),
  );
});

test('one bad week spoils the whole range', async () => {
  server.answers(timeseries([], []), '{"errors":["x"]}');
  await expect(source().sample(endpoints, H, H + 300)).rejects.toMatchObject({ kind: 'malformed' });
});

test('no endpoint or no hour is no request', async () => {
  server.answers(good);
  expect(await source().sample([], H, H + 1)).toEqual([]);
  expect(await source().sample(endpoints, H, H)).toEqual([]);
  expect(server.asked).toHaveLength(0);
});

describe('a failure that may pass', () => {
  const broken: Script = (response) => response.destroy();
  const cut: Script = (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"data":');
    setTimeout(() => response.destroy(), 10);
  };

  test.each<[string, Script]>([
    ['HTTP 500', status(500, 'oops')],
    ['HTTP 503', status(503)],
    ['HTTP 408', status(408)],
    ['HTTP 425', status(425)],
    ['HTTP 429 with its reset', status(429, '', { 'x-ratelimit-reset': '0' })],
    ['HTTP 429 without a reset', status(429, '{"errors":["Too many requests"]}')],
    ['a broken connection', broken],
    ['a body that breaks off', cut],
  ])('such as %s is tried again', async (_, script) => {
    server.answers(script, good);
    expect(await ask()).toEqual(sample);
    expect(server.asked).toHaveLength(2);
  });

  test('is tried twice more and no oftener', async () => {
    server.answers(status(502));
    expect(await failure()).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('HTTP 502') });
    expect(server.asked).toHaveLength(3);
  });

  test('is not waited for longer than there is time', async () => {
    server.answers(status(429, '', { 'x-ratelimit-reset': '3600', 'x-ratelimit-name': 'metrics_query' }));
    const error = await failure();
    expect(error).toMatchObject({
      kind: 'throttled',
      message: expect.stringContaining('metrics_query, reset in 3600 s'),
    });
    expect(server.asked).toHaveLength(1);
  });

  test('of the network says which one it was', async () => {
    const gone = await standIn();
    await gone.close();
    expect(await failure({ url: gone.url })).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('the time', () => {
  const silent: Script = () => {};
  const halfSent: Script = (response) => {
    response.writeHead(200);
    response.write('{"data":');
  };

  test.each<[string, Script]>([
    ['no answer', silent],
    ['an answer whose body does not end', halfSent],
  ])('ends %s', async (_, script) => {
    server.answers(script);
    expect(await failure({ timeoutMs: 150 })).toMatchObject({ kind: 'timeout' });
  });

  test.each<[string, Script]>([
    ['while it waits for an answer', silent],
    ['while it reads the body', halfSent],
    ['while it waits to try again', status(429, '', { 'x-ratelimit-reset': '20' })],
  ])('can be ended by the run %s', async (_, script) => {
    const run = new AbortController();
    server.answers((response) => {
      if (typeof script === 'function') script(response);
      setTimeout(() => run.abort(), 20);
    });
    expect(await failure({}, run.signal)).toMatchObject({
      message: expect.stringContaining('end of the time for this run'),
    });
    expect(server.asked).toHaveLength(1);
  });

  test('that is over already sends no request', async () => {
    server.answers(good);
    expect(await failure({}, AbortSignal.abort())).toMatchObject({ kind: 'timeout' });
    expect(server.asked).toHaveLength(0);
  });
});

describe('a refusal', () => {
  test('of the keys makes it forget them and ask again, once', async () => {
    server.answers(status(403, '{"errors":["Forbidden"]}'), good);
    let kept = 'an-old-key-of-last-month';
    const keys = async () => ({ apiKey: kept, appKey: APP_KEY });
    const forgetKeys = () => {
      kept = API_KEY;
    };
    expect(await ask({ keys, forgetKeys })).toEqual(sample);
    expect(server.asked.map(({ headers }) => headers['dd-api-key'])).toEqual(['an-old-key-of-last-month', API_KEY]);
  });

  test.each([401, 403])('of the new keys too, with %d, is final and says what to check', async (code) => {
    server.answers(status(code, '{"errors":["Forbidden"]}'));
    let forgotten = 0;
    const error = await failure({ forgetKeys: () => void forgotten++ });
    expect(error).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining(`got ${code} {"errors":["Forbidden"]} from 127.0.0.1`),
    });
    expect(error.message).toContain('check the keys and the site');
    expect([forgotten, server.asked.length]).toEqual([1, 2]);
  });

  test.each([400, 404, 422])('with %d may be a whim of the service: it is asked again, once', async (code) => {
    server.answers(status(code, '{"errors":["No data points"]}'), good);
    expect(await ask()).toEqual(sample);
    expect(server.asked).toHaveLength(2);
  });

  test.each([400, 404, 422])('with %d twice is told with the text, and whose fault it may be', async (code) => {
    server.answers(status(code, '{"errors":["Invalid\\u0007 query"]}\n<script>'));
    const { kind, message } = await failure();
    expect([kind, server.asked.length]).toEqual(['refused', 2]);
    expect(message).toContain(`got ${code} {"errors":["Invalid`);
    expect(message).toMatch(/twice - got .* the service's fault .* next run asks again; .* check .* release file/);
  });

  test('with 403 after a 400, or 400 after a 403, is final all the same', async () => {
    server.answers(status(400), status(403));
    expect(await failure()).toMatchObject({ kind: 'refused', message: expect.stringContaining('check the keys') });
    server.answers(status(403), status(400));
    expect(await failure()).toMatchObject({ kind: 'refused', message: expect.stringContaining('got 400') });
    expect(server.asked).toHaveLength(2);
  });

  test('that sends the request elsewhere does not get the keys carried there', async () => {
    server.answers(status(307, '', { location: `${server.url}/elsewhere` }), good);
    expect(await failure()).toMatchObject({ kind: 'refused' });
    expect(server.asked).toHaveLength(1);
  });
});

test.each([
  ['HTML', '<html>maintenance</html>'],
  ['cut JSON', JSON.stringify(good).slice(0, -20)],
  ['NaN', JSON.stringify(good).replace('8', 'NaN')],
  ['nothing', ''],
  ['errors beside data', JSON.stringify({ ...good, errors: ['partial'] })],
])('HTTP 200 with %s is malformed, not "no data", and not repeated', async (_, body) => {
  server.answers(body);
  expect(await failure()).toMatchObject({ kind: 'malformed' });
  expect(server.asked).toHaveLength(1);
});

test('an answer without an end is cut off and not repeated', async () => {
  server.answers((response) => {
    const more = () => void (response.destroyed || response.write(Buffer.alloc(2 ** 20, ' '), more));
    more();
  });
  expect(await failure()).toMatchObject({ kind: 'malformed', message: expect.stringContaining('an answer over') });
  expect(server.asked).toHaveLength(1);
});

test('keys that come back in an answer appear in no error and no log', async () => {
  const said: unknown[][] = [];
  const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const spies = methods.map((method) =>
    jest.spyOn(console, method).mockImplementation((...words) => void said.push(words)),
  );
  const echo = `{"errors":["bad key ${API_KEY} or ${APP_KEY}"]}`;
  const written = Buffer.from(`${API_KEY}:${APP_KEY}`).toString('base64');
  const faults: Script[] = [
    status(429, '', { 'x-ratelimit-name': APP_KEY, 'x-ratelimit-reset': API_KEY }),
    status(400, `Basic ${written}`),
    status(400, echo),
    status(403, echo),
    echo,
    `<p>${APP_KEY}</p>`,
    (response) => response.destroy(),
  ];
  for (const fault of faults) {
    server.answers(fault);
    await failure();
  }
  for (const spy of spies) spy.mockRestore();
  expect(said).toEqual([]);
});

test.each([
  ['a line break in it', `${API_KEY}\n`, 'spaces or special characters'],
  ['nothing in it', '', 'got none'],
])('a key with %s is refused without being shown or sent', async (_, apiKey, message) => {
  server.answers(good);
  const error = await failure({ keys: async () => ({ apiKey, appKey: APP_KEY }) });
  expect(error).toMatchObject({ kind: 'refused', message: expect.stringContaining(message) });
  expect(server.asked).toHaveLength(0);
});

test('keys that cannot be read are a failure of the source', async () => {
  const keys = () => Promise.reject(new Error('not authorized'));
  expect(await failure({ keys })).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('not authorized'),
  });
});

describe('the server', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  test.each([
    [undefined, 'https://api.ddog-gov.com'],
    ['http://127.0.0.1:8126', 'http://127.0.0.1:8126'],
    ['http://localhost:8126/', 'http://localhost:8126'],
    ['http://[::1]:8126', 'http://[::1]:8126'],
  ])('for the address %p is %s', async (url, expected) => {
    const { client } = await datadogClient();
    const { index, variables } = serverOf('ddog-gov.com', url);
    const configuration = client.createConfiguration({ serverIndex: index });
    configuration.setServerVariables(variables);
    const server = configuration.getServer('v2.MetricsApi.queryTimeseriesData')!;
    expect(server.makeRequestContext('/path', client.HttpMethod.POST).getUrl()).toBe(`${expected}/path`);
  });

  test.each([
    '',
    'https://127.0.0.1:8126',
    'http://10.0.0.1',
    'http://api.ddog-gov.com',
    'http://127.0.0.1.example.org',
    'http://user:secret@127.0.0.1',
    'http://127.0.0.1/path',
    'http://127.0.0.1/?x',
    'ftp://127.0.0.1',
    '127.0.0.1:8126',
  ])('is never %j', (url) => {
    expect(() => source({ url })).toThrow('STAGEWATCH_DATADOG_URL is for a server on this machine');
    expect(() => source({ url })).not.toThrow('secret');
  });

  test('and the keys are those of the release, whatever DD_SITE, DD_API_KEY and DD_APP_KEY say', async () => {
    Object.assign(process.env, { DD_SITE: 'example.org', DD_API_KEY: 'other', DD_APP_KEY: 'other' });
    server.answers(good);
    expect(await ask()).toEqual(sample);
    expect(server.asked[0]!.headers).toMatchObject({ 'dd-api-key': API_KEY, 'dd-application-key': APP_KEY });
  });
});
