import { HOUR_MS } from '../../lib/facts/hour';
import { toggleServiceOf } from '../../lib/toggles/toggle-service-of';
import { API_KEY } from '../worlds/datadog-events-stand-in';
import { APP_KEY, startDatadogLogs } from '../worlds/datadog-logs-stand-in';
import { LAUNCH, tickOf } from '../worlds/moments';

const NOW = tickOf(LAUNCH);
const QUERY = 'service:flags @toggle:{toggle}';
const SECTION = { query: QUERY, value: '/attributes/gate/value', all: 100, lines: 'changes', oldest: 360 };
let logs: Awaited<ReturnType<typeof startDatadogLogs>>;
beforeAll(async () => {
  logs = await startDatadogLogs();
});
afterAll(() => logs.close());
beforeEach(() => {
  logs.lines.length = 0;
});

const KEYS = { DD_API_KEY: API_KEY, DD_APP_KEY: APP_KEY };
const service = (change: object = {}, env: NodeJS.ProcessEnv = KEYS) =>
  toggleServiceOf(
    { toggleService: { datadogLogs: { ...SECTION, ...change } }, datadog: { site: 'ddog-gov.com' } } as never,
    { env: { ...env, STAGEWATCH_DATADOG_URL: logs.url } },
  )!;
const read = async (change: object = {}, name = 'one') => (await service(change).read([name], NOW))[0]!;
const write = (at: number, value: unknown, name = 'one') =>
  logs.lines.push({ at, query: `service:flags @toggle:"${name}"`, attributes: { gate: { value } } });

test('the newest line counts; of lines about changes since its instant, of others as of it', async () => {
  write(NOW - 90_000, '25');
  write(NOW - 2 * HOUR_MS, '50');
  expect(await read()).toEqual({ toggle: 'one', at: NOW, state: { share: 0.25 }, since: NOW - 90_000 });
  expect(await read({ lines: 'states' })).toEqual({ toggle: 'one', at: NOW - 90_000, state: { share: 0.25 } });
});

test('a line that is too old, and none, is unknown and never off', async () => {
  write(NOW - 3 * HOUR_MS, '25');
  expect((await read({ oldest: 3 })).state).toEqual({ share: 0.25 });
  expect((await read({ oldest: 2 })).state).toEqual({ unknown: 'no log line about it in the last 2 hours' });
  expect((await read({}, 'two')).state).toEqual({ unknown: 'no log line about it in the last 360 hours' });
});

test('a name is one value of the search, whatever it has in it', async () => {
  write(NOW, '25', '\\" OR *');
  logs.lines[0]!.query = 'service:flags @toggle:"\\\\\\" OR *"';
  expect((await read({}, '\\" OR *')).state).toEqual({ share: 0.25 });
});

test('a line without a share, and two of one instant that differ, are unknown', async () => {
  write(NOW - 5, null);
  expect((await read()).state).toEqual({ unknown: expect.stringContaining('got no number from 0 to 100') });
  write(NOW - 2, '25');
  write(NOW - 2, '25');
  expect((await read()).state).toEqual({ share: 0.25 });
  logs.lines.pop();
  write(NOW - 2, '50');
  expect((await read()).state).toEqual({ unknown: 'two log lines of the same instant say different shares' });
});

const line = (timestamp: string) => ({ attributes: { timestamp, attributes: { gate: { value: '25' } } } });
const DONE = { status: 'done' };
test.each([
  ['a search that was not finished', { data: [line('2026-02-11T16:00:00Z')], meta: { status: 'timeout' } }],
  ['a warning', { data: [], meta: { ...DONE, warnings: [{ code: 'unknown_index' }] } }],
  ['no end', { data: [line('2026-02-11T16:00:00Z')] }],
  ['another order', { data: [line('2026-02-11T15:00:00Z'), line('2026-02-11T16:00:00Z')], meta: DONE }],
  ['no time', { data: [line('yesterday')], meta: DONE }],
  ['the future', { data: [line('2027-02-11T16:00:00Z')], meta: DONE }],
  ['the past', { data: [line('2025-02-11T16:00:00Z')], meta: DONE }],
  ['a list', []],
])('%s is unknown', async (_, answer) => {
  logs.script.push((response) => response.end(JSON.stringify(answer)));
  expect((await read()).state).toEqual({ unknown: expect.stringMatching(/^Datadog's answer - got/) });
});

test('a refused key, and a query that Datadog does not take, are unknown and quoted nowhere', async () => {
  const refused = await service({}, { ...KEYS, DD_APP_KEY: 'sentinel-other-application-key' }).read(['one'], NOW);
  expect(refused[0]!.state).toEqual({ unknown: expect.stringContaining('logs_read_data') });
  expect(JSON.stringify(refused)).not.toContain('sentinel');
  for (let asked = 0; asked < 2; asked++)
    logs.script.push((response) => response.writeHead(400).end('{"errors":["ada@example.test"]}'));
  expect((await read()).state).toEqual({ unknown: expect.stringMatching(/is the query right\?$/) });
  logs.script.push((response) => response.end('<html>'));
  expect((await read()).state).toEqual({ unknown: 'Datadog gave no log lines (malformed)' });
  expect(() => service({}, {})).toThrow(/DD_API_KEY - got nothing[\s\S]*DD_APP_KEY - got nothing/);
});

test('the question is the one that the official client asks', async () => {
  await read();
  const ours = logs.asked.at(-1)!;
  const { client, v2 } = await import('@datadog/datadog-api-client' as string);
  const configuration = client.createConfiguration({
    serverIndex: 1,
    authMethods: { apiKeyAuth: API_KEY, appKeyAuth: APP_KEY },
  });
  configuration.setServerVariables({ name: logs.url.slice(7), protocol: 'http' });
  await new v2.LogsApi(configuration).listLogs({ body: JSON.parse(ours.body) });
  const theirs = logs.asked.at(-1)!;
  expect({ ...theirs, body: JSON.parse(theirs.body) }).toEqual({ ...ours, body: JSON.parse(ours.body) });
});
