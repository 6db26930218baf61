import fc from 'fast-check';
import stringWidth from 'string-width';
import { headOf, wrap } from '../../lib/messages/wrap';

test('a text is broken between words, never within one, and never between a number and its percent sign', () => {
  expect(wrap('one two three', 9, 2)).toEqual(['one two', '  three']);
  expect(wrap('one two three', 13, 2)).toEqual(['one two three']);
  expect(wrap('  a   b', 80, 2)).toEqual(['  a   b']);
  expect(wrap('(up to 5 %); so', 8, 0)).toEqual(['(up to', '5 %); so']);
  expect(wrap('at most 0.342 % overall', 13, 0)).toEqual(['at most', '0.342 %', 'overall']);
  expect(wrap('see https://datadog.example now', 8, 2)).toEqual(['see', '  https://datadog.example', '  now']);
  expect(wrap('', 8, 2)).toEqual(['']);
});

test('a line is as wide as it is shown, colours apart', () => {
  expect(wrap('日本 日本', 8, 0)).toEqual(['日本', '日本']);
  expect(wrap('日本 日本', 9, 0)).toEqual(['日本 日本']);
  expect(wrap('👩‍🚀 e\u0301', 4, 0)).toEqual(['👩‍🚀 e\u0301']);
  expect(wrap('\u001b[31mone two\u001b[39m three', 13, 0)).toEqual(['\u001b[31mone two\u001b[39m three']);
});

test('no line begins with what Markdown takes for an item or a heading', () => {
  expect(wrap('at 5 - 6 o’clock', 4, 0)).toEqual(['at', '5 -', '6', 'o’clock']);
  expect(wrap('see 1. and # too', 5, 0)).toEqual(['see 1.', 'and #', 'too']);
});

test('what is copied as a command stays on one line, as far as its name goes', () => {
  const command = 'npx --no-install stagewatch stage enter off';
  expect(wrap(`roll back, then ${command} at once`, 50, 2)).toEqual(['roll back, then', `  ${command} at`, '  once']);
  expect(wrap('see npx --no-install stagewatch check --json', 20, 0)).toEqual([
    'see',
    'npx --no-install stagewatch check',
    '--json',
  ]);
});

test('the beginning of a text ends within no character, and is one at least', () => {
  expect(headOf('日本', 3)).toBe('日');
  expect(headOf('e\u0301e\u0301', 1)).toBe('e\u0301');
  expect(headOf('日', 1)).toBe('日');
  expect(headOf('', 1)).toBe('');
});

test('no word is lost, and no line is longer than asked for unless it is a word', () => {
  const texts = fc
    .array(fc.string({ minLength: 1, unit: fc.constantFrom('a', 'é', '▁', '日', '😀', ' ', '%') }))
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(texts, fc.integer({ min: 4, max: 40 }), fc.integer({ min: 0, max: 3 }), (text, columns, indent) => {
      const lines = wrap(text, columns, indent);
      const words = (some: string) => some.split(' ').filter(Boolean);
      expect(words(lines.join(' '))).toEqual(words(text));
      for (const line of lines)
        expect(stringWidth(line) <= columns || words(line.replace(/ %\S*/g, '')).length <= 1).toBe(true);
    }),
  );
});
