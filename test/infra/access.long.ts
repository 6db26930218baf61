import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { consoleOperator, consoleReader } from '../../lambdas/console/handler';
import { ARRIVAL } from '../../lib/cli/arrival';
import type { Listening } from '../../lib/local/listen';
import type { Release } from '../../lib/release/schema';
import { startCloudFormation } from '../worlds/cloudformation';
import { folder, stagewatch, written } from '../worlds/console';
import { status } from '../worlds/datadog-stand-in';
import { openGithub } from '../worlds/github';
import { openDoor } from '../worlds/iam-door';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BAD, FINE, fileOf } from '../worlds/small-release';
import { synthesized } from '../worlds/synthesized';
import { KEYS, openWorld, SECRET, type World } from '../worlds/world';
import { NOTIFY } from './context';
import { rightsOf } from './rights';

let world: World;
let cloudFormation: Listening;
let door: Awaited<ReturnType<typeof openDoor>>;
let release: Release;
const root = folder();
let now = tickOf(LAUNCH + 3) + 10 * 60_000;
/** Each time later than the one before. */
function later(): number {
  now += 1_000;
  return now;
}

beforeAll(async () => {
  world = await openWorld();
  world.heal();
  cloudFormation = await startCloudFormation({
    Stagewatch: {
      TableName: world.store.tableName,
      TopicArn: world.sns.topicArn,
      SecretArn: SECRET,
      Receivers: 'pagerDuty',
    },
  });
  const {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
    AWS_ENDPOINT_URL_SNS: sns,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets,
  } = process.env;
  door = await openDoor({
    dynamodb: dynamodb!,
    sns: sns!,
    secretsmanager: secrets!,
    cloudformation: cloudFormation.url,
  });
  release = await world.launched();
  world.shows((at) => (at > LAUNCH ? BAD : FINE));
  await world.hours(release, LAUNCH, LAUNCH + 4);
  writeFileSync(path.join(root, 'plan.md'), '# Plan\n\n- [ ] What is the error rate? [FILL_IN]\n');
  writeFileSync(path.join(root, 'releases.json'), JSON.stringify({ [release.name]: fileOf() }));
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await Promise.all([world.close(), cloudFormation.close(), door.close()]);
});

const of = synthesized({ console: true, notify: NOTIFY });
const KEYS_OF_THEIR_OWN = { DD_API_KEY: KEYS.apiKey, DD_APP_KEY: KEYS.appKey };
/** What CloudWatch does with the rights of whoever looks at the console, and clicks there. */
const BY_CLOUDWATCH = ['cloudwatch:GetDashboard', 'lambda:InvokeFunction'];
const listOf = (prefix: string) => [...new Set(rightsOf(of, prefix).map((right) => right.split(' ')[0]!))];
/** What commands may call by a list; with a key, only services work for whoever calls them. */
const called = (prefix: string) =>
  listOf(prefix).filter((action) => !/^(kms|logs):/.test(action) && !BY_CLOUDWATCH.includes(action));
const [READER, OPERATOR] = [called('AccessReader'), called('AccessOperator')];

/** A command line on what is deployed, with nothing of AWS but what is behind the door. */
const command = (args: string[], env: Record<string, string> = {}) =>
  stagewatch([...args, '--release', written(root, release.name)], {
    now: later(),
    env: { ...door.env, ...KEYS_OF_THEIR_OWN, STAGEWATCH_DATADOG_URL: world.datadog.url, ...env },
  });
const onStack = (line: string) => command(['--stack', 'Stagewatch', ...line.split(' ')]);

const READING: Record<string, number> = {
  check: 1,
  status: 0,
  'history #show --last 24h': 0,
  results: 0,
  [`report --out ${path.join(root, 'report')}`]: 0,
  [`fill ${path.join(root, 'plan.md')}`]: 0,
  'stage list': 0,
  silence: 0,
  exclude: 0,
};
const WRITING = [
  'ack',
  'silence --until 4h --reason x',
  'silence --end',
  'exclude --from 2026-02-11T17:00Z --to 2026-02-11T18:00Z --reason x',
  'exclude --end',
  'stage enter B',
  'stage undo',
  'test-alert',
  'backfill --again',
];
/** In the order in which nothing is to end yet. */
const BEGINNING = WRITING.filter((line) => !line.endsWith('--end') && !line.startsWith('backfill'));

