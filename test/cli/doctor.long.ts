import { rmSync } from 'node:fs';
import { hourOf } from '../../lib/facts/hour';
import { RESOURCES } from '../../lib/local/traffic';
import { datadogClient } from '../../lib/sources/datadog/client';
import { byStatus } from '../worlds/by-status';
import { folder, stagewatch, written } from '../worlds/console';
import { openSetUp } from '../worlds/set-up';
import { fileOf } from '../worlds/small-release';

let setUp: Awaited<ReturnType<typeof openSetUp>>;
const root = folder();
const small = written(root, 'small');
beforeAll(async () => {
  // It takes seconds, in which the clock of a command that waits for it would be off.
  await datadogClient();
  setUp = await openSetUp();
});
beforeEach(() => setUp.heal());
afterAll(async () => {
  rmSync(root, { recursive: true });
  await setUp.close();
});

/** A release whose Datadog part differs. */
const withDatadog = (name: string, change: object) =>
  written(root, name, { datadog: { ...fileOf().datadog, ...change } });
const endpoint = (tag: string) => ({ endpoints: [{ name: '#show', tag, criteria: [{ below: '5%' }] }] });
const json = (status: number, content: unknown) => ({
  status,
  type: 'application/json',
  body: typeof content === 'string' ? content : JSON.stringify(content),
});

test('a set-up without fault: each thing is ok, on a line of its own', async () => {
  const { code, wrong, skipped, ok, err } = await setUp.doctor(small);
  expect([code, wrong]).toEqual([0, {}]);
  expect(skipped).toEqual({ runs: 'no run has given a verdict yet; the first comes at minute 20' });
  expect(Object.keys(ok)).toEqual(
    'keys metric traffic scope series_#show rates siblings sums statuses spacing baseline lateness past table topic clock'
      .split(' ')
      .map((name) => name.replace('_', ' ')),
  );
  expect(ok.past).toMatch(
    /^#show: these criteria would have meant no page in the last 8 weeks; the lowest limit without a page is 1\.\d %; the limit that pages once a quarter would be 1(\.\d)? %$/,
  );
  expect(err).toBe('17 checks: 0 wrong, 1 skipped');
});

test('without a table nothing of AWS is asked, and none of it is called ok', async () => {
  const { code, skipped, ok } = await stagewatchLines({ STAGEWATCH_TABLE: undefined });
  expect(code).toBe(0);
  expect(skipped.map((line) => line.split(/ +/)[1])).toEqual(['table', 'runs', 'topic']);
  expect(ok.some((line) => line.includes('DynamoDB'))).toBe(false);
});

