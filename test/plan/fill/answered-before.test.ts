import { edited, fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { entered, hour, LAUNCH } from '../../worlds/moments';
import { knownOf, LETTERS } from '../../worlds/planned-rollout';

const query = { source: 'rum', search: '*', facet: '@usr.id', kept: 720, counts: 'all' } as const;
const usersOf = [
  { ...query, name: 'Letters' },
  { ...query, name: 'Letters list' },
];
const TEN = { from: LAUNCH + 24, to: LAUNCH + 72, at: 0 };
const known: Known = {
  ...knownOf(
    { ...LETTERS, datadog: { ...LETTERS.datadog, users: query, usersOf } },
    [
      entered('2026-02-11T16:00Z', 'first', 0.01),
      entered('2026-02-12T16:00Z', '10', 0.1),
      entered('2026-02-14T16:00Z', 'full', 1),
    ],
    hour('2026-03-30T00:00Z'),
    (series, at) => (series === '#letters' && at === LAUNCH + 30 ? undefined : new Map([['200', 1000]])),
  ),
  counts: [
    { ...TEN, kind: 'users', users: 9000, counts: 'all' },
    { ...TEN, kind: 'usersOf', name: 'Letters', users: 5000, counts: 'all' },
    { ...TEN, kind: 'usersOf', name: 'Letters list', users: 400, counts: 'all' },
  ],
};

/** Of rates in a list, the first to be answered names the window. */
const withoutWindows = (text: string): string => text.replace(/\n *- stage 10 at .*/g, '');

describe('a label that was answered asks what it asked before, for the blanks that are indented under it', () => {
  it.each([
    ['users', '- Number of users: [FILL_IN]\n  - Letters\n    - Total: [FILL_IN]\n  - Letters list: [FILL_IN]', 3],
    [
      'total users',
      '- Total users: [FILL_IN]\n  - Letters list (total / exposed): [FILL_IN]\n    - Exposed: [FILL_IN]',
      3,
    ],
    ['all rates', '- Metrics at this stage: [FILL_IN]\n  - #letters: [FILL_IN]\n  - #download: [FILL_IN]', 3],
    ['a rate', '- #letters: [FILL_IN]\n  - 4 week avg before launch: [FILL_IN]\n  - Since launch: [FILL_IN]', 3],
    ['without a colon', '- **#letters** [FILL_IN]\n  - Since launch: [FILL_IN]', 2],
    ['in HTML', '<ul>\n<li>Error rates: [FILL_IN]\n  <ul>\n  <li>#letters: [FILL_IN]</li>\n  </ul>\n</li>\n</ul>', 2],
    ['without one', '- Error rates\n  - [FILL_IN]\n    - #download: [FILL_IN]', 2],
  ])('%s', (_, blanks, answers) => {
    const plan = `## Stage 10\n\n${blanks}\n`;
    const { text, edits } = fillPlan(plan, known);
    expect(edits).toHaveLength(answers);
    for (const edit of edits)
      for (const first of [[edit], edits.filter((one) => one !== edit)])
        expect(withoutWindows(fillPlan(edited(plan, first), known).text)).toBe(withoutWindows(text));
  });

  it.each([
    ['- Number of users: ~9k\n  - Letters: [FILL_IN]', /^about \[500\]/],
    ['- Number of users: 9,000 mobile ones\n  - Letters: [FILL_IN]', /^open: /],
    ['- #letters: mobile only\n  - Since launch: [FILL_IN]', /^open: /],
    ['- Error rates: peak hour (2 requests)\n  - #letters: [FILL_IN]', /^open: /],
    ['- Error rates, 2026-02-12 11:00 EST - 2026-02-12 12:00 EST\n  - #letters: [FILL_IN]', /^open: /],
  ])('%j, as a person wrote it', (blanks, expected) => {
    const [{ answer } = { answer: { open: '' } }] = fillPlan(`## Stage 10\n\n${blanks}`, known).blanks;
    expect('text' in answer ? answer.text : `open: ${answer.open}`).toMatch(expected);
  });
});

it('of rates in a list, the first names the window; the others if nothing else says it', () => {
  const rates = '- #letters: [FILL_IN]\n- #download: [FILL_IN]';
  const named = (plan: string, of = known) => fillPlan(plan, of).text.split('stage 10 at').length - 1;
  expect(named(`## Stage 10\n${rates}`)).toBe(1);
  // What a number links to is all that says its hours.
  expect(named(`## Stage 10\n${rates}`, { ...known, release: { ...known.release, links: [] } })).toBe(2);
  expect(named(`## Stage 10\n${rates.replace('\n', '\n\nand\n\n')}`)).toBe(2);
  expect(named('## Stage 10\n- #letters: 0.2 %\n- #download: [FILL_IN]')).toBe(1);
  expect(fillPlan(`## Stage 10\n${rates}`, known).text).toMatch(
    /^## .*\n.*\n {2}- stage 10 at .*\n(?: {2}- .*\n)+- #download: .*\n {2}- \[/,
  );
});
