import { rmSync } from 'node:fs';
import { fillPlan } from '../../lib/plan/fill/fill';
import { processes } from '../../lib/pull-request/process';
import { type Proposal, propose } from '../../lib/pull-request/proposal';
import { folder } from '../worlds/console';
import { openGithub, type PullThere } from '../worlds/github';
import { entered, LAUNCH } from '../worlds/moments';
import { knownOf } from '../worlds/planned-rollout';
import { releaseOf } from '../worlds/small-release';

const PLAN =
  '# Small\r\n\r\n## Stage A: 25% of users\r\n- #show: [FILL_IN]\r\n- Feedback? [FILL_IN]\r\n\r\n## Stage B\r\n- #show: [FILL_IN]\r\n';
const AT = 'docs/a plan.md';
const ANSWER = '- #show: 0.2 % (48 of 24,000 requests), below its limit of 5 %';
const RELEASE = releaseOf('small');

const root = folder();
let github: Awaited<ReturnType<typeof openGithub>>;
beforeAll(async () => {
  github = await openGithub(root);
});
afterAll(async () => {
  await github.close();
  rmSync(root, { recursive: true });
});

let count = 0;
const repository = (files: Record<string, string | Buffer> = { [AT]: PLAN, 'README.md': 'Plans\n' }, partial = false) =>
  github.repository(`org/plans-${++count}`, files, { partial });
/** One run, so many hours after the launch; the stages last a day each. */
function run({ name }: { name: string }, hours: number, change: Partial<Proposal> = {}, env: object = {}) {
  const log = [entered(LAUNCH), entered(LAUNCH + 24, 'B', 1)].filter(({ at }) => at <= (LAUNCH + hours) * 3_600_000);
  const known = knownOf(RELEASE, log, LAUNCH + hours);
  const proposal: Proposal = {
    release: RELEASE,
    plan: { repository: { host: 'github.com', name }, branch: 'main', path: AT },
    fill: (text) => fillPlan(text, known),
    until: '2026-02-12T16:00Z',
    reviewers: [],
    ...change,
  };
  return propose(proposal, processes({ ...process.env, ...github.env, ...env }, new AbortController().signal));
}

test('a release has one pull request, which grows, keeps what people wrote, and is followed by another once merged', async () => {
  const there = repository();
  const [own, second] = ['stagewatch/small/1', 'stagewatch/small/2'];
  const page = `https://github.com/${there.name}/pull`;
  const reviewers = ['ann', 'org/bmt'];
  expect(await run(there, 12)).toEqual({ kind: 'nothing' });
  expect([there.branches(), there.pulls]).toEqual([['main'], []]);

  expect(await run(there, 30, { reviewers })).toEqual({ kind: 'opened', url: `${page}/1`, answered: 1, open: 2 });
  const [pull] = there.pulls;
  expect(pull).toMatchObject({
    title: 'Fill in the plan of small',
    head: { ref: own },
    base: { ref: 'main' },
    requested: ['ann', 'bmt'],
  });
  expect(pull!.body).toContain('Answered:\n\n- line 4: #show\n\nOpen:\n\n- line 7: Feedback? - takes a person\n');
  expect(there.text(own, AT).split('\r\n')[3]).toBe(ANSWER);
  expect(there.text(own, 'README.md')).toBe('Plans\n');

  // What a person has edited in a browser ends its lines as Windows does.
  pull!.body = `Ann: look at stage B\n\n${pull!.body}\nThanks`.replaceAll('\n', '\r\n');
  const [before, log] = [structuredClone(pull), there.log(own)];
  expect(await run(there, 31, { reviewers })).toEqual({ kind: 'unchanged', url: `${page}/1` });
  expect([pull, there.log(own)]).toEqual([before, log]);

  Object.assign(pull!, { state: 'closed' });
  expect(await run(there, 60)).toEqual({ kind: 'closed', url: `${page}/1` });
  expect(there.log(own)).toEqual(log);
  Object.assign(pull!, { state: 'open' });

  there.push(own, { [AT]: there.text(own, AT).replace('Feedback? [FILL_IN]', 'Feedback? They *like* it') });
  there.push('main', { 'README.md': 'More plans\n' });
  expect(await run(there, 60, { reviewers })).toEqual({ kind: 'grew', url: `${page}/1`, answered: 1, open: 0 });
  expect(there.text(own, AT)).toContain(`${ANSWER}\r\n`);
  expect(there.text(own, AT)).toContain('\r\n- Feedback? They *like* it\r\n');
  expect(there.text(own, AT)).not.toContain('FILL_IN');
  expect(there.log(own)).toEqual([
    'Stagewatch: Fill in the plan of small',
    'Ann: By hand',
    'Stagewatch: Fill in the plan of small',
  ]);
  expect(pull!.body).toMatch(/^Ann: look at stage B\r\n\r\n<!-- stagewatch -->[\s\S]*2 blanks answered[\s\S]*Thanks$/);
  expect(pull!.events).toHaveLength(2);

  there.squash(1);
  expect(await run(there, 61)).toEqual({ kind: 'nothing' });
  there.push('main', { [AT]: `${PLAN}\r\n# Again\r\n` });
  expect(await run(there, 62)).toMatchObject({ kind: 'opened', url: `${page}/2` });
  expect(there.log(second)).toEqual(['Stagewatch: Fill in the plan of small']);
});

