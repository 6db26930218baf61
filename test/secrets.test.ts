import { rmSync } from 'node:fs';
import { inspect } from 'node:util';
import { sampler } from '../lambdas/sampler/handler';
import { instantText } from '../lib/facts/hour';
import { type HttpAnswer, listen } from '../lib/local/listen';
import type { Release } from '../lib/release/schema';
import { byStatus } from './worlds/by-status';
import { folder, stagewatch, written } from './worlds/console';
import { type Script, scalar, status } from './worlds/datadog-stand-in';
import { LAUNCH, tickOf } from './worlds/moments';
import { FINE, fileOf } from './worlds/small-release';
import { openWorld, SECRET, type World } from './worlds/world';

/** Keys that JSON, addresses and base64 write otherwise than they are. */
const KEYS = { apiKey: 'sentinel/api+key"5f1d7c%\\', appKey: "sentinel&app=key'9ab3e0<$" };

/** "sentinel" as it is, as JSON and addresses leave it, and as base64 writes it at each place where it can begin. */
const FORMS = ['sentinel', 'c2VudGluZW', 'NlbnRpbmVs', 'zZW50aW5lb'];

const BOTH = `${KEYS.apiKey}:${KEYS.appKey}`;
const ECHOES = [
  BOTH,
  JSON.stringify({ errors: [BOTH] }),
  `key=${encodeURIComponent(KEYS.apiKey)}&app=${encodeURIComponent(KEYS.appKey)}`,
  `Basic ${Buffer.from(BOTH).toString('base64')}`,
  `Basic ${Buffer.from(` ${BOTH}`).toString('base64')}`,
  `<p>${KEYS.appKey}`,
];

const root = folder();
const said: unknown[] = [];
const CHANGE = { alerts: { repeatEvery: '1 hour' } };
let world: World;
let release: Release;
let hour = LAUNCH - 1;
beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    jest.spyOn(console, method).mockImplementation((...words) => void said.push(words));
  world = await openWorld();
  release = await world.launched(CHANGE);
});
beforeEach(() => {
  said.length = 0;
  // A new hour for each test, with a message that is due in it.
  hour++;
  world.heal();
  world.lock(KEYS);
  world.secret[SECRET] = JSON.stringify(KEYS);
  world.shows((at) => (at >= LAUNCH ? byStatus({ 500: 100_000 }) : FINE));
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  jest.restoreAllMocks();
  await world.close();
});

/** The forms of the keys in all that was logged, thrown, printed, stored and sent, with a few words around each. */
async function found(): Promise<string[]> {
  const whole = { showHidden: true, depth: 8, maxStringLength: null, maxArrayLength: null };
  // Hidden parts too: an error's answer or cause is one careless log line away.
  const text = [...said, world.published, await world.dump(release)].map((one) => inspect(one, whole)).join('\n');
  return FORMS.filter((form) => text.includes(form)).map((form) =>
    text.slice(Math.max(0, text.indexOf(form) - 99)).slice(0, 150),
  );
}

const environment = () => ({
  STAGEWATCH_TABLE: world.store.tableName,
  STAGEWATCH_TOPIC: world.sns.topicArn,
  STAGEWATCH_SECRET: SECRET,
  STAGEWATCH_DATADOG_URL: world.datadog.url,
});

/** The hour's work by this sampler; what it returns or throws is kept. */
async function work(handle: ReturnType<typeof sampler>, { name } = release, change: object = CHANGE): Promise<unknown> {
  const event = { release: { name, file: fileOf(change) }, scheduledTime: instantText(tickOf(hour)) };
  const outcome = await handle(event).catch((error) => error);
  said.push(outcome, outcome instanceof Error ? [outcome.message, outcome.stack, JSON.stringify(outcome)] : '');
  return outcome;
}
const fresh = () => sampler(environment(), (line) => said.push(line));

test('the search finds a key in each form that it may be written in', async () => {
  for (const echo of ECHOES) {
    said.length = 0;
    said.push(new Error('x', { cause: { echo } }));
    expect(await found()).not.toEqual([]);
  }
});

test('the keys go to Datadog and nowhere else while all is well', async () => {
  expect(await work(fresh())).not.toBeInstanceOf(Error);
  expect(world.datadog.asked.at(-1)!.headers).toMatchObject({ 'dd-api-key': KEYS.apiKey });
  expect(world.published).toHaveLength(1);
  expect(await found()).toEqual([]);
});

