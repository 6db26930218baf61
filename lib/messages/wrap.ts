import stringWidth from 'string-width';

/**
 * Where a line may end: not before a percent sign, which stays with its number, nor before what Markdown takes for the
 * mark of an item or a heading where a line begins with it, nor within a command's name, which people copy by the line.
 */
const GAP =
  /((?<=\S)(?<!\bnpx(?: --no-install(?: stagewatch(?: --stack(?: \S+)?)?(?: --region(?: \S+)?)?(?: stage(?: enter)?)?)?)?)\s+(?!\s|%|(?:[-+#=:]+|\d+[.)])(?:\s|$)))/;

/**
 * A text as lines of at most `columns` columns of a terminal, broken between words; lines after the first begin with
 * `indent` spaces. A word that is wider has a line of its own and stays whole. With Infinity it is one line.
 *
 * @example wrap('one two three', 9, 2) // ['one two', '  three']
 * @example wrap('日本 日本', 8, 0) // ['日本', '日本']
 */
export function wrap(text: string, columns: number, indent: number): string[] {
  const margin = ' '.repeat(indent);
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
