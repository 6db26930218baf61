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
  const start = source.lastIndexOf('\n', from - 1) + 1;
  const item = ITEM.exec(source.slice(start, from));
  const rest = /^[^\n]*/.exec(source.slice(to))![0];
  if (!item || lines.length < 2 || rest.trim() !== '') return text;
  const [, before, marker, space] = item as unknown as [string, string, string, string];
  const bullet = /\d/.test(marker) ? '-' : marker;
  // Five spaces or more behind a marker are code, and the content begins one behind it.
  const indent = ' '.repeat(marker.length + (space.length > 4 ? 1 : space.length));
  const end = rest.endsWith('\r') || source.includes('\r\n') ? '\r\n' : '\n';
  return lines.map(started).join(`${end}${before.replace('\ufeff', '')}${indent}${bullet} `);
}

/** A line that begins with a name from outside, which makes no heading, list or rule of it. */
const started = (line: string): string =>
  line.replace(/^(?=(?:#{1,6}|[-+]+|=+)(?:\s|$))/, '\\').replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');
