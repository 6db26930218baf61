import { existsSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { startOf } from '../../lib/facts/hour';
import { folder, stagewatch, written } from '../worlds/console';
import { LAUNCH } from '../worlds/moments';

const root = folder();
const release = written(root, 'small');
let data: string;
let histories = 0;
beforeEach(() => {
  data = path.join(root, `history-${++histories}`);
});
afterAll(() => rmSync(root, { recursive: true }));

const now = startOf(LAUNCH) + 90 * 60_000;
const stage = (...args: string[]) =>
  stagewatch(['stage', ...args, '--release', release, '--data', data, '--local'], { now });

test('an entry is written with the exposure of the release file, and listed', async () => {
  const entered = await stage('enter', 'A', '--at', '2026-02-11T11:00-05:00', '--by', 'Ada', '--note', 'at last');
  expect(entered).toMatchObject({
    code: 0,
    err: `in the new local history ${data}, on this machine only`,
    out: 'Small: 2026-02-11 11:00 EST  stage A, 25 % of users, by Ada: at last',
  });
  expect((await stage('list')).out).toBe('2026-02-11 11:00 EST  stage A, 25 % of users, by Ada: at last');
  expect((await stage('list', '--json')).json).toEqual([
    {
      at: '2026-02-11T16:00Z',
      stage: 'A',
      exposure: 0.25,
      plannedExposure: 0.25,
      by: 'Ada',
      note: 'at last',
    },
  ]);
});

test('a roll-back and a silence are not written where nobody looks: without a history one must be named', async () => {
  for (const args of [
    ['stage', 'enter', 'off'],
    ['silence', '--until', '4h', '--reason', 'x'],
    ['stage', 'undo'],
    ['ack'],
  ])
    expect(await stagewatch([...args, '--release', release, '--data', data], { now })).toMatchObject({
      code: 64,
      out: '',
      err: `error: history - got none in ${data}, expected one; name the deployed stack with --stack, or begin one on this machine with stagewatch watch --local`,
    });
  expect(existsSync(data)).toBe(false);
  expect(await stage('enter', 'A', '--at', '2026-02-11T16:00Z')).toMatchObject({ code: 0 });
  expect(await stage('enter', 'off', '--at', '2026-02-11T16:30Z')).toMatchObject({ code: 0 });
});

test('no local history is begun by mistake: without a place the first entry asks, and --local answers', async () => {
  const args = ['stage', 'enter', 'A', '--release', release];
  const before = process.cwd();
  process.chdir(path.dirname(data));
  try {
    expect(await stagewatch(args, { now })).toMatchObject({
      code: 64,
      out: '',
      err: 'error: history - got none in .stagewatch: is a new one meant, on this machine only? Then say --local, or name a folder with --data; else name the deployed stack with --stack',
    });
    expect(existsSync('.stagewatch')).toBe(false);
    // Where the environment names a table, too.
    const env = { STAGEWATCH_TABLE: 'a-table' };
    expect(await stagewatch([...args, '--local'], { now, env })).toMatchObject({
      code: 0,
      err: 'in the new local history .stagewatch, on this machine only',
    });
    const later = { now: now + 60_000 };
    expect((await stagewatch(args, later)).err).toBe('in the local history .stagewatch, on this machine only');
  } finally {
    process.chdir(before);
    rmSync(path.join(path.dirname(data), '.stagewatch'), { recursive: true, force: true });
  }
});

test('whoever names the folder of a new local history means it', async () => {
  expect(await stagewatch(['stage', 'enter', 'A', '--release', release, '--data', data], { now })).toMatchObject({
    code: 0,
    err: `in the new local history ${data}, on this machine only`,
  });
});

test('without options it is now, by the one who is logged in', async () => {
  const { json } = await stage('enter', 'A', '--json');
  expect(json).toEqual({
    at: '2026-02-11T17:30Z',
    stage: 'A',
    exposure: 0.25,
    plannedExposure: 0.25,
    by: userInfo().username,
  });
});

test('another exposure than planned, a roll-back and a relaunch are ordinary entries', async () => {
  await stage('enter', 'A', '--at', '2026-02-11T16:00Z', '--exposure', '12.5%', '--by', 'Ada');
  await stage('enter', 'off', '--at', '2026-02-11T16:30Z', '--by', 'Ada', '--note', 'errors on #show');
  await stage('enter', 'A', '--at', '2026-02-11T17:00Z', '--relaunch', '--by', 'Ada');
  expect((await stage('list')).out.split('\n')).toEqual([
    '2026-02-11 11:00 EST  stage A, 12.5 % of users (planned 25 %), by Ada',
    '2026-02-11 11:30 EST  off, 0 % of users, by Ada: errors on #show',
    '2026-02-11 12:00 EST  stage A, 25 % of users, relaunch, by Ada',
  ]);
});

test('a second event at the same instant is refused, even the same one, and the first one stays', async () => {
  const entry = ['enter', 'A', '--at', '2026-02-11T16:00Z', '--by', 'Ada'];
  await stage(...entry);
  for (const again of [entry, ['enter', 'B', '--at', '2026-02-11T11:00-05:00']]) {
    expect(await stage(...again)).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringContaining('it already has an event at 2026-02-11T16:00Z'),
    });
  }
  expect((await stage('list', '--json')).json).toMatchObject([{ stage: 'A', by: 'Ada' }]);
});

