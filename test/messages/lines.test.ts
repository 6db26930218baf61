import fc from 'fast-check';
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
          expect(line.length).toBeLessThanOrEqual(78);
          expect(line).not.toMatch(/\p{Cs}/u);
          expect(line).not.toMatch(/[\n\r]|\s$/);
        }
      }),
    );
  });
});
