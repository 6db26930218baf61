import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { documentStatus } from '../../worlds/planned-rollout';

let known: Known;
beforeAll(() => {
  known = documentStatus();
});

/** What becomes of each blank of a plan: the stage or check that it was answered for, or why it stays open. */
const became = (plan: string): string[] =>
  fillPlan(plan, known).blanks.map(({ answer }) =>
    'text' in answer
      ? (/(stage \w+|\d-\w+ check)/.exec(answer.text)?.[1] ?? answer.text)
      : (/^(asks for something else|"[^"]*" over it may|is part of a link|other words|takes a person)/.exec(
          answer.open,
        )?.[1] ?? answer.open),
  );

const OTHER = 'asks for something else';

describe('a rate is given under words that ask for what was measured, and under no other', () => {
  it.each([
    ['Error rates', 'stage A'],
    ['Metrics at this stage (per your "success criteria")', 'stage A'],
    ['Results', 'stage A'],
    ['Success rate', OTHER],
    ['Availability', OTHER],
    ['Number of errors', OTHER],
    ['Requests', OTHER],
    ['Target', OTHER],
    ['Peak hour', OTHER],
    ['Mobile', '"Mobile" over it may'],
    ['5xx only', '"5xx only" over it may'],
    ['Before', '"Before" over it may'],
  ])('%s: %s', (label, expected) => {
    const shapes = [
      `## Stage A\n- ${label}\n  - #show: [FILL_IN]`,
      `## Stage A\n### ${label}\n- #show: [FILL_IN]`,
      `## Stage A\n\n${label}:\n\n- #show: [FILL_IN]`,
      `## Stage A\n\n${label}:\n\n| Endpoint | Rate |\n|---|---|\n| #show | [FILL_IN] |`,
      `## ${label}\n\n| Endpoint | Stage A |\n|---|---|\n| #show | [FILL_IN] |`,
      `## ${label}\n\n- Stage A\n  - #show: [FILL_IN]`,
    ];
    expect(shapes.flatMap(became)).toEqual(shapes.map(() => expected));
  });
});

test.each([
  ['## Expected error rates\n### Stage A\n- #show: [FILL_IN]', OTHER],
  ['## Latency\n### Stage A\n- #show: [FILL_IN]', OTHER],
  ['## Change from stage A\n- #show: [FILL_IN]', OTHER],
  ['## Before stage A\n- #show: [FILL_IN]', OTHER],
  ['## 1 week before launch\n- #show: [FILL_IN]', OTHER],
  ['## Stage A\n- #show error rate < [FILL_IN]', 'takes a person'],
  ['## Stage A\n\nThe p95 latency of each endpoint.\n\n- #show: [FILL_IN]', OTHER],
  ['## Stage A\n> **Stage B**\n> - #show: [FILL_IN]', '"Stage B" over it may'],
  ['## Stage A\n\nStage B\n- #show: [FILL_IN]', '"Stage B" over it may'],
  ['## Stage A & B\n- #show: [FILL_IN]', '"Stage A & B" names more than one stage or check'],
  ['## Stage A/B test\n- #show: [FILL_IN]', '"Stage A/B test" names more than one stage or check'],
  ['## 25%-50% of users\n- #show: [FILL_IN]', 'no heading over it names a stage or check of the release'],
  ['## Phase 1 of stage A\n- #show: [FILL_IN]', OTHER],
  ['## Stage A: iOS only\n- #show: [FILL_IN]', OTHER],
  ['## Stage A\n- 50 %:\n  - #show: [FILL_IN]', '"50 %" stands under stage A'],
  ['## Stage A\n- Error rate of #show: [FILL_IN]', 'stage A'],
  ['## Rollout plan\n### Stage A\n#### Results\n- #show: [FILL_IN]', 'stage A'],
  ['## Stage A\n\n25% seems a safe start.\n\n- #show: [FILL_IN]', 'stage A'],
])('%j: %s', (plan, expected) => {
  expect(became(plan)).toEqual([expected]);
});

describe('a check', () => {
  it.each([
    ['7-day check-in', '1-week check'],
    ['After 7 days', '1-week check'],
    ['Week 1', '1-week check'],
    ['First week', '1-week check'],
    ['30 day check-in', '1-month check'],
    ['Month 1', '1-month check'],
    ['Stage A (1 week)', 'stage A'],
    ['Week 2', 'no heading over it names a stage or check of the release'],
    ['4-week check-in', 'no heading over it names a stage or check of the release'],
  ])('"%s" is the %s', (heading, expected) => {
    expect(became(`## ${heading}\n- #show: [FILL_IN]`)).toEqual([expected]);
  });

  it('does not stand under another stage than the last', () => {
    expect(became('## Stage A\n### After 7 days\n- #show: [FILL_IN]')).toEqual([
      'a check of the release does not stand under stage A',
    ]);
  });
});

