import { plain } from '../../facts/format';
import { isAside, isForAll, isRehearsal, isTurned } from '../markdown/labels';
import { GOES_ON, hoursIn, lengthSaid, lengthsIn } from '../markdown/lengths';
import { type Heading, pathTo, sectionOf } from '../markdown/outline';
import {
  indentOf,
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

/** The stages of a plan: its headings that are called so or name a share of users, each with what stands under it. */
export function stagesIn(reading: Reading): { found: PlannedStage[]; unread: Unread[] } {
  const { headings, lineAt } = reading;
  const all = headings
    .map((heading, index) => ({ heading, index }))
    .filter(({ heading, index }) => isStage(heading) && !isTitle(headings, index));
  const isPhase = phaseTest(headings);
  const whyNot = ({ heading, index }: (typeof all)[number]): string | undefined => {
    if (isPhase(heading)) return 'is no stage beside those that are called so';
    if (isUnderStage(reading, index)) return 'stands under another stage';
    const path = pathTo(headings, index).filter((one) => !isTitle(headings, headings.indexOf(one)));
    const trial = path.find(({ text }) => isRehearsal(text));
    if (trial)
      return trial === heading ? 'is a trial, and no stage' : `stands under "${plain(trial.text, 60)}", a trial`;
    if (isAside(heading.text, STAGE_START.test(heading.text))) return 'is a group or a test beside the stages';
    const day = path.slice(0, -1).find(({ text }) => DAY.test(text));
    if (day) return `is a step of "${plain(day.text, 60)}"`;
    if (isGroup(reading, index)) return 'is what its stages stand under';
    return isTurned(heading.text) ? 'is no stage by itself' : undefined;
  };
  const named = all.filter((one) => whyNot(one) === undefined);
  const own = [...named, ...allUsersAfter(reading, named)];
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

/** "Stage 1: Dark launch" is called a stage. */
const STAGE_START = /^\W*(?:stage|phase|wave|canary)\b/i;

/** What is done on one day, step by step. */
const DAY =
  /\b(release|launch|go-?live|deploy(ment)?|roll-?out) day\b|\bday of (the )?(release|launch|deployment)\b|\b(checklist|run-?book|release (steps|procedure)|deployment (steps|procedure))\b/i;

/** The only heading of the first rank is what the plan is called, when there are others below it. */
const isTitle = (headings: readonly Heading[], index: number): boolean =>
  headings[index]!.depth === 1 &&
  headings.filter(({ depth }) => depth === 1).length === 1 &&
  headings.some((other, at) => at !== index && isStage(other));

/** "Go Live!" behind the stages, none of which is for all users: the last stage. */
function allUsersAfter(
  reading: Reading,
  stages: readonly { heading: Heading; index: number }[],
): { heading: Heading; index: number }[] {
  const { headings } = reading;
  const last = stages.at(-1);
  if (!last || stages.some(({ index }) => isAll(exposureOf(reading, index)))) return [];
  const index = headings.findIndex(({ text }, at) => at > last.index && isForAll(text));
  return index < 0 || isUnderStage(reading, index) ? [] : [{ heading: headings[index]!, index }];
}

const isAll = (exposure: Said<number>): boolean => 'value' in exposure && exposure.value === 1;

/** "Canary rollout" over the stages: no share of its own, and stages with their shares below it. */
function isGroup(reading: Reading, index: number): boolean {
  const { headings, lines, lineAt } = reading;
  if (shareOfUsersIn(headings[index]!.text) !== undefined) return false;
  const { from, to } = sectionOf(headings, index, Number.POSITIVE_INFINITY);
  const below = headings.filter((one) => one.from >= from && one.from < to);
  const first = below.find((one) => isStage(one) && shareOfUsersIn(one.text) !== undefined);
  if (!first) return false;
  const before = lines.slice(lineAt(headings[index]!.from), lineAt(first.from) - 1);
  return !before.some((text) => SHARE_SAID.test(text));
}

/** "Étape A (25 %)", "Rollout to 5% - 10% of users"; what is below or over a share is a rate. */
const isUnknownShare = (heading: Heading): boolean =>
  !isStage(heading) &&
  lengthsIn(heading.text).length === 0 &&
  (/\(\d+([.,]\d+)?\s?%|^\D*[:–—-] ?\d+([.,]\d+)?\s?%/.test(heading.text) ||
    (/\d\s?%/.test(heading.text) &&
      /\b(users|veterans|roll-?out|ramp)/i.test(heading.text) &&
      !/[<>]|\b(below|under|rates?|errors?)\b/i.test(heading.text)));

/** Whether headings with one name are of one stage, planned here and reported there: no two name different shares. */
const isOne = (same: readonly PlannedStage[]): boolean =>
  same.every(({ exposure }) => 'value' in exposure || exposure.todo === UNSAID) &&
  new Set(same.flatMap(({ exposure }) => ('value' in exposure ? [exposure.value] : []))).size <= 1;

/** What the first heading of a stage that says it says; two lengths are left to a person. */
function allOf(same: readonly PlannedStage[]): PlannedStage {
  const first = same[0]!;
  // The last stage of a plan has none where the plan gives it none.
  const said = same.flatMap(({ length }) => (length && 'value' in length ? [length] : []));
  const other = said.find(({ value }) => hoursIn(value) !== hoursIn(said[0]!.value));
  const length = other
    ? { todo: `line ${said[0]!.line} says ${said[0]!.value}, line ${other.line} ${other.value}` }
    : (said[0] ?? (same.every((one) => one.length) ? first.length : undefined));
  return {
    name: first.name,
    line: first.line,
    exposure: same.find(({ exposure }) => 'value' in exposure)?.exposure ?? first.exposure,
    ...(length && { length }),
  };
}

/** Why a stage has no exposure where nothing was read as one; the plan may say it in words that nobody knows. */
export const UNSAID = 'no share of users was read for it';

/** "Stage A", "Canary for a week", "50% of users"; not "1-week results: 100% of users". */
export const isStage = ({ text }: Pick<Heading, 'text'>): boolean =>
  STAGE_LIKE.test(/^\W*\w*/.exec(text)![0]) || (shareOfUsersIn(text) !== undefined && lengthsIn(text).length === 0);

/** "Phase II: Staged rollout" is what stages stand under or behind, where the plan has headings that are called "Stage". */
function phaseTest(headings: readonly Heading[]): (heading: Heading) => boolean {
  const hasStages = headings.some(({ text }) => /^\W*stage\b/i.test(text));
  return ({ text }) => hasStages && /^\W*phase\b/i.test(text) && shareOfUsersIn(text) === undefined;
}

/** Whether a heading stands under that of a stage. */
export function isUnderStage(reading: Reading, index: number): boolean {
  const { headings } = reading;
  const isPhase = phaseTest(headings);
  return pathTo(headings, index)
    .slice(0, -1)
    .some((one) => {
      const at = headings.indexOf(one);
      return isStage(one) && !isPhase(one) && !isTitle(headings, at) && !isGroup(reading, at);
    });
}

/** One word: "Stage A: 25% of users" is A, "Canary" is Canary. */
export function stageNameIn(heading: string): string {
  const words = plain(heading.split(/[:(–—]|\s-\s|\d+(?:[.,]\d+)?\s?%/)[0]!, 60).trim();
  const rest = words.replace(/^[^\p{L}\p{N}]+/u, '').replace(/^(stage|phase|wave)\s+(?=\S)/i, '');
  const name = rest
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 36);
  return name === '' || name === 'off' ? 'stage' : name;
}

function exposureOf(reading: Reading, index: number): Said<number> {
  const { from, text } = reading.headings[index]!;
  const own = shareOfUsersIn(text) ?? (isForAll(text) ? 1 : undefined);
  const said = labelled(reading, index, SHARE_SAID).map((one) => ({ ...one, shares: sharesOfUsersIn(one.words) }));
  const all = new Set([...(own === undefined ? [] : [own]), ...said.flatMap(({ shares }) => shares)]);
  if (all.size > 1) {
    const other = said.find(({ shares }) => shares.some((share) => share !== own));
    const lines = own === undefined || !other ? '' : ` in lines ${reading.lineAt(from)} and ${other.line}`;
    return { todo: `the plan says ${[...all].map(shareText).join(' and ')}${lines}` };
  }
  const [value] = all;
  const other = said.find(({ shares, words }) => shares.length === 0 && (value === undefined || words.includes('%')));
  if (other) return { todo: `"${plain(other.words, 60)}" in line ${other.line} is no share of users` };
  if (value === undefined || value === 0)
    return { todo: text.includes('%') ? `"${plain(text, 60)}" names no one share of users` : UNSAID };
  return { value, line: said.find(({ shares }) => shares.length > 0)?.line ?? reading.lineAt(from) };
}

function lengthOf(reading: Reading, index: number, isLast: boolean): Said<string> | undefined {
  const all = labelled(
    reading,
    index,
    /(?:length of time|^\W*(?:planned )?(?:duration|(?:length|time ?frame)(?=[\s*_]*:)))\b\W*?([\w~<>].*|$)/i,
  );
  const said = [...new Map(all.map((one) => [plainWords(one.words), one])).values()];
  const [first, other] = said;
  const { text, from } = reading.headings[index]!;
  if (!first && lengthsIn(text).length > 0)
    return { todo: `"${plain(text, 60)}" in line ${reading.lineAt(from)} may say it` };
  if (!first) return isLast ? undefined : { todo: UNSAID_LENGTH };
  if (other)
    return {
      todo: `line ${first.line} says "${plain(first.words, 40)}", line ${other.line} "${plain(other.words, 40)}"`,
    };
  return isLast && GOES_ON.test(first.words) ? undefined : lengthSaid(first);
}

export const UNSAID_LENGTH = 'no length of time was read for it';

/** What follows a label in the section of a heading, on its line or on the next one that is indented under it. */
function labelled(reading: Reading, index: number, label: RegExp): { words: string; line: number }[] {
  const { from, to } = sectionOf(reading.headings, index, Number.POSITIVE_INFINITY);
  const first = reading.lineAt(from);
  const last = to === Number.POSITIVE_INFINITY ? reading.lines.length : reading.lineAt(to) - 1;
  return reading.lines.slice(first, last).flatMap((text, offset) => {
    const found = label.exec(text)?.[1]?.split(/<\/?(?:li|br|td|p|tr)\b/i)[0];
    const own = first + offset + 1;
    const below = reading.lines.findIndex((one, at) => at >= own && one.trim() !== '');
    const next = reading.lines[below] ?? '';
    const isTableHead = text.includes('|') && /^[\s|:-]*-[\s|:-]*$/.test(next);
    if (found === undefined || isTableHead) return [];
    const isNext = wordsOf(found) === '' && indentOf(next) > indentOf(text);
    const words = wordsOf(isNext ? next : found);
    return words === '' || /fill.{0,2}in|\bTBD\b/i.test(words) ? [] : [{ words, line: isNext ? below + 1 : own }];
  });
}
