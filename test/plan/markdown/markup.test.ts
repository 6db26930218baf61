import fc from 'fast-check';
import { plain } from '../../../lib/facts/format';
import { MARKDOWN } from '../../../lib/plan/markdown/markup';
import { nodesOf } from '../../../lib/plan/markdown/nodes';
import { outlineOf } from '../../../lib/plan/markdown/outline';

/** What a reader of Markdown makes of words in a list of a plan: the kinds of its nodes, and their text. */
function readAs(words: string) {
  const nodes = [...nodesOf(outlineOf(`- Types of errors logged: ${MARKDOWN.text(words)}\n`).tree)];
  const text = nodes.map((node) => (node.type === 'text' ? node.value : '')).join('');
  const htmls = nodes.flatMap((node) => (node.type === 'html' ? [node.value] : []));
  return { kinds: new Set(nodes.map(({ type }) => type)), text: text.replace('Types of errors logged: ', ''), htmls };
}

const marks = fc.constantFrom(
  '@team',
  'https://x.y',
  'www.x.y',
  'a@b.c',
  '<b>',
  '|',
  '`',
  '[x](y)',
  '![',
  '*',
  '_',
  '\\',
);
const hostile = fc.array(fc.oneof(marks, fc.string({ maxLength: 4 }), fc.constant(' ')), { maxLength: 8 });

it('example', () => {
  expect(MARKDOWN.text('a|b <i> @me')).toBe('a\\|b &lt;i&gt; @<!-- -->me');
});

it('whatever words are put into a plan, they are the same words there, and nothing else', () => {
  fc.assert(
    fc.property(hostile, (parts) => {
      const words = plain(`Error ${parts.join('')}.`, 200);
      const { kinds, text, htmls } = readAs(words);
      expect(text).toBe(words);
      expect(htmls.every((html) => html === '<!-- -->')).toBe(true);
      kinds.delete('html');
      expect([...kinds].sort()).toEqual(['list', 'listItem', 'paragraph', 'root', 'text']);
    }),
  );
});
