/** A name that differs in more than this part of its letters was not meant. */
const FAR = 0.3;

/**
 * The known names that differ least from a wanted one, nearest first: at most three, none that differs in over 30 % of
 * its letters. Differences are letters put in, taken out or changed (Levenshtein, 1966).
 *
 * @example nearest('claims_shw', ['claims_index', 'claims_show', 'users']) // ['claims_show']
 */
export const nearest = (wanted: string, known: readonly string[]): string[] =>
  byDistance(wanted, known)
    .filter(({ far }) => far <= FAR)
    .slice(0, 3)
    .map(({ name }) => name);

/** The two names of a few that differ least from a wanted one, however far they are. */
export const closest = (wanted: string, names: readonly string[]): string[] =>
  byDistance(wanted, names)
    .slice(0, 2)
    .map(({ name }) => name);

const byDistance = (wanted: string, names: readonly string[]) =>
  names
    .map((name) => ({ name, far: distance(wanted, name) / Math.max(wanted.length, name.length) }))
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1));

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
