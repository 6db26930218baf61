import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { count } from '../../../lib/facts/format';
import { instantText } from '../../../lib/facts/hour';
import { listen } from '../../../lib/local/listen';
import { exposedOf, type UserCount } from '../../../lib/results/event-count';
import { byStatus } from '../../worlds/by-status';
import { status } from '../../worlds/datadog-stand-in';
import { LAUNCH, tickOf } from '../../worlds/moments';
import { FINE, fileOf } from '../../worlds/small-release';
import { KEYS, kindOf, openWorld, SECRET, type World } from '../../worlds/world';

/** Bad enough to page within the hour. */
const OUTAGE = byStatus({ 500: 100_000 });

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'sampler-'));
const bundle = path.join(folder, 'index.js');

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await run(process.execPath, [path.join(ROOT, 'scripts', 'bundle.mjs'), 'lambdas/sampler/handler.ts', bundle]);
});
beforeEach(() => world.heal());
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const RUNNER = `require(process.argv[1]).handler(JSON.parse(process.argv[2])).then(
  ({ recorded }) => {
    const fetches = process.moduleLoadList.some((name) => name.includes('undici'));
    console.log('recorded', recorded, fetches ? 'and fetch was loaded' : '');
  },
  (error) => { console.log('failed', error.name, error.message); process.exitCode = 1; },
)`;

/** One invocation in a process of its own, with this environment and no other. */
async function invoke(name: string, endpoints: Record<string, string>, file: object = fileOf(), newest = LAUNCH) {
  const event = { release: { name, file }, scheduledTime: instantText(tickOf(newest)) };
  const env = {
    STAGEWATCH_TABLE: world.store.tableName,
    STAGEWATCH_TOPIC: world.sns.topicArn,
    STAGEWATCH_SECRET: SECRET,
    STAGEWATCH_DATADOG_URL: world.datadog.url,
    AWS_REGION: 'us-gov-west-1',
    AWS_ACCESS_KEY_ID: world.store.key,
    AWS_SECRET_ACCESS_KEY: 'local',
    ...endpoints,
  };
  const args = ['-e', RUNNER, bundle, JSON.stringify(event)];
  const options = { env: env as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv, cwd: folder };
  return run(process.execPath, args, options).catch((failed: { stdout: string; stderr: string }) => failed);
}

const each = () => ({
  AWS_ENDPOINT_URL_DYNAMODB: process.env.AWS_ENDPOINT_URL_DYNAMODB!,
  AWS_ENDPOINT_URL_SNS: process.env.AWS_ENDPOINT_URL_SNS!,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER!,
});

test('the bundle does an hour of work as a process of its own', async () => {
  const release = await world.launched();
  const { stdout } = await invoke(release.name, each());
  const [line, outcome] = stdout.trim().split('\n');
  expect(outcome).toBe('recorded 2');
  expect(JSON.parse(line!)).toMatchObject({ release: release.name, hour: '2026-02-11T16:00Z', recommendation: 'hold' });
  const items = await world.dump(release);
  expect(kindOf(items, 'snapshot')).toMatchObject([{ sk: '2026-02-11T16:00Z', requests: 1000, errors: 2 }]);
  expect(kindOf(items, 'verdict')).toMatchObject([{ sk: 'verdict#2026-02-11T16:00Z' }]);
});

test("it counts a stage's users and error classes when the stage has lasted as planned", async () => {
  const query = { search: '*', kept: '30 days' };
  const events = {
    datadog: {
      ...fileOf().datadog,
      users: { ...query, source: 'rum', facet: '@usr.id', counts: 'all' },
      errorClasses: { ...query, source: 'spans', facet: '@error.type' },
    },
  };
  const release = await world.launched(events);
  const { stdout } = await invoke(release.name, each(), fileOf(events), LAUNCH + 23);
  expect(stdout).not.toContain('eventFailure');
  const [users, classes] = (await world.historyOf(release).eventCounts()).toSorted((a, b) =>
    a.kind < b.kind ? 1 : -1,
  );
  const hours = { from: LAUNCH, to: LAUNCH + 24 };
  expect(users).toMatchObject({ kind: 'users', ...hours, counts: 'all', users: expect.any(Number) });
  expect(classes).toMatchObject({ kind: 'errorClasses', ...hours });
  expect(world.published[0]!.message).toContain(`${count(exposedOf(users as UserCount, 0.25))} (25 % of`);
});

test('it finds all of AWS behind one address, too, as a local cloud gives it, and publishes there', async () => {
  const release = await world.launched();
  const clouds = each();
  const cloud = await listen(async ({ headers, url }, body) => {
    const target = String(headers['x-amz-target'] ?? '');
    const to = target.startsWith('DynamoDB')
      ? clouds.AWS_ENDPOINT_URL_DYNAMODB
      : target.startsWith('secretsmanager')
        ? clouds.AWS_ENDPOINT_URL_SECRETS_MANAGER
        : clouds.AWS_ENDPOINT_URL_SNS;
    const { authorization = '', 'content-type': type = '', 'x-amz-date': date = '' } = headers;
    const passed = { authorization, 'content-type': type, 'x-amz-target': target, 'x-amz-date': String(date) };
    const answer = await fetch(`${to}${url}`, { method: 'POST', headers: passed, body });
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', body: await answer.text() };
  });
  world.shows((at) => (at >= LAUNCH ? OUTAGE : FINE));
  const { stdout } = await invoke(release.name, { AWS_ENDPOINT_URL: cloud.url });
  await cloud.close();
  expect(stdout.trim().split('\n').at(-1)).toBe('recorded 2');
  expect(await world.alertsOf(release)).toEqual(['firing sent']);
  expect(world.published.map(({ attributes }) => attributes.release?.value)).toEqual([release.name]);
});

test('a failure of Datadog is a failure of the process that names no key', async () => {
  const release = await world.launched();
  world.datadog.answers(status(403, `{"errors":["${KEYS.apiKey}"]}`));
  const { stdout, stderr } = await invoke(release.name, each());
  expect(stdout).toContain('failed SourceError datadog refused - got 403');
  for (const key of Object.values(KEYS)) expect(stdout + stderr).not.toContain(key);
  expect(kindOf(await world.dump(release), 'verdict')).toHaveLength(1);
});

test('an environment that lacks everything is a failure that names it all', async () => {
  const none = { STAGEWATCH_TABLE: '', STAGEWATCH_TOPIC: '', STAGEWATCH_SECRET: '' };
  const { stdout, stderr } = await invoke('small', none);
  expect(stdout + stderr).toMatch(/STAGEWATCH_TABLE - .*STAGEWATCH_TOPIC - .*STAGEWATCH_SECRET - /);
});
