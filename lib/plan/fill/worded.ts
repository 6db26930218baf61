/** An answer in words: in one line, and as a line with short ones below it, where a list has room for them. */
export interface Worded {
  text: string;
  lines: readonly string[];
  /** Which of the lines says the window of a number, where the number's link does, too. */
  window?: string;
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

/** Whether two places are in items of one list, one right below the other. */
export const isNext = (
  source: string,
  above: { from: number; to: number },
  { from, to }: { from: number; to: number },
) =>
  /^[^\S\n]*\n[^\n]+$/.test(source.slice(above.to, from)) &&
  itemBelow(source, from, to) !== undefined &&
  itemBelow(source, above.from, above.to) === itemBelow(source, from, to);

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

const CLOCK = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d \S+`;
const WINDOW = String.raw`in (?:stage|the) [^:：]{1,200}? at [\d.]+ % (?:of users|by the toggle)[^:：]{0,40}?, ${CLOCK} - ${CLOCK}`;
/** What the words of rates and numbers of users have in common, links and emphasis aside. */
const ANSWER = new RegExp(
  `(?:^|(?:\\s*[:：]|\\s[-–—])?\\s)(?:${[
    String.raw`(?:[\d.,]+ %|no errors|[\d,]+ errors?) \((?:[\d,]+ of )?[\d,]+ requests?\b`,
    String.raw`no requests(?: \(|$)`,
    String.raw`(?:about )?[\d,]+(?: \([\d.]+ % of [\d,]+\)| in total, [^:：]{1,60} exposed,|, exposed or not,)? ${WINDOW}$`,
    `(?:error rates )?${WINDOW}`,
  ].join('|')}).*$`,
);
/** A number of users as a person writes it. */
const USERS_BY_HAND =
  /(?<=\b(?:users|veterans)\b.*)[:：]\s*[~≈]?\s*(?:about )?\d[\d,.]*\s?[km]?(?: (?:users|veterans))?$/i;

/**
 * What a label asked before its answer came behind it: rates and numbers of users, which others may be indented under.
 *
 * @example withoutAnswer('#show: 1.34 % (1,901 of 142,102 requests), within the 1.66 % that is tolerated') === '#show'
 */
export const withoutAnswer = (words: string): string => words.replace(ANSWER, '').replace(USERS_BY_HAND, '');
