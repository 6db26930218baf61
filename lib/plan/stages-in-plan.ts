import { plain } from '../domain/format';
import type { Reading, Said, Unread } from './draft';
import { isTurned } from './labels';
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
  const whyNot = ({ heading, index }: (typeof all)[number]): string | undefined =>
    isUnderStage(headings, index)
      ? 'stands under another stage'
      : isTurned(heading.text)
        ? 'is no stage by itself'
        : undefined;
  const own = all.filter((one) => whyNot(one) === undefined);
  const said = own.map(({ heading, index }, order) => {
    const length = lengthOf(reading, index, order === own.length - 1);
    return {
      name: nameOf(heading.text),
      line: lineAt(heading.from),
      exposure: exposureOf(reading, index),
      ...(length && { length }),
    };
  });
  const groups = new Map<string, PlannedStage[]>();
  for (const stage of said) groups.set(stage.name, [...(groups.get(stage.name) ?? []), stage]);
  const again = [...groups.values()].flatMap((same) => (isOne(same) ? same.slice(1) : []));
  return {
    found: said
      .filter((stage) => !again.includes(stage))
      .map((stage) => {
        const same = groups.get(stage.name)!;
        if (isOne(same)) return allOf(same);
        return same.length > 1 ? { ...stage, name: `${stage.name}-${same.indexOf(stage) + 1}` } : stage;
      }),
    unread: [
      ...all.flatMap((one) => {
        const why = whyNot(one);
        const { from, text } = one.heading;
        return why === undefined ? [] : [{ line: lineAt(from), why: `"${plain(text, 60)}" ${why}` }];
      }),
      ...headings.filter(isUnknownShare).map(({ from, text }) => ({
        line: lineAt(from),
        why: `"${plain(text, 60)}" names a share, and no stage that is known`,
      })),
      ...again.map(({ name, line }) => ({
        line,
        why: `"${plain(name, 60)}" is taken for the stage of line ${groups.get(name)![0]!.line}`,
      })),
    ],
  };
}

/** "Étape A (25 %)"; what is below or over a share is a rate. */
const isUnknownShare = (heading: Heading): boolean =>
  !isStage(heading) &&
  lengthsIn(heading.text).length === 0 &&
  /\(\d+(\.\d+)? ?%|^\D*[:–—-] ?\d+(\.\d+)? ?%/.test(heading.text);

/** Whether headings with one name are of one stage, planned here and reported there: no two name different shares. */
const isOne = (same: readonly PlannedStage[]): boolean =>
  same.every(({ exposure }) => 'value' in exposure || exposure.todo === UNSAID) &&
  new Set(same.flatMap(({ exposure }) => ('value' in exposure ? [exposure.value] : []))).size <= 1;

/** What the first heading of a stage that says it says. */
function allOf(same: readonly PlannedStage[]): PlannedStage {
  const first = same[0]!;
  // The last stage of a plan has none where the plan gives it none.
  const length =
    same.find((one) => one.length && 'value' in one.length)?.length ??
    (same.every((one) => one.length) ? first.length : undefined);
  return {
    name: first.name,
    line: first.line,
    exposure: same.find(({ exposure }) => 'value' in exposure)?.exposure ?? first.exposure,
    ...(length && { length }),
  };
}

const UNSAID = 'the plan does not say';

/** "Stage A", "Canary for a week", "50% of users"; not "1-week results: 100% of users". */
const isStage = ({ text }: Pick<Heading, 'text'>): boolean =>
  STAGE_LIKE.test(/^\W*\w*/.exec(text)![0]) || (shareOfUsersIn(text) !== undefined && lengthsIn(text).length === 0);

const isUnderStage = (headings: readonly Heading[], index: number): boolean =>
  pathTo(headings, index).slice(0, -1).some(isStage);

/** One word: "Stage A: 25% of users" is A, "Canary" is Canary. */
function nameOf(heading: string): string {
  const words = plain(heading.split(/[:(–—]|\s-\s|\d+(?:\.\d+)? ?%/)[0]!, 60).trim();
  const rest = words.replace(/^[^\p{L}\p{N}]+/u, '').replace(/^(stage|phase|wave)\s+(?=\S)/i, '');
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
      todo: said[0] ? `"${plain(said[0].words, 60)}" in line ${said[0].line} is no share of users` : UNSAID,
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
    return words === undefined || /fill.{0,2}in|\bTBD\b/i.test(words) ? [] : [{ words, line: first + offset + 1 }];
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
  const words = plainWords(text).replace(/\bfirst (week|month)\b|\b(week|month) 1\b/g, (_, a, b) => `1 ${a ?? b}`);
  return [...words.matchAll(/(?<![\d.]\s?)\b(\d{1,4}|an?) (h|hr|hour|day|week|month)s?\b/g)].map(([, count, unit]) => {
    const [name, times] = UNITS[unit!]!;
    const value = (Number(count) || 1) * times;
    return `${value} ${name}${value === 1 ? '' : 's'}`;
  });
}

const HOURS: Record<string, number> = { hour: 1, day: 24, week: 168 };

/** @example hoursIn('2 weeks') === 336 */
export function hoursIn(length: string): number {
  const [count, unit] = length.split(' ');
  return Number(count) * HOURS[unit!.replace(/s$/, '')]!;
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
    const said = /\b\d{1,4} (?:hour|day|week|month)/.exec(plainWords(text))?.[0];
    const name = (said ?? length.replace(/s$/, '')).replace(' ', '-');
    const line = lineAt(from);
    if (isUnderStage(headings, index)) unread.push({ line, why: `"${plain(text, 60)}" stands under a stage` });
    else if (isTurned(text)) unread.push({ line, why: `"${plain(text, 60)}" is no check` });
    else if (lengths.length > 1) unread.push({ line, why: `"${plain(text, 60)}" is more than one check` });
    else if (!found.some((one) => hoursIn(one.length) === hoursIn(length))) found.push({ name, line, length });
  }
  return { found, unread };
}
