import { type Filled, fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { factAsked } from '../../../lib/plan/fill/stage-facts';
import type { Release } from '../../../lib/release/schema';
import { entered, LAUNCH } from '../../worlds/moments';
import { knownOf, LETTERS } from '../../worlds/planned-rollout';

const LOG = [
  entered('2026-02-11T16:00Z', 'first', 0.01, { by: 'ann' }),
  entered('2026-02-12T18:30Z', '10', 0.1, { by: 'bob', note: 'cache fixed | see #12' }),
];
const known = knownOf(LETTERS, LOG, LAUNCH + 60);
const became = (plan: string, from: Partial<Known> = {}): string[] =>
  fillPlan(plan, { ...known, ...from }).blanks.map(({ answer }) =>
    'text' in answer ? answer.text : `open: ${answer.open}`,
  );
const first = (question: string, from: Partial<Known> = {}) => became(`## Stage first\n- ${question}`, from)[0];

test.each([
  ['Start date', 'start'],
  ['Started on', 'start'],
  ['Date entered', 'start'],
  ['Actual release date', 'start'],
  ['End date', 'end'],
  ['Actual dates', 'dates'],
  ['Date range', 'dates'],
  ['Actual length of time', 'length'],
  ['How long did this stage last?', 'length'],
  ['Who entered it', 'who'],
  ['Released by', 'who'],
  ['Were any alerts triggered?', 'alerts'],
  ['Alerts', 'alerts'],
  ['Notes', 'changes'],
  ['Changes made', 'changes'],
  ['Desired date range', undefined],
  ['Length of time', undefined],
  ['Who is monitoring', undefined],
  ['Release notes', undefined],
  ['Dates of support tickets', undefined],
])('"%s" asks for %s', (question, fact) => {
  expect(factAsked(question)).toBe(fact);
});

const draftOf = (blank: Filled | undefined) =>
  blank && 'open' in blank.answer ? blank.answer.draft?.()?.line : undefined;

test('dates, length and hand of a stage are those of the log, to the minute', () => {
  expect(first('Actual dates: [FILL_IN]')).toBe('2026-02-11 11:00 EST - 2026-02-12 13:30 EST');
  expect(first('Started on: [FILL_IN]')).toBe('2026-02-11 11:00 EST');
  expect(first('Ended: [FILL_IN]')).toBe('2026-02-12 13:30 EST');
  expect(first('Actual length of time: [FILL_IN]')).toBe('1 day, 2 hours and 30 minutes');
  expect(first('Released by: [FILL_IN]')).toBe('ann, 2026-02-11 11:00 EST');
});

test('a stage that goes on has a start and somebody who entered it, and no end yet', () => {
  const plan = (question: string) => became(`## Stage 10\n- ${question}: [FILL_IN]`)[0];
  expect(plan('Start date')).toBe('2026-02-12 13:30 EST');
  expect(plan('Who entered it')).toBe('bob, 2026-02-12 13:30 EST');
  for (const question of ['End date', 'Actual dates', 'Actual duration'])
    expect(plan(question)).toMatch(/^open: stage 10 is not over/);
});

test('what was planned is no date of the log, nor are those of a check', () => {
  expect(became('## Stage first\n### Planning\n- Dates: [FILL_IN]')[0]).toMatch(/^open: asks for something else/);
  const done = knownOf(LETTERS, [LOG[0]!, entered('2026-02-12T16:00Z', 'full', 1)], LAUNCH + 300);
  expect(became('## 1-week results\n- Actual dates: [FILL_IN]', done)).toEqual([
    'open: the stage log says it of stages only',
  ]);
});

describe('alerts', () => {
  const open = { endpoint: '#letters', what: 'below' as const, from: LAUNCH + 2, to: LAUNCH + 5 };
  const later = { what: 'blind' as const, from: LAUNCH + 40 };

  it('are named with their times, or said to be none', () => {
    expect(first('Were any alerts triggered?: [FILL_IN]', { incidents: [open, later] })).toBe(
      '1 in stage first: #letters (below its limit) 2026-02-11 13:00 EST - 2026-02-11 16:00 EST',
    );
    expect(first('Alerts: [FILL_IN]', { incidents: [later] })).toBe('none in stage first');
  });

  it('have a line each where they are several', () => {
    expect(first('Alerts: [FILL_IN]', { incidents: [open, { ...open, endpoint: '#download' }] })).toBe(
      '2 in stage first:\n  - #letters (below its limit) 2026-02-11 13:00 EST - 2026-02-11 16:00 EST\n  - #download (below its limit) 2026-02-11 13:00 EST - 2026-02-11 16:00 EST',
    );
  });

  it('decide a choice', () => {
    const choice = 'Were any alerts triggered? [PICK_ONE]: yes | no';
    expect(first(choice, { incidents: [open] })).toMatch(/^yes: #letters \(below its limit\) 2026/);
    expect(first(choice, { incidents: [] })).toBe('no');
    expect(first(choice)).toBe('open: takes a person');
  });

  it('stay open where nobody looked', () => {
    expect(first('Alerts: [FILL_IN]')).toBe('open: nobody looked what was alerted');
  });
});

test('changes are the notes of the log, with nothing of theirs that forms anything, and are drafted for a person', () => {
  const note = '2026-02-12 13:30 EST 10 (10 %), bob: cache fixed \\| see #12';
  expect(first('Changes made: [FILL_IN]')).toBe(note);
  const [blank] = fillPlan('## Stage first\n- What changes (if any) are necessary? [FILL_IN]', known, {
    draft: true,
  }).blanks;
  expect(blank).toMatchObject({ answer: { open: 'takes a person' } });
  expect(draftOf(blank)).toContain(`; stage log: ${note}`);
  const silent = knownOf(LETTERS, [LOG[0]!, entered('2026-02-12T16:00Z', '10', 0.1)], LAUNCH + 60);
  expect(first('Notes: [FILL_IN]', silent)).toBe('open: the stage log has no note and no undone entry of that time');
});

describe('an entry that was undone', () => {
  const wrong = entered('2026-02-12T10:00Z', 'full', 1, { by: 'eve <x>' });
  const undone = [
    { entry: wrong, undo: { at: wrong.at, undoneAt: wrong.at + 600_000, by: 'ann', note: 'wrong [stage]' } },
  ];
  const said =
    '2026-02-12 05:00 EST full (100 %), eve &lt;x&gt;, entered by mistake and undone 2026-02-12 05:10 EST by ann: wrong \\[stage\\]';

  it('is a change that the plan says, beside the notes and in their order', () => {
    const plain = knownOf(LETTERS, [LOG[0]!, entered('2026-02-12T16:00Z', '10', 0.1)], LAUNCH + 60);
    expect(first('Changes made: [FILL_IN]', { ...plain, undone })).toBe(said);
    expect(first('Changes made: [FILL_IN]', { undone })).toBe(
      `2 in stage first:\n  - ${said}\n  - 2026-02-12 13:30 EST 10 (10 %), bob: cache fixed \\| see #12`,
    );
    expect(became('## Stage first\nNotes: [FILL_IN]', { undone })).toEqual([expect.stringContaining(`${said}; 2026-`)]);
  });

  it('belongs to the stage in which it was made or undone, and to no other', () => {
    const log = [LOG[0]!, entered('2026-02-12T16:00Z', '10', 0.1), entered('2026-02-13T16:00Z', 'full', 1)];
    const all = knownOf(LETTERS, log, LAUNCH + 60);
    const late = [{ entry: wrong, undo: { ...undone[0]!.undo, undoneAt: LAUNCH * 3_600_000 + 26 * 3_600_000 } }];
    const ten = (of: Known['undone']) => became('## Stage 10\n- Notes: [FILL_IN]', { ...all, undone: of })[0];
    expect(ten(undone)).toMatch(/^open: the stage log has no note and no undone entry/);
    expect(ten(late)).toContain('entered by mistake and undone 2026-02-12 13:00 EST');
  });

  it('is drafted for the questions about changes', () => {
    const { blanks } = fillPlan('## Post-launch questions\n\n1. How might it evolve?', { ...known, undone });
    expect(draftOf(blanks[0])).toContain(`stage log: ${said}; `);
  });
});

describe('the last stage', () => {
  const long: Release = {
    ...LETTERS,
    stages: LETTERS.stages.map((stage) => ({ ...stage, length: stage.length ?? 48 })),
  };
  const log = [LOG[0]!, entered('2026-02-12T16:00Z', 'full', 1)];
  const plan = '## Stage full\n- #letters: [FILL_IN]\n';

  it('with a length is answered for that time, however long it goes on', () => {
    for (const hours of [72, 300])
      expect(became(plan, knownOf(long, log, LAUNCH + hours - 1))).toEqual([
        expect.stringMatching(
          /^\[0\.2 %\]\S+ \(96 of 48,000 requests\), below .*\n {2}- stage full .*02-12 11:00 EST - 2026-02-14 11:00 EST\n/,
        ),
      ]);
  });

  it('says when it ends until then, and without a length that it goes on', () => {
    expect(became(plan, knownOf(long, log, LAUNCH + 70))).toEqual([
      'open: stage full is not over: its planned end is 2026-02-14 11:00 EST',
    ]);
    expect(became(plan, knownOf(LETTERS, log, LAUNCH + 300))).toEqual([
      'open: stage full is not over: the last stage goes on, and its checks tell how it went',
    ]);
  });
});

test('empty labels that could be answered are listed, and nothing of them changes', () => {
  const plan =
    '## Stage first\n- Types of errors logged:\n- **#letters**:\n- Goals:\n- Alerts: none\n- Error rates:\n  - #download: 1 %\n\n## Notes\n- #letters:\n';
  const { text, blanks } = fillPlan(plan, known, { draft: true });
  expect(text).toBe(plan);
  expect(blanks.map(({ line, question, answer }) => [line, question, answer])).toEqual(
    [
      [2, 'Types of errors logged'],
      [3, '#letters'],
    ].map((one) => [...one, { open: 'has no placeholder; write [FILL_IN] behind it to have it answered' }]),
  );
});

test.each([
  ['- #letters: [FILL_IN]', '  - '],
  ['* #letters: [FILL_IN]', '  * '],
  ['1. #letters: [FILL_IN]', '   - '],
  ['> - #letters: [FILL_IN]', '>   - '],
  ['- **#letters: [FILL_IN]**', undefined],
  ['#letters: [FILL_IN]', undefined],
  ['<li>#letters: [FILL_IN]</li>', undefined],
])('%j has its other lines below it behind %j', (line, start) => {
  const [, one, ...others] = fillPlan(`## Stage first\r\n${line}\r\n`, known).text.split('\r\n');
  expect(one).not.toContain('FILL_IN');
  if (start === undefined) expect(others).toEqual(['']);
  else expect(others.map((other) => other.slice(0, start.length))).toEqual([start, start, '']);
});
