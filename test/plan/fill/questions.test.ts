import { hourOf } from '../../../lib/facts/hour';
import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { doneAt } from '../../../lib/release/schedule';
import { entered, LAUNCH } from '../../worlds/moments';
import { documentStatus, knownOf, LETTERS } from '../../worlds/planned-rollout';

const KPIS = '1. How do the KPIs you gathered compare to your pre-launch definition(s) of "success"?';
const CLEAN_UP = '1. What technical tasks are needed to clean up (i.e., removal of feature toggles)?';
const FEEDBACK = '1. What qualitative feedback have you gathered?';

const known = documentStatus();
const under = (...lines: string[]) =>
  `# Document Status\r\n\r\n## Post-launch Questions\r\n\r\n${lines.join('\r\n')}\r\n`;
const linesOf = (source: string) => fillPlan(source, known).blanks.map(({ line }) => line);
const drafted = (question: string, from = known) =>
  [...fillPlan(under(question), from, { draft: true }).text.matchAll(/\r\n {3}- _Draft:_ ([^\r\n]*)(?=\r\n)/g)]
    .map(([, line]) => line!.replace(/\]\([^)]*\)/g, ']()'))
    .join('\n') || undefined;

it('an open question is listed, and nothing of it changes without a draft', () => {
  const source = under(KPIS, FEEDBACK, CLEAN_UP);
  const { text, blanks } = fillPlan(source, known);
  expect(text).toBe(source);
  expect(blanks.map(({ line, question, answer }) => [line, question.slice(0, 11), 'open' in answer])).toEqual([
    [5, 'How do the ', true],
    [6, 'What qualit', true],
    [7, 'What techni', true],
  ]);
});

it('a draft stands below its question as text that is marked, once', () => {
  const once = fillPlan(under(KPIS, FEEDBACK, `${CLEAN_UP}  `), known, { draft: true }).text;
  const lines = once.split('\r\n');
  expect(lines.filter((line) => !line.startsWith('   - _Draft:_ '))).toEqual(
    under(KPIS, FEEDBACK, CLEAN_UP).split('\r\n'),
  );
  expect(lines.length).toBe(under(KPIS, FEEDBACK, CLEAN_UP).split('\r\n').length + 5);
  expect(fillPlan(once, known, { draft: true }).text).toBe(once);
});

describe('in a pull request, drafts', () => {
  const plan = under(KPIS, FEEDBACK).replace('## Post', '### 1-month results\r\n- #show: [FILL_IN]\r\n\r\n## Post');
  const draftsIn = (from: Known, source = plan) =>
    fillPlan(source, from, { draft: 'questions' }).text.split('_Draft:_').length - 1;

  it('come with the answers of the last check, below questions alone', () => {
    const { text } = fillPlan(plan, known, { draft: 'questions' });
    expect(text).not.toContain('<!-- draft');
    expect(draftsIn(known)).toBe(4);
    expect(fillPlan(text, known, { draft: 'questions' }).text).toBe(text);
  });

  it('do not come while a check is to come', () => {
    const { release, log } = known;
    expect(draftsIn({ ...known, newest: hourOf(doneAt(release, log)!) - 2 })).toBe(0);
    expect(draftsIn({ ...known, newest: hourOf(doneAt(release, log)!) - 1 })).toBe(4);
    // A toggle is not read on the full hour.
    const read = log.map((event) => ({ ...event, at: event.at + 20 * 60_000 }));
    expect(draftsIn({ ...known, log: read, newest: hourOf(doneAt(release, read)!) - 1 })).toBe(4);
  });

  it('do not come back when a person took them out', () => {
    const { text } = fillPlan(plan, known, { draft: 'questions' });
    expect(draftsIn(known, text.replace(/\r\n {3}- _Draft:_ [^\r\n]*/g, ''))).toBe(0);
  });
});

it('a question that had its draft as a comment gets no second one', () => {
  const source = under(`${CLEAN_UP} <!-- draft: at 100 % of users -->`);
  expect(fillPlan(source, known, { draft: true }).text).toBe(source);
});

it('of the KPIs it is what the judge says at the end of the newest check, with rates and levels', () => {
  expect(drafted(KPIS)?.split('\n')).toEqual([
    'at the end of the 1-month check at 100 % of users, 2026-03-04 10:00 EST - 2026-04-03 11:00 EDT, the success criteria are not all shown to be met',
    '#files-we-couldnt-receive [no errors]() (23 requests; 67 would show it is below 5 %), below 5 %: not shown yet',
    '#index [0.105 %]() (959 of 910,820 requests), consistent with the baseline (0.336 % before, 0.526 % tolerated): met',
    '#show [1.25 %]() (7,672 of 615,178 requests), consistent with the baseline (1.23 % before, 1.66 % tolerated): met',
  ]);
});

