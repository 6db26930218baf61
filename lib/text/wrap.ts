/** A number and its percent sign are one word. */
const WORD = /(\s*)(\S+(?: %\S*)?)/g;

/**
 * A text as lines of at most `columns` characters, broken between words; lines after the first begin with `indent` spaces.
 * A word that is longer has a line of its own and stays whole. With Infinity it is one line.
 *
 * @example wrap('one two three', 9, 2) // ['one two', '  three']
 */
export function wrap(text: string, columns: number, indent: number): string[] {
  const margin = ' '.repeat(indent);
  const [, start, words] = /^(\s*)(.*)$/s.exec(text)!;
  const lines: string[] = [];
  let line = start!;
  for (const [, gap, word] of words!.matchAll(WORD)) {
    const begun = line.trim() !== '';
    if (begun && [...`${line}${gap}${word}`].length > columns) {
      lines.push(line);
      line = `${margin}${word}`;
    } else line += `${gap}${word}`;
  }
  return [...lines, line];
}
