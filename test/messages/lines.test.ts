import fc from 'fast-check';
import stringWidth from 'string-width';
import { entry } from '../../lib/messages/lines';
import { anyCharacter } from '../fuzz/any-character';

describe('an entry', () => {
  it('is its label and its text', () => {
    expect(entry('Since', '2026-02-13 03:00 EST')).toEqual(['Since   2026-02-13 03:00 EST']);
    expect(entry('', 'no label')).toEqual(['no label']);
    expect(entry('Cause', ' \n ')).toEqual([]);
  });

  it('goes on below its text, keeps a number with its percent sign, and ends in dots where it is cut', () => {
    const text = `${'word '.repeat(13)}and 5 % of users`;
    expect(entry('Value', text, 2)).toEqual([`Value   ${'word '.repeat(13)}and`, '        5 % of users']);
    expect(entry('Value', text)).toEqual([`Value   ${'word '.repeat(13)}an...`]);
  });

  it('breaks a word that is wider than a line at its end', () => {
    expect(entry('', 'x'.repeat(80), 2)).toEqual(['x'.repeat(78), 'xx']);
    expect(entry('', '日'.repeat(40), 2)).toEqual(['日'.repeat(39), '日']);
    expect(entry('', '日'.repeat(40))).toEqual([`${'日'.repeat(37)}...`]);
  });

  it('never has more lines or columns than it may, nor half a character', () => {
    const anyText = fc.oneof(
      fc.string({ unit: anyCharacter, maxLength: 200 }),
      fc
        .array(fc.constantFrom('a', '😀', ' ', '日', '\n', ' %', 'x'.repeat(70)), { maxLength: 40 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 4 }), (text, most) => {
        const lines = entry('What', text, most);
        expect(lines.length).toBeLessThanOrEqual(most);
        for (const line of lines) {
          expect(stringWidth(line)).toBeLessThanOrEqual(78);
          expect(line).not.toMatch(/\p{Cs}/u);
          expect(line).not.toMatch(/[\n\r]|\s$/);
        }
      }),
    );
  });
});
