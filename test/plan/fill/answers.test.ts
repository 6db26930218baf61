import type { Counts } from '../../../lib/facts/snapshot';
import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { byStatus } from '../../worlds/by-status';
import { entered, hour, LAUNCH } from '../../worlds/moments';
import { knownOf, LETTERS, letters, ORDINARY } from '../../worlds/planned-rollout';

const FIRST = entered('2026-02-11T16:00Z', 'first', 0.01);
const TEN = entered('2026-02-12T16:00Z', '10', 0.1);
const FULL = entered('2026-02-14T16:00Z', 'full', 0.75);
const OFF = entered('2026-02-16T16:00Z', 'off', 0);
const NEWEST = hour('2026-03-30T00:00Z');

/** What a day of the first stage counted, under its heading in a plan. */
const afterDay = (factOf: (series: string) => Counts | undefined): Known =>
  knownOf({ ...LETTERS, links: [] }, [FIRST, TEN], LAUNCH + 30, factOf);

/** What a question gets, as it stands in the plan or why it stays open. */
function answered(question: string, known: Known, heading = 'Stage first'): string {
  const [{ answer } = { answer: { open: 'no blank' } }] = fillPlan(`## ${heading}\n\n${question}`, known).blanks;
  return 'text' in answer ? answer.text : `open: ${answer.open}`;
}

describe('a rate', () => {
  const rate = (counts: Counts | undefined) =>
    answered(
      '#letters: [FILL_IN]',
      afterDay(() => counts),
    ).split(' in stage')[0];

  it('has its counts, and says when there are too few requests, none, or nothing is known', () => {
    expect(rate(ORDINARY)).toBe('0.2 % (48 of 24,000 requests)');
    const thin = afterDay((series) => (series === '#letters' ? byStatus({ 200: 3 }) : ORDINARY));
    expect(answered('#letters: [FILL_IN]', thin)).toMatch(
      /^no errors \(72 requests; [\d,]+ would show it is below 0\.3 %\) in/,
    );
    const failing = afterDay((series) => (series === '#letters' ? byStatus({ 200: 3, 500: 1 }) : ORDINARY));
    expect(answered('#letters: [FILL_IN]', failing)).toMatch(
      /^24 errors \(96 requests; [\d,]+ would show it is below 0\.3 %, if no more fail\) in/,
    );
    expect(rate(byStatus({}))).toMatch(/^no requests/);
    expect(rate(byStatus({ 401: 5 }))).toMatch(/^no requests/);
    expect(rate(undefined)).toBe('open: no hour of stage first was counted');
  });

  it('names the window by its exposure as it really was, and the entry of a stage that was entered again', () => {
    const known = knownOf(
      LETTERS,
      [FIRST, TEN, FULL, OFF, TEN, FULL].map((event, day) => ({ ...event, at: FIRST.at + day * 86_400_000 })),
      NEWEST,
    );
    expect(answered('#letters: [FILL_IN]', known, 'Stage 10')).toContain(
      'in stage 10 (entry 2 of 2) at 10 % of users, ',
    );
    expect(answered('#letters: [FILL_IN]', known, '1-week')).toContain('in the 1-week check at 75 % of users, ');
    expect(answered('Number of users: [FILL_IN]', { ...known, users: 1000 }, '1-week')).toContain(
      'about 750 (75 % of 1,000) in the 1-week check at 75 % of users, ',
    );
  });

  it('is given under a heading that speaks of traffic, and not under one that plans', () => {
    const known = afterDay(() => ORDINARY);
    expect(answered('- #letters: [FILL_IN]', known, 'Stage first: 1% of traffic')).toContain('0.2 %');
    expect(answered('- #letters: [FILL_IN]', known, 'Stage first: planning')).toContain(
      'open: asks for something else',
    );
    expect(answered('### Traffic\n- #letters: [FILL_IN]', known)).toContain('open: asks for something else');
  });

  it('of a check whose stage was left early is never given', () => {
    const known = knownOf(LETTERS, [FIRST, TEN, FULL, OFF], NEWEST);
    expect(answered('#letters: [FILL_IN]', known, '1-week')).toBe(
      'open: stage full was left before the 1-week check was over',
    );
    expect(answered('#letters: [FILL_IN]', knownOf(LETTERS, [FIRST], LAUNCH + 5), '1-week')).toBe(
      'open: 1-week check has not begun',
    );
  });
});

