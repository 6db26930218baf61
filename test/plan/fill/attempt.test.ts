import { attemptIn } from '../../../lib/plan/fill/attempt';
import { fillPlan } from '../../../lib/plan/fill/fill';
import { entered, hour } from '../../worlds/moments';
import { knownOf, LETTERS } from '../../worlds/planned-rollout';

const LOG = [
  entered('2026-02-11T16:00Z', '10', 0.1),
  entered('2026-02-12T16:00Z', 'off', 0),
  entered('2026-02-13T16:00Z', '10', 0.1),
  entered('2026-02-14T16:00Z', 'full', 1),
];
const NEWEST = hour('2026-02-25T00:00Z');
const known = knownOf(LETTERS, LOG, NEWEST);

/** What becomes of each blank: the entry that it was answered for, or why it stays open. */
const became = (plan: string, from = known): string[] =>
  fillPlan(plan, from).blanks.map(({ answer }) =>
    'text' in answer ? (/\(entry \d of \d\)/.exec(answer.text)?.[0] ?? 'the only entry') : answer.open,
  );
const BLANK = '- #letters: [FILL_IN]\n';
const NOT_SAID = 'the plan tells attempts apart, and this one does not say which; stage 10 was entered 2 times';

test.each([
  ['first attempt', 1],
  ['2nd try', 2],
  ['Attempt 3', 3],
  ['Run #2', 2],
  ['round two', 2],
  ['(2)', 2],
  ['again', 'unclear'],
  ['re-launch', 'unclear'],
  ['latest attempt', 'unclear'],
  ['25% of users', undefined],
  ['first week', undefined],
])('"%s" is attempt %s', (words, attempt) => {
  expect(attemptIn(words)).toBe(attempt);
});

test('each attempt at a stage gets its own entry, as a heading, a heading below, an item or a column', () => {
  const both = ['(entry 1 of 2)', '(entry 2 of 2)'];
  expect(became(`## Stage 10: first attempt\n${BLANK}## Stage 10: second attempt (after the fix)\n${BLANK}`)).toEqual(
    both,
  );
  expect(became(`## Stage 10\n### First attempt\n${BLANK}### Second attempt\n${BLANK}`)).toEqual(both);
  expect(became('## Stage 10\n- Attempt 1\n  - #letters: [FILL_IN]\n- Attempt 2\n  - #letters: [FILL_IN]\n')).toEqual(
    both,
  );
  expect(
    became('## Stage 10\n\n| | First attempt | Second attempt |\n|---|---|---|\n| #letters | [FILL_IN] | [FILL_IN] |'),
  ).toEqual(both);
});

test('an attempt that there was not, or that is not said, stays open', () => {
  expect(became(`## Stage 10, third attempt\n${BLANK}`)).toEqual(['stage 10 was entered 2 times, not 3']);
  expect(became(`## Stage 10 (again)\n${BLANK}`)).toEqual([NOT_SAID]);
  expect(became(`## Stage 10\n${BLANK}## Stage 10, second attempt\n${BLANK}`)).toEqual([NOT_SAID, '(entry 2 of 2)']);
  expect(became(`## Stage 10\n${BLANK}## Stage 10, second attempt\n- #letters: 1 %\n`)).toEqual([NOT_SAID]);
});

test('a plan that tells none apart is answered for the last entry, and says which', () => {
  expect(became(`## Stage 10\n${BLANK}`)).toEqual(['(entry 2 of 2)']);
});

test('entries before a relaunch have no results, and none of them gets those of another', () => {
  const anew = knownOf(LETTERS, [LOG[0]!, LOG[1]!, { ...LOG[2]!, relaunch: true }, LOG[3]!], NEWEST);
  expect(became(`## Stage 10: first attempt\n${BLANK}## Stage 10: second attempt\n${BLANK}`, anew)).toEqual([
    'only the last entry of stage 10 has results of its own here',
    'the only entry',
  ]);
});

test('a check of the first time at 100 % is not answered with that of the second', () => {
  const twice = knownOf(
    LETTERS,
    [...LOG, entered('2026-02-22T16:00Z', 'off', 0), entered('2026-02-23T16:00Z', 'full', 1)],
    hour('2026-03-10T00:00Z'),
  );
  expect(
    became(`## 1-week results, first attempt\n${BLANK}## 1-week results, second attempt\n${BLANK}`, twice),
  ).toEqual(['only the last entry of stage full has results of its own here', 'the only entry']);
});

describe('what has the name of a stage in it', () => {
  const [DONE] = became(
    `## Stage full\n${BLANK}`,
    knownOf(LETTERS, [...LOG, entered('2026-02-22T16:00Z', 'off', 0)], NEWEST),
  );
  const why = (heading: string) =>
    became(`${heading}\n${BLANK}`, knownOf(LETTERS, [...LOG, entered('2026-02-22T16:00Z', 'off', 0)], NEWEST))[0];

  it.each([
    'Dry run of stage full',
    'Stage full (rehearsal)',
    'Stage full on staging',
    'Preparing stage full',
    'Notes for after stage full',
    'Roll back from stage full',
  ])('"%s" is not the stage', (heading) => {
    expect(why(`## ${heading}`)).toMatch(/is a trial, and not stage full$|may be something else than stage full$/);
  });

  it('does not make a stage of what stands under a trial', () => {
    expect(why('# Dry run\n## Stage full')).toBe('"Dry run" is a trial, and not stage full');
  });

  it.each([
    'Results of stage full',
    'Phase II: Stage full',
    '3. Stage full: everyone',
    '🚀 Stage full',
    'Production: Stage full',
  ])('"%s" is', (heading) => {
    expect(why(`## ${heading}`)).toBe(DONE);
    expect(DONE).toBe('the only entry');
  });
});
