import fc from 'fast-check';
import { csvLine } from '../../lib/cli/csv-line';
import { hostileText } from '../fuzz/hostile-text';

/** Reads one record as RFC 4180 has it. */
function read(line: string): string[] {
  const cells = [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^",\r\n]*))(?=,|$)/g)];
  expect(cells.map(([found]) => found).join('')).toBe(`,${line}`);
  return cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare!);
}

describe('a line of a CSV', () => {
  it('quotes what would break it, and leaves numbers and nothing as they are', () => {
    expect(csvLine(['=1+1', 'a "b", c', 0, undefined])).toBe(`'=1+1,"a ""b"", c",0,`);
    expect(csvLine([-1, true, 'one\ntwo'])).toBe('-1,true,"one\ntwo"');
  });

  it.each(['=1+1', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1'])('defuses %j', (formula) => {
    expect(read(csvLine([formula, 'x']))).toEqual([`'${formula}`, 'x']);
  });

  it('gives every text back, and starts none as a formula', () => {
    fc.assert(
      fc.property(fc.array(hostileText, { minLength: 2, maxLength: 5 }), (texts) => {
        const cells = read(csvLine(texts));
        for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        expect(cells.map((cell, index) => (cell === texts[index] ? cell : cell.slice(1)))).toEqual(texts);
      }),
    );
  });
});
