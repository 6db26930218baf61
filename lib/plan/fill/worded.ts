/** An answer in words: in one line, and as a line with short ones below it, where a list has room for them. */
export interface Worded {
  text: string;
  lines: readonly string[];
}

const ITEM = /^(\ufeff?[\s>]*)([-*+]|\d+[.)])(\s+)(?:\[[ xX]\]\s+)?/;

/**
 * An answer as it stands in the place [from, to) of a plan: behind the words of an item of a list its other lines are
 * items below, with the bullet and the line ends of the plan; elsewhere it is one line.
 */
export function placed(
  text: string,
  lines: Worded['lines'],
  source: string,
  { from, to }: { from: number; to: number },
): string {
  const below = itemBelow(source, from, to);
  const isLast = /^[^\S\n]*(?:\n|$)/.test(source.slice(to));
  return below === undefined || lines.length < 2 || !isLast ? text : lines.map(started).join(below);
}

/** What begins an item below the one whose words go to an offset; undefined where that is in no item of a list. */
export function itemBelow(source: string, from: number, to = from): string | undefined {
  const start = source.lastIndexOf('\n', from - 1) + 1;
  const item = ITEM.exec(source.slice(start, from));
  if (!item) return undefined;
  const [, before, marker, space] = item as unknown as [string, string, string, string];
  const bullet = /\d/.test(marker) ? '-' : marker;
  // Five spaces or more behind a marker are code, and the content begins one behind it.
  const indent = ' '.repeat(marker.length + (space.length > 4 ? 1 : space.length));
  const end = /^[^\n]*\r\n/.test(source.slice(to)) || source.includes('\r\n') ? '\r\n' : '\n';
  return `${end}${before.replace('\ufeff', '')}${indent}${bullet} `;
}

/** A line that begins with a name from outside, which makes no heading, list or rule of it. */
const started = (line: string): string =>
  line.replace(/^(?=(?:#{1,6}|[-+]+|=+)(?:\s|$))/, '\\').replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