test('all that is wrong with an entry is said at once, and nothing is written', async () => {
  const future = await stage('enter', 'D', '--at', '2026-02-11T18:00Z');
  expect(future).toMatchObject({ code: 64, out: '' });
  expect(future.err).toContain('stage - got D, expected one of A, B or off');
  expect(future.err).toContain('--at - got 2026-02-11T18:00Z, expected a time that has come');
  const unreadable = await stage('enter', 'D', '--at', '2026-02-11T11:00', '--exposure', '200%');
  expect(unreadable).toMatchObject({ code: 64, out: '' });
  expect(unreadable.err.split('\n')).toEqual([
    'error: --at - got 2026-02-11T11:00, expected an instant with its offset, such as 2026-02-11T11:00-05:00 or 2026-02-11T16:00Z',
    '--exposure - got 200%, expected a share of users from 0% to 100%',
    'stage - got D, expected one of A, B or off',
  ]);
  expect(await stage('enter', 'off', '--exposure', '5%')).toMatchObject({ code: 64 });
  expect(await stage('enter', 'A', '--exposure', '0%')).toMatchObject({ code: 64 });
  expect(await stage('enter', 'a')).toMatchObject({ code: 64 });
  expect((await stage('list', '--json')).json).toEqual([]);
  expect(existsSync(data)).toBe(false);
});

test('an undone entry no longer counts, is listed with who undid it, and makes room for the right one', async () => {
  await stage('enter', 'A', '--at', '2026-02-11T16:00Z', '--by', 'Ada');
  await stage('enter', 'B', '--at', '2026-02-11T17:00Z', '--by', 'Ada');
  expect(await stage('undo', '--by', 'Bob', '--note', 'was A')).toMatchObject({
    code: 0,
    err: `in the local history ${data}, on this machine only`,
    out: [
      'Small: 2026-02-11 12:00 EST  stage B, 100 % of users, by Ada; undone 2026-02-11 12:30 EST by Bob: was A',
      'what counts now: 2026-02-11 11:00 EST  stage A, 25 % of users, by Ada',
    ].join('\n'),
  });
  const again = ['enter', 'A', '--at', '2026-02-11T17:00Z', '--exposure', '40%', '--by', 'Ada'];
  expect(await stage(...again)).toMatchObject({ code: 0 });
  expect((await stage('list')).out.split('\n')).toEqual([
    '2026-02-11 11:00 EST  stage A, 25 % of users, by Ada',
    '2026-02-11 12:00 EST  stage B, 100 % of users, by Ada; undone 2026-02-11 12:30 EST by Bob: was A',
    '2026-02-11 12:00 EST  stage A, 40 % of users (planned 25 %), by Ada',
  ]);
  expect((await stage('list', '--json')).json).toMatchObject([
    { stage: 'A' },
    { stage: 'B', at: '2026-02-11T17:00Z', undone: { at: '2026-02-11T17:30Z', by: 'Bob', note: 'was A' } },
    { stage: 'A', exposure: 0.4 },
  ]);
});

test('an undo goes back an entry at a time, until there is nothing to undo', async () => {
  expect(existsSync(data)).toBe(false);
  await stage('enter', 'A', '--at', '2026-02-11T16:00Z', '--by', 'Ada');
  await stage('enter', 'off', '--at', '2026-02-11T17:00Z', '--by', 'Ada');
  const first = (await stage('undo', '--json')).json;
  expect(first).toMatchObject({ stage: 'off', undone: { by: userInfo().username }, current: { stage: 'A' } });
  const second = (await stage('undo', '--json')).json;
  expect(second).toMatchObject({ stage: 'A', at: '2026-02-11T16:00Z' });
  expect(second).not.toHaveProperty('current');
  expect(await stage('undo')).toMatchObject({
    code: 64,
    err: expect.stringContaining('got only entries that are undone already'),
  });
  expect((await stage('list', '--json')).json).toHaveLength(2);
});

test('an empty log says how to begin one, and looking at it leaves no folder behind', async () => {
  const { code, out, err } = await stage('list');
  expect([code, out]).toEqual([0, '']);
  expect(err).toContain('stagewatch stage enter');
  expect(existsSync(data)).toBe(false);
});
