import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CREDENTIALS } from '../../lib/pull-request/clone';
import { folder, stagewatch, written } from '../worlds/console';
import { openGithub } from '../worlds/github';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { openWorld, type World } from '../worlds/world';

const PLAN = '# Small\n\n## Stage A: 25% of users\n- #show: [FILL_IN]\n- Feedback? [FILL_IN]\n';
const ADDRESS = 'https://github.com/org/plans/blob/main/docs/a%20plan.md';

let world: World;
let github: Awaited<ReturnType<typeof openGithub>>;
const before = process.cwd();
const root = folder();
const ours = path.join(root, 'ours');
const names: string[] = [];
beforeAll(async () => {
  [world, github] = await Promise.all([openWorld(), openGithub(root)]);
  for (const change of [{ plan: 'plan.md' }, { plan: ADDRESS }]) {
    const release = await world.launched();
    names.push(release.name);
    written(path.join(ours, 'releases'), release.name, change);
    await world.seed(release, LAUNCH, LAUNCH + 30);
    await world.historyOf(release).enterStage(entered(LAUNCH + 24, 'B', 1));
  }
  const place = `releases/${names[0]}/plan.md`;
  writeFileSync(path.join(ours, place), PLAN);
  github.repository('org/ours', { [place]: PLAN });
  github.repository('org/plans', { 'docs/a plan.md': PLAN });
  github.git(['-C', ours, 'init', '--quiet']);
  github.git(['-C', ours, 'remote', 'add', 'origin', 'git@github.com:org/ours.git']);
  process.chdir(ours);
});
afterAll(async () => {
  process.chdir(before);
  rmSync(root, { recursive: true });
  await Promise.all([world.close(), github.close()]);
});

const propose = (args: string[] = [], env: Record<string, string> = {}) =>
  stagewatch(['propose', '--table', world.store.tableName, ...args], {
    now: tickOf(LAUNCH + 29),
    env: { ...github.env, ...env },
  });

test('each release has its pull request where its plan lies, and one that fails stops no other', async () => {
  expect((await propose(['--reviewers', 'nobody'])).code).toBe(70);
  const { code, out, err } = await propose(['--reviewers', '']);
  expect([code, err]).toEqual([0, '']);
  expect(out.split('\n')).toEqual([
    `${names[0]}: https://github.com/org/ours/pull/1 is up to date`,
    `${names[1]}: https://github.com/org/plans/pull/1 is up to date`,
  ]);
  for (const [repository, plan] of [
    ['org/ours', `releases/${names[0]}/plan.md`],
    ['org/plans', 'docs/a plan.md'],
  ] as const) {
    const bare = path.join(root, `${repository}.git`);
    const branch = `stagewatch/${names[repository === 'org/ours' ? 0 : 1]}/1`;
    const text = github.git(['--git-dir', bare, 'cat-file', 'blob', `${branch}:${plan}`]).toString();
    expect(text).toContain('- #show: 0.2 % (48 of 24,000 requests), below its limit');
  }
});

test('no other host than the one that is named gets the token', async () => {
  const { code, err } = await propose(['--release', names[1]!], { GH_HOST: 'ghe.example.com' });
  expect(code).toBe(64);
  expect(err).toContain(`${names[1]} - plan - got a repository on github.com, expected ghe.example.com; set GH_HOST`);
});

test('git has its token from gh, and from nowhere else', () => {
  const asked = 'protocol=https\nhost=github.com\n\n';
  expect(github.git([...CREDENTIALS, 'credential', 'fill'], asked).toString()).toContain(
    'password=sentinel-github-token',
  );
});

test('a simulation is not proposed, and a folder that is no clone has nowhere to propose to', async () => {
  const data = path.join(root, 'data');
  mkdirSync(path.join(data, 'dynamodb'), { recursive: true });
  writeFileSync(path.join(data, 'simulation.json'), '{"scenario":"outage","seed":1}');
  const alone = path.join(root, 'alone');
  written(path.join(alone, 'releases'), 'small', { plan: 'plan.md' });
  process.chdir(alone);
  const { code, err } = await propose();
  process.chdir(ours);
  expect([code, err]).toEqual([
    64,
    expect.stringContaining('small - plan - got plan.md in releases/small, expected a folder that was cloned'),
  ]);
  const simulated = await stagewatch(['propose', '--data', data], { env: github.env });
  expect([simulated.code, simulated.err]).toEqual([
    64,
    expect.stringContaining('got a simulation, expected what was measured'),
  ]);
});

describe('validate', () => {
  const checkout = path.join(root, 'checkout');
  test('says when a plan does not exist where the release file says, and never of one that it cannot know', async () => {
    const validate = (...args: string[]) => stagewatch(['validate', ...args], { env: github.env });
    expect(await validate()).toMatchObject({ code: 0, err: '' });
    github.git(['clone', '--quiet', 'https://github.com/org/plans.git', checkout]);
    expect(await validate('--checkout', checkout)).toMatchObject({ code: 0, err: '' });
    expect(await validate('--checkout', path.join(checkout, 'docs'))).toMatchObject({ code: 0, err: '' });

    rmSync(path.join(checkout, 'docs', 'a plan.md'));
    rmSync(path.join(ours, 'releases', names[0]!, 'plan.md'));
    const { code, err } = await validate('--checkout', checkout);
    expect(code).toBe(64);
    expect(err.split('\n')).toEqual([
      `error: releases/${names[0]}/release.yaml: plan - got plan.md, expected a file; there is no releases/${names[0]}/plan.md`,
      `releases/${names[1]}/release.yaml: plan - got ${ADDRESS}, expected a file of the repository; ${checkout} has no docs/a plan.md`,
    ]);
    expect((await validate(names[1]!)).code).toBe(0);
    expect(await validate(names[1]!, '--checkout', ours)).toMatchObject({
      code: 0,
      err: `the plan of ${names[1]} was not looked for: ${ours} is no clone of org/plans`,
    });
  });
});