it('a rate is given in a table of pages, and under a head that says that it is a result', () => {
  const known = afterDay(() => ORDINARY);
  for (const table of [
    '| Page | Error rate |\n|---|---|\n| #letters | [FILL_IN] |',
    '| Stage | Result: `#letters` error rate |\n|---|---|\n| Stage first | [FILL_IN] |',
  ])
    expect(answered(table, known)).toMatch(/^0\.2 % \(48 of 24,000 requests\) in stage first/);
});

describe('types of errors', () => {
  const types = (counts: Counts) =>
    answered(
      'Types of errors logged: [FILL_IN]',
      afterDay((series) => (series === '#letters' ? counts : ORDINARY)),
    );
  const CALM = 'stage first: all about as before or rarer: ';

  it('are those that rose by more than is tolerated and than chance, then the others', () => {
    expect(types(ORDINARY)).toMatch(CALM);
    // 0.2 % is 48 in a day, tolerated over a baseline of 0.1 %; 21 more are chance.
    expect(types(byStatus({ 200: 997, 404: 1, 500: 2 }))).toMatch(CALM);
    expect(types(byStatus({ 200: 995, 404: 1, 500: 4 }))).toMatch(
      /^stage first: more than before: #letters 500 0.4 % \(96\), before 0.1 %. Others about as before or rarer: #letters 404 \(24\); #download/,
    );
    expect(types(byStatus({ 200: 995, 502: 5 }))).toContain('#letters 502 0.5 % (120), before none');
  });

  it('say so when an endpoint fails more in all and no kind of error does by itself', () => {
    const all = Object.fromEntries([404, 422, 500, 502, 503].map((status) => [status, 1]));
    expect(types(byStatus({ 200: 995, ...all }))).toMatch(
      /^stage first: more than before, though no kind by itself: #letters 0.5 %, before 0.2 %, mostly 404 \(24\), 422 \(24\), 500 \(24\). Others about as before or rarer: #download/,
    );
  });

  it('name the error classes that rose, where the metric has them', () => {
    const release = { ...LETTERS, links: [], datadog: { ...LETTERS.datadog, classTag: 'error_class' } };
    const known = knownOf(release, [FIRST, TEN], LAUNCH + 30, (series, at) => {
      if (series === '#letters') return byStatus({ 200: 990, 500: 10 });
      return series === '#letters (error classes)'
        ? byStatus(at < LAUNCH ? { '500 c': 1 } : { '500 a|*b*': 9 })
        : ORDINARY;
    });
    expect(answered('Types of errors logged: [FILL_IN]', known)).toContain(
      '. #letters by class a\\|\\*b\\* 216 of 240 errors (none before); 216 of 240 errors have a class. Others',
    );
  });

  it('say where there is nothing to compare, where there are none, and what was left out', () => {
    expect(types(byStatus({ 200: 3, 500: 1 }))).toContain('Too few requests to compare: #letters 500 (24)');
    expect(types(byStatus({ 200: 1000 }))).toContain('None in #letters. 401 and 403 left out (24 requests)');
  });
});

describe('a choice', () => {
  const known = letters();
  const pick = (question: string, choices = 'yes | no', found: Partial<Known> = {}) =>
    answered(`- ${question} [PICK_ONE]: ${choices}`, { ...known, ...found }, 'Stage first');
  const finding = known.findingsAt(hour('2026-02-20T23:00Z'))[0]!;
  const judged = (outcome: 'pass' | 'breach' | 'no-data') => ({
    findingsAt: () =>
      (['below', 'consistentWithBaseline'] as const).flatMap((criterion) =>
        ['#letters', '#download'].map((endpoint) => ({ ...finding, endpoint, criterion, outcome })),
      ),
  });

  it.each([
    ['Are error rates consistent with the baseline?', 'pass', 'yes'],
    ['Are error rates consistent with the baseline?', 'breach', 'no'],
    ['Were the success criteria met?', 'pass', 'yes'],
  ] as const)('"%s" after %s is %s', (question, outcome, choice) => {
    expect(pick(question, 'Yes | No | N/A', judged(outcome)).toLowerCase()).toBe(choice);
  });

  it.each([
    ['Are error rates consistent with the baseline?', 'no-data', 'yes | no', 'the data do not decide it'],
    ['Are error rates not consistent with the baseline?', 'pass', 'yes | no', 'takes a person'],
    ['Are error rates inconsistent with the baseline?', 'pass', 'yes | no', 'takes a person'],
    ['Are error rates consistent with the baseline?', 'pass', 'good | bad', 'takes a person'],
    ['Any issues with VA handling?', 'pass', 'yes | no', 'takes a person'],
  ] as const)('"%s" after %s of %s stays open: %s', (question, outcome, choices, why) => {
    expect(pick(question, choices, judged(outcome))).toContain(`open: ${why}`);
  });
});

