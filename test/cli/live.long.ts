import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nextTick } from '../../lib/cli/watch';
import { folder, stagewatch, written } from '../worlds/console';
import { status } from '../worlds/datadog-stand-in';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BAD, FINE } from '../worlds/small-release';
import { KEYS, openWorld, type World } from '../worlds/world';

let world: World;
const root = folder();
const small = written(root, 'small');
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => world.heal());
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const keys = { DD_API_KEY: KEYS.apiKey, DD_APP_KEY: KEYS.appKey };
const live = () => ({ ...keys, STAGEWATCH_DATADOG_URL: world.datadog.url });
const embedded = (data: string) => ['--release', small, '--data', path.join(root, data), '--local'];

describe('backfill, run and watch on the local history', () => {
  const where = embedded('history');

  test('backfill pulls the four weeks and gives no verdict', async () => {
    const { code, out, err } = await stagewatch(['backfill', ...where], { env: live() });
    expect(code).toBe(0);
    expect(out).toBe('1,344 snapshots recorded, 0 revisions, 6 hours not final yet');
    expect(err.split('\n').slice(1)).toEqual([
      'sampling 20%',
      'sampling 40%',
      'sampling 70%',
      'sampling 90%',
      'sampling 100%',
    ]);
    expect((await stagewatch(['backfill', '--json', ...where], { env: live() })).json).toEqual({
      recorded: 0,
      revised: 0,
      stillDue: 6,
    });
  });

  test('run does the hour that is due, and prints its verdict', async () => {
    await stagewatch(['stage', 'enter', 'A', ...where, '--at', '2026-02-11T16:00Z'], { now: tickOf(LAUNCH) });
    const { code, out, err } = await stagewatch(['run', ...where], { env: live(), now: tickOf(LAUNCH) });
    expect(code).toBe(0);
    expect(out).toMatch(/^HOLD: the stage is planned until 2026-02-12 11:00 EST; /);
    expect(err).toMatch(
      /^in the local history \S+, on this machine only\nsampling 100%\n4 snapshots recorded, 0 revisions, 6 hours not final yet$/,
    );
  });

  test('an alert is printed here, where no topic is', async () => {
    world.shows((at) => (at > LAUNCH ? BAD : FINE));
    const { code, out } = await stagewatch(['run', ...where], { env: live(), now: tickOf(LAUNCH + 5) });
    expect(code).toBe(0);
    expect(out).toMatch(/^\nALARM: Small - ROLL BACK: #show 50 %(.*\n)*ROLL BACK: /);
    expect(world.published).toEqual([]);
  });

  test('with --json stdout is JSON even then', async () => {
    world.shows((at) => (at > LAUNCH + 5 ? undefined : at > LAUNCH ? BAD : FINE));
    const now = tickOf(LAUNCH + 8);
    const { code, json, err } = await stagewatch(['run', '--json', ...where], { env: live(), now });
    expect(code).toBe(0);
    expect(json).toMatchObject({ judgedUpTo: '2026-02-12T01:00Z', alert: { change: 'firing', reason: 'new: data' } });
    expect(err).toMatch(/^ALARM: Small - [A-Z ]+: no data; #show/m);
  });

  test('watch goes on until Ctrl-C, which is no error', async () => {
    // Data that came back are only taken for back after six verdicts.
    for (let hour = LAUNCH + 9; hour < LAUNCH + 14; hour++) {
      const { out } = await stagewatch(['run', ...where], { env: live(), now: tickOf(hour) });
      expect(out).toMatch(/^HOLD: blind for about /m);
      expect(out).not.toMatch(/^OK/m);
    }
    const stop = new AbortController();
    const { code, out, err } = await stagewatch(['watch', ...where], {
      env: live(),
      now: tickOf(LAUNCH + 14),
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^\nOK: Small - RESOLVED: (?:#show recovered|data is back)(.*\n)*HOLD: /);
    expect(err).toMatch(
      /^messages are printed here, .*\nin the local history .*\nlive page: http:.*\n(.*\n)*next hour at 2026-02-12 03:20 EST; Ctrl-C ends the watch; live page: http:/,
    );
  });

  test('an hour that fails is said and does not end the watch', async () => {
    const stop = new AbortController();
    world.datadog.answers(status(403));
    const { code, err } = await stagewatch(['watch', ...where], {
      env: live(),
      now: tickOf(LAUNCH + 15),
      signal: stop.signal,
      onLine: () => stop.abort(),
    });
    expect(code).toBe(0);
    expect(err).toContain('datadog refused - got 403');
    expect(err).toContain('next hour at');
  });

  test('a source that fails is exit code 70 after the verdict was printed', async () => {
    world.datadog.answers(status(403));
    for (const command of ['run', 'backfill']) {
      const { code, out, err } = await stagewatch([command, ...where], { env: live(), now: tickOf(LAUNCH + 16) });
      expect(code).toBe(70);
      expect(out).not.toBe('');
      expect(err).toContain('error: datadog refused - got 403');
      expect(err).not.toContain('    at ');
    }
  });
});

describe('beside a DynamoDB table', () => {
  const table = (name: string) => ['--release', written(root, name), '--table', world.store.tableName];

  test('run publishes to the topic of the environment', async () => {
    const release = await world.launched();
    world.shows((at) => (at >= LAUNCH ? BAD : FINE));
    const env = { ...live(), STAGEWATCH_TOPIC: world.sns.topicArn };
    const now = tickOf(LAUNCH + 5);
    const { code, json } = await stagewatch(['run', '--json', ...table(release.name)], { env, now });
    expect(code).toBe(0);
    expect(json).toMatchObject({
      judgedUpTo: '2026-02-11T22:00Z',
      recorded: 12,
      revised: 0,
      stillDue: 6,
      verdict: { recommendation: 'roll back' },
      alert: { severity: 'page', change: 'firing' },
    });
    expect(world.subjects()).toEqual([expect.stringMatching(/^ALARM: Small - [A-Z ]+: #show/)]);
    const everything = JSON.stringify([json, world.published, await world.table()]);
    for (const key of Object.values(KEYS)) expect(everything).not.toContain(key);
  });

  test('without a topic nothing is begun', async () => {
    const { code, err } = await stagewatch(['run', ...table('small')], { env: live() });
    expect(code).toBe(64);
    expect(err).toContain('STAGEWATCH_TOPIC - got nothing');
    expect(world.datadog.asked).toEqual([]);
  });
});

describe('a command that needs Datadog', () => {
  test.each(['run', 'backfill', 'watch'])('%s names the keys that are missing', async (command) => {
    const where = embedded('never');
    const { code, out, err } = await stagewatch([command, ...where], { env: { DD_API_KEY: '', DD_APP_KEY: ' ' } });
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('DD_API_KEY - got empty text');
    expect(err).toContain('DD_APP_KEY - got empty text');
    expect(existsSync(path.join(root, 'never'))).toBe(false);
  });

  test.each(['https://127.0.0.1:1', 'http://api.ddog-gov.com', 'http://user:hunter2@127.0.0.1:1', ''])(
    'sends no key to %j',
    async (url) => {
      const env = { ...keys, STAGEWATCH_DATADOG_URL: url };
      const { code, err } = await stagewatch(['run', ...embedded('never')], { env });
      expect(code).toBe(64);
      expect(err).toContain('STAGEWATCH_DATADOG_URL is for a server on this machine');
      expect(err).not.toContain('hunter2');
    },
  );

  test('does not touch a history that was simulated', async () => {
    const data = path.join(root, 'played');
    mkdirSync(data);
    writeFileSync(path.join(data, 'simulation.json'), '{"release":"small","scenario":"outage","seed":7}');
    const { code, err } = await stagewatch(['run', ...embedded('played')], { env: live() });
    expect(code).toBe(64);
    expect(err).toContain('got one that was simulated (outage)');
    expect(world.datadog.asked).toEqual([]);
  });
});

test.each([
  ['10:19', '10:20'],
  ['10:20', '11:20'],
  ['10:21', '11:20'],
  ['23:59', '24:20'],
  ['00:00', '00:20'],
])('after %s the next tick is at %s', (now, next) => {
  const at = (time: string) => {
    const [hours, minutes] = time.split(':').map(Number);
    return Date.UTC(2026, 1, 11, hours, minutes);
  };
  expect(nextTick(at(now))).toBe(at(next));
});
