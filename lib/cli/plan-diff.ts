import type { Edit } from '../plan/fill/fill';

/** Lines around a change that are shown with it. */
const AROUND = 1;

/** One line of a text as it was, and the lines that are there now. */
interface Line {
  before: string;
  after: string[];
}

/**
 * The changed lines of a plan, each with its neighbours, as a unified diff; an answer may add lines. For people: line ends
 * and tabs are shown as the terminal would.
 */
export function planDiff(file: string, source: string, edits: readonly Edit[]): string {
  const lines = linesOf(source, edits);
  const changed = lines.flatMap(({ before, after }, index) =>
    after.length === 1 && after[0] === before ? [] : [index],
  );
  const shown = [`--- ${file}`, `+++ ${file}`];
  let added = 0;
  for (let first = 0, last = 0; first < changed.length; first = last) {
    // Hunks that touch are one.
    for (last = first + 1; last < changed.length && changed[last]! - changed[last - 1]! <= 2 * AROUND + 1; ) last++;
    const from = Math.max(0, changed[first]! - AROUND);
    const hunk = lines.slice(from, changed[last - 1]! + 1 + AROUND);
    const now = hunk.reduce((sum, { after }) => sum + after.length, 0);
    shown.push(`@@ -${from + 1},${hunk.length} +${from + 1 + added},${now} @@`, ...hunkLines(hunk));
    added += now - hunk.length;
  }
  return shown.join('\n');
}

function linesOf(source: string, edits: readonly Edit[]): Line[] {
  let from = 0;
  let next = 0;
  return source.split('\n').map((text) => {
    const to = from + text.length;
    let after = text;
    // From behind, so that what is before an edit stays where it is.
    const first = next;
    while (next < edits.length && edits[next]!.from <= to) next++;
    for (const edit of edits.slice(first, next).toReversed())
      after = after.slice(0, edit.from - from) + edit.text + after.slice(edit.to - from);
    from = to + 1;
    return { before: asShown(text), after: after.split('\n').map(asShown) };
  });
}

const asShown = (line: string): string => line.replace(/\r$/, '').replace(/\t/g, '    ');

/** Changed lines that follow each other are taken away together, and then put in together. */
function hunkLines(lines: readonly Line[]): string[] {
  const shown: string[] = [];
  let put: string[] = [];
  for (const { before, after } of lines) {
    const isSame = after.length === 1 && after[0] === before;
    if (isSame) {
      shown.push(...put, ` ${before}`);
      put = [];
    } else {
      shown.push(`-${before}`);
      put.push(...after.map((line) => `+${line}`));
    }
  }
  return [...shown, ...put];
}
