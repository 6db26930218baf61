import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { sampler } from '../../../lambdas/sampler/handler';
import { type Hour, instantText } from '../../../lib/facts/hour';
import type { Release } from '../../../lib/release/schema';
import { byStatus } from '../../worlds/by-status';
import { LAUNCH, tickOf } from '../../worlds/moments';
import { FINE, fileOf } from '../../worlds/small-release';
import { keysOf, kindOf, openWorld, SECRET, type World } from '../../worlds/world';
import { badNeighbour, MANNERS, type Manner, THROTTLES } from './bad-neighbour';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'sampler-'));
const bundle = path.join(folder, 'index.js');

// Bad enough to page within the hour, and a message every hour, so that each hour needs all the neighbours.
const CHANGE = { alerts: { repeatEvery: '1 hour' } };
const OUTAGE = byStatus({ 500: 100_000 });

// Forty processes take their time on a busy machine.
jest.setTimeout(240_000);

let world: World;
beforeAll(async () => {
  world = await openWorld();
  world.heal();
  world.shows((at) => (at >= LAUNCH ? OUTAGE : FINE));
  const entry = 'test/lambdas/sampler/impatient-sampler.ts';
  await run(process.execPath, [path.join(ROOT, 'scripts', 'bundle.mjs'), entry, bundle]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

const environment = () => ({
  STAGEWATCH_TABLE: world.store.tableName,
  STAGEWATCH_TOPIC: world.sns.topicArn,
  STAGEWATCH_SECRET: SECRET,
  STAGEWATCH_DATADOG_URL: world.datadog.url,
});
const eventOf = ({ name }: Release, hour: Hour) => ({
  release: { name, file: fileOf(CHANGE) },
  scheduledTime: instantText(tickOf(hour)),
});

/** What is in the table and what people got. The verdict of an hour may be of a time when nothing was known of it. */
async function outcomeOf(release: Release) {
  const items = await world.dump(release);
  const told = world.published.filter(({ attributes }) => attributes.release?.value === release.name);
  return {
    snapshots: kindOf(items, 'snapshot').map(({ sk, counts }) => ({ sk, counts })),
    verdicts: keysOf(kindOf(items, 'verdict')),
    alerts: await world.alertsOf(release),
    told: [...new Set(told.map(({ subject }) => subject))],
  };
}

// The time for Datadog is what Lambda has left, but for a minute that is kept back.
const RUNNER = `
const context = { getRemainingTimeInMillis: () => 63_000 };
require(process.argv[1]).handler(JSON.parse(process.argv[2]), context).then(
  () => console.log('done'),
  (error) => { console.log('failed', error.name, error.message); process.exitCode = 1; },
)`;

/** One invocation in a process of its own; one that does not end by its deadlines is killed, and has no exit code. */
async function invoke(release: Release, hour: Hour, endpoints: Record<string, string>) {
  const env = { ...environment(), ...endpoints, AWS_REGION: 'us-gov-west-1' };
  const credentials = { AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: 'local' };
  const options = { env: { ...env, ...credentials } as NodeJS.Dict<string> as NodeJS.ProcessEnv, timeout: 30_000 };
  const args = ['-e', RUNNER, bundle, JSON.stringify(eventOf(release, hour))];
  return run(process.execPath, args, options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number | null; stdout: string }) => ({ code, stdout }),
  );
}

const ADDRESSES = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  sns: 'AWS_ENDPOINT_URL_SNS',
  secrets: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  datadog: 'STAGEWATCH_DATADOG_URL',
} as const;
type Neighbour = keyof typeof ADDRESSES;

/** One hour for each way to misbehave: a run beside the bad neighbour, then one beside good ones. */
async function hoursBeside(neighbour: Neighbour, manners: [string, Manner][], target?: RegExp) {
  const known: NodeJS.Dict<string> = { ...process.env, STAGEWATCH_DATADOG_URL: world.datadog.url };
  const addresses = Object.fromEntries(Object.values(ADDRESSES).map((name) => [name, known[name]!]));
  const release = await world.launched(CHANGE);
  // A minute later, when a message is no longer the other run's.
  const healthy = sampler(
    environment(),
    () => {},
    () => Date.now() + 60_000,
  );
  const runs: { manner: string; code: number | null; lines: string[] }[] = [];
  for (const [index, [manner, behave]] of manners.entries()) {
    const bad = await badNeighbour(addresses[ADDRESSES[neighbour]]!, behave, target);
    const { code, stdout } = await invoke(release, LAUNCH + index, { ...addresses, [ADDRESSES[neighbour]]: bad.url });
    await bad.close();
    runs.push({ manner, code, lines: stdout.split('\n').filter((line) => line.startsWith('failed')) });
    await healthy(eventOf(release, LAUNCH + index));
  }
  return { neighbour, runs, outcome: await outcomeOf(release) };
}

test('however a neighbour misbehaves, the run ends by its deadlines and says so, and the next one heals', async () => {
  const manners = (neighbour: Neighbour): [string, Manner][] => [
    ...Object.entries(MANNERS),
    ['throttles', THROTTLES[neighbour]],
  ];
  const undisturbed = await world.launched(CHANGE);
  const handle = sampler(environment(), () => {});
  for (const index of manners('datadog').keys()) await handle(eventOf(undisturbed, LAUNCH + index));
  const expected = await outcomeOf(undisturbed);
  expect(expected.alerts).toHaveLength(manners('datadog').length);

  // Mostly waiting, but more processes at once would starve each other on two cores.
  const beside = await Promise.all([
    hoursBeside('dynamodb', manners('dynamodb'), /Query/).then(async (first) => [
      first,
      await hoursBeside('sns', manners('sns')),
    ]),
    hoursBeside('dynamodb', manners('dynamodb'), /PutItem/).then(async (first) => [
      first,
      await hoursBeside('secrets', manners('secrets')),
    ]),
    hoursBeside('datadog', manners('datadog')),
  ]);
  for (const { neighbour, runs, outcome } of beside.flat()) {
    for (const { manner, code, lines } of runs) {
      expect({ neighbour, manner, code }).toEqual({ neighbour, manner, code: 1 });
      expect(lines).toEqual([expect.stringMatching(/^failed \S+ \S/)]);
    }
    const { alerts, ...rest } = expected;
    expect(outcome).toMatchObject(rest);
    // A run that hears nothing of an hour has alerted on the hours before, so that the same news come in another order.
    const asNews = (list: string[]) => (['datadog', 'secrets'].includes(neighbour) ? [...new Set(list)].sort() : list);
    expect([neighbour, asNews(outcome.alerts)]).toEqual([neighbour, asNews(alerts)]);
  }
});