/** What it prints for people. */
async function stagewatchLines(change: Record<string, string | undefined>) {
  const env = Object.fromEntries(
    Object.entries({ ...setUp.env, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const { code, out } = await stagewatch(['doctor', '--release', small], { env, now: Date.now() });
  const lines = out.split('\n');
  const of = (word: string) => lines.filter((line) => line.startsWith(word));
  return { code, ok: of('ok '), wrong: of('WRONG '), skipped: of('skipped ') };
}

describe('the keys', () => {
  test('are missing: what needs no key is looked at all the same', async () => {
    const { code, wrong, skipped, ok } = await setUp.doctor(small, { env: { DD_API_KEY: '', DD_APP_KEY: ' ' } });
    expect(code).toBe(1);
    expect(wrong).toEqual({ keys: expect.stringMatching(/^DD_API_KEY and DD_APP_KEY - got nothing/) });
    expect(skipped.counts).toBe('Datadog cannot be asked without keys');
    expect(Object.keys(ok)).toEqual(['table', 'topic', 'clock']);
  });

  test.each([
    ['DD_API_KEY', /^the API key - got refused by .*, expected a key of ddog-gov.com/],
    ['DD_APP_KEY', /^the application key - got refused by .*, expected one of the API key's organisation/],
  ])('%s is of another site or organisation', async (name, said) => {
    const { code, wrong, skipped } = await setUp.doctor(small, { env: { [name]: 'sentinel-of-another-site' } });
    expect(code).toBe(1);
    expect(wrong).toEqual({ keys: expect.stringMatching(said) });
    expect(skipped.counts).toBe('none could be had');
    expect(JSON.stringify(wrong)).not.toContain('sentinel');
  });

  test('are known, but may not query', async () => {
    setUp.fault(({ url }) => (url?.includes('timeseries') ? json(403, { errors: ['Forbidden'] }) : undefined));
    const { code, wrong } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ keys: expect.stringContaining('expected timeseries_query') });
  });

  test('come from the secret that the function reads, where it is named', async () => {
    const env = { DD_API_KEY: '', DD_APP_KEY: '' };
    expect((await setUp.doctor(small, { env: { ...env, STAGEWATCH_SECRET: 'datadog-keys' } })).wrong).toEqual({});
    const { wrong } = await setUp.doctor(small, { env: { ...env, STAGEWATCH_SECRET: 'empty' } });
    expect(wrong).toEqual({ keys: expect.stringContaining('datadog secret - got no value') });
  });

  test('cannot be keys: that is said, and not that the network is broken', async () => {
    const { wrong } = await setUp.doctor(small, { env: { DD_APP_KEY: 'two\nlines' } });
    expect(wrong).toEqual({ keys: expect.stringContaining("datadog's appKey cannot be one") });
    expect(JSON.stringify(wrong)).not.toContain('lines');
  });

  test('are sent to no other host than Datadog and this machine', async () => {
    const { code, wrong } = await setUp.doctor(small, { env: { STAGEWATCH_DATADOG_URL: 'http://example.com' } });
    expect(code).toBe(1);
    expect(wrong).toEqual({ keys: expect.stringContaining('STAGEWATCH_DATADOG_URL is for a server on this machine') });
  });
});

describe('the metric', () => {
  const typed = (status: number, content: unknown) =>
    setUp.fault(({ url }) => (url?.startsWith('/api/v1/metrics/') ? json(status, content) : undefined));

  test('does not exist', async () => {
    const { wrong } = await setUp.doctor(withDatadog('misnamed', { metric: 'trace.rack.requests.hits' }));
    expect(wrong.metric).toMatch(/^datadog.metric - got none called trace.rack.requests.hits/);
    expect(wrong.traffic).toContain('got no trace.rack.requests.hits at all');
  });

  test.each(['gauge', 'distribution'])('is a %s, whose sums are no numbers of requests', async (type) => {
    typed(200, { type });
    const { code, wrong } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ metric: expect.stringContaining(`which is a ${type}, expected a count`) });
  });

  test('is a rate, which as_count() turns back into counts', async () => {
    typed(200, { type: 'rate' });
    expect(await setUp.doctor(small)).toMatchObject({ code: 0, wrong: {} });
  });

  test.each([
    [403, { errors: ['Forbidden'] }],
    [200, { type: null }],
    [200, 'not JSON'],
  ])('has a type that cannot be read (%s %j): it is unproven, which stops nothing', async (status, content) => {
    typed(status, content);
    const { code, wrong, unproven, ok, err } = await setUp.doctor(small);
    expect([code, wrong]).toEqual([1, {}]);
    expect(unproven).toEqual({ metric: expect.stringMatching(/unproven.*metrics_read.*look it up/) });
    expect(ok).toHaveProperty('traffic');
    expect(err).toBe('17 checks: 0 wrong, 1 unproven, 1 skipped');
  });
});

