import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folder, stagewatch, written } from '../worlds/console';
import { entered, LAUNCH, tickOf } from '../worlds/moments';

import { openWorld, type World } from '../worlds/world';

const PLAN = '# Small\n\n## Stage A: 25% of users\n- #show: [FILL_IN]\n- Feedback? [FILL_IN]\n';
const ADDRESS = 'https://github.com/org/plans/blob/main/docs/a%20plan.md';

let world: World;
const before = process.cwd();
const root = folder();
const checkout = path.join(root, 'checkout');
const names: string[] = [];
beforeAll(async () => {
  world = await openWorld();
  for (const change of [{ plan: 'plan.md' }, { plan: ADDRESS }, {}]) {
    const release = await world.launched();
    names.push(release.name);
    const place = written(path.join(root, 'releases'), release.name, change);
    writeFileSync(path.join(place, 'plan.md'), PLAN);
    await world.seed(release, LAUNCH, LAUNCH + 30);
    await world.historyOf(release).enterStage(entered(LAUNCH + 24, 'B', 1));
  }
  mkdirSync(path.join(checkout, 'docs'), { recursive: true });
  process.chdir(root);
});
beforeEach(() => {
  writeFileSync(path.join(root, 'releases', names[0]!, 'plan.md'), PLAN);
  writeFileSync(path.join(checkout, 'docs', 'a plan.md'), PLAN);
});
afterAll(async () => {
  process.chdir(before);
  rmSync(root, { recursive: true });
  await world.close();
});

const fill = (...args: string[]) =>
  stagewatch(['fill', '--table', world.store.tableName, ...args], { now: tickOf(LAUNCH + 29) });
const own = () => readFileSync(path.join('releases', names[0]!, 'plan.md'), 'utf8');
const other = () => readFileSync(path.join(checkout, 'docs', 'a plan.md'), 'utf8');

test('without a plan those that the releases name are filled, each from its own history', async () => {
  const { code, json } = await fill('--checkout', checkout, '--write', '--json');
  expect(code).toBe(0);
  expect(json).toMatchObject({
    version: 1,
    changed: true,
    plans: [
      { release: names[0], file: path.join('releases', names[0]!, 'plan.md'), changed: true, written: true },
      { release: names[1], file: path.join(checkout, 'docs', 'a plan.md'), changed: true, written: true },
    ],
  });
  for (const plan of [own(), other()])
    expect(plan).toContain('- #show: 0.2 % (48 of 24,000 requests), below its limit');
  expect((await fill('--checkout', checkout, '--write', '--json')).json).toMatchObject({
    changed: false,
    plans: [{ changed: false }, { changed: false }],
  });
});

test('one plan that is missing is an error, and the others are filled all the same', async () => {
  const { code, err } = await fill('--write');
  expect(code).toBe(64);
  expect(err).toContain(`error: ${names[1]} - its plan is in a repository: ${ADDRESS}; say where that is checked out`);
  expect(own()).not.toBe(PLAN);
  rmSync(path.join(checkout, 'docs', 'a plan.md'));
  expect((await fill('--checkout', checkout)).err).toContain(
    `${checkout} has no docs/a plan.md, which ${ADDRESS} names`,
  );
  expect(await fill('--release', names[2]!)).toMatchObject({
    code: 64,
    err: expect.stringContaining('its release.yaml names no plan'),
  });
});

test('--exit-code says whether a plan changes, as git diff does', async () => {
  const plan = path.join('releases', names[0]!, 'plan.md');
  expect((await fill(plan, '--exit-code')).code).toBe(1);
  expect((await fill(plan)).code).toBe(0);
  expect((await fill(plan, '--exit-code', '--write')).code).toBe(1);
  expect((await fill(plan, '--exit-code', '--write')).code).toBe(0);
  expect((await fill('--release', names[0]!, '--exit-code')).code).toBe(0);
});

test('--summary is the body of a pull request', async () => {
  const { out } = await fill('--release', names[0]!, '--summary');
  expect(out.trimEnd().split('\n')).toEqual([
    `## ${names[0]}`,
    '',
    `releases/${names[0]}/plan.md: 1 blank answered from what was measured, 1 open.`,
    '',
    'Answered:',
    '',
    '- line 4: #show',
    '',
    'Open:',
    '',
    '- line 5: Feedback? - takes a person',
  ]);
  expect(own()).toBe(PLAN);
});

test('a stage of all releases is refused, since each has its own', async () => {
  expect(await fill('--stage', 'A')).toMatchObject({ code: 64, err: expect.stringContaining('got no plan') });
});
