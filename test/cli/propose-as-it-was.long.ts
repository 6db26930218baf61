import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { knownIn } from '../../lib/cli/plan-known';
import { HOUR_MS, type Hour, type Instant } from '../../lib/facts/hour';
import { play } from '../../lib/local/play';
import { RESOURCES } from '../../lib/local/traffic';
import type { LivePage } from '../../lib/page/server';
import { type FilledPlan, fillPlan } from '../../lib/plan/fill/fill';
import { readRelease } from '../../lib/release/read';
import { folder } from '../worlds/console';
import { openGithub } from '../worlds/github';
import { scenario } from '../worlds/local-rollout';
import { openRunner } from '../worlds/runner';

const OURS = path.join(__dirname, '..', '..', 'releases', 'document-status');
const read = (name: string) => readFileSync(path.join(OURS, name), 'utf8');

const USERS = { source: 'rum', facet: '@usr.id', kept: '30 days', counts: 'all' };
const file = parse(read('release.yaml'));
/** The release of this repository, with what counts its users, what tells of downstream services, and where its plan lies. */
const RELEASE = {
  ...file,
  datadog: {
    ...file.datadog,
    users: { ...USERS, search: '@type:view @view.url_path:/track-claims*' },
    usersOf: [
      { ...USERS, name: 'Claims list', search: '@type:view @view.url_path:/track-claims/your-claims' },
      { ...USERS, name: 'Status of a claim', search: '@type:view @view.url_path:/track-claims/your-claims/*' },
    ],
  },
  controls: [{ name: '#users', tag: RESOURCES.other.tag }],
  plan: 'https://github.com/org/plans/blob/main/products/document-status/plan.md',
};
/** Its plan, which asks in Results for the users of pages, too, as a later plan of the same team does. */
const PLAN = read('release-plan.md').replaceAll(
  '- Estimated number of users: [FILL_IN]\n',
  '- Estimated number of users: [FILL_IN]\n  - Claims list\n    - Total: [FILL_IN]\n    - Exposed: [FILL_IN]\n  - Status of a claim (total / exposed): [FILL_IN]\n',
);
const WHERE = 'products/document-status/plan.md';
const BRANCH = 'stagewatch/document-status/1';

const byHand = (text: string) => text.replace('  - BMT2 Team\n', '  - BMT2 Team, Ann on Mondays\n');

/** Whether the number of users in a section is filled in. */
const isAnswered = (text: string, section: string) =>
  !text
    .slice(text.indexOf(`### ${section}`))
    .split('- Estimated number of users: ')[1]!
    .startsWith('[FILL_IN]');
const saidOf = ({ blanks }: FilledPlan) =>
  JSON.stringify(blanks.map(({ line, answer }) => [line, 'text' in answer ? answer.text : answer.open]));

/** Hours since the launch: a week of A, two of B, and the checks, with an hour in doubt at each entry. */
const CHECK_INS = [170, 508, 675, 1227];
/** `npm run test:hourly` runs the script in every hour, which takes more than an hour. */
const isEveryHour = process.env.STAGEWATCH_HOURLY === 'every';
/** Otherwise it runs in each of so many hours before and after a check-in, ... */
const AROUND = 6;
/** ... and elsewhere, every so many hours it is asked what it would find. */
const ASKED_EVERY = 6;

const root = folder();
const checkout = path.join(root, 'checkout');
let runner: Awaited<ReturnType<typeof openRunner>>;
let github: Awaited<ReturnType<typeof openGithub>>;
beforeAll(async () => {
  github = await openGithub(root);
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await Promise.all([github.close(), runner.close()]);
});

/**
 * The workflow runs every hour. A run of its script takes more than two seconds of a processor, 1,200 of them most of an
 * hour: so here the script itself runs in each hour around a check-in, and whenever it would find another text or another
 * reason than it did before. In other hours, what it would find is asked of the same code in this process.
 */
