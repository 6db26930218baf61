import '../worlds/sampler-client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { openDynamo } from '../../lib/history/client';
import type { Recommendation, Verdict } from '../../lib/judge/verdict';
import { useLocalCloud } from '../../lib/local/cloud';
import { ownerMove, play } from '../../lib/local/play';
import type { PublishRecord } from '../../lib/local/sns';
import { openStore } from '../../lib/local/store';
import { readRelease } from '../../lib/release/read';
import { folder, written } from '../worlds/console';
import { scenario } from '../worlds/local-rollout';
import { entered, fileOf, LAUNCH, releaseOf } from '../worlds/small-release';

const ROOT = path.join(__dirname, '..', '..');
const root = folder();
const small = written(root, 'small', {
  // No event of the simulated service can be found by a path.
  datadog: {
    ...fileOf().datadog,
    users: { source: 'rum', search: '@view.url_path:/claims*', facet: '@usr.id', kept: '30 days', counts: 'all' },
  },
  stages: [
    { name: 'A', exposure: '25%', length: '1 day' },
    { name: 'B', exposure: '100%', length: '3 hours' },
  ],
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the owner of the play', () => {
  const release = releaseOf('small', { checks: [{ name: '2-day', length: '2 days' }] });
  const B = { enter: 'B', exposure: 1 };
  const DAY = 24;

  const verdict = (hour: number, recommendation: Recommendation, stage?: StageEvent): Verdict => ({
    judge: '1',
    hour,
    recommendation,
    reason: '',
    findings: [],
    notices: [],
    ...(stage && {
      stage: { name: stage.stage, exposure: stage.exposure, since: stage.at, plannedEnd: stage.at + startOf(DAY) },
    }),
  });
  const inA = (hours: number, recommendation: Recommendation) => {
    const log = [entered(LAUNCH)];
    return ownerMove(release, log, verdict(LAUNCH + hours - 1, recommendation, log[0]));
  };
  const inB = (hours: number, recommendation: Recommendation) => {
    const log = [entered(LAUNCH), entered(LAUNCH + DAY, 'B', 1)];
    return ownerMove(release, log, verdict(LAUNCH + DAY + hours - 1, recommendation, log[1]));
  };

  test('waits for a first verdict, then launches', () => {
    expect(ownerMove(release, [], undefined)).toBe('wait');
    expect(ownerMove(release, [], verdict(LAUNCH - 2, 'not exposed'))).toEqual({ enter: 'A', exposure: 0.25 });
  });

  test.each<[string, ReturnType<typeof ownerMove>, ReturnType<typeof ownerMove>]>([
    ['waits before the planned end, though all is well', inA(DAY - 1, 'advance'), 'wait'],
    ['advances at the planned end', inA(DAY, 'advance'), B],
    ['advances later, once the verdict says so', inA(5 * DAY, 'advance'), B],
    ['waits while the verdict says hold', inA(DAY, 'hold'), 'wait'],
    ['still waits an hour before four weeks of hold are over', inA(29 * DAY - 1, 'hold'), 'wait'],
    ['gives up after four weeks of hold', inA(29 * DAY, 'hold'), 'stop'],
    ['watches what is to be rolled back until the planned end', inA(DAY - 1, 'roll back'), 'wait'],
    ['and stops then', inA(DAY, 'roll back'), 'stop'],
    ['watches the last stage until its last check', inB(2 * DAY - 1, 'advance'), 'wait'],
    ['ends with the last check', inB(2 * DAY, 'advance'), 'stop'],
    ['ends with the last check whatever the verdict', inB(2 * DAY, 'hold'), 'stop'],
  ])('%s', (_, move, expected) => expect(move).toEqual(expected));

  test('waits for the verdict that knows of the last move', () => {
    const log = [entered(LAUNCH), entered(LAUNCH + DAY + 1, 'B', 1)];
    expect(ownerMove(release, log, verdict(LAUNCH + DAY - 1, 'advance', log[0]))).toBe('wait');
  });
});

/** What is left of a play, with the alerts apart: a play that was killed may have told of an hour in the next one. */
async function contents(dir: string) {
  const store = await openStore(dir);
  useLocalCloud(process.env, { dynamodb: store.url });
  const client = openDynamo();
  const items: Record<string, unknown>[] = [];
  for await (const { Items } of paginateScan({ client }, { TableName: store.tableName })) {
    items.push(...(Items ?? []).map((item) => unmarshall(item, { wrapNumbers: Number })));
  }
  client.destroy();
  await store.close();
  const isAlert = ({ sk }: Record<string, unknown>) => String(sk).startsWith('alert#');
  const key = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
  items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { facts: items.filter((item) => !isAlert(item)), alerts: items.filter(isAlert) };
}

