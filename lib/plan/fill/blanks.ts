import { type Heading, isIn, lastAt, merged, type Outline, outlineOf, pathTo, type Range } from '../markdown/outline';
import { type Cell, cellsOf, tablesIn } from '../markdown/tables';
import { BULLETS, indentOf, shareOfUsersIn, wordsOf } from '../markdown/words';
import type { Passage } from './part-of';
import { withoutAnswer } from './worded';

/** A place in a plan that waits for an answer: [from, to) is all that an answer replaces. */
export interface Blank extends Range {
  /** From 1. */
  line: number;
  /** What it is under, outermost first: headings, list items, the heads of its column and row. */
  places: Passage[];
  /** What is asked: the words before it, or the heads of its table, row and column. */
  questions: string[];
  /** The questions that those are indented under, nearest first. */
  over: string[];
  /** What stands left of it in the row of its table. */
  beside: Cell['beside'];
  /** In a table, the first cell of its row. */
  row?: string;
  /** The line of text over its list, table or paragraph, under the same heading. */
  lead?: string;
  /** Lines over that which say something by themselves, nearest first: one of them may be a heading in all but its marks. */
  near: string[];
  /** What a [PICK_ONE] leaves to pick from. */
  choices?: string[];
  /** Whether it stands in a block of HTML. */
  html: boolean;
  /** Why no answer fits in its place, whatever is asked. */
  unfit?: string;
}

/** [FILL_IN], [PICK_ONE], with other brackets too, and as an editor escapes them. */
const BLANK = /(?:(?:\\?[[{<]){1,2}|&lt;)\s*(FILL(?:\\?_|[ -])IN|PICK(?:\\?_|[ -])ONE)\s*(?:(?:\\?[\]}>]){1,2}|&gt;)/gi;
/** What people also write where something is to come: as all of a value, or in brackets. */
const LOOSE =
  /\\?\[\s*(?:TBD|TBA|TODO|(?:FILL\\?_IN|PICK\\?_ONE)\b[^\]\n]{1,80})\\?\]|(?<=(?:[:：|]|<t[dh]>)[^\S\n]*)(?:TBD|TBA|TODO|(?:\\?_){3,}|(?:FILL|PICK)\\?_(?:IN|ONE))(?=[^\S\n]*(?:[\r\n|]|<\/t|$))/gi;