describe('the counts', () => {
  test('there are none in the scope', async () => {
    const { wrong } = await setUp.doctor(withDatadog('elsewhere', { scope: ['env:eks-dev'] }));
    expect(wrong.traffic).toMatch(/^datadog.scope - got no .* for env:eks-dev, expected traffic/);
    expect(wrong['series #show']).toContain('is that the right tag?');
  });

  test('an endpoint is misspelt: the nearest one that has requests is named', async () => {
    const place = written(root, 'misspelt', endpoint('v0::benefitclaimscontroller_show'));
    const { code, wrong } = await setUp.doctor(place);
    expect(code).toBe(1);
    expect(wrong).toEqual({ 'series #show': expect.stringContaining(`did you mean ${RESOURCES['#show'].tag}`) });
  });

  test('an endpoint is like no other', async () => {
    const { wrong } = await setUp.doctor(written(root, 'new', endpoint('payments_create')));
    expect(wrong['series #show']).toMatch(/none of the \d values of resource_name is like it, .* before its launch$/);
  });

  test('an endpoint is gone since a week', async () => {
    const week = hourOf(Date.now()) - 170;
    setUp.counts((name, hour) => (name === '#show' && hour > week ? byStatus({}) : undefined));
    const { code, wrong } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ 'series #show': expect.stringContaining('was the endpoint renamed?') });
  });

  test('a control is misspelt, and nobody carries the tags of a toggle that is off', async () => {
    const change = {
      datadog: { ...fileOf().datadog, control: ['feature:nobody'] },
      endpoints: [{ ...fileOf().endpoints[0], criteria: [{ consistentWithBaseline: {} }] }],
      controls: [{ name: 'letters', tag: 'v0::letterscontroller_index' }],
    };
    const { wrong } = await setUp.doctor(written(root, 'controlled', change));
    expect(wrong).toEqual({
      'series letters': expect.stringContaining('tag - got no request with resource_name:v0::letters'),
      'series #show (toggle off)': expect.stringContaining('datadog.toggleOff - got no request with feature:nobody'),
    });
  });

  test('the status tag is another one', async () => {
    const { code, wrong } = await setUp.doctor(withDatadog('unlabelled', { statusTag: 'http.status' }));
    expect(code).toBe(1);
    expect(wrong.statuses).toMatch(/^datadog.statusTag - got 100 % of #show without an HTTP status in http.status/);
  });

  test('the points are two hours each', async () => {
    setUp.fault(async ({ url }, _body, honest) => {
      const answer = await honest();
      if (!url?.includes('timeseries')) return answer;
      const { data } = JSON.parse(answer.body);
      const even = (_: unknown, index: number) => index % 2 === 0;
      data.attributes.times = data.attributes.times.filter(even);
      data.attributes.values = data.attributes.values.map((values: number[]) => values.filter(even));
      return json(200, { data });
    });
    const { code, wrong } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ answer: expect.stringContaining('no two of them an hour apart, expected hourly points') });
  });

  test('they began three days ago', async () => {
    const begun = hourOf(Date.now()) - 72;
    setUp.counts((_name, hour) => (hour < begun ? byStatus({}) : undefined));
    const { code, wrong } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ baseline: expect.stringMatching(/^baseline - got data in 7\d of the last 672 hours/) });
  });

  test('they ended five hours ago', async () => {
    const ended = hourOf(Date.now()) - 5;
    setUp.counts((_name, hour) => (hour > ended ? byStatus({}) : undefined));
    const { code, wrong } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ lateness: expect.stringMatching(/data is about \d hours late \(Datadog has no /) });
  });

  test('one answer cannot be used: the other checks are made', async () => {
    let answers = 0;
    setUp.fault(({ url }) => (url?.includes('timeseries') && ++answers === 5 ? json(200, '<html>') : undefined));
    const { code, wrong, ok } = await setUp.doctor(small);
    expect(code).toBe(1);
    expect(wrong).toEqual({ traffic: expect.stringContaining("datadog's answer cannot be used") });
    expect(ok).toHaveProperty('lateness');
  });
});

describe('the weeks before', () => {
  test('would have paged: that is said, and is no fault', async () => {
    const bad = hourOf(Date.now()) - 240;
    setUp.counts((_name, hour) => (hour >= bad && hour < bad + 3 ? byStatus({ 200: 900, 500: 100 }) : undefined));
    const { code, ok } = await setUp.doctor(small);
    expect(code).toBe(0);
    expect(ok.past).toMatch(
      /^#show: these criteria would have meant 1 page \(1 not below its limit\) in the last 8 weeks; the lowest limit without a page is [5-9](\.\d)? %; the limit that pages once a quarter would be 1(\.\d)? %$/,
    );
  });

  test('cannot be had: that is no fault of the set-up either', async () => {
    const month = Date.now() - 29 * 24 * 3_600_000;
    setUp.fault(({ url }, body) =>
      url?.includes('timeseries') && JSON.parse(body).data.attributes.from < month ? json(500, {}) : undefined,
    );
    const { code, skipped } = await setUp.doctor(small);
    expect(code).toBe(0);
    expect(skipped.past).toMatch(/^the weeks before could not be had: datadog/);
  });

  test('say nothing beside what is wrong', async () => {
    const { skipped } = await setUp.doctor(withDatadog('unlabelled-past', { statusTag: 'http.status' }));
    expect(skipped.past).toBe('what is wrong above would make it wrong too');
  });
});

