import stringWidth from 'string-width';
import { COMMAND } from '../release/command-text';

/**
 * Where a line may end: not before a percent sign, which stays with its number, nor before what Markdown takes for the
 * mark of an item or a heading where a line begins with it.
 */
const GAP = /((?<=\S)\s+(?!\s|%|(?:[-+#=:]+|\d+[.)])(?:\s|$)))/;

/** A command, and the end of its clause, which would be pasted with it. */
const CLAUSE = new RegExp(`(${COMMAND.source});?`);

/**
 * A text as lines of at most `columns` columns of a terminal, broken between words; lines after the first begin with
 * `indent` spaces. A word that is wider has a line of its own and stays whole. So does a command that is not alone in a
 * line, however wide it is: people copy it by the line. With Infinity it is one line.
 *
 * @example wrap('one two three', 9, 2) // ['one two', '  three']
 * @example wrap('日本 日本', 8, 0) // ['日本', '日本']
 */
export function wrap(text: string, columns: number, indent: number): string[] {
  const margin = ' '.repeat(indent);
  if (columnsOf(text) <= columns || !CLAUSE.test(text)) return wrapWords(text, columns, margin);
  // Every other part is a command.
  const parts = text.split(CLAUSE).map((part, index) => (index % 2 === 0 ? part.trim() : part));
  const lines = parts.flatMap((part, index) => {
    if (index % 2 === 1) return [`${margin}${part}`];
    return part === '' ? [] : wrapWords(`${margin}${part}`, columns, margin);
  });
  return [`${/^\s*/.exec(text)![0]}${lines[0]!.trimStart()}`, ...lines.slice(1)];
}

function wrapWords(text: string, columns: number, margin: string): string[] {
  const start = /^\s*/.exec(text)![0];
  const [first, ...rest] = text.slice(start.length).trimEnd().split(GAP);
  const lines: string[] = [];
  let line = `${start}${first}`;
  let width = columnsOf(line);
  for (let index = 0; index < rest.length; index += 2) {
    const [gap, word] = [rest[index]!, rest[index + 1]!];
    width += columnsOf(gap) + columnsOf(word);
    if (width <= columns) line += `${gap}${word}`;
    else {
      lines.push(line);
      line = `${margin}${word}`;
      width = columnsOf(line);
    }
  }
  return [...lines, line];
}

/** Columns of a text; most are plain ASCII, whose measure is its length. */
const columnsOf = (text: string): number => (isAscii(text) ? text.length : stringWidth(text));
const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text);

const CHARACTERS = new Intl.Segmenter();

/**
 * The beginning of a text, at most `columns` wide, but one character at least and never half of one.
 *
 * @example headOf('日本', 3) === '日'
 */
export function headOf(text: string, columns: number): string {
  if (isAscii(text)) return text.slice(0, Math.max(1, columns));
  let width = 0;
  for (const { segment, index } of CHARACTERS.segment(text)) {
    width += stringWidth(segment);
    if (width > columns && index > 0) return text.slice(0, index);
  }
  return text;
}
