import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { hourOf } from '../../lib/facts/hour';
import { openStore } from '../../lib/local/store/store';
import { folder, stagewatch, written } from '../worlds/console';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BOT, startSlack } from '../worlds/slack-stand-in';
import { BAD, FINE } from '../worlds/small-release';
import { KEYS, openWorld, type World } from '../worlds/world';

let world: World;
const root = folder();
const small = written(root, 'small');
beforeAll(async () => {
  world = await openWorld();
  world.heal();
});
afterAll(async () => {
  await world.close();
  rmSync(root, { recursive: true, force: true });
});

const environment = () => ({
  DD_API_KEY: KEYS.apiKey,
  DD_APP_KEY: KEYS.appKey,
  STAGEWATCH_DATADOG_URL: world.datadog.url,
});

/** Hours of a watch without the time between them: `between` is told how many are over, and says whether to go on. */
async function watched(data: string, between: (hours: number) => boolean | Promise<boolean>) {
  const stop = new AbortController();
  let now = tickOf(LAUNCH - 1);
  let hours = 0;
  const onTalk = (line: string) => {
    if (!line.startsWith('next hour at')) return;
    now += 3_600_000;
    if (!between(++hours)) stop.abort();
  };
  const args = ['watch', '--no-page', '--release', small, '--data', data, '--local'];
  const { code, out, err } = await stagewatch(args, {
    env: environment(),
    now: () => now,
    signal: stop.signal,
    onTalk,
  });
  const told = err.split('\n').filter((line) => !line.startsWith('sampling') && !line.startsWith('next hour at'));
  return { code, verdicts: out.split('\n').filter((line) => /^[A-Z ]+: /.test(line)), told };
}

test('a folder that is taken away fails its hour in one line, and the watch goes on when it is back', async () => {
  const data = path.join(root, 'taken');
  const { code, verdicts, told } = await watched(data, (hours) => {
    if (hours === 1) renameSync(data, `${data}-away`);
    if (hours === 2) renameSync(`${data}-away`, data);
    return hours < 3;
  });
  expect(code).toBe(0);
  expect(verdicts).toHaveLength(2);
  expect(told.filter((line) => line.startsWith('this hour failed'))).toEqual([
    expect.stringMatching(
      /^this hour failed, the next one catches up: (DynamoDB - the local database failed|the local history is gone) - got /,
    ),
  ]);
  expect(told.at(-1)).toMatch(/ recorded, /);
});

test('a second watch goes on without a fault when the first one ends', async () => {
  const data = path.join(root, 'beside');
  const first = await openStore(data);
  let closed: Promise<void> | undefined;
  const { code, verdicts, told } = await watched(data, (hours) => {
    if (hours === 1) closed = first.close();
    return hours < 3;
  });
  await closed;
  expect(code).toBe(0);
  expect(verdicts).toHaveLength(3);
  expect(told.join()).not.toContain('failed');
});

/** A process that may write no file of more than so many kB, as on a disk that is full. */
function cramped(kilobytes: number, args: string[]): ChildProcess {
  const command = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
  const node = [process.execPath, '--import', 'tsx', path.join(__dirname, '../../bin/stagewatch.ts')];
  return spawn('bash', ['-c', command, ...node, ...args], {
    env: { ...process.env, ...environment(), TSX_DISABLE_CACHE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

test('a disk that is full fails the hour in one line, the watch stays, and what was recorded is still there', async () => {
  const data = path.join(root, 'full');
  const where = ['--release', small, '--data', data, '--local'];
  const entered = await stagewatch(['stage', 'enter', 'A', ...where], { now: Date.now() });
  expect(entered.code).toBe(0);
  const child = cramped(16, ['watch', '--no-page', ...where]);
  const ended = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    lines.push(line);
    if (line.startsWith('next hour at')) child.kill('SIGINT');
  }
  expect(await ended).toEqual([0, null]);
  expect(lines.filter((line) => !line.startsWith('sampling'))).toEqual([
    'messages are printed here, and go nowhere else: see docs/watch.md',
    `in the local history ${data}, on this machine only`,
    expect.stringMatching(
      /^(this hour failed, the next one catches up: |\d+ snapshots recorded, .*; )DynamoDB - the local database failed - got ".*File too large"/,
    ),
    expect.stringMatching(/^next hour at /),
  ]);
  expect((await stagewatch(['stage', 'list', '--json', ...where])).json).toMatchObject([{ stage: 'A' }]);
});

test('a page that Slack did not take before the watch was killed is told by the next one, once', async () => {
  const slack = await startSlack();
  const data = path.join(root, 'killed');
  writeFileSync(path.join(root, 'stagewatch.yaml'), 'notify: { slack: {} }\n');
  const bad = hourOf(Date.now()) - 6;
  world.shows((at) => (at > bad ? BAD : FINE));
  const entered = [
    'stage',
    'enter',
    'A',
    '--at',
    new Date(Date.now() - 6 * 3_600_000).toISOString().slice(0, 16).concat('Z'),
  ];
  expect(
    (await stagewatch([...entered, '--release', small, '--data', data, '--local'], { now: Date.now() })).code,
  ).toBe(0);
  const [node, ...args] = [
    process.execPath,
    '--import',
    require.resolve('tsx'),
    path.join(__dirname, '../../bin/stagewatch.ts'),
  ];
  const watchOnce = async (until: RegExp, signal: NodeJS.Signals) => {
    const child = spawn(node, [...args, 'watch', '--no-page', '--release', small, '--data', data, '--local'], {
      cwd: root,
      env: {
        ...process.env,
        ...environment(),
        TSX_TSCONFIG_PATH: path.join(__dirname, '../../tsconfig.json'),
        STAGEWATCH_NOTIFY_SLACK: JSON.stringify(BOT),
        STAGEWATCH_NOTIFY_SLACK_URL: slack.url,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = once(child, 'close');
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stderr! })) {
      lines.push(line);
      if (until.test(line)) child.kill(signal);
    }
    await ended;
    return lines;
  };
  for (let attempt = 0; attempt < 3; attempt++) slack.script.push((response) => void response.destroy());
  const first = await watchOnce(/has not taken|^next hour at/, 'SIGKILL');
  expect([first[0], slack.channel]).toEqual(['messages are printed here, and go to Slack', []]);
  await watchOnce(/^next hour at/, 'SIGINT');
  await watchOnce(/^next hour at/, 'SIGINT');
  expect(slack.channel.map(({ text }) => text.split('\n')[0])).toEqual([
    expect.stringContaining('ROLL BACK: #show 50 % (limit 5 %)'),
  ]);
  world.heal();
  await slack.close();
});

test('a command on a database with flipped bits says so in one line and exits with 70', async () => {
  const data = path.join(root, 'bits');
  const where = ['--release', small, '--data', data, '--local'];
  await stagewatch(['stage', 'enter', 'A', ...where], { now: tickOf(LAUNCH) });
  const log = readdirSync(path.join(data, 'dynamodb')).find((name) => name.endsWith('.log'))!;
  const file = path.join(data, 'dynamodb', log);
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('exposure') + 20]! ^= 4;
  writeFileSync(file, bytes);
  for (const command of [['stage', 'list'], ['check'], ['status'], ['stage', 'enter', 'B']]) {
    const { code, out, err } = await stagewatch([...command, ...where], { now: tickOf(LAUNCH + 1) });
    expect([command, code, out]).toEqual([command, 70, '']);
    expect(err.split('\n').at(-1)).toMatch(
      /^error: the local database cannot be opened - got "\d+\.log is damaged near byte \d+", expected the bits that were written to /,
    );
  }
});