describe('a draft', () => {
  const drafted = (incidents: Known['incidents']): string | undefined => {
    const known = { ...letters(), incidents };
    const [blank] = fillPlan('## Stage first\n\nAny changes? [FILL_IN]', known, { draft: true }).blanks;
    return blank && 'open' in blank.answer ? blank.answer.draft?.()?.line : undefined;
  };
  const first = { from: LAUNCH, to: LAUNCH + 8 };

  it('says how the criteria stood at the end of the window, and what was alerted in it', () => {
    expect(drafted([])).toMatch(/^at the end of stage first: .*; nothing was alerted in it$/);
    expect(
      drafted([{ endpoint: '#letters', what: 'below' as const, from: first.from + 2, to: first.from + 5 }]),
    ).toMatch(/; alerted in it: #letters \(below its limit\) 2026-02-11 13:00 EST - 2026-02-11 16:00 EST$/);
    expect(drafted([{ what: 'blind' as const, from: first.to - 1 }])).toMatch(
      /; alerted in it: data 2026-02-11 18:00 EST on$/,
    );
  });

  it('leaves out what was alerted before or after the window, and says nothing where nobody looked', () => {
    const around = [
      { what: 'blind' as const, from: first.from - 3, to: first.from },
      { what: 'blind' as const, from: first.to },
    ];
    expect(drafted(around)).toMatch(/; nothing was alerted in it$/);
    expect(drafted(undefined)).not.toContain('alerted');
  });
});

test('a draft is put once for a section, whatever stays open in it', () => {
  const known = letters();
  const plan =
    '## Stage first\n- Feedback: [FILL_IN]\n- Any changes? [FILL_IN]\n\n## Stage 10\n- Feedback: [FILL_IN]\n';
  const once = fillPlan(plan, known, { draft: true }).text;
  expect(once.split('\n').map((line) => line.includes('<!-- draft: '))).toEqual([
    false,
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
  expect(fillPlan(once, known, { draft: true }).text).toBe(once);
});

describe('the effect on downstream services', () => {
  const asked = (status: Counts) =>
    answered(
      'Was any downstream service affected?: [FILL_IN]',
      afterDay((series) => (series === '#status' ? status : ORDINARY)),
    );

  it('is what the endpoints beside the feature show', () => {
    expect(asked(ORDINARY)).toMatch(
      /^no sign of it beside the feature in stage first .*: #status 0\.2 % \(48 of 24,000 requests\), 0\.2 %/,
    );
    expect(asked(byStatus({ 200: 900, 502: 100 }))).toMatch(/^endpoints beside the feature fail more than before/);
    expect(asked(byStatus({ 200: 1 }))).toBe('open: the control endpoints had too few requests to compare');
  });
});

it('what stands in code, front matter and comments is no blank, also behind a byte order mark', () => {
  const known = letters();
  for (const text of ['`#letters: [FILL_IN]`', '<!-- [FILL_IN] -->', '    [FILL_IN]', '<pre>[FILL_IN]</pre>'])
    expect(fillPlan(`\ufeff# Stage first\n\n${text}\n`, known).blanks).toEqual([]);
  expect(answered('#letters: \\[FILL\\_IN\\]', known)).toContain('0.2 %');
  expect(fillPlan('\ufeff# Stage first\n- #letters: [FILL_IN]', known).text).toMatch(
    /^\ufeff# Stage first\n- #letters: \[0.2 %\]/,
  );
});
