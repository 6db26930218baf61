import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { entered, LAUNCH } from '../../worlds/moments';
import { knownOf } from '../../worlds/planned-rollout';
import { releaseOf } from '../../worlds/small-release';

let known: Known;
beforeAll(() => {
  const release = releaseOf('search', {
    endpoints: [{ name: '#search', tag: 'search', criteria: [{ below: '5%' }] }],
    stages: [
      { name: '1', exposure: '10%', length: '1 week' },
      { name: '2', exposure: '25%', length: '3 days' },
      { name: '3', exposure: '100%' },
    ],
    checks: [{ name: '1-week', length: '1 week' }],
  });
  const log = [entered(LAUNCH, '1', 0.1), entered(LAUNCH + 168, '2', 0.25), entered(LAUNCH + 240, '3', 1)];
  known = knownOf(release, log, LAUNCH + 500);
});

/** The stage or check that each blank of a plan was answered for, or why it stays open. */
const became = (plan: string): string[] =>
  fillPlan(plan, known).blanks.map(({ answer }) =>
    'text' in answer ? (/(stage \w+|\d-\w+ check)/.exec(answer.text)?.[1] ?? answer.text) : answer.open,
  );
const blank = '- #search: [FILL_IN]';

test.each([
  ['a week of a schedule that has a share', `## Week 1: 10% of users\n${blank}`, /names a check and a share of users/],
  ['a share without users beside it', `## First week at 25%\n${blank}`, /names a check and a share of users/],
  ['a share and what follows it', `## 25% of users, then 1 week of watching\n${blank}`, /names a check and a share/],
  ['a check of all users', `## 1-week check-in (100% of users)\n${blank}`, /^1-week check$/],
  ['the way back', `## Rollback from 25% of users\n${blank}`, /may be something else than stage 2$/],
  ['a stage that was rolled back', `## Stage 2: 25% of users (rolled back)\n${blank}`, /^stage 2$/],
  ['a share of traffic beside a name', `## Stage 2: Friends (25% traffic)\n${blank}`, /^stage 2$/],
  ['a part of the users', `## Stage 2: 25% of users, except new ones\n${blank}`, /asks for/],
  ['a control group', `## Control group: 25% of users\n${blank}`, /may be something else than stage 2$/],
  ['a control group of a stage', `## Stage 2, control group\n${blank}`, /may be something else than stage 2$/],
  ['a holdback', `## Holdback: 10% of users\n${blank}`, /may be something else than stage 1$/],
  ['a dark launch', `## Dark launch: 25% of users\n${blank}`, /may be something else than stage 2$/],
  ['a stage that is a dark launch', `## Stage 1: dark launch\n${blank}`, /^stage 1$/],
  ['half of a comparison', `## A/B test: 25% of users\n${blank}`, /may be something else than stage 2$/],
  ['users of a region', `## 25% of users in the west\n${blank}`, /no heading over it names/],
  ['a share of tenants', `## 25 % of tenants\n${blank}`, /no heading over it names/],
  ['a share as Germans write it', `## 10,0 % of users\n${blank}`, /^stage 1$/],
  ['a part of a share as Germans write it', `## 0,25 % of users\n${blank}`, /no heading over it names/],
  ['a share of traffic in a table', '| Traffic | #search |\n|---|---|\n| 25% | [FILL_IN] |', /takes a person/],
  ['a day of a stage', `## Stage 2: day 1\n${blank}`, /may ask for a part of stage 2$/],
  ['an hour of a share', `## 25% of users, first hour\n${blank}`, /may ask for a part of stage 2$/],
  ['the days of a stage', `## Day 8-10: 25% of users\n${blank}`, /^stage 2$/],
  ['a share that comes on top', `## Another 25% of users\n${blank}`, /no heading over it names/],
  ['a share that is the most', `## Up to 25% of users\n${blank}`, /no heading over it names/],
  ['a plus', `## +25% of users\n${blank}`, /no heading over it names/],
  ['stages as items', `## Rollout stages\n1. **Stage 2**: enable for 25% of requests\n   ${blank}`, /^stage 2$/],
])('%s', (_, plan, expected) => {
  expect(became(plan)).toEqual([expect.stringMatching(expected)]);
});

