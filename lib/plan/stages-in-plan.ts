import { plain } from '../domain/format';
import type { Reading, Said, Unread } from './draft';
import { type Heading, pathTo, sectionOf } from './outline';
import { plainWords, STAGE_LIKE, shareOfUsersIn, sharesIn, shareText } from './words';

export interface PlannedStage {
  name: string;
  line: number;
  /** A fraction of users. */
  exposure: Said<number>;
  /** As a release file writes it; absent where the plan gives the last stage none. */
  length?: Said<string>;
}

export interface PlannedCheck {
  name: string;
  line: number;
  length: string;
}

/** The stages of a plan: its headings that are called so or name a share of users, each with what stands under it. */
export function stagesIn(reading: Reading): { found: PlannedStage[]; unread: Unread[] } {
  const { headings, lineAt } = reading;
  const all = headings.map((heading, index) => ({ heading, index })).filter(({ heading }) => isStage(heading));
  const isUnderAnother = ({ index }: { index: number }) => isUnderStage(headings, index);
  const found = all.filter((one) => !isUnderAnother(one));
  const names = found.map(({ heading }) => nameOf(heading.text));
  return {
    found: found.map(({ heading, index }, order) => {
      const name = names[order]!;
      const nth = names.slice(0, order + 1).filter((other) => other === name).length;
      const length = lengthOf(reading, index, order === found.length - 1);
      return {
        name: names.filter((other) => other === name).length > 1 ? `${name}-${nth}` : name,
        line: lineAt(heading.from),
        exposure: exposureOf(reading, index),
        ...(length && { length }),
      };
    }),
    unread: all.filter(isUnderAnother).map(({ heading: { text, from } }) => ({
      line: lineAt(from),
      why: `"${plain(text, 60)}" stands under another stage`,
    })),
  };
}

/** "Stage A", "Canary for a week", "50% of users"; not "1-week results: 100% of users". */
const isStage = ({ text }: Pick<Heading, 'text'>): boolean =>
  STAGE_LIKE.test(/^\w*/.exec(text)![0]) || (shareOfUsersIn(text) !== undefined && lengthsIn(text).length === 0);

const isUnderStage = (headings: readonly Heading[], index: number): boolean =>
  pathTo(headings, index).slice(0, -1).some(isStage);

/** One word: "Stage A: 25% of users" is A, "Canary" is Canary. */
function nameOf(heading: string): string {
  const words = plain(heading.split(/[:(–—]|\s-\s|\d+(?:\.\d+)? ?%/)[0]!, 60).trim();
  const rest = words.replace(/^(stage|phase|wave)\s+(?=\S)/i, '');
  const name = rest
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 36);
  return name === '' || name === 'off' ? 'stage' : name;
}

function exposureOf(reading: Reading, index: number): Said<number> {
  const { from, text } = reading.headings[index]!;
  const own = shareOfUsersIn(text);
  const said = labelled(reading, index, /percent(?:age)? of users\W*(.*)/i).map(({ words, line }) => ({
    shares: sharesIn(words),
    words,
    line,
  }));
  const all = new Set([...(own === undefined ? [] : [own]), ...said.flatMap(({ shares }) => shares)]);
  if (all.size > 1) return { todo: `the plan says ${[...all].map(shareText).join(' and ')}` };
  const [value] = all;
  if (value === undefined || value === 0)
    return {
      todo: said[0]
        ? `"${plain(said[0].words, 60)}" in line ${said[0].line} is no share of users`
        : 'the plan does not say',
    };
  return { value, line: said.find(({ shares }) => shares.length > 0)?.line ?? reading.lineAt(from) };
}

function lengthOf(reading: Reading, index: number, isLast: boolean): Said<string> | undefined {
  const [said, ...others] = labelled(reading, index, /length of time\W*(.*)/i);
  if (!said) return isLast ? undefined : { todo: 'the plan does not say how long it lasts' };
  const bare = plainWords(said.words).replace(/^(about|approximately|approx|around|an?) /, '');
  const [length, ...more] = lengthsIn(said.words);
  // What stands around it may change its meaning: "1-2 weeks", "2 weeks or 10 submissions".
  const isAll =
    length &&
    bare.replace(/^an? /, '1 ').split(' ').length <= 2 &&
    more.length === 0 &&
    !/\d\s*[-–]\s*\d|[<>]/.test(said.words);
  if (!isAll || others.length > 0)
    return { todo: `"${plain(said.words, 60)}" in line ${said.line} is no number of hours, days or weeks` };
  return { value: length, line: said.line };
}

/** What follows a label in the section of a heading. */
function labelled(reading: Reading, index: number, label: RegExp): { words: string; line: number }[] {
  const { from, to } = sectionOf(reading.headings, index, Number.POSITIVE_INFINITY);
  const first = reading.lineAt(from);
  const last = to === Number.POSITIVE_INFINITY ? reading.lines.length : reading.lineAt(to) - 1;
  return reading.lines.slice(first, last).flatMap((text, offset) => {
    const words = label.exec(text)?.[1]?.trim();
    return words === undefined ? [] : [{ words, line: first + offset + 1 }];
  });
}

const UNITS: Record<string, [unit: string, times: number]> = {
  h: ['hour', 1],
  hr: ['hour', 1],
  hour: ['hour', 1],
  day: ['day', 1],
  week: ['week', 1],
  // Of the schema's units none is a month.
  month: ['day', 30],
};

/** The lengths of time in a text, as a release file writes them. @example lengthsIn('~1 week') → ['1 week'] */
export function lengthsIn(text: string): string[] {
  return [...plainWords(text).matchAll(/(?<![\d.]\s?)\b(\d{1,4}|an?) (h|hr|hour|day|week|month)s?\b/g)].map(
    ([, count, unit]) => {
      const [name, times] = UNITS[unit!]!;
      const value = (Number(count) || 1) * times;
      return `${value} ${name}${value === 1 ? '' : 's'}`;
    },
  );
}

/** The checks of a plan: headings such as "1-week results", under no stage. */
export function checksIn({ headings, lineAt }: Reading): { found: PlannedCheck[]; unread: Unread[] } {
  const found: PlannedCheck[] = [];
  const unread: Unread[] = [];
  for (const [index, heading] of headings.entries()) {
    const { text, from } = heading;
    const lengths = lengthsIn(text);
    const [length] = lengths;
    if (length === undefined || isStage(heading)) continue;
    const name = /\b\d{1,4} (?:hour|day|week|month)/.exec(plainWords(text))?.[0].replace(' ', '-');
    const line = lineAt(from);
    if (isUnderStage(headings, index)) unread.push({ line, why: `"${plain(text, 60)}" stands under a stage` });
    else if (lengths.length > 1 || name === undefined)
      unread.push({ line, why: `"${plain(text, 60)}" is more than one check` });
    else if (!found.some((one) => one.name === name)) found.push({ name, line, length });
  }
  return { found, unread };
}