describe('the events', () => {
  const events = (source: string, facet: string, search = '*') => ({ source, facet, search, kept: '2 weeks' });
  const users = { ...events('rum', '@usr.id'), counts: 'all' };
  const errorClasses = events('spans', '@error.type');

  test('have users and error classes: what was found is said', async () => {
    const { code, wrong, ok } = await setUp.doctor(withDatadog('eventful', { users, errorClasses }));
    expect([code, wrong]).toEqual([0, {}]);
    expect(ok.users).toMatch(/^[\d,]{5,} users in 24 hours by @usr.id in rum, with and without the feature$/);
    expect(ok['error classes']).toMatch(
      /^most frequent in 24 hours by @error.type in spans: \S+ \([\d,]+\), \S+ \([\d,]+\), \S+ \([\d,]+\)$/,
    );
  });

  test('are asked for by a wrong facet: nobody is an error, and no class is not ok', async () => {
    const change = { users: { ...users, facet: '@usr.mail' }, errorClasses: { ...errorClasses, facet: '@error.kind' } };
    const { code, wrong, skipped } = await setUp.doctor(withDatadog('faceless', change));
    expect(code).toBe(1);
    expect(wrong).toEqual({ users: expect.stringMatching(/^no user found - got none by @usr.mail in rum of \*/) });
    expect(skipped['error classes']).toContain('none was found in 24 hours by @error.kind in spans');
  });

  test('are those of exposed users, of whom there is none before the launch', async () => {
    const exposed = { ...users, search: 'feature:on', counts: 'exposed' };
    const { code, skipped } = await setUp.doctor(withDatadog('exposed', { users: exposed }));
    expect(code).toBe(0);
    expect(skipped.users).toContain('nobody who has the feature was found');
  });

  test('have the users of pages: one that nobody visits may be right, and none that anybody does is not', async () => {
    const page = (name: string, path: string) => ({ ...users, name, search: `@view.url_path:${path}` });
    const [list, none] = [page('Claims list', '/track-claims/your-claims'), page('Lost', '/track-claims/lost')];
    const found = await setUp.doctor(withDatadog('paged', { usersOf: [list, none] }));
    expect([found.code, found.wrong]).toEqual([0, {}]);
    expect(found.ok.users).toMatch(
      /^Claims list: [\d,]{4,} users in 24 hours by @usr.id in rum, with and without the feature$/,
    );
    expect(found.skipped.users).toMatch(
      /^Lost: nobody was found in 24 hours by @usr.id in rum: right for a page that few/,
    );
    const { code, wrong } = await setUp.doctor(withDatadog('pathless', { usersOf: [none] }));
    expect(code).toBe(1);
    expect(wrong.users).toMatch(/^Lost: no user found - .* check datadog.usersOf, /);
  });

  test('cannot be asked for: each is a failed check of its own, and the others are made', async () => {
    setUp.fault(({ url }) => (url?.includes('scalar') ? json(403, { errors: ['Forbidden'] }) : undefined));
    const exposed = { ...users, counts: 'exposed' };
    const { code, wrong, ok } = await setUp.doctor(withDatadog('forbidden', { users: exposed, errorClasses }));
    expect(code).toBe(1);
    const refused = expect.stringMatching(/^datadog refused - got 403 .*timeseries_query/);
    expect(wrong).toEqual({ users: refused, 'error classes': refused });
    expect(ok).toHaveProperty('lateness');
  });
});

test('a clock that is two minutes off is wrong by every server', async () => {
  const { code, wrong } = await setUp.doctor(small, { now: Date.now() + 120_000 });
  expect(code).toBe(1);
  expect(wrong).toEqual({ clock: expect.stringMatching(/ahead of 127.*, 1\d\d seconds ahead of DynamoDB/) });
});
