import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hourText } from '../../lib/facts/hour';
import type { Release } from '../../lib/release/schema';
import { folder, stagewatch, written } from '../worlds/console';
import { entered, LAUNCH, tickOf } from '../worlds/moments';

import { openWorld, type World } from '../worlds/world';

const PLAN =
  '# Small\r\n\r\n## Stage A: 25% of users\r\n- #show: [FILL_IN]\r\n- Number of users: [FILL_IN]\t\r\n- Changes necessary? [PICK_ONE]: yes | no\r\n\r\n## Stage B\r\n- #show: [FILL_IN]';

let world: World;
let release: Release;
let place: string;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
  release = await world.launched();
  place = written(root, release.name);
  await world.seed(release, LAUNCH, LAUNCH + 30);
  await world.historyOf(release).enterStage(entered(LAUNCH + 24, 'B', 1));
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

let plans = 0;
const put = (text: string | Buffer, name = `plan-${++plans}.md`): string => {
  const file = path.join(place, name);
  writeFileSync(file, text);
  return file;
};
/** `fill` on a plan that lies beside its release file. */
const fill = (file: string, ...args: string[]) =>
  stagewatch(['fill', file, '--table', world.store.tableName, ...args], { now: tickOf(LAUNCH + 29) });

const WHERE = 'in stage A at 25 % of users, 2026-02-11 11:00 EST - 2026-02-12 11:00 EST';
const SHOW = [
  '0.2 % (48 of 24,000 requests), below its limit of 5 %',
  `  - ${WHERE.replace('in ', '')}`,
  '  - 0.2 % (1,344 of 672,000 requests) in the 4 weeks before launch',
];

test('shows what would change, and writes nothing', async () => {
  const file = put(PLAN);
  const { code, out, err } = await fill(file);
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    `--- ${file}`,
    `+++ ${file}`,
    '@@ -3,3 +3,5 @@',
    ' ## Stage A: 25% of users',
    '-- #show: [FILL_IN]',
    `+- #show: ${SHOW[0]}`,
    `+${SHOW[1]}`,
    `+${SHOW[2]}`,
    ' - Number of users: [FILL_IN]    ',
  ]);
  expect(err.split('\n')).toEqual([
    `${file}: 1 blank can be filled, 3 left open`,
    '  line 5: Number of users - nobody has counted the users: the release file has no datadog.users; say how many with --users',
    '  line 6: Changes necessary? - takes a person',
    '  line 9: #show - stage B is not over: its planned end is 2026-02-13 11:00 EST',
    '--draft puts what the data say behind 1 of them',
    'nothing is written yet; add --write',
  ]);
  expect(readFileSync(file, 'utf8')).toBe(PLAN);
});

