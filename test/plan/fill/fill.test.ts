import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { blanksOf } from '../../../lib/plan/fill/blanks';
import { fillPlan } from '../../../lib/plan/fill/fill';
import type { Known } from '../../../lib/plan/fill/known';
import { isIn, outlineOf } from '../../../lib/plan/markdown/outline';
import { hostileText } from '../../fuzz/hostile-text';
import { canaries, documentStatus, downloads, letters, payments, planOf } from '../../worlds/planned-rollout';

const GOLDEN = path.join(__dirname, '..', '..', 'golden', 'plan');

const PLANS: [name: string, source: string, known: () => Known][] = [
  ['document-status', planOf('../../../releases/document-status/release-plan.md'), documentStatus],
  ['letters', planOf('letters.md'), letters],
  ['canaries', planOf('canaries.md'), canaries],
  ['payments', planOf('payments.md'), payments],
  ['downloads', planOf('downloads.md'), downloads],
  ['notion', planOf('notion.md'), documentStatus],
  ['wiki', planOf('wiki.md'), documentStatus],
];

describe.each(PLANS)('the plan %s', (name, source, knownOf) => {
  const known = knownOf();
  const filled = fillPlan(source, known);
  const open = filled.blanks.flatMap(({ line, question, answer }) =>
    'open' in answer ? [`line ${line}: ${question} - ${answer.open}`] : [],
  );

  it('is filled as in test/golden/plan; GOLDEN=write renews it', () => {
    const files = { [`${name}.md`]: filled.text, [`${name}.open.txt`]: `${open.join('\n')}\n` };
    for (const [file, text] of Object.entries(files)) {
      if (process.env.GOLDEN === 'write') writeFileSync(path.join(GOLDEN, file), text);
      expect(text).toBe(readFileSync(path.join(GOLDEN, file), 'utf8'));
    }
  });
});

test('docs/plans.md shows a stage as it is filled', () => {
  const docs = readFileSync(path.join(__dirname, '../../../docs/plans.md'), 'utf8');
  const [, shown] = /\n```\n(- Estimated[\s\S]*?)\n```\n/.exec(docs)!;
  const golden = readFileSync(path.join(GOLDEN, 'document-status.md'), 'utf8');
  expect(golden.replace(/\]\(https[^)]*\)/g, '](...)')).toContain(shown);
});

describe('whatever the text', () => {
  const known = letters();
  const lines = PLANS.flatMap(([, plan]) => plan.split('\n')).filter((line) => line.length < 200);
  const line = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...lines) },
    { weight: 1, arbitrary: hostileText },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '- #letters: [FILL_IN]',
        '## Stage first',
        'see https://example.org',
        '\t[PICK_ONE]: yes | no',
        '| #letters | [FILL_IN] |',
      ),
    },
  );
  const plan = fc
    .record({
      mark: fc.constantFrom('', '\ufeff'),
      lines: fc.array(line, { maxLength: 30 }),
      end: fc.constantFrom('\n', '\r\n', '  \n', '\n\n'),
    })
    .map(({ mark, lines, end }) => mark + lines.join(end));

  it('only the bytes of blanks change, in their place', () => {
    fc.assert(
      fc.property(plan, (source) => {
        const { text, blanks } = fillPlan(source, known);
        const answers = new Map(blanks.map(({ from, answer }) => [from, answer]));
        let rest = text;
        let at = 0;
        for (const { from, to } of blanksOf(source)) {
          const answer = answers.get(from)!;
          const expected = source.slice(at, from) + ('text' in answer ? answer.text : source.slice(from, to));
          expect(rest.startsWith(expected)).toBe(true);
          rest = rest.slice(expected.length);
          at = to;
        }
        expect(rest).toBe(source.slice(at));
      }),
      { numRuns: 10 },
    );
  });

  it('a draft is a comment, or a marked item below a question, and nothing else', () => {
    fc.assert(
      fc.property(plan, (source) => {
        const drafted = fillPlan(source, known, { draft: true }).text;
        expect(
          drafted.replace(/ <!-- draft: [^<>]*? -->|\r?\n[\s>]*[-*+] _Draft:_ [^\r\n]*?(?=[ \t]*(?:\r|\n|$))/g, ''),
        ).toBe(fillPlan(source, known).text);
      }),
      { numRuns: 10 },
    );
  });

  it('every placeholder is answered or listed with its line', () => {
    fc.assert(
      fc.property(plan, (source) => {
        const { quoted } = outlineOf(source);
        const expected = [...source.matchAll(/\[(FILL_IN|PICK_ONE)\]/g)].flatMap(({ index }) =>
          isIn(quoted, index) ? [] : [source.slice(0, index).split('\n').length],
        );
        const lines = fillPlan(source, known).blanks.map(({ line }) => line);
        for (const line of expected) expect(lines).toContain(line);
      }),
      { numRuns: 10 },
    );
  });

  it('filling it again changes nothing, drafts or not', () => {
    fc.assert(
      fc.property(plan, fc.boolean(), (source, draft) => {
        const once = fillPlan(source, known, { draft }).text;
        expect(fillPlan(once, known, { draft }).text).toBe(once);
      }),
      { numRuns: 10 },
    );
  });
});

it('names from outside form nothing in a plan that an ordinary name does not', () => {
  const shapeOf = (source: string) => {
    const types: string[] = [];
    const visit = (node: Nodes) => {
      if (!['text', 'link', 'html'].includes(node.type)) types.push(node.type);
      if ('children' in node) for (const child of node.children) visit(child);
    };
    visit(outlineOf(source).tree);
    return types;
  };
  const known = letters();
  const renamed = (name: string): Known => ({
    ...known,
    windows: known.windows.map((window) => ({
      ...window,
      controls: window.controls.map((control) => ({ ...control, endpoint: name })),
    })),
  });
  const source =
    '## Canary: 1% of users\n\n- Was any downstream service affected by it?: [FILL_IN]\n\n| Stage first | |\n|---|---|\n| Was any downstream service affected? | [FILL_IN] |\n\n<ul>\n<li>Was any downstream API affected?: [FILL_IN]</li>\n</ul>';
  const before = shapeOf(fillPlan(source, renamed('ordinary')).text);
  fc.assert(
    fc.property(fc.oneof(hostileText, fc.constantFrom('# a', '- a', '1. a', '+ a', '---', '#')), (name) => {
      const { text, blanks } = fillPlan(source, renamed(name));
      expect(blanks.every(({ answer }) => 'text' in answer)).toBe(true);
      expect(shapeOf(text)).toEqual(before);
      expect(text).not.toMatch(/(?<!\\)<(script|img)/);
    }),
    { numRuns: 5 },
  );
});