const used = { reader: new Set<string>(), operator: new Set<string>() };
/** Behind the door with a list of actions: what was asked for is all in it, and is noted. */
async function behind<T>(who: 'reader' | 'operator', work: () => Promise<T>): Promise<T> {
  const list = who === 'reader' ? READER : OPERATOR;
  door.lets(list);
  const done = await work();
  expect(door.used().filter((action) => !list.includes(action))).toEqual([]);
  for (const action of door.used()) used[who].add(action);
  return done;
}

describe('the list of readers', () => {
  test.each(Object.entries(READING))('is enough for: %s', async (line, code) => {
    const said = await behind('reader', () => onStack(line));
    expect([said.code, said.err]).toEqual([code, expect.not.stringContaining('not authorized')]);
  });

  test.each(BEGINNING)('is not enough for: %s', async (line) => {
    const before = await world.table();
    door.lets(READER);
    expect(await onStack(line)).toMatchObject({
      code: 70,
      err: expect.stringMatching(/not authorized to perform: (dynamodb:(Put|Update)Item|sns:Publish)/),
    });
    expect(await world.table()).toEqual(before);
  });

  test('is enough for propose, which writes into a repository and nowhere else', async () => {
    const github = await openGithub(root);
    github.repository('org/plans', { 'plan.md': '# Small\n\n## Stage A: 25% of users\n- #show: [FILL_IN]\n' });
    const place = written(path.join(root, 'planned'), release.name, {
      plan: 'https://github.com/org/plans/blob/main/plan.md',
    });
    const args = ['--stack', 'Stagewatch', 'propose', '--release', place];
    const said = await behind('reader', () => stagewatch(args, { now: later(), env: { ...door.env, ...github.env } }));
    await github.close();
    expect([said.code, said.err]).toEqual([0, '']);
  });

  test('has no right that none of them uses', () => {
    expect([...used.reader].sort()).toEqual(READER.toSorted());
  });
});

describe('the list of operators', () => {
  test.each(Object.entries(READING))('is enough for: %s', async (line, code) => {
    expect(await behind('operator', () => onStack(line))).toMatchObject({ code });
  });

  test.each(WRITING)('is enough for: %s', async (line) => {
    const said = await behind('operator', () => onStack(line));
    expect([said.code, said.err]).toEqual([0, expect.not.stringContaining('not authorized')]);
  });

  test('is enough for doctor with keys of its own, but shows nobody those of the stack', async () => {
    const env = {
      STAGEWATCH_TABLE: world.store.tableName,
      STAGEWATCH_TOPIC: world.sns.topicArn,
    };
    // What Datadog says is not asked here.
    world.datadog.answers(status(403, '{}'));
    const { out } = await behind('operator', () => command(['doctor', '--json'], env));
    const aws = JSON.parse(out).filter(({ name }: { name: string }) => /table|subscriptions|topic/.test(name));
    expect(aws.map(({ outcome }: { outcome: string }) => outcome)).not.toContain('wrong');
    door.lets(OPERATOR);
    expect((await command(['doctor'], { ...env, STAGEWATCH_SECRET: SECRET })).out).toContain(
      'not authorized to perform: secretsmanager:GetSecretValue',
    );
  });

  test('is enough for a run, which tells people', async () => {
    world.heal();
    const { name } = await world.launched();
    world.shows((at) => (at >= LAUNCH ? BAD : FINE));
    const args = ['--stack', 'Stagewatch', 'run', '--release', written(root, name)];
    const env = { ...door.env, ...KEYS_OF_THEIR_OWN, STAGEWATCH_DATADOG_URL: world.datadog.url };
    const { code } = await behind('operator', () => stagewatch(args, { now: tickOf(LAUNCH + 2), env }));
    expect([code, world.subjects().length]).toEqual([0, 1]);
  });

  test('is enough for a watch, which tells people', async () => {
    world.heal();
    const { name } = await world.launched();
    world.shows((at) => (at >= LAUNCH ? BAD : FINE));
    const env = { ...door.env, ...KEYS_OF_THEIR_OWN, STAGEWATCH_DATADOG_URL: world.datadog.url };
    const stop = new AbortController();
    const onTalk = (line: string) => void (line.startsWith('next hour at') && stop.abort());
    const args = ['--stack', 'Stagewatch', 'watch', '--no-page', '--release', written(root, name)];
    const { code, err } = await behind('operator', () =>
      stagewatch(args, { now: tickOf(LAUNCH + 2), env, signal: stop.signal, onTalk }),
    );
    expect([code, err]).toEqual([0, expect.not.stringContaining('failed')]);
    expect(world.subjects()).toHaveLength(1);
  });

  test('is enough to see whether a receiver has a test message', async () => {
    ARRIVAL.ms = 0;
    const { err } = await behind('operator', () => onStack('test-alert --to slack'));
    expect(err).toContain('Slack - got no word from its notifier');
  });

  test('has no right that none of them uses', () => {
    expect([...used.operator].sort()).toEqual(OPERATOR.toSorted());
  });
});

