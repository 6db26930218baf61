import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { countEvents } from '../../lib/event-counts';
import { hourOf, startOf } from '../../lib/facts/hour';
import type { Release } from '../../lib/release/schema';
import { byStatus } from '../worlds/by-status';
import { folder, stagewatch, written } from '../worlds/console';
import { openGithub } from '../worlds/github';
import { tickOf } from '../worlds/moments';
import { openRunner } from '../worlds/runner';
import { fileOf, releaseOf, THREE_STAGES } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

const ROOT = path.join(__dirname, '..', '..');
const TEMPLATE = readFileSync(path.join(ROOT, 'releases', 'release-plan-template.md'), 'utf8');
const WEEK = 168;
/** The action has the clock of the machine: the rollout ended shortly before now. */
const LAUNCH = hourOf(Date.now()) - 2 * WEEK - 720 - 30;
const [A, B, C] = [LAUNCH, LAUNCH + WEEK, LAUNCH + 2 * WEEK];
const CHANGE = {
  datadog: {
    ...fileOf().datadog,
    users: { source: 'rum', search: '@view.url_path:/claims*', facet: '@usr.id', kept: '30 days', counts: 'all' },
  },
  controls: [{ name: '#status', tag: 'status' }],
  ...THREE_STAGES,
};
const PLACES = {
  letters: {
    repository: 'org/plans',
    file: 'products/letters/plan.md',
    plan: 'https://github.com/org/plans/blob/main/products/letters/plan.md',
  },
  status: { repository: 'org/stagewatch', file: 'releases/status/plan.md', plan: 'plan.md' },
};

let world: World;
let github: Awaited<ReturnType<typeof openGithub>>;
const before = process.cwd();
const root = folder();
const ours = path.join(root, 'ours');
beforeAll(async () => {
  [world, github] = await Promise.all([openWorld(), openGithub(root)]);
  for (const [name, { plan }] of Object.entries(PLACES))
    written(path.join(ours, 'releases'), name, { ...CHANGE, plan });
  writeFileSync(path.join(ours, PLACES.status.file), TEMPLATE);
  github.git(['-C', ours, 'init', '--quiet']);
  github.git(['-C', ours, 'remote', 'add', 'origin', 'https://github.com/org/stagewatch']);
  process.chdir(ours);
});
afterAll(async () => {
  process.chdir(before);
  rmSync(root, { recursive: true });
  await Promise.all([world.close(), github.close()]);
});

/** Hours [from, to) pass, in which the runs keep what they count, and the users of each window that ends. */
async function pass(releases: readonly Release[], from: number, to: number) {
  for (const release of releases) {
    await world.seed(release, from, to, (at) => byStatus({ 200: 995, 401: 1, 404: 3, 500: at % 2 }));
    const history = world.historyOf(release);
    const watch = { release, history, events: { users: async () => 208_045 } };
    const { failure } = await countEvents(watch, await history.stages(), to - 1, startOf(to));
    expect(failure).toBeUndefined();
  }
}

