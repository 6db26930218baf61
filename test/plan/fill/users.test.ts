import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Release } from '../../../lib/release/schema';
import type { EventCount } from '../../../lib/results/event-count';
import { entered, hour, LAUNCH } from '../../worlds/moments';
import { knownOf, LETTERS } from '../../worlds/planned-rollout';

const FIRST = entered('2026-02-11T16:00Z', 'first', 0.01);
const TEN = entered('2026-02-12T16:00Z', '10', 0.1);
const FULL = entered('2026-02-14T16:00Z', 'full', 1);
const TEN_WINDOW = { from: LAUNCH + 24, to: LAUNCH + 72, at: 0 };
const asked = (kept: number): Release => ({
  ...LETTERS,
  datadog: {
    ...LETTERS.datadog,
    users: { source: 'rum', search: '*', facet: '@usr.id', kept, counts: 'all' },
  },
});

function answered(
  question: string,
  counts: EventCount[],
  {
    release = asked(720),
    users,
    newest = hour('2026-03-30T00:00Z'),
  }: { release?: Release; users?: number; newest?: number } = {},
) {
  const known = { ...knownOf(release, [FIRST, TEN, FULL], newest), counts, ...(users !== undefined && { users }) };
  const [{ answer } = { answer: { open: 'no blank' } }] = fillPlan(
    `## Stage 10\n\n${question}: [FILL_IN]`,
    known,
  ).blanks;
  return 'text' in answer ? answer.text : `open: ${answer.open}`;
}
const users = (counts: EventCount[], more: Parameters<typeof answered>[2] = {}) =>
  answered('Number of users', counts, more);

describe('the number of users', () => {
  const all: EventCount = { ...TEN_WINDOW, kind: 'users', users: 208_045, counts: 'all' };
  const where = 'in stage 10 at 10 % of users, 2026-02-12 11:00 EST - 2026-02-14 11:00 EST';
  const link = (number: string) =>
    `[${number}](https://vagov.ddog-gov.com/dashboard/abc-def-ghi/letters?fromUser=true&from_ts=${TEN_WINDOW.from * 3_600_000}&to_ts=${TEN_WINDOW.to * 3_600_000}&live=false)`;

  it('is the exposed share of those who were counted, linked to the dashboard at its hours', () => {
    expect(users([all])).toBe(`about ${link('20,800')} (10 % of 208,045) ${where}`);
  });

  it('is the count itself where the search finds only those exposed', () => {
    expect(users([{ ...all, users: 20_911, counts: 'exposed' }])).toBe(`${link('20,911')} ${where}`);
  });

  it('that was counted is taken before what somebody says, which has no link', () => {
    expect(users([all], { users: 5 })).toContain('208,045');
    expect(users([], { users: 5000 })).toBe(`about 500 (10 % of 5,000) ${where}`);
  });

  it('is never that of other hours', () => {
    expect(users([{ ...all, to: all.to + 1 }])).toMatch(/^open: /);
  });

  it('stays open for the reason that fits', () => {
    const hint = '; say how many with --users';
    expect(users([], { release: LETTERS })).toBe(
      `open: nobody has counted the users: the release file has no datadog.users${hint}`,
    );
    expect(users([], { newest: LAUNCH + 80 })).toBe(
      `open: the users are not counted yet: the next run tries again, and the last one's log says what failed${hint}`,
    );
    expect(users([], { release: asked(24), newest: LAUNCH + 80 })).toBe(
      `open: the users were not counted: it began before the events that Datadog keeps (datadog.users.kept)${hint}`,
    );
    expect(users([])).toBe(`open: the users were not counted in the week after its end${hint}`);
  });
});

describe('the classes of errors', () => {
  const classes = (errorClasses: { name: string; errors: number }[]): EventCount[] => [
    { ...TEN_WINDOW, kind: 'errorClasses', errorClasses },
  ];
  const types = (counts: EventCount[]) => answered('Types of errors logged', counts);

  it('end what is said of the errors, with nothing of theirs that forms anything', () => {
    const hostile = { name: '<img src=x> [x](https://evil.example)\n| `y`', errors: 1 };
    expect(types(classes([{ name: 'Common::BackendError', errors: 1812 }, hostile]))).toMatch(
      /left out \(\d+ requests\)\. Most frequent classes: Common::BackendError \(1,812\), &lt;img src=x&gt; \\\[x\\\]\(https:<!-- -->\/\/evil\.example\) \\\| \\`y\\` \(1\)$/,
    );
  });

  it('are said to be none when none was counted, and are not spoken of when nobody counted', () => {
    expect(types(classes([]))).toMatch(/\. Most frequent classes: none$/);
    expect(types([])).not.toContain('classes');
  });
});
