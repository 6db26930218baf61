import fc from 'fast-check';
import { wrap } from '../../lib/text/wrap';

test('a text is broken between words, never within one, and never between a number and its percent sign', () => {
  expect(wrap('one two three', 9, 2)).toEqual(['one two', '  three']);
  expect(wrap('one two three', 13, 2)).toEqual(['one two three']);
  expect(wrap('  a   b', 80, 2)).toEqual(['  a   b']);
  expect(wrap('(up to 5 %); so', 8, 0)).toEqual(['(up to', '5 %); so']);
  expect(wrap('at most 0.342 % overall', 13, 0)).toEqual(['at most', '0.342 %', 'overall']);
  expect(wrap('see https://datadog.example now', 8, 2)).toEqual(['see', '  https://datadog.example', '  now']);
  expect(wrap('', 8, 2)).toEqual(['']);
});

test('no word is lost, and no line is longer than asked for unless it is a word', () => {
  const texts = fc
    .array(fc.string({ minLength: 1, unit: fc.constantFrom('a', 'é', '▁', ' ', '%') }))
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(texts, fc.integer({ min: 4, max: 40 }), fc.integer({ min: 0, max: 3 }), (text, columns, indent) => {
      const lines = wrap(text, columns, indent);
      const words = (some: string) => some.split(' ').filter(Boolean);
      expect(words(lines.join(' '))).toEqual(words(text));
      for (const line of lines)
        expect([...line].length <= columns || words(line.replace(/ %\S*/g, '')).length <= 1).toBe(true);
    }),
  );
});
