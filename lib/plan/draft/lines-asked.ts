import { BULLETS, indentOf, wordsOf } from '../markdown/words';
import type { Reading } from './reading';

export interface Line {
  text: string;
  /** From 1. */
  line: number;
  /** What stands over it and may change its meaning. */
  over?: string;
}

const ITEM = new RegExp(`^\\s*(?:(?:[-*+]|\\d+[.)])\\s|[${BULLETS}]|o\\t)`);
const HTML_ITEM = /^\s*<\/?(?:ul|ol|li)\b/i;
/** What a team puts over its list of metrics: "#### DataDog:", "**Backend**". */
const SOURCE = /^\W*(data ?dog|back-?end|apm|metrics?|error rates?|kpis?)\W*$/i;

/**
 * The lines that answer a question of a plan, wherever it stands: what is behind it, and those that are indented under it,
 * or the list that follows it where it is no item of a list itself.
 *
 * @param question matches up to its end; brackets behind it are the template's own words
 */
export function linesAsked({ lines }: Reading, question: RegExp): Line[] {
  return lines.flatMap((text, at) => {
    const asked = question.exec(text);
    if (!asked) return [];
    const behind = text.slice(asked.index + asked[0].length);
    const isSaid = /[\p{L}\p{N}]/u.test(wordsOf(behind)) && !/^\\?[[{<]/.test(behind);
    // A list behind a whole sentence is about something else.
    const isWhole = isSaid && /[.!]\W*$/.test(behind) && !ITEM.test(text);
    return [...(isSaid ? [{ text: behind, line: at + 1 }] : []), ...(isWhole ? [] : listUnder(lines, at))];
  });
}

const isQuoted = (text: string): boolean => /^\s*>/.test(text);

function listUnder(lines: readonly string[], at: number): Line[] {
  const found: Line[] = [];
  const isItem = ITEM.test(lines[at]!);
  for (let index = at + 1; index < lines.length; index++) {
    const text = lines[index]!;
    if (text.trim() === '') continue;
    const isDeeper = indentOf(text) > indentOf(lines[at]!) && isQuoted(text) === isQuoted(lines[at]!);
    const isListed = ITEM.test(text) || HTML_ITEM.test(text);
    if (!isDeeper && (isItem || !isListed)) {
      const isBetween = !isItem && found.length === 0 && (isQuoted(text) || SOURCE.test(wordsOf(text)));
      if (isBetween) continue;
      break;
    }
    for (const part of HTML_ITEM.test(text) ? text.split(/<\/li\s*>|(?=<li\b)/i) : [text])
      if (wordsOf(part) !== '') found.push({ text: part, line: index + 1 });
  }
  return found;
}
