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