describe('the functions of the console', () => {
  const CALLED = { awsRequestId: 'x', invokedFunctionArn: 'arn:aws:lambda:us-east-1:111111111111:function:Operator' };
  /** A call of a function by a role that has a list of its own, and what it asked for. */
  async function call(
    made: 'ConsoleReader' | 'ConsoleOperator',
    event: object,
    list: readonly string[] = called(made),
  ): Promise<{ said: string; asked: string[] }> {
    const before = { ...process.env };
    Object.assign(process.env, door.env);
    const env = {
      STAGEWATCH_TABLE: world.store.tableName,
      STAGEWATCH_RELEASES: path.join(root, 'releases.json'),
      STAGEWATCH_OPERATOR: CALLED.invokedFunctionArn,
      ...(made === 'ConsoleOperator' && { STAGEWATCH_TOPIC: world.sns.topicArn }),
    };
    const whole = { release: release.name, ...event };
    door.lets(list);
    later();
    try {
      const said = await (made === 'ConsoleReader'
        ? consoleReader(env, () => now)(whole)
        : consoleOperator(
            env,
            () => {},
            () => now,
          )(whole, CALLED));
      return { said, asked: door.used() };
    } finally {
      Object.assign(process.env, before);
    }
  }
  /** What the button that records calls with. */
  const confirmedIn = (look: string): object =>
    JSON.parse(/>Record it<\/a><cwdb-action [^>]*>([^<]*)</.exec(look)![1]!);

  test('show a release with the rights of the one that shows, each of which it uses', async () => {
    const { said, asked } = await call('ConsoleReader', {});
    expect(said).toContain('Open alerts');
    expect(asked).toEqual(called('ConsoleReader').toSorted());
  });

  test('record with the rights of the one that records, each of which something uses', async () => {
    const all = new Set<string>();
    for (const asked of [
      { act: 'enter', stage: 'B' },
      { act: 'undo' },
      { act: 'ack' },
      { act: 'silence', hours: '1', note: 'x' },
      { act: 'end-silences' },
    ]) {
      const look = await call('ConsoleOperator', { asked: { ...asked, by: 'Ada' } });
      const done = await call('ConsoleOperator', confirmedIn(look.said));
      expect(done.said).toContain('<h2>Recorded</h2>');
      for (const action of [...look.asked, ...done.asked]) all.add(action);
    }
    expect([...all].sort()).toEqual(called('ConsoleOperator').toSorted());
  });

  test('record nothing with the rights of the one that shows, not even by the code of the other', async () => {
    const { said } = await call('ConsoleOperator', { asked: { act: 'silence', hours: '1', note: 'x', by: 'Eve' } });
    const before = await world.table();
    expect(await call('ConsoleReader', confirmedIn(said))).toMatchObject({
      said: expect.stringContaining('this function only reads'),
      asked: [],
    });
    await expect(call('ConsoleOperator', confirmedIn(said), called('ConsoleReader'))).rejects.toThrow(
      'not authorized to perform: dynamodb:PutItem',
    );
    expect(await world.table()).toEqual(before);
  });
});

test('a key is given only to whom its service works for: a topic is encrypted, and only operators publish', () => {
  const keys = (prefix: string) => rightsOf(of, prefix).filter((right) => right.startsWith('kms:'));
  expect(keys('AccessReader')).toEqual([]);
  expect(keys('AccessOperator')).toEqual(['kms:Decrypt AlertsKey', 'kms:GenerateDataKey* AlertsKey']);
});

test('every command is tried, or works on no stack', async () => {
  const { out } = await stagewatch(['--help']);
  const commands = [...out.split('Commands:')[1]!.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name!);
  const tried = [...Object.keys(READING), ...WRITING, 'doctor', 'run', 'watch', 'propose'].map(
    (line) => line.split(' ')[0]!,
  );
  const elsewhere = ['init', 'validate', 'backtest', 'simulate', 'help'];
  expect(commands.filter((name) => !tried.includes(name) && !elsewhere.includes(name))).toEqual([]);
});