describe('a plan about two features', () => {
  const feature = (title: string, stage: string) => `## ${title}\n### ${stage}\n- Types of errors logged: [FILL_IN]\n`;
  const other = (title: string) => `"${title}" over it may`;

  it('is filled for the one that has the name of the release', () => {
    expect(became(feature('Document Status', 'Stage A') + feature('Travel Pay', 'Stage A'))).toEqual([
      'stage A',
      other('Travel Pay'),
    ]);
    expect(became(feature('Document Status', 'Stage A') + feature('Travel Pay', '1-week results'))).toEqual([
      'stage A',
      other('Travel Pay'),
    ]);
  });

  it('is not filled for the other in a table of it, either', () => {
    const table = '| | Stage A |\n|---|---|\n| #show | [FILL_IN] |\n';
    expect(became(`## Document Status\n${table}\n## Travel Pay\n${table}`)).toEqual(['stage A', other('Travel Pay')]);
    expect(became(`## Document Status\n${table}\n${feature('Travel Pay', 'Stage A')}`)).toEqual([
      'stage A',
      other('Travel Pay'),
    ]);
  });

  it('is not filled where none has it', () => {
    expect(
      became(
        `${feature('One', 'Stage A')}${feature('Two', 'Stage A')}### Stage B\n- Types of errors logged: [FILL_IN]`,
      ),
    ).toEqual([other('One'), other('Two'), other('Two')]);
  });

  it('is not what a plan is that tells planning from results', () => {
    expect(became('## Planning\n### Stage A\n- #show: [FILL_IN]\n## Results\n### Stage A\n- #show: [FILL_IN]')).toEqual(
      [OTHER, 'stage A'],
    );
  });
});

describe('a table', () => {
  const PIPES =
    'Stage | Users | #show | #show (p95)\n---|---|---|---\nStage A | 25% | [FILL_IN] | [FILL_IN]\n1-week | 100% | [FILL_IN] | [FILL_IN]';

  it('is read with and without pipes at its sides, by its rows, columns and corner', () => {
    const shown = ['stage A', 'takes a person', '1-week check', 'takes a person'];
    expect(became(PIPES)).toEqual(shown);
    expect(became(PIPES.replace(/^(?!---)(.*)$/gm, '| $1 |'))).toEqual(shown);
    expect(became('| Stage A | Planned | Actual |\n|---|---|---|\n| #show | [FILL_IN] | [FILL_IN] |')).toEqual([
      'takes a person',
      'stage A',
    ]);
  });

  it('is not answered where a word in the row narrows it, or in its cell', () => {
    expect(
      became(
        '## Stage A\n| Endpoint | Kind | Rate |\n|---|---|---|\n| #show | p95 | [FILL_IN] |\n| #show | iOS | [FILL_IN] |\n| #show | | was [FILL_IN] |',
      ),
    ).toEqual([OTHER, '"iOS" over it may', 'other words']);
  });

  it('of HTML is read as one of Markdown is, unless cells of it are merged', () => {
    const rows = PIPES.split('\n').filter((row) => !row.startsWith('-'));
    const table = `<table>\n${rows
      .map(
        (row, index) =>
          `<tr>${row
            .split(' | ')
            .map((cell) => (index === 0 ? `<th>${cell}</th>` : `<td>${cell}</td>`))
            .join('')}</tr>`,
      )
      .join('\n')}\n</table>`;
    expect(became(table)).toEqual(['stage A', 'takes a person', '1-week check', 'takes a person']);
    expect(fillPlan(table, known).text).toContain('<td><a href="https://');
    const merged = table.replace('<td>', '<td rowspan="2">');
    expect(new Set(became(merged))).toEqual(new Set(['its table in HTML has merged cells or uneven rows']));
  });
});

it('what folds away has its summary for a heading, to its end', () => {
  const fold = '<details>\n<summary>Stage B: 50% of users</summary>\n\n### Results\n- #show: [FILL_IN]\n\n</details>\n';
  expect(became(`## Stage A\n\n${fold}\n- #show: [FILL_IN]`)).toEqual(['stage B', 'stage A']);
});

test.each(['\\[FILL\\_IN\\]', '[fill in]', '{{FILL_IN}}', '<FILL_IN>', '&lt;FILL_IN&gt;', '**[FILL-IN]**'])(
  '%s is a blank, too',
  (blank) => {
    expect(became(`## Stage A\n- #show: ${blank}`)).toEqual(['stage A']);
  },
);

test.each(['TBD', '____', '\\_\\_\\_', 'FILL_IN', '[TODO]', '[FILL_IN: a percentage]'])(
  '%s is listed and left',
  (blank) => {
    const source = `## Stage A\n- #show: ${blank}`;
    const { text, blanks } = fillPlan(source, known);
    expect(text).toBe(source);
    expect(blanks).toMatchObject([
      { line: 2, question: '#show', answer: { open: expect.stringContaining('write [FILL_IN]') } },
    ]);
  },
);

test.each([
  '[FILL_IN](https://example.org)',
  '[[FILL_IN]](https://example.org)',
  '[#show: [FILL_IN]](https://example.org)',
  '![FILL_IN](https://example.org/a.png)',
  '[FILL_IN][dash]\n\n[dash]: https://example.org',
  '<a href="https://example.org">[FILL_IN]</a>',
  '<img alt="[FILL_IN]">',
])('%s is listed, and the link stays whole', (link) => {
  const source = `## Stage A\n- #show: ${link}`;
  const { text, blanks } = fillPlan(source, known, { draft: true });
  expect(text).toBe(source);
  expect(blanks.map(({ line, answer }) => ({ line, answer }))).toEqual([
    { line: 2, answer: { open: 'is part of a link' } },
  ]);
});

it('a choice takes no line but its own, and no other blank with it', () => {
  const source = '## Stage A\n- Feedback? [PICK_ONE]\n- Better? [PICK_ONE]: yes | no | [FILL_IN]\n';
  expect(fillPlan(source, known).text).toBe(source);
  expect(became(source)).toEqual(['takes a person', 'other words', 'takes a person']);
});
