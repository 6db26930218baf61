import { plain } from '../facts/format';

/** Width of the plain text, for a mail client's window and a terminal. */
const COLUMNS = 78;
const INDENT = 8;
/** Of a list's lines. */
const DASH = 2;

/**
 * A labelled text of at most `most` lines of 78 columns, without a label from the first column on; what does not fit
 * ends in "...", and an empty text has no line. Control, bidirectional and other invisible characters are left out, so
 * that nothing from outside can begin a line of its own.
 *
 * @example entry('Since', '2026-02-13 03:00 EST') // ['Since   2026-02-13 03:00 EST']
 */
export function entry(label: string, text: string, most = 1): string[] {
  const indent = label === '' ? 0 : label === '-' ? DASH : INDENT;
  const width = COLUMNS - indent;
  const words = wordsOf(plain(text, (most + 1) * width));
  const lines = wrapped(
    words.flatMap((one) => pieces(one, width)),
    width,
  );
  const kept = lines.slice(0, most);
  if (lines.length > most) kept.push(`${headOf(kept.pop()!, width - 3)}...`);
  return kept.map((line, index) => `${(index === 0 ? label : '').padEnd(indent)}${line}`.trimEnd());
}

/**
 * An item of a list in Markdown, to be pasted: lines of 78 columns, in which only a longer word is longer, since half of
 * an escape is none. What is hidden is left out, as by {@link entry}.
 */
export const item = (text: string, longest: number): string[] =>
  wrapped(wordsOf(plain(text, longest)), COLUMNS - DASH).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);

/** An address on a line of its own, as long as it is. */
export const address = (label: string, url: string): string => `${label.padEnd(INDENT)}${url}`;

/** A number stays with its percent sign, and no word begins a line that Markdown takes for an item or a heading there. */
const wordsOf = (text: string): string[] => text.replace(/\s+/g, ' ').split(/ (?!%|(?:[-+#=:]+|\d+[.)])(?: |$))/);

function wrapped(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = '';
    }
    current += current === '' ? word : ` ${word}`;
  }
  return current === '' ? lines : [...lines, current];
}

/** A word in pieces of at most `longest`, none of which ends within a character. */
const pieces = (word: string, longest: number): string[] =>
  word.length <= longest ? [word] : (word.match(new RegExp(`.{1,${Math.floor(longest / 2)}}`, 'gu')) ?? []);

/** The beginning of a text, of at most `max` characters and without half of one. */
const headOf = (text: string, max: number): string => text.slice(0, max).replace(/\p{Cs}$/u, '');
