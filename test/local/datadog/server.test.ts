import { HOUR_MS, type Hour, startOf } from '../../../lib/facts/hour';
import { type LocalDatadog, startDatadog } from '../../../lib/local/datadog/server';
import { RESOURCES, type ResourceName, SERVICE, trafficOf } from '../../../lib/local/traffic';
import { seriesOf } from '../../../lib/release/series-of';
import { readAnswer } from '../../../lib/sources/datadog/answer';
import { questionOf } from '../../../lib/sources/datadog/question';
import { ROLLOUT, STAGE_A, scenario } from '../../worlds/local-rollout';
import { releaseOf } from '../../worlds/small-release';

const keys = { apiKey: 'api', appKey: 'app' };
const traffic = trafficOf(scenario('blind'), 1, ROLLOUT);
const endpoints = ['#index', '#show', '#files-we-couldnt-receive'] as const;
const AFTER = startOf(STAGE_A + 1_000);
const HOURLY = '.as_count().rollup(sum, 3600)';
const anyOf = endpoints.map((name) => `resource_name:${RESOURCES[name].tag}`).join(' OR ');
const REQUESTS = `sum:trace.rack.request.hits{env:eks-prod AND (${anyOf})} by {resource_name,http.status_code}${HOURLY}`;
const CANARY = `sum:trace.rack.request.hits{env:eks-prod}${HOURLY}`;

let datadog: LocalDatadog;
let now: number;
beforeAll(async () => {
  datadog = await startDatadog({ traffic, now: () => now, keys });
});
beforeEach(() => {
  now = AFTER;
});
afterAll(() => datadog.close());

function bodyOf(from: Hour, to: Hour, queries: Record<string, string> = { requests: REQUESTS, canary: CANARY }) {
  const entries = Object.entries(queries);
  return {
    data: {
      type: 'timeseries_request',
      attributes: {
        from: startOf(from),
        to: startOf(to),
        interval: HOUR_MS,
        formulas: entries.map(([name]) => ({ formula: name })),
        queries: entries.map(([name, query]) => ({ data_source: 'metrics', name, query })),
      },
    },
  };
}

const HEADERS = { 'dd-api-key': 'api', 'dd-application-key': 'app', 'content-type': 'application/json' };