it('of the clean-up it is the toggles, while all users are exposed', () => {
  expect(drafted(CLEAN_UP)).toMatch(
    /^at 100 % of users since 2026-03-04 10:00 EST \(stage C\); toggles to remove: \[cst\\_show\\_document\\_upload\\_status\]\(\), \[/,
  );
});

describe('names in a draft that could end a comment or make a tag', () => {
  const names = ['a--b', '@team', 'www.example.org', 'x --> <script>alert(1)</script>', 'y --!> z', '<!-- w'];
  const release = { ...LETTERS, toggles: names.map((name) => ({ name })) };
  const full = knownOf(release, [entered('2026-02-11T16:00Z', 'full', 1)], LAUNCH + 60);

  it('are words of its one line below the question', () => {
    const { text } = fillPlan(under(CLEAN_UP), full, { draft: true });
    const line =
      'at 100 % of users since 2026-02-11 11:00 EST (stage full); toggles to remove: a--b, @<!-- -->team, www<!-- -->.example.org, x --&gt; &lt;script&gt;alert(1)&lt;/script&gt;, y --\\!&gt; z, &lt;\\!-- w';
    expect(text).toBe(under(CLEAN_UP, `   - _Draft:_ ${line}`));
  });

  it('are words of its one comment, where the question has several lines', () => {
    const question = CLEAN_UP.replace(' to clean', ' to\r\n   clean');
    const { text } = fillPlan(under(question), full, { draft: true });
    const [before, draft, after] = text.split(/<!-- draft: | -->(?=\r\n)/);
    expect(`${before}${after}`).toBe(under(`${question} `));
    expect(draft).toContain('toggles to remove: a-b, ');
    expect(draft).not.toMatch(/--|[<>]/);
  });
});

it('of assumptions it is what was measured, and that nothing else was', () => {
  expect(drafted('1. Which assumptions you listed were/were not validated?')).toBe(
    'the error rates of the success criteria are not all shown to be met at the end of the 1-month check; no other assumption was measured',
  );
});

it('of changes it is what was alerted, and the notes of the stage log', () => {
  const EVOLVE = '1. How might your product evolve based on these results?';
  const first = entered('2026-02-11T16:00Z', 'first', 0.01, { note: 'cache was cold', by: 'ann' });
  const noted = {
    ...knownOf(LETTERS, [first], LAUNCH + 60),
    incidents: [{ what: 'blind' as const, from: LAUNCH + 2, to: LAUNCH + 5 }],
  };
  expect(drafted(EVOLVE, noted)).toBe(
    'alerted since launch: data 2026-02-11 13:00 EST - 2026-02-11 16:00 EST\nstage log: 2026-02-11 11:00 EST first (1 %), ann: cache was cold',
  );
  expect(drafted(EVOLVE)).toBeUndefined();
});

it('nothing is drafted before there is something to say', () => {
  const first = entered('2026-02-11T16:00Z', 'first', 0.01);
  const full = { ...entered('2026-02-11T16:00Z', 'full', 1), at: first.at + 86_400_000 };
  const off = { ...entered('2026-02-11T16:00Z', 'off', 0), at: full.at + 86_400_000 };
  const toggled = { ...LETTERS, toggles: [{ name: 'letters_v2' }] };
  const after = (log: (typeof first)[], release = toggled) => knownOf(release, log, LAUNCH + 60);
  expect(drafted(CLEAN_UP, after([first]))).toBeUndefined();
  expect(drafted(CLEAN_UP, after([first, full]))).toContain('toggles to remove: letters\\_v2');
  expect(drafted(CLEAN_UP, after([first, full], LETTERS))).toBeUndefined();
  expect(drafted(CLEAN_UP, after([first, full, off]))).toBeUndefined();
  expect(drafted(KPIS, after([first]))).toBeUndefined();
  expect(drafted(KPIS, after([first, full]))).toMatch(/^at the end of stage first at 1 % of users/);
  expect(drafted('1. Which assumptions held?', after([first]))).toBeUndefined();
  expect(drafted(FEEDBACK)).toBeUndefined();
});

it.each([
  ['an answer under it', [`${KPIS}\r\n   - Well.`]],
  ['an answer behind it', [`${KPIS} Well.`]],
  ['an answer on its next line', [`${KPIS}\r\n   Well.`]],
  ['an answer behind the list', [KPIS, '', 'Well.']],
  ['a placeholder, which is a blank', [`${KPIS} [FILL_IN]`]],
])('a question with %s is none', (_, lines) => {
  const { text } = fillPlan(under(...lines), known, { draft: true });
  expect(text).toBe(under(...lines));
});

it('questions of other lists are not asked of the release', () => {
  expect(linesOf(`# FAQ\n\n${KPIS}\n\n## Post-launch questions\n\nWhat now?\n`)).toEqual([]);
});
