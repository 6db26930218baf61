import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import type { UsersOf } from '../../../lib/release/source-section';
import { entered, hour, LAUNCH } from '../../worlds/moments';
import { knownOf, LETTERS } from '../../worlds/planned-rollout';

const query = { source: 'rum', search: '*', facet: '@usr.id', kept: 720, counts: 'all' } as const;
const PAGES: UsersOf[] = [
  { ...query, name: 'All (new) users', path: '/total' },
  { ...query, name: 'Letters', path: '/letters' },
  { ...query, name: 'Letters list', path: '/letters/all' },
  { ...query, name: '#download', path: '/letters/:id/file', counts: 'exposed' },
];
const RELEASE = { ...LETTERS, links: [], datadog: { ...LETTERS.datadog, users: query, usersOf: PAGES } };
const TEN = { from: LAUNCH + 24, to: LAUNCH + 72, at: 0 };
const known: Known = {
  ...knownOf(
    RELEASE,
    [
      entered('2026-02-11T16:00Z', 'first', 0.01),
      entered('2026-02-12T16:00Z', '10', 0.1),
      entered('2026-02-14T16:00Z', 'full', 1),
    ],
    hour('2026-03-30T00:00Z'),
  ),
  counts: [
    { ...TEN, kind: 'users', users: 9000, counts: 'all' },
    { ...TEN, kind: 'usersOf', name: 'All (new) users', users: 30, counts: 'all' },
    { ...TEN, kind: 'usersOf', name: 'Letters', users: 5000, counts: 'all' },
    { ...TEN, kind: 'usersOf', name: 'Letters list', users: 400, counts: 'all' },
    { ...TEN, kind: 'usersOf', name: '#download', users: 70, counts: 'exposed' },
  ],
};

/** What each blank under stage 10 gets, without the hours; or why it stays open. */
const answers = (plan: string, of = known): string[] =>
  fillPlan(`## Stage 10\n\n${plan}`, of).blanks.map(({ answer }) =>
    'text' in answer ? answer.text.replace(/,? in stage 10 at.*/, '') : `open: ${answer.open}`,
  );

describe('the users of a page are answered', () => {
  it.each([
    ['in its own label', '- Number of users of the Letters list page: [FILL_IN]', ['about 40 (10 % of 400)']],
    ['by its path', '- Unique users (`/letters/all`): [FILL_IN]', ['about 40 (10 % of 400)']],
    ['by an address', '- Users of [it](https://x.gov/y) https://www.example.gov/letters/all/: [FILL_IN]', []],
    ['by a path with a parameter', '- Users exposed, /letters/{letterId}/file: [FILL_IN]', ['70']],
    [
      'under a label that waits for an answer of its own',
      '- Number of users: [FILL_IN]\n  - Letters\n    - Total: [FILL_IN]\n  - Letters list (total / exposed): [FILL_IN]',
      ['about 900 (10 % of 9,000)', '5,000, exposed or not', '400 in total, about 40 (10 % of 400) exposed'],
    ],
    [
      'under a label, total and exposed',
      '- Number of users\n  - Letters\n    - Total: [FILL_IN]\n    - Exposed: [FILL_IN]\n  - Letters list:\n    - Total: [FILL_IN]',
      ['5,000, exposed or not', 'about 500 (10 % of 5,000)', '400, exposed or not'],
    ],
    [
      'under its heading',
      '### Letters list\n\n- Total users: [FILL_IN]\n- Exposed users: [FILL_IN]\n- Users (total / exposed): [FILL_IN]',
      ['400, exposed or not', 'about 40 (10 % of 400)', '400 in total, about 40 (10 % of 400) exposed'],
    ],
    [
      'in a table of pages',
      '| Page | Total users | Users exposed |\n| --- | --- | --- |\n| Letters | [FILL_IN] | [FILL_IN] |\n| `/letters/all` | [FILL_IN] | [FILL_IN] |',
      ['5,000, exposed or not', 'about 500 (10 % of 5,000)', '400, exposed or not', 'about 40 (10 % of 400)'],
    ],
    [
      'in a table under a line that says users',
      'Users per page:\n\n| Page | Total | Exposed |\n| --- | --- | --- |\n| Letters | [FILL_IN] | [FILL_IN] |',
      ['5,000, exposed or not', 'about 500 (10 % of 5,000)'],
    ],
    [
      'of all pages',
      '- Total number of users: [FILL_IN]\n- Users exposed: [FILL_IN]',
      ['9,000, exposed or not', 'about 900 (10 % of 9,000)'],
    ],
    [
      'by a name with words of users in it',
      '- All (new) users, exposed: [FILL_IN]\n- /total, exposed users: [FILL_IN]',
      ['about 3 (10 % of 30)', 'about 3 (10 % of 30)'],
    ],
    [
      'of those who have the feature',
      '- Number of users with the new feature: [FILL_IN]',
      ['about 900 (10 % of 9,000)'],
    ],
    ['with a veteran for a user', '- Veterans on Letters: [FILL_IN]', ['about 500 (10 % of 5,000)']],
  ])('%s', (_, plan, expected) => {
    if (expected.length > 0) expect(answers(plan)).toEqual(expected);
    else expect(answers(plan)[0]).toMatch(/^open: /);
  });

  it('in a table of stages and pages', () => {
    const plan = '| Stage | Page | Total users |\n| --- | --- | --- |\n| Stage 10 | Letters list | [FILL_IN] |';
    const [{ answer } = { answer: { open: '' } }] = fillPlan(plan, known).blanks;
    expect(answer).toMatchObject({ text: expect.stringMatching(/^400, exposed or not, in stage 10/) });
  });
});