test('they are in no error, log line, item or alert when Datadog repeats them, whatever it answers besides', async () => {
  const ways: ((echo: string) => Script)[] = [
    (echo) => status(403, echo),
    (echo) => status(400, echo),
    (echo) => echo,
    (echo) => status(401, '', { 'x-echo': echo }),
    (echo) => JSON.stringify({ errors: echo }),
    (echo) => JSON.stringify({ data: { attributes: { times: echo } } }),
  ];
  // Each form of the keys, and each way in which it comes back, once.
  const faults = ECHOES.map((echo, index) => ways[index % ways.length]!(echo));
  const headers = { 'x-ratelimit-name': KEYS.apiKey, 'x-ratelimit-reset': KEYS.appKey };
  faults.push(status(429, BOTH, headers), status(307, BOTH, { location: `/${BOTH}` }));
  const handle = fresh();
  for (const fault of faults) {
    world.datadog.answers(fault);
    expect(await work(handle)).toMatchObject({ name: 'SourceError' });
  }
  expect(await found()).toEqual([]);
});

test('they are in no count of events, and in no word on why there is none, when Datadog repeats them there', async () => {
  const query = { source: 'spans', search: '*', facet: '@error.type', kept: '30 days' };
  const change = { datadog: { ...fileOf().datadog, users: { ...query, counts: 'all' }, errorClasses: query } };
  const counted = await world.launched(change);
  world.shows(() => FINE);
  const handle = fresh();
  hour = LAUNCH + 23;
  for (const answer of [status(403, BOTH), status(200, JSON.stringify(scalar([3], [[BOTH]])))]) {
    // The metric is told as it is.
    world.datadog.answers((response) => {
      const script = world.datadog.asked.at(-1)!.url!.endsWith('/scalar') ? answer : world.honest;
      if (typeof script === 'function') script(response);
    });
    expect(await work(handle, counted, change)).toMatchObject({ eventFailure: expect.stringContaining('datadog') });
    hour++;
  }
  const [stored] = await world.historyOf(counted).eventCounts();
  expect(stored).toMatchObject({ errorClasses: [{ name: '[key]:[key]', errors: 3 }] });
  said.push(await world.dump(counted));
  expect(world.published).toHaveLength(1);
  expect(await found()).toEqual([]);
});

test('they are in none when the secret is not what it should be, or Secrets Manager breaks off or fails', async () => {
  for (const content of [BOTH, JSON.stringify({ apiKey: KEYS.apiKey }), JSON.stringify([BOTH]), `{"apiKey":"${BOTH}`]) {
    world.secret[SECRET] = content;
    expect(await work(fresh())).toMatchObject({ name: 'SourceError' });
  }
  const type = 'application/x-amz-json-1.1';
  const secret = JSON.stringify({ Name: SECRET, SecretString: JSON.stringify(KEYS) });
  const answers: HttpAnswer[] = [
    { status: 200, type, body: BOTH },
    { status: 200, type, body: secret.slice(0, -20) },
    { status: 200, type, body: secret.replace(':', ':x') },
    { status: 400, type, body: JSON.stringify({ __type: 'AccessDeniedException', Message: 'not authorized' }) },
  ];
  const before = process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER;
  for (const answer of answers) {
    const broken = await listen(() => answer);
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = broken.url;
    expect(await work(fresh())).toMatchObject({ name: 'SourceError' });
    await broken.close();
  }
  process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = before;
  expect(await found()).toEqual([]);
});

test('they are in none when SNS fails', async () => {
  world.faults.sns = true;
  expect(await work(fresh())).toBeInstanceOf(Error);
  expect(await found()).toEqual([]);
});

test('they are in nothing that a command prints, for people or machines', async () => {
  const where = written(root, release.name, CHANGE);
  const env = {
    DD_API_KEY: KEYS.apiKey,
    DD_APP_KEY: KEYS.appKey,
    STAGEWATCH_DATADOG_URL: world.datadog.url,
    STAGEWATCH_TOPIC: world.sns.topicArn,
    STAGEWATCH_DEBUG: '1',
  };
  const place = ['--release', where, '--table', world.store.tableName];
  const past = ['--from-datadog', '--since', '2026-02-01T00:00Z', '--stage', 'A@2026-02-11T16:00Z'];
  const commands = [
    ['run', ...place],
    ['check', '--json', ...place],
    ['history', '--json', ...place],
    ['results', '--json', ...place],
    ['stage', 'list', '--json', ...place],
    ['backtest', where, ...past, '--json'],
  ];
  for (const fault of [world.honest, status(403, BOTH), JSON.stringify({ errors: [BOTH] })]) {
    world.datadog.answers(fault);
    for (const command of commands) {
      const { out, err } = await stagewatch(command, { env, now: tickOf(hour) });
      expect(`${out}${err}`).not.toBe('');
      said.push(out, err);
    }
  }
  const withKey = { ...env, STAGEWATCH_DATADOG_URL: `http://${encodeURIComponent(KEYS.apiKey)}@example.org` };
  said.push(await stagewatch(['run', ...place], { env: withKey }));
  expect(await found()).toEqual([]);
});