test('in a row of a stage, a cell that makes it a part of the stage leaves it open, and a note does not', () => {
  const rows = ['iOS', 'first 2 days', 'no issues', 'all'].map((cell) => `| Stage 2 | ${cell} | [FILL_IN] |`);
  expect(became(`| Stage | Which | #search |\n|---|---|---|\n${rows.join('\n')}`)).toEqual([
    '"iOS" beside it may ask for a part of stage 2',
    '"first 2 days" beside it may ask for a part of stage 2',
    'stage 2',
    'stage 2',
  ]);
});

test('a column of regions or the like makes each row one of a part, unless the cell says all', () => {
  const rows = ['West', 'all'].map((cell) => `| Stage 2 | ${cell} | [FILL_IN] |`);
  for (const head of ['Region', 'Customer tier', 'Site'])
    expect(became(`| Stage | ${head} | #search |\n|---|---|---|\n${rows.join('\n')}`)).toEqual([
      '"West" beside it may ask for a part of stage 2',
      'stage 2',
    ]);
});

test('a row with nothing but its first cell heads those below it', () => {
  const table = (group: string, head: string) =>
    `| | ${head} |\n|---|---|\n| #search | [FILL_IN] |\n| **${group}** | |\n| #search | [FILL_IN] |\n`;
  expect(became(table('West', 'Stage 2'))).toEqual([
    'stage 2',
    expect.stringMatching(/^"West" over it may ask for a part/),
  ]);
  expect(became(table('Stage 2', 'Error rate'))).toEqual([expect.stringMatching(/^no heading over it/), 'stage 2']);
});

describe('a bare "Week 1"', () => {
  const week = `## Week 1\n${blank}\n`;
  const rollout = '"Week 1" may be a week of the rollout: ';

  it.each([
    ['a schedule in a list', `- Week 1: 10 %\n- Week 2: 25 %\n\n${week}`, `${rollout}line 1 has a share of users`],
    ['a schedule in days', `- Day 1-3: 10% of users\n\n${week}`, `${rollout}line 1 has a share of users`],
    ['a table', `| When | Share |\n|---|---|\n| Week 1 | 10% |\n\n${week}`, `${rollout}line 3 has a share of users`],
    ['a share under it', `## Week 1\n25% of users\n\n${blank}`, `${rollout}line 2 has a share of users`],
    ['a week after it', `${week}## Week 2\n`, `${rollout}line 3 names another week`],
    ['a heading over it', `# Rollout schedule\n${week}`, `${rollout}it stands under "Rollout schedule"`],
    ['a label', `- Week 1: 10 %\n\n## Results so far\n- Week 1\n  ${blank}`, `${rollout}line 1 has a share of users`],
    [
      'a row',
      '| When | Share | #search |\n|---|---|---|\n| Week 1 | 25% | [FILL_IN] |',
      `${rollout}line 3 has a share of users`,
    ],
  ])('is not answered where it may be of the rollout, as by %s', (_, plan, reason) => {
    expect(became(plan)).toEqual([reason]);
  });

  it.each([
    ['nothing else', week],
    ['all users over it', `- Week 1: 10 %\n\n## 100% of users\n### Week 1\n${blank}`],
    ['"after launch" over it', `- Week 1: 10 %\n\n## After launch\n### Week 1\n${blank}`],
    ['a check in its own words', `- Week 1: 10 %\n\n## Week 1 check-in\n${blank}`],
    ['a time that is no part of a schedule', `- Week 1: 10 %\n\n## 1-week results\n${blank}`],
    ['rates and weeks after the launch', `## Post-launch\n### Week 1\n${blank}\n### Week 2: 3 %\n`],
  ])('is the check with %s', (_, plan) => {
    expect(became(plan)).toEqual(['1-week check']);
  });
});