test('from an empty table to merged plans: one pull request each, which grows at every check-in', async () => {
  const releases = (Object.keys(PLACES) as (keyof typeof PLACES)[]).map((name) =>
    releaseOf(name, { ...CHANGE, plan: PLACES[name].plan }),
  );
  const plans = github.repository(
    'org/plans',
    { [PLACES.letters.file]: TEMPLATE, 'README.md': 'Plans\n' },
    { partial: true },
  );
  const own = github.repository('org/stagewatch', { [PLACES.status.file]: TEMPLATE });
  const branch = 'stagewatch/letters/1';
  const blanks = (text: string) => text.split('[FILL_IN]').length - 1;
  const text = () => plans.text(branch, PLACES.letters.file);
  const at = (hour: number) => ({ now: tickOf(hour), env: { ...github.env, STAGEWATCH_TABLE: world.store.tableName } });
  const propose = async (hour: number) =>
    (await stagewatch(['propose', '--reviewers', 'ann,org/bmt'], at(hour))).out.split('\n');
  const enter = async (stage: string, hour: number) => {
    for (const { name } of releases) {
      const entered = ['stage', 'enter', stage, '--release', name, '--at', new Date(startOf(hour)).toISOString()];
      expect(await stagewatch(entered, at(hour))).toMatchObject({ code: 0 });
    }
  };
  const page = { letters: 'https://github.com/org/plans/pull/1', status: 'https://github.com/org/stagewatch/pull/1' };

  expect(await propose(LAUNCH - 700)).toEqual([
    'letters: nothing to propose: the data answer no blank of the plan',
    'status: nothing to propose: the data answer no blank of the plan',
  ]);
  await pass(releases, LAUNCH - 672, A);
  await enter('A', A);
  await pass(releases, A, B);
  await enter('B', B);
  await pass(releases, B, B + 1);
  expect(await propose(B)).toEqual([
    expect.stringMatching(`^letters: ${page.letters} opened: \\d+ blanks answered, \\d+ open$`),
    expect.stringMatching(`^status: ${page.status} opened: \\d+ blanks answered, \\d+ open$`),
  ]);
  const left = [blanks(TEMPLATE), blanks(text())];

  plans.push(branch, {
    [PLACES.letters.file]: text().replace('monitoring the dashboard(s)?:', 'monitoring the dashboard(s)?: Ann'),
  });
  await pass(releases, B + 1, C);
  await enter('C', C);
  await pass(releases, C, C + 1);
  expect(await propose(C)).toEqual([expect.stringContaining(' grew: '), expect.stringContaining(' grew: ')]);
  left.push(blanks(text()));
  expect(await propose(C)).toEqual([`letters: ${page.letters} is up to date`, `status: ${page.status} is up to date`]);

  await pass(releases, C + 1, C + WEEK + 1);
  expect(await propose(C + WEEK)).toEqual([expect.stringContaining(' grew: '), expect.stringContaining(' grew: ')]);
  left.push(blanks(text()));

  await pass(releases, C + WEEK + 1, C + 721);
  const runner = await openRunner(github, ours, () => world.store, {
    role: 'arn:aws-us-gov:iam::123456789012:role/stagewatch-plans',
    region: 'us-gov-west-1',
    reviewers: 'ann,org/bmt',
  });
  const lines = await runner.run();
  const { taken } = runner;
  await runner.close();
  expect(lines).toEqual([
    expect.stringMatching(`^letters: ${page.letters} grew: 5 blanks answered, \\d+ open$`),
    expect.stringMatching(`^status: ${page.status} grew: 5 blanks answered, \\d+ open$`),
  ]);
  expect(taken).toEqual(
    taken.map(() => 'AssumeRoleWithWebIdentity arn:aws-us-gov:iam::123456789012:role/stagewatch-plans web-identity'),
  );
  expect(taken.length).toBeGreaterThan(0);
  left.push(blanks(text()));

  // Each check-in answered its part, and the last one left nothing that the data can answer.
  expect(left.every((one, index) => index === 0 || one < left[index - 1]!)).toBe(true);
  expect(left.at(-1)).toBe(0);
  expect(text()).toContain('- Who is monitoring the dashboard(s)?: Ann\n');
  expect(plans.log(branch)).toEqual([
    'Stagewatch: Fill in the plan of letters',
    'Ann: By hand',
    ...Array.from({ length: 3 }, () => 'Stagewatch: Fill in the plan of letters'),
  ]);
  expect([plans, own].map(({ pulls }) => pulls.map(({ events }) => events.length))).toEqual([[4], [4]]);

  for (const repository of [plans, own]) repository.squash(1);
  expect(plans.text('main', PLACES.letters.file)).toBe(text());
  expect(blanks(own.text('main', PLACES.status.file))).toBe(0);
  expect(await propose(C + 722)).toEqual([
    'letters: nothing to propose: the data answer no blank of the plan',
    'status: nothing to propose: the data answer no blank of the plan',
  ]);
});