test('--write changes the blanks and no other byte, and once', async () => {
  const file = put(`\ufeff${PLAN}`);
  chmodSync(file, 0o640);
  const { out, err } = await fill(file, '--write', '--stage', 'a', '--users', '208045');
  expect(out).toBe('');
  expect(err).toContain('2 blanks filled, 1 left open');
  const expected = `\ufeff${PLAN}`
    .replace('#show: [FILL_IN]', `#show: ${SHOW.join('\r\n')}`)
    .replace('users: [FILL_IN]', `users: about 52,000 (25 % of 208,045) ${WHERE}`);
  expect(readFileSync(file, 'utf8')).toBe(expected);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect((await fill(file, '--write', '--stage', 'A', '--users', '1')).err).toContain('0 blanks filled, 1 left open');
  expect(readFileSync(file, 'utf8')).toBe(expected);
  expect(readdirSync(place).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('an entry that was undone is a change that the plan says', async () => {
  const changed = await world.launched();
  const plan = path.join(written(root, changed.name), 'plan.md');
  writeFileSync(plan, '## Stage A\n\nChanges made: [FILL_IN]\n');
  const history = world.historyOf(changed);
  const wrong = entered(LAUNCH + 5, 'B', 1);
  await history.enterStage(wrong);
  await history.undoStage({ at: wrong.at, undoneAt: wrong.at + 60_000, by: 'dana', note: 'meant staging' });
  await history.enterStage(entered(LAUNCH + 24, 'B', 1));
  expect((await fill(plan)).out).toMatch(
    /\+Changes made: 2026-02-11 16:00 EST B \(100 %\), \w+, entered by mistake and undone 2026-02-11 16:01 EST by dana: meant staging$/m,
  );
});

test('what the events of a window said is in the plan without being asked for', async () => {
  const counted = await world.launched();
  const plan = path.join(written(root, counted.name), 'plan.md');
  writeFileSync(plan, PLAN);
  const history = world.historyOf(counted);
  await history.enterStage(entered(LAUNCH + 24, 'B', 1));
  const window = { from: LAUNCH, to: LAUNCH + 24, at: 0 };
  await history.recordEventCount({ ...window, kind: 'users', users: 1234, counts: 'all' });
  const line = `+- Number of users: about 309 (25 % of 1,234) ${WHERE}`;
  expect((await fill(plan)).out).toContain(line);
  const said = await fill(plan, '--stage', 'A', '--users', '9000');
  expect(said.out).toContain(line);
  expect(said.err).toContain('--users is not used: the users of this window were counted');
});

test('--draft puts the facts behind what takes a person, once', async () => {
  const file = put(PLAN);
  for (let times = 0; times < 2; times++) await fill(file, '--write', '--draft');
  expect(readFileSync(file, 'utf8')).toContain(
    `Changes necessary? [PICK_ONE]: yes | no <!-- draft: at the end of stage A: all met (#show below 5 %: met); nothing was alerted in it -->\r\n`,
  );
});

test('drafts alone are worth writing, and are counted', async () => {
  const file = put(PLAN);
  await fill(file, '--write');
  const { out, err } = await fill(file, '--draft');
  expect(out).toContain('+- Changes necessary? [PICK_ONE]: yes | no <!-- draft: ');
  expect(err.split('\n')[0]).toBe(`${file}: 0 blanks can be filled, 3 left open (1 with a draft)`);
  expect(err).toContain('nothing is written yet; add --write');
});

test('a plan that cannot be written is named, and nothing is left beside it', async () => {
  // The new text is written beside the plan first, under a name that would be longer than names can be.
  const file = put(PLAN, `${'p'.repeat(250)}.md`);
  const { code, err } = await fill(file, '--write');
  expect(code).toBe(64);
  expect(err).toContain(`plan - cannot write to ${file} (ENAMETOOLONG`);
  expect(readFileSync(file, 'utf8')).toBe(PLAN);
});

test('--json says what became of every blank', async () => {
  const { json } = await fill(put(PLAN), '--stage', 'A', '--users', '4', '--json');
  expect(json).toMatchObject({
    version: 1,
    judgedUpTo: hourText(LAUNCH + 30),
    written: false,
    blanks: [
      { line: 4, question: '#show', text: SHOW.join('\r\n') },
      { line: 5, text: `about 1 (25 % of 4) ${WHERE}` },
      { line: 6, question: 'Changes necessary?', open: 'takes a person', draft: expect.stringContaining('#show') },
    ],
  });
});

test('a plan behind a link is changed where it is', async () => {
  const file = put(PLAN);
  const link = path.join(place, 'linked.md');
  symlinkSync(file, link);
  await fill(link, '--write');
  expect(statSync(link).ino).toBe(statSync(file).ino);
  expect(readFileSync(file, 'utf8')).toContain(SHOW.join('\r\n'));
});

test('a file that would not come out as it went in is refused', async () => {
  mkdirSync(path.join(place, 'folder'));
  for (const [file, got] of [
    [put(Buffer.from(PLAN, 'utf16le')), 'not UTF-8'],
    [put(Buffer.from('# caf\xe9', 'latin1')), 'not UTF-8'],
    [path.join(place, 'folder'), 'EISDIR'],
  ] as const)
    expect(await fill(file, '--write')).toMatchObject({ code: 64, err: expect.stringContaining(`(${got}), expected`) });
});

test('users of all windows at once are refused, since each window has its own', async () => {
  expect(await fill(put(PLAN), '--users', '5')).toMatchObject({
    code: 64,
    err: expect.stringContaining('expected --stage or --check'),
  });
});
