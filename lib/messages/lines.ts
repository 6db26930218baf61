import { plain } from '../facts/format';
import { COMMAND } from '../release/command-text';
import { headOf, wrap } from './wrap';

/** Width of the plain text, for a mail client's window and a terminal. */
const COLUMNS = 78;
const INDENT = 8;
/** A sentence that tells no more by then tells nothing. */
const LONGEST = 4000;
/** Of a list's lines. */
const DASH = 2;

/**
 * A labelled text of at most `most` lines of 78 columns, without a label from the first column on; what does not fit
 * ends in "...", and an empty text has no line. A command has a line of its own beside these, as long as it is. Control, bidirectional and other invisible characters are left out, so
 * that nothing from outside can begin a line of its own.
 *
 * @example entry('Since', '2026-02-13 03:00 EST') // ['Since   2026-02-13 03:00 EST']
 */
export function entry(label: string, text: string, most = 1): string[] {
  const indent = label === '' ? 0 : label === '-' ? DASH : INDENT;
  const width = COLUMNS - indent;
  const lines = wrapped(plain(text, LONGEST), width).flatMap((line) =>
    isCommand(line) ? [line] : pieces(line, width),
  );
  const kept = lines.slice(0, most);
  if (lines.length > most && !isCommand(kept.at(-1)!)) kept.push(`${headOf(kept.pop()!, width - 3)}...`);
  kept.push(...lines.slice(most).filter(isCommand));
  return kept.map((line, index) => `${(index === 0 ? label : '').padEnd(indent)}${line}`.trimEnd());
}

/**
 * An item of a list in Markdown, to be pasted: lines of 78 columns, in which only a longer word is longer, since half of
 * an escape is none. What is hidden is left out, as by {@link entry}.
 */
export const item = (text: string, longest: number): string[] =>
  wrapped(plain(text, longest), COLUMNS - DASH).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);

/** An address on a line of its own, as long as it is. */
export const address = (label: string, url: string): string => `${label.padEnd(INDENT)}${url}`;

const isCommand = (line: string): boolean => COMMAND.exec(line)?.[0] === line;

/** No line for no words. */
const wrapped = (text: string, columns: number): string[] =>
  wrap(text.replace(/\s+/g, ' '), columns, 0).filter((line) => line.trim() !== '');

/** A line in pieces of at most so many columns: that of a longer word. */
function pieces(line: string, columns: number): string[] {
  const head = headOf(line, columns);
  return head.length === line.length ? [line] : [head, ...pieces(line.slice(head.length), columns)];
}