describe('they stay open', () => {
  it.each([
    [
      'of a page that nobody counts',
      '- Number of users of the Settings page: [FILL_IN]',
      /^open: no query of the release file counts "Number of users of the Settings page"$/,
    ],
    ['of a longer path', '- Users of /letters/all/old: [FILL_IN]', /^open: .*"Users of \/letters\/all\/old"/],
    [
      'of two pages',
      '- Users of Letters list and #download: [FILL_IN]',
      /^open: it names more than one page: "Letters list" and "#download"$/,
    ],
    [
      'in total, where only those exposed are counted',
      '- Total users of #download: [FILL_IN]',
      /^open: only those exposed were counted \(counts of datadog.usersOf\)$/,
    ],
    [
      'of new ones',
      '- Number of new users: [FILL_IN]',
      /^open: no query of the release file counts "Number of new users"$/,
    ],
    ['of those who are not exposed', '- Users not exposed: [FILL_IN]', /^open: no query of the release file counts/],
    ['of a part of them', '### Mobile\n\n- Users of Letters: [FILL_IN]', /^open: "Mobile" over it may ask for a part/],
    ['that were planned', '### Target\n\n- Users of Letters: [FILL_IN]', /^open: asks for something else/],
    ['before the launch', '- Users of Letters before launch: [FILL_IN]', /^open: /],
    ['without some', '- Users of Letters (excluding bots): [FILL_IN]', /^open: "excluding bots"/],
    [
      'for a question that only speaks of them',
      '- What did users of Letters say?: [FILL_IN]',
      /^open: takes a person$/,
    ],
  ])('%s', (_, plan, expected) => {
    expect(answers(plan)).toEqual([expect.stringMatching(expected)]);
  });

  it('while they are not counted, for the reason that fits; what somebody says of all pages is not theirs', () => {
    const none = { ...known, counts: [] };
    expect(answers('- Users of Letters: [FILL_IN]', { ...none, users: 7 })).toEqual([
      'open: the users were not counted in the week after its end',
    ]);
    expect(answers('- Users of Letters: [FILL_IN]', { ...none, newest: LAUNCH + 80 })).toEqual([
      "open: the users are not counted yet: the next run tries again, and the last one's log says what failed",
    ]);
  });
});

it('an error rate is none of users, and has them below it where its page is called as the endpoint is', () => {
  expect(answers('- Number of users:\n  - #download: [FILL_IN]')).toEqual(['70']);
  expect(answers('- #download: [FILL_IN]')).toEqual([
    expect.stringMatching(/^0\.2 %[^\n]+\n.*\n {2}- 70 users exposed\n/),
  ]);
  const counted = known.counts.map((one) =>
    one.kind === 'usersOf' && one.users === 70 ? { ...one, counts: 'all' as const } : one,
  );
  expect(answers('#download: [FILL_IN]', { ...known, counts: counted })).toEqual([expect.stringMatching(/^0\.2 %/)]);
  const [{ answer } = { answer: { open: '' } }] = fillPlan('## Stage 10\n#download: [FILL_IN]', {
    ...known,
    counts: counted,
  }).blanks;
  expect(answer).toMatchObject({ text: expect.stringContaining('; 70 users, about 7 (10 %) of them exposed; ') });
  expect(answers('- #letters: [FILL_IN]')).toEqual([expect.not.stringContaining('users exposed')]);
});
