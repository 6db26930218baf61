import fc from 'fast-check';
import stringWidth from 'string-width';
import { entry } from '../../lib/messages/lines';
import { headOf, wrap } from '../../lib/messages/wrap';
import { commandText } from '../../lib/release/command-text';

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

test('a command has a line of its own, whole, without the end of its clause, unless all is one line', () => {
  const home = { stack: 'Stagewatch', region: 'us-gov-west-1' };
  const command = commandText({ name: 'small', home }, 'stage', 'enter', 'Stage 1; half', '--at', 'WHEN');
  expect(wrap(`roll back, then say so: ${command}; if it was put off, change launch`, 30, 2)).toEqual([
    'roll back, then say so:',
    `  ${command}`,
    '  if it was put off, change',
    '  launch',
  ]);
  expect(wrap(`  say ${command}`, 30, 0)).toEqual(['  say', command]);
  expect(wrap(`${command}; ${command}`, 30, 0)).toEqual([command, command]);
  expect(wrap(`say ${command}; so`, 500, 0)).toEqual([`say ${command}; so`]);
});

test('an entry that is cut keeps its command whole', () => {
  const command = commandText({ name: "o'brien" }, 'stage', 'enter', "Ada's", '--at', 'WHEN');
  const long = 'the planned end of the stage is over, and nobody said what came after it; '.repeat(4);
  for (const most of [1, 2, 3, 20]) {
    const lines = entry('-', `${long}say so: ${command}; else change the file`, most);
    expect(lines.filter((line) => line.trim() === command)).toHaveLength(1);
    expect(lines.filter((line) => line.includes('npx'))).toHaveLength(1);
  }
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