async function post(body: unknown, headers: Record<string, string> = HEADERS, path = '/api/v2/query/timeseries') {
  const response = await fetch(datadog.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const content = (await response.json()) as { data?: { attributes: Answer }; errors?: string[] };
  return { status: response.status, content };
}

interface Answer {
  times: number[];
  series: { group_tags: string[]; query_index: number }[];
  values: (number | null)[][];
}

async function ask(...parameters: Parameters<typeof bodyOf>): Promise<Answer> {
  const { status, content } = await post(bodyOf(...parameters));
  expect(status).toBe(200);
  return content.data!.attributes;
}

const total = (resource: ResourceName, hour: Hour) =>
  [...traffic.counts(resource, hour).values()].reduce((all, count) => all + count, 0);

test('every count of the traffic is in its series, and a status without requests is null', async () => {
  const [from, to] = [STAGE_A - 168, STAGE_A];
  const { times, series, values } = await ask(from, to);
  expect(times).toEqual(Array.from({ length: 168 }, (_, index) => startOf(from + index)));
  let nulls = 0;
  let points = 0;
  series.forEach(({ group_tags, query_index }, position) => {
    if (query_index !== 0) return;
    const [status, tag] = [...group_tags].sort().map((one) => one.slice(one.indexOf(':') + 1)) as [string, string];
    const name = endpoints.find((one) => RESOURCES[one].tag === tag)!;
    values[position]!.forEach((value, index) => {
      expect(value).toBe(traffic.counts(name, from + index).get(status) ?? null);
      points += value ?? 0;
      if (value === null) nulls++;
    });
  });
  const all = endpoints.flatMap((name) => times.map((_, index) => total(name, from + index)));
  expect(points).toBe(all.reduce((sum, count) => sum + count));
  expect(nulls).toBeGreaterThan(0);
});

test('the canary is one series without tags, with all requests of the environment', async () => {
  const { series, values } = await ask(STAGE_A, STAGE_A + 24);
  const position = series.findIndex((one) => one.query_index === 1);
  expect(series[position]!.group_tags).toEqual([]);
  expect(series.filter((one) => one.query_index === 1)).toHaveLength(1);
  const all = ([...endpoints, 'other'] as const).reduce((sum, name) => sum + total(name, STAGE_A), 0);
  expect(values[position]![0]).toBe(all);
});

test('the requests of a feature are told apart, and the canary is the same as without', async () => {
  const [from, to] = [STAGE_A - 24, STAGE_A + 24];
  const query = (feature: string) => REQUESTS.replace('{env:eks-prod', `{env:eks-prod AND feature:${feature}`);
  const asked = await ask(from, to, { requests: REQUESTS, canary: CANARY, off: query('off'), on: query('on') });
  const sums = (index: number) => {
    const byHour = asked.times.map(() => 0);
    asked.series.forEach(({ query_index }, position) => {
      if (query_index !== index) return;
      asked.values[position]!.forEach((value, hour) => {
        byHour[hour]! += value ?? 0;
      });
    });
    return byHour;
  };
  const [all, canary, off, on] = [0, 1, 2, 3].map(sums) as [number[], number[], number[], number[]];
  const hours = Array.from({ length: 48 }, (_, index) => from + index);
  expect(off).toEqual(
    hours.map((hour) =>
      endpoints.reduce((sum, name) => sum + [...traffic.toggleOff(name, hour).values()].reduce((a, b) => a + b, 0), 0),
    ),
  );
  expect(on).toEqual(all.map((count, index) => count - off[index]!));
  expect(on.slice(0, 24)).toEqual(Array(24).fill(0));
  const alone = await ask(from, to);
  expect(alone.values[alone.series.findIndex((one) => one.query_index === 1)]).toEqual(canary);
});

test('times are only those at which something has a value', async () => {
  const quiet = `sum:trace.rack.request.hits{resource_name:${RESOURCES['#files-we-couldnt-receive'].tag}}${HOURLY}`;
  const { times, values } = await ask(STAGE_A - 168, STAGE_A, { quiet });
  const expected = Array.from({ length: 168 }, (_, index) => STAGE_A - 168 + index).filter(
    (hour) => total('#files-we-couldnt-receive', hour) > 0,
  );
  expect(times).toEqual(expected.map(startOf));
  expect(values[0]).not.toContain(null);
});

test('an hour is given when it has ended', async () => {
  const last = async () => (await ask(STAGE_A - 24, STAGE_A + 24)).times.at(-1);
  now = startOf(STAGE_A) - 1;
  expect(await last()).toBe(startOf(STAGE_A - 2));
  now = startOf(STAGE_A);
  expect(await last()).toBe(startOf(STAGE_A - 1));
});

test('blind hours are absent, the canary too, and are there when the blind period is over', async () => {
  const blind = [STAGE_A + 48, STAGE_A + 78] as const;
  const times = async (at: number) => {
    now = at;
    return (await ask(STAGE_A + 40, STAGE_A + 100)).times;
  };
  const upTo = (end: Hour) => Array.from({ length: end - STAGE_A - 40 }, (_, index) => startOf(STAGE_A + 40 + index));
  expect(await times(startOf(blind[0]) - 1)).toEqual(upTo(blind[0] - 1));
  expect(await times(startOf(blind[0] + 1))).toEqual(upTo(blind[0]));
  expect(await times(startOf(blind[1]) - 1)).toEqual(upTo(blind[0]));
  expect(await times(startOf(blind[1]))).toEqual(upTo(blind[1]));
});

test('no data at all is empty lists', async () => {
  now = startOf(STAGE_A + 60);
  expect(await ask(STAGE_A + 48, STAGE_A + 60)).toEqual({ times: [], series: [], values: [] });
});

test.each([
  ['metric', `sum:trace.rack.request.errors{env:eks-prod}${HOURLY}`],
  ['environment', `sum:trace.rack.request.hits{env:eks-staging}${HOURLY}`],
  ['endpoint', `sum:trace.rack.request.hits{env:eks-prod AND resource_name:v0::nobody_show}${HOURLY}`],
])('an unknown %s has no data', async (_what, query) => {
  expect((await ask(STAGE_A, STAGE_A + 24, { query })).series).toEqual([]);
});

test('what there is can be listed by grouping', async () => {
  const query = `sum:trace.rack.request.hits{env:eks-prod} by {resource_name}${HOURLY}`;
  const { series } = await ask(STAGE_A - 168, STAGE_A, { query });
  const tags = Object.values(RESOURCES).map(({ tag }) => [`resource_name:${tag}`]);
  expect(series.map((one) => one.group_tags).sort()).toEqual(tags.sort());
  const features = await ask(STAGE_A, STAGE_A + 24, { query: query.replace('resource_name', SERVICE.featureTag) });
  expect(features.series.map((one) => one.group_tags).sort()).toEqual([['feature:off'], ['feature:on']]);
});

test.each<[string, Record<string, string>]>([
  ['no keys', { 'content-type': 'application/json' }],
  ['another API key', { ...HEADERS, 'dd-api-key': 'app' }],
  ['another application key', { ...HEADERS, 'dd-application-key': 'api' }],
])('%s are forbidden', async (_what, headers) => {
  const forbidden = { status: 403, content: { errors: ['Forbidden'] } };
  expect(await post(bodyOf(STAGE_A, STAGE_A + 24), headers)).toEqual(forbidden);
});

const changed = (change: (attributes: ReturnType<typeof bodyOf>['data']['attributes']) => void) => {
  const body = bodyOf(STAGE_A, STAGE_A + 24);
  change(body.data.attributes);
  return body;
};

test.each<[string, unknown, RegExp]>([
  ['without as_count', bodyOf(0, 24, { query: CANARY.replace('.as_count()', '') }), /as_count/],
  ['without rollup', bodyOf(0, 24, { query: CANARY.replace('.rollup(sum, 3600)', '') }), /rollup/],
  ['with another interval', changed((one) => Object.assign(one, { interval: 4 * HOUR_MS })), /interval/],
  ['without an interval', changed((one) => Object.assign(one, { interval: undefined })), /interval/],
  ['with a formula that names no query', changed((one) => Object.assign(one.formulas[0]!, { formula: 'x' })), /x/],
  ['that ends before it begins', bodyOf(STAGE_A, STAGE_A), /before/],
  [
    'with a field that Datadog does not know',
    changed((one) => Object.assign(one.queries[0]!, { aggregator: 'sum' })),
    /aggregator/,
  ],
  [
    'that names a query as no formula can',
    bodyOf(0, 24, { 'all-requests': CANARY }),
    /lower case letters, digits and _/,
  ],
  [
    'for the sum of a distribution',
    bodyOf(0, 24, { sum: `sum:trace.rack.request{env:eks-prod}${HOURLY}` }),
    /is a distribution/,
  ],
  ['for the values of a count', bodyOf(0, 24, { all: CANARY.replace('sum:', 'count:') }), /is no distribution/],
  ['with an endless query', bodyOf(0, 24, { all: CANARY.replace('prod', 'x'.repeat(16_000)) }), /at most 16000/],
  ['of another type', { data: { ...bodyOf(0, 24).data, type: 'scalar_request' } }, /timeseries_request/],
])('a request %s is refused with the reason', async (_what, body, reason) => {
  const { status, content } = await post(body);
  expect(status).toBe(400);
  expect(content.errors![0]).toMatch(reason);
});

/** What a run makes of an answer. */
const read = (content: unknown, from: Hour, to: Hour) =>
  readAnswer(content, releaseOf('small').datadog, seriesOf(releaseOf('small')), { from, to, wantedFrom: from });
const query = (from: Hour, to: Hour) => {
  const { datadog, ...release } = releaseOf('small');
  const queries = questionOf(datadog, seriesOf({ datadog, ...release }));
  return bodyOf(from, to, Object.fromEntries(queries.map(({ name, text }) => [name, text()])));
};

test('1,500 hours are hourly points, and one hour more makes them longer, which a run does not take for hours', async () => {
  const [from, to] = [STAGE_A - 1_500, STAGE_A];
  const fine = await post(query(from, to));
  expect(fine.content.data!.attributes.times).toHaveLength(1_500);
  const samples = read(fine.content, from, to);
  expect(new Set(samples.map(({ kind }) => kind))).toEqual(new Set(['counted']));
  const { status, content } = await post(query(from - 1, to));
  const { times } = content.data!.attributes;
  expect([status, times.length, times[1]! - times[0]!]).toEqual([200, 751, 2 * HOUR_MS]);
  expect(() => read(content, from - 1, to)).toThrow(/no two of them an hour apart, expected hourly points/);
});

test('10,000 series are given, and what is cut off is said, which makes nothing of the answer count', async () => {
  const by = `sum:trace.rack.request.hits{env:eks-prod} by {feature}${HOURLY}`;
  const asked = (count: number) =>
    bodyOf(STAGE_A, STAGE_A + 2, Object.fromEntries(Array.from({ length: count }, (_, index) => [`q${index}`, by])));
  const fine = await post(asked(5_000));
  expect([fine.content.data!.attributes.series.length, fine.content.errors]).toEqual([10_000, undefined]);
  const { status, content } = await post(asked(5_001));
  expect([status, content.data!.attributes.series.length]).toEqual([200, 10_000]);
  expect(content.errors).toEqual(['2 series are left out, at most 10000 are given']);
  expect(() => read(content, STAGE_A, STAGE_A + 2)).toThrow(/errors .*2 series are left out.*, expected none/);
});

test('a request of another content type, or to another path, is refused', async () => {
  const body = bodyOf(STAGE_A, STAGE_A + 24);
  expect((await post(body, { ...HEADERS, 'content-type': 'text/plain' })).status).toBe(415);
  expect((await post(body, HEADERS, '/api/v1/query')).status).toBe(404);
});

test.each([
  ['/api/v1/validate', { 'dd-api-key': 'api' }, 200],
  ['/api/v1/validate', { 'dd-api-key': 'other' }, 403],
  ['/api/v2/validate_keys', { 'dd-api-key': 'api' }, 403],
  ['/api/v2/validate_keys', HEADERS, 200],
  ['/api/v1/metrics/trace.rack.request.hits', HEADERS, 200],
  ['/api/v1/metrics/trace.rack.request.hits', {}, 403],
  ['/api/v1/metrics/trace.rack.request', HEADERS, 200],
  ['/api/v1/metrics/other', HEADERS, 404],
])('GET %s with the headers %j is answered with %d', async (path, headers, status) => {
  expect((await fetch(datadog.url + path, { headers: headers as Record<string, string> })).status).toBe(status);
});

test('every request is counted', async () => {
  const before = datadog.requests;
  await ask(STAGE_A, STAGE_A + 24);
  await post(bodyOf(STAGE_A, STAGE_A + 24), {});
  expect(datadog.requests).toBe(before + 2);
});