test('as-it-was is played, the workflow runs hourly, and a plan that nobody typed a number into is merged', async () => {
  const plans = github.repository('org/plans', { [WHERE]: PLAN, 'README.md': 'Plans\n' }, { partial: true });
  github.repository('org/stagewatch', { 'releases/document-status/release.yaml': JSON.stringify(RELEASE) });
  github.git(['clone', '--quiet', 'https://github.com/org/stagewatch.git', checkout]);
  const release = readRelease(path.join(checkout, 'releases', 'document-status'));
  // The play points the clients of this process at its own table.
  const table = () => ({
    url: process.env.AWS_ENDPOINT_URL_DYNAMODB!,
    key: process.env.AWS_ACCESS_KEY_ID!,
    tableName: 'stagewatch',
  });
  runner = await openRunner(github, checkout, table, { reviewers: 'ann,org/bmt' });

  const said: string[] = [];
  const hours = { played: 0, byScript: 0 };
  let shown: Parameters<LivePage['show']>[0] | undefined;
  let text = PLAN;
  let blanks = '';
  let left: string[] = [];
  /** What a run at this moment would find. */
  const filled = async () => {
    const { history, now } = shown!;
    const receiptsOf = () => {
      throw new Error('no receiver is asked');
    };
    return fillPlan(text, await knownIn({ release: release.release, history, now: now(), receiptsOf }), {
      draft: 'questions',
    });
  };
  /** The workflow's own script, and a person who says more about the plan, once. */
  const runs = async (hour: Hour, now: Instant) => {
    const line = (await runner.run(now)).join('\n').replace(/\d+ open$/, 'more open');
    hours.byScript++;
    if (!/is up to date$|: nothing to propose: /.test(line)) said.push(`hour ${hour}: ${line}`);
    if (!plans.branches().includes(BRANCH)) return;
    if (line.includes(' opened: ')) plans.push(BRANCH, { [WHERE]: byHand(plans.text(BRANCH, WHERE)) });
    text = plans.text(BRANCH, WHERE);
  };
  await play({
    release,
    scenario: scenario('as-it-was'),
    seed: 1,
    dir: path.join(root, 'played'),
    toggles: true,
    resume: false,
    signal: new AbortController().signal,
    page: { show: (source) => (shown = source), freeze: async () => {} },
    onPublish: () => {},
    onStage: () => {},
    onStageEnd: () => {},
    onUncounted: (failure) => said.push(failure),
    async onProgress(hour) {
      const now = shown!.now();
      hours.played++;
      if (!isEveryHour && !CHECK_INS.some((one) => Math.abs(hour - one) <= AROUND)) {
        if (hours.played % ASKED_EVERY > 0) return;
        const would = await filled();
        if (would.text === text && saidOf(would) === blanks) return;
        blanks = saidOf(would);
      }
      await runs(hour, now);
      if (hour <= CHECK_INS.at(-1)!) return;
      left = (await filled()).blanks.flatMap(({ answer }) => ('open' in answer ? [answer.open] : []));
      // The release is finished, and with this hour the play. The workflow goes on.
      for (let later = 1; later < AROUND; later++) await runs(hour + later, now + later * HOUR_MS);
    },
  });

  const url = 'document-status: https://github.com/org/plans/pull/1';
  const lines = CHECK_INS.map(
    (hour, index) => `^hour ${hour}: ${url} ${index === 0 ? 'opened' : 'grew'}: \\d+ blanks answered, more open$`,
  );
  expect(said).toEqual(lines.map((line) => expect.stringMatching(line)));
  expect(hours.played).toBe(CHECK_INS.at(-1)! + 4);
  const least = isEveryHour ? hours.played + AROUND - 1 : CHECK_INS.length * (2 * AROUND + 1) + 1;
  expect(hours.byScript).toBeGreaterThanOrEqual(least);

  // One pull request, whose every commit is a check-in's.
  expect(plans.pulls.map(({ requested, events }) => [requested, events.length])).toEqual([[['ann', 'bmt'], 4]]);
  expect(plans.log(BRANCH)).toEqual([
    'Stagewatch: Fill in the plan of document-status',
    'Ann: By hand',
    ...Array.from({ length: 3 }, () => 'Stagewatch: Fill in the plan of document-status'),
  ]);
  const sections = ['Stage A', 'Stage B', '1-week', '1-month'];
  expect(
    [4, 3, 2, 1, 0].map((before) =>
      sections.filter((one) => isAnswered(plans.text(`${BRANCH}~${before}`, WHERE), one)),
    ),
  ).toEqual([['Stage A'], ['Stage A'], ['Stage A', 'Stage B'], ['Stage A', 'Stage B', '1-week'], sections]);

  plans.squash(1);
  const merged = plans.text('main', WHERE);
  expect(merged).toContain('  - BMT2 Team, Ann on Mondays\n');
  expect(merged.split('_Draft:_ ').length - 1).toBe(7);
  // What is left takes a person: changes in A and B, three questions a check, and what users said.
  expect(left).toEqual(Array.from({ length: 9 }, () => 'takes a person'));
}, 10_800_000);
