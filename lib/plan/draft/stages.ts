import { plain } from '../../facts/format';
import { isTurned } from '../markdown/labels';
import { hoursIn, lengthSaid, lengthsIn } from '../markdown/lengths';
import { type Heading, pathTo, sectionOf } from '../markdown/outline';
import {
  plainWords,
  SHARE_SAID,
  STAGE_LIKE,
  shareOfUsersIn,
  sharesOfUsersIn,
  shareText,
  wordsOf,
} from '../markdown/words';
import type { Reading, Said, Unread } from './reading';

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
  const isPhase = phaseTest(headings);
  const whyNot = ({ heading, index }: (typeof all)[number]): string | undefined =>
    isPhase(heading)
      ? 'is no stage beside those that are called so'
      : isUnderStage(headings, index)
        ? 'stands under another stage'
        : isTurned(heading.text)
          ? 'is no stage by itself'
          : undefined;
  const own = all.filter((one) => whyNot(one) === undefined);
  const said = own.map(({ heading, index }, order) => {
    const length = lengthOf(reading, index, order === own.length - 1);
    return {
      name: stageNameIn(heading.text),
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

/** "Phase II: Staged rollout" is what stages stand under or behind, where the plan has headings that are called "Stage". */
function phaseTest(headings: readonly Heading[]): (heading: Heading) => boolean {
  const hasStages = headings.some(({ text }) => /^\W*stage\b/i.test(text));
  return ({ text }) => hasStages && /^\W*phase\b/i.test(text) && shareOfUsersIn(text) === undefined;
}

function isUnderStage(headings: readonly Heading[], index: number): boolean {
  const isPhase = phaseTest(headings);
  return pathTo(headings, index)
    .slice(0, -1)
    .some((one) => isStage(one) && !isPhase(one));
}

/** One word: "Stage A: 25% of users" is A, "Canary" is Canary. */
export function stageNameIn(heading: string): string {
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
  const said = labelled(reading, index, SHARE_SAID).map((one) => ({ ...one, shares: sharesOfUsersIn(one.words) }));
  const all = new Set([...(own === undefined ? [] : [own]), ...said.flatMap(({ shares }) => shares)]);
  if (all.size > 1) return { todo: `the plan says ${[...all].map(shareText).join(' and ')}` };
  const [value] = all;
  const other = said.find(({ shares, words }) => shares.length === 0 && (value === undefined || words.includes('%')));
  if (other) return { todo: `"${plain(other.words, 60)}" in line ${other.line} is no share of users` };
  if (value === undefined || value === 0)
    return { todo: text.includes('%') ? `"${plain(text, 60)}" names no one share of users` : UNSAID };
  return { value, line: said.find(({ shares }) => shares.length > 0)?.line ?? reading.lineAt(from) };
}

function lengthOf(reading: Reading, index: number, isLast: boolean): Said<string> | undefined {
  const [said, ...others] = labelled(
    reading,
    index,
    /(?:length of time|^\W*(?:planned )?duration)\b\W*?([\w~<>].*|$)/i,
  );
  if (isLast && (!said || (GOES_ON.test(said.words) && others.length === 0))) return undefined;
  return said && others.length === 0
    ? lengthSaid(said)
    : { todo: said ? TWICE : 'the plan does not say how long it lasts' };
}

const TWICE = 'the plan says more than once how long it lasts';
/** Of the last stage. */
const GOES_ON = /^(ongoing|indefinite(ly)?|permanent(ly)?|n\/a|none)\b/i;
/** What follows a label in the section of a heading, on its line or on the next one that is indented under it. */
function labelled(reading: Reading, index: number, label: RegExp): { words: string; line: number }[] {
  const { from, to } = sectionOf(reading.headings, index, Number.POSITIVE_INFINITY);
  const first = reading.lineAt(from);
  const last = to === Number.POSITIVE_INFINITY ? reading.lines.length : reading.lineAt(to) - 1;
  return reading.lines.slice(first, last).flatMap((text, offset) => {
    const found = label.exec(text)?.[1]?.split(/<\/?(?:li|br|td|p|tr)\b/i)[0];
    const line = first + offset + 1;
    const next = reading.lines[line] ?? '';
    const isTableHead = text.includes('|') && /^[\s|:-]*-[\s|:-]*$/.test(next);
    if (found === undefined || isTableHead) return [];
    const isNext = wordsOf(found) === '' && /^\s*/.exec(next)![0].length > /^\s*/.exec(text)![0].length;
    const words = wordsOf(isNext ? next : found);
    return words === '' || /fill.{0,2}in|\bTBD\b/i.test(words) ? [] : [{ words, line: isNext ? line + 1 : line }];
  });
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