function played(dir: string, { resume = false, signal = new AbortController().signal, scene = 'outage' } = {}) {
  const said: { stages: string[]; ends: string[]; messages: PublishRecord[]; progress: number[]; uncounted: string[] } =
    {
      stages: [],
      ends: [],
      messages: [],
      progress: [],
      uncounted: [],
    };
  const result = play({
    release: readRelease(small),
    scenario: scenario(scene),
    seed: 3,
    dir,
    resume,
    signal,
    onProgress: (done) => said.progress.push(done),
    onPublish: (record) => said.messages.push(record),
    onStage: ({ stage }) => said.stages.push(stage),
    onStageEnd: ({ stage, recommendation }) => said.ends.push(`${stage!.name} ${recommendation}`),
    onUncounted: (failure) => said.uncounted.push(failure),
  });
  return result.then((outcome) => ({ ...outcome, ...said }));
}

const undisturbed = path.join(root, 'undisturbed');
let whole: Awaited<ReturnType<typeof played>>;
beforeAll(async () => {
  whole = await played(undisturbed);
});

test('a play enters every stage, ends each on a verdict, and ends itself', () => {
  expect(whole).toMatchObject({ finished: true, stages: ['A', 'B'], ends: ['A advance', 'B hold'] });
  expect(whole.verdict).toMatchObject({ recommendation: 'hold', stage: { name: 'B', exposure: 1 } });
  // The end of B falls on the same day as that of A, and a check-in waits for no other.
  expect(
    whole.messages.map(({ subject, message }) => [subject, /stage . has lasted as planned: \w+/.exec(message)?.[0]]),
  ).toEqual([
    ['NOTICE: Small - one notice', 'stage A has lasted as planned: advance'],
    ['NOTICE: Small - one notice', 'stage B has lasted as planned: hold'],
  ]);
  expect(whole.progress).toEqual(Array.from({ length: whole.hours }, (_, index) => index - 2));
});

test('what could not be counted is told once, and holds nothing up', () => {
  expect(whole.uncounted[0]).toMatch(/^users of 2026-02-11T16:00Z - 2026-02-12T16:00Z: .*@view.url_path:.claims/);
  expect(whole.uncounted).toHaveLength(new Set(whole.uncounted).size);
});

/** Plays in a process of its own, until it is time to kill it as hard as can be. */
async function killed(dir: string, itIsTime: (said: string) => boolean, ...args: string[]) {
  const command = ['--import', 'tsx', 'bin/stagewatch.ts', 'simulate', '--release', small, '--data', dir, ...args];
  const env = { ...process.env, CI: 'true', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk;
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const watch = setInterval(() => itIsTime(said) && child.kill('SIGKILL'), 10);
  const [, signal] = await once(child, 'close');
  clearInterval(watch);
  expect(signal).toBe('SIGKILL');
  return said;
}

/** Bytes that the database has taken in so far. */
function taken(dir: string): number {
  const database = path.join(dir, 'dynamodb');
  const logs = existsSync(database) ? readdirSync(database).filter((name) => name.endsWith('.log')) : [];
  return logs.reduce((bytes, name) => bytes + statSync(path.join(database, name)).size, 0);
}

test('a play that is killed in its first hour and again in its second day ends as an undisturbed one', async () => {
  const dir = path.join(root, 'killed');
  const first = await killed(dir, () => taken(dir) > 50_000, '--scenario', 'outage', '--seed', '3');
  expect(first).not.toContain('entered');
  const { facts } = await contents(dir);
  expect(facts.length).toBeGreaterThan(0);
  expect(facts.length).toBeLessThan(672);

  const second = await killed(dir, (said) => said.includes('stage B entered'), '--resume');
  expect(second).toContain('stage A entered');
  expect(second).toContain('NOTICE: Small');
  expect(second).not.toContain('\u001b');
  expect(await played(dir, { resume: true })).toMatchObject({ finished: true, stages: [] });

  const [disturbed, reference] = [await contents(dir), await contents(undisturbed)];
  expect(disturbed.facts).toEqual(reference.facts);
  expect(disturbed.alerts.map(({ status }) => status)).toEqual(['sent', 'sent']);
});

test('a play that has ended has nothing to go on with', async () => {
  const dir = path.join(root, 'stopped');
  cpSync(undisturbed, dir, { recursive: true });
  const again = await played(dir, { resume: true });
  expect(again).toMatchObject({ finished: true, hours: 0, stages: [], messages: [] });
  expect((await contents(dir)).facts).toEqual((await contents(undisturbed)).facts);
});