test('a run that ended after its push is finished by the next one', async () => {
  const there = repository();
  github.rules.forbids = true;
  await expect(run(there, 30)).rejects.toThrow(
    `GitHub Actions is not permitted to create or approve pull requests. (HTTP 403); the plan is filled on the branch stagewatch/small/1: open its pull request at https://github.com/${there.name}/compare/main...stagewatch/small/1?expand=1`,
  );
  github.rules.forbids = false;
  expect(await run(there, 31)).toMatchObject({ kind: 'opened', answered: 1, open: 2 });
  expect(there.log('stagewatch/small/1')).toHaveLength(1);
});

test('a branch that was merged without a pull request is built on from main', async () => {
  // Only the folders and the file of the plan are fetched.
  const there = repository(undefined, true);
  github.git(['--git-dir', there.bare, 'branch', 'stagewatch/small/1', 'main']);
  there.push('main', { 'README.md': 'More plans\n' });
  expect(await run(there, 12)).toEqual({ kind: 'nothing' });
  expect(await run(there, 30)).toMatchObject({ kind: 'opened' });
  expect(there.text('stagewatch/small/1', 'README.md')).toBe('More plans\n');
});

test('a review that failed is asked for again, and one that a person took back is not; forks are none of ours', async () => {
  const there = repository();
  const fork = { ref: 'stagewatch/small/1', repo: null };
  const base = { ref: 'main', repo: { id: 1 } };
  there.pulls.push({ number: 1, state: 'closed', merged_at: null, head: fork, base } as PullThere);
  await expect(run(there, 30, { reviewers: ['stagewatch-app[bot]'] })).rejects.toThrow(
    /pull\/2 is up to date, but 1 reviewer \(stagewatch-app\[bot\]\) could not be asked: gh - Review .*from pull request author/,
  );
  await expect(run(there, 30, { reviewers: ['org/secret'] })).rejects.toThrow(
    /\(HTTP 422\): Could not resolve to a node/,
  );
  expect(await run(there, 30, { reviewers: ['ann'] })).toMatchObject({ kind: 'unchanged' });
  there.pulls[1]!.requested = [];
  await run(there, 31, { reviewers: ['ann'] });
  expect(there.pulls[1]).toMatchObject({ requested: [], events: [{ event: 'review_requested' }] });
});

describe('what cannot be done is said, and nothing is changed', () => {
  const plan: Record<string, string | Buffer> = { [AT]: PLAN };
  const encoded = { [AT]: Buffer.from([0xff, 0xfe, 0x41]) };
  test.each<[string, Record<string, string | Buffer>, object, RegExp]>([
    ['no such file', { 'x.md': 'x' }, {}, /git - .*docs\/a plan\.md.* does not exist/],
    ['a file that is not UTF-8', encoded, {}, /got docs\/a plan\.md of main \(not UTF-8\)/],
    ['no token', plan, { GH_TOKEN: '' }, /gh - To get started with GitHub CLI/],
    ['a token that was revoked', plan, { GH_TOKEN: 'revoked' }, /gh - Bad credentials \(HTTP 401\)/],
    ['no gh', plan, { PATH: '/nowhere' }, /gh - not found; install it/],
  ])('%s', async (_, files, env, said) => {
    const there = repository(files);
    await expect(run(there, 30, {}, env)).rejects.toThrow(said);
    expect(there.branches()).toEqual(['main']);
  });

  test('no such branch', async () => {
    const there = repository();
    const gone = { repository: { host: 'github.com', name: there.name }, branch: 'gone', path: AT };
    await expect(run(there, 30, { plan: gone })).rejects.toThrow('branch - got gone, expected a branch of https://');
  });

  test('a link in the place of the plan', async () => {
    const there = repository({ 'docs/x.md': PLAN });
    there.push('main', { [AT]: { to: 'x.md' } });
    const fill: Proposal['fill'] = (text) => ({ text: `${text}!`, edits: [], blanks: [] });
    await expect(run(there, 30, { fill })).rejects.toThrow(
      'plan - got docs/a plan.md, which is a link, expected a file',
    );
    expect(there.branches()).toEqual(['main']);
  });

  test('somebody pushed in the meantime', async () => {
    const there = repository();
    const own = 'stagewatch/small/1';
    const fill: Proposal['fill'] = (text) => {
      there.push(own, { [AT]: PLAN });
      return { text: `${text}!`, edits: [], blanks: [] };
    };
    await expect(run(there, 60, { fill })).rejects.toThrow(/git - .*rejected/);
    expect([there.text(own, AT), there.pulls]).toEqual([PLAN, []]);
  });
});
