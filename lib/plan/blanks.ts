import { type Heading, isIn, type Outline, outlineOf, pathTo, type Range } from './outline';
import type { Place } from './part-of';
import { shareOfUsersIn, wordsOf } from './words';

/** A place in a plan that waits for an answer: [from, to) is all that an answer replaces. */
export interface Blank extends Range {
  /** From 1. */
  line: number;
  /** What it is under, outermost first: headings, list items, the heads of its column and row. */
  places: Place[];
  /** What is asked: the words before it, or the heads of its row and column. */
  questions: string[];
  /** The questions that those are indented under, nearest first. */
  over: string[];
  /** What a [PICK_ONE] leaves to pick from. */
  choices?: string[];
  /** Whether it stands in a block of HTML. */
  html: boolean;
  /** Why no answer fits in its place, whatever is asked. */
  unfit?: string;
}

/** [FILL_IN], [PICK_ONE] with the choices behind it, and both as an editor escapes them. */
const BLANK = /(?<!!)\\?\[\s*(FILL\\?_IN|PICK\\?_ONE)\s*\\?\](?![[(])/g;
const CHOICES = /^\s*:?[^\S\n]*([^\n<|]+(?:\\?\|[^\n<|]+)+)/;

/**
 * The blanks of a plan, in their order. What stands in code, front matter or a comment is an example and no blank.
 */
export function blanksOf(source: string): Blank[] {
  const outline = outlineOf(source);
  const lines = linesOf(source);
  return [...source.matchAll(BLANK)].flatMap((match): Blank[] => {
    const from = match.index;
    if (isIn(outline.quoted, from)) return [];
    const end = from + match[0].length;
    const at = lines.findLastIndex((line) => line.from <= from);
    const cell = cellAt(lines, at, from);
    const html = isIn(outline.html, from);
    const isChoice = match[1]!.startsWith('PICK');
    const offered = isChoice && !cell ? CHOICES.exec(source.slice(end)) : null;
    const to = end + (offered ? offered[0].trimEnd().length : 0);
    const above = outline.headings.findLastIndex((heading) => heading.from < from);
    const asked = cell ? [] : askedAt(lines, at, from, outline, above);
    const questions = cell ? [cell.row, cell.head] : asked.slice(0, 1);
    const over = asked.slice(1);
    const unfit = unfitness(source, { from, to }, cell, html);
    return [
      {
        from,
        to,
        line: at + 1,
        places: [
          ...(above < 0 ? [] : pathTo(outline.headings, above)),
          ...(cell ? [cell.row, cell.head] : over.toReversed()).map(placeOf),
        ],
        questions: questions.filter(Boolean),
        over,
        html,
        ...(isChoice && { choices: (offered?.[1] ?? '').split(/\\?\|/).map(wordsOf).filter(Boolean) }),
        ...(unfit !== undefined && { unfit }),
      },
    ];
  });
}

const placeOf = (text: string): Place => ({ text, share: shareOfUsersIn(text) });

function unfitness(source: string, { from, to }: Range, cell: Cell | undefined, html: boolean): string | undefined {
  if (html && source.lastIndexOf('<table', from) > source.lastIndexOf('</table', from))
    return 'tables in HTML are not read';
  const rest = /^[^\n<|]*/.exec(source.slice(to))![0];
  return !cell && /[\p{L}\p{N}%[]/u.test(rest) ? 'other words follow it on its line' : undefined;
}

interface Line {
  from: number;
  text: string;
  indent: number;
}

function linesOf(source: string): Line[] {
  let from = 0;
  return source.split('\n').map((text) => {
    const line = { from, text, indent: /^[\s>\ufeff]*/.exec(text)![0].replaceAll('\t', '    ').length };
    from += text.length + 1;
    return line;
  });
}

/** The words before a blank, and those of the lines above, back to its heading, that its own is indented under. */
function askedAt(lines: readonly Line[], at: number, offset: number, { headings, quoted }: Outline, above: number) {
  const heading: Heading | undefined = headings[above];
  const { text, from, indent } = lines[at]!;
  const since = Math.max(0, (heading?.to ?? 0) - from);
  const asked = questionsIn(text.slice(since, offset - from));
  let limit = asked.length > 0 ? indent : Number.POSITIVE_INFINITY;
  for (let index = at - 1; index >= 0 && limit > 0; index--) {
    const line = lines[index]!;
    if (heading && line.from < heading.to) break;
    if (isIn(quoted, line.from + line.indent) || wordsOf(line.text) === '' || line.indent >= limit) continue;
    limit = line.indent;
    asked.push(...questionsIn(line.text));
  }
  return asked;
}

const questionsIn = (text: string): string[] =>
  text
    .split(/<\/?(?:li|ul|ol|p|td|tr|dt|dd|div|br)\b[^>]*>/i)
    .map((part) => wordsOf(part).replace(/\s*:\s*$/, ''))
    .filter(Boolean)
    .reverse();

interface Cell {
  row: string;
  head: string;
}

/** Of a blank in a table of Markdown: the first cell of its row, and the head of its column. */
function cellAt(lines: readonly Line[], at: number, offset: number): Cell | undefined {
  const cellsOf = (text: string) =>
    text
      .trim()
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map(wordsOf);
  const isRow = ({ text }: Line) => /^\s*\|/.test(text);
  const isRule = ({ text }: Line) => /^[\s|:-]+$/.test(text);
  if (!isRow(lines[at]!)) return undefined;
  let rule = at;
  while (rule > 0 && isRow(lines[rule]!) && !isRule(lines[rule]!)) rule--;
  if (rule < 1 || !isRule(lines[rule]!)) return undefined;
  const { text, from } = lines[at]!;
  const index = cellsOf(`${text.slice(0, offset - from)} x`).length - 1;
  return { row: cellsOf(text)[0] ?? '', head: cellsOf(lines[rule - 1]!.text)[index] ?? '' };
}