/** The template's own words behind a blank, which say what is to be written: "a list that includes KPIs listed in the ...". */
const TAIL = /^[^\S\r\n]*a list (?:that includes?|of)\b[^\r\n<|{]*/i;
const CHOICES = /^[^\S\r\n]*:?[^\S\r\n]*([^\r\n<|[{]+(?:\\?\|[^\r\n<|[{]+)+)/;

/**
 * The blanks of a plan, in their order. What stands in code, front matter or a comment is an example and no blank.
 */
export function blanksOf(source: string, outline: Outline = outlineOf(source)): Blank[] {
  const lines = linesOf(source, outline);
  const cells = cellsOf(outline, source);
  const known = [...source.matchAll(BLANK)];
  const taken = merged(known.map(({ index, 0: text }) => ({ from: index, to: index + text.length })));
  const loose = [...source.matchAll(LOOSE)].filter(
    ({ index, 0: text }) => !isIn(taken, index) && !isIn(taken, index + text.length - 1),
  );
  return [...known, ...loose]
    .toSorted((a, b) => a.index - b.index)
    .flatMap((match): Blank[] => {
      const from = match.index;
      if (isIn(outline.quoted, from)) return [];
      const end = from + match[0].length;
      const at = lastAt(lines, from);
      const before = cells[lastAt(cells, from)];
      const cell = before && from < before.to ? before : undefined;
      const html = isIn(outline.html, from);
      const isChoice = match[1]?.toUpperCase().startsWith('PICK') ?? false;
      const offered = isChoice && !cell ? CHOICES.exec(source.slice(end, end + LONGEST_CHOICES)) : null;
      const told =
        offered ?? (cell || match[1] === undefined ? null : TAIL.exec(source.slice(end, end + LONGEST_CHOICES)));
      const to = end + (told ? told[0].trimEnd().length : 0);
      const nearest = lastAt(outline.headings, from - 1);
      const asked = cell
        ? { questions: [], first: lastAt(lines, cell.table) }
        : askedAt(lines, at, from, outline, nearest);
      const over = cell ? [] : asked.questions.slice(1);
      const unfit = match[1] === undefined ? NOT_KNOWN : unfitness(source, { from, to }, cell, outline);
      return [
        {
          from,
          to,
          line: at + 1,
          places: [
            ...(nearest < 0 ? [] : pathTo(outline.headings, nearest)),
            ...(cell ? [cell.corner, cell.group, cell.row, cell.head] : over.toReversed()).map(placeOf),
          ].filter(({ text }) => text !== ''),
          questions: (cell ? [cell.corner, cell.row, cell.head] : asked.questions.slice(0, 1)).filter(Boolean),
          over,
          beside: cell?.beside ?? [],
          ...(cell && { row: cell.row }),
          near: nearAt(lines, at, outline.headings[nearest]),
          ...leadAt(lines, asked.first, outline.headings[nearest]),
          html,
          ...(isChoice && { choices: (offered?.[1] ?? '').split(/\\?\|/).map(wordsOf).filter(Boolean) }),
          ...(unfit !== undefined && { unfit }),
        },
      ];
    });
}

/** Characters of one line; choices are words. */
const LONGEST_CHOICES = 1000;
const FOLLOWED = 'other words follow it on its line';
const NOT_KNOWN = 'is no placeholder that is filled; write [FILL_IN] to have it answered';

const placeOf = (text: string): Passage => ({ text, share: shareOfUsersIn(text) });

function unfitness(
  source: string,
  { from, to }: Range,
  cell: Cell | undefined,
  { html, links }: Outline,
): string | undefined {
  if (isIn(links, from)) return 'is part of a link';
  if (cell) {
    const others = wordsOf(`${source.slice(cell.from, from)} ${source.slice(to, cell.to)}`.replace(/^\||\|\s*$/g, ''));
    return /[\p{L}\p{N}%[]/u.test(others) ? 'other words stand in its cell' : undefined;
  }
  if (isIn(html, from) && source.lastIndexOf('<table', from) > source.lastIndexOf('</table', from))
    return 'its table in HTML has merged cells or uneven rows';
  const rest = /^[^\n<]*/.exec(source.slice(to, to + LONGEST_CHOICES))![0];
  return /[\p{L}\p{N}%[{]/u.test(rest) ? FOLLOWED : undefined;
}

interface Line {
  from: number;
  text: string;
  indent: number;
  /** Whether it is a paragraph's, and no item of a list, no row of a table and no example. */
  isText: boolean;
}

const ITEM = new RegExp(
  `^[\\s>\\ufeff]*(?:(?:[-*+]|\\d+[.)])\\s|[${BULLETS}]|o\\t|\\||</?(?:li|ul|ol|table|t[rdh]|thead|tbody|div|details)\\b)`,
  'i',
);

function linesOf(source: string, { tree, quoted, links }: Outline): Line[] {
  const others = merged([...tablesIn(tree), ...quoted, ...links]);
  let from = 0;
  return source.split('\n').map((text) => {
    const indent = indentOf(text);
    const isText = indent < 4 && !ITEM.test(text) && !isIn(others, from);
    const line = { from, text, indent, isText };
    from += text.length + 1;
    return line;
  });
}

/** The lines above one, back to its heading, with their words. */
function* above(
  lines: readonly Line[],
  at: number,
  heading: Heading | undefined,
): Generator<{ words: string; isText: boolean }> {
  for (let index = at - 1; index >= Math.max(0, at - LINES_ABOVE); index--) {
    const { from, text, isText } = lines[index]!;
    if (heading && from < heading.to) return;
    const words = wordsOf(text);
    if (words !== '' && !/[:：]\s*\S/.test(words) && !/\||fill.?in|pick.?one/i.test(words)) yield { words, isText };
  }
}

function nearAt(lines: readonly Line[], at: number, heading: Heading | undefined): string[] {
  return [...above(lines, at, heading)].map(({ words }) => words.replace(/\s*[:：]\s*$/, ''));
}

function leadAt(lines: readonly Line[], first: number, heading: Heading | undefined): Pick<Blank, 'lead'> {
  for (const { words, isText } of above(lines, first, heading)) if (isText) return { lead: words };
  return {};
}

/** How far up is looked for what stands over a list: few are longer. */
const LINES_ABOVE = 60;

/** The words before a blank, and those of the lines above, back to its heading, that its own is indented under. */
function askedAt(lines: readonly Line[], at: number, offset: number, { headings, quoted }: Outline, nearest: number) {
  const heading: Heading | undefined = headings[nearest];
  const { text, from, indent } = lines[at]!;
  const since = Math.max(0, (heading?.to ?? 0) - from);
  const questions = questionsIn(text.slice(since, offset - from));
  let first = at;
  let limit = questions.length > 0 ? indent : Number.POSITIVE_INFINITY;
  for (let index = at - 1; index >= 0 && limit > 0; index--) {
    const line = lines[index]!;
    if (heading && line.from < heading.to) break;
    if (isIn(quoted, line.from + line.indent) || wordsOf(line.text) === '' || line.indent >= limit) continue;
    limit = line.indent;
    first = index;
    // A question above that waits for an answer of its own, or has it, asks with the words before it.
    questions.push(...questionsIn(line.text.replace(BLANK, '')).map(withoutAnswer));
  }
  return { questions, first };
}

/** Items before it on its line that are over. */
const CLOSED = /<(li|t[dh]|d[td])\b[^>]*>(?:(?!<\1\b).)*?<\/\1\s*>/gi;

const questionsIn = (text: string): string[] =>
  text
    .replace(CLOSED, '')
    .split(/<\/?(?:li|ul|ol|p|td|tr|dt|dd|div|br)\b[^>]*>/i)
    .map((part) => wordsOf(part).replace(/\s*[:：]\s*$/, ''))
    .filter(Boolean)
    .reverse();
