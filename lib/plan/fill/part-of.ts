import { plain } from '../../facts/format';
import type { Release } from '../../release/schema';
import { hoursIn, lengthsIn } from '../markdown/lengths';
import { plainWords, STAGE_LIKE, sharesIn } from '../markdown/words';

/** What a part of a plan is about, as its headings say it. */
export type Part = { kind: 'stage' | 'check'; name: string };

/** A heading, the head of a table's row or column, or a list item that others are indented under. */
export interface Passage {
  text: string;
  share?: number | undefined;
  repeated?: boolean;
  /** Where a heading stands, and how deep. */
  from?: number;
  depth?: number;
  /** Why nobody can tell whether what stands under a heading is about this release. */
  rival?: string | undefined;
  /** Why nobody can tell whether a time that it names is one of the rollout or of a check after it. */
  scheduled?: string | undefined;
}

export const nameOf = ({ kind, name }: Part): string => (kind === 'stage' ? `stage ${name}` : `${name} check`);

/**
 * The stage or check that a blank is about: what the innermost place that names any says. A check by its length ("1-week
 * results", "One month check-in"), a stage by its name ("Stage A: 25% of users", "Canary") or its share of users. A name
 * that stands over several sections tells nothing, and where name and share disagree nobody knows which one is true.
 *
 * @returns a part, or why none can be told
 */
export function partOf(
  places: readonly Passage[],
  { stages, checks }: Pick<Release, 'stages' | 'checks'>,
): Part | { unclear: string } {
  const rival = places.find((place) => place.rival !== undefined)?.rival;
  if (rival !== undefined) return { unclear: rival };
  for (const [index, { text, share, repeated = false, scheduled }] of [...places.entries()].toReversed()) {
    const words = ` ${plainWords(text)} `;
    const quoted = `"${plain(text, 60)}"`;
    const named = stages.filter(({ name }) => isNamed(name, text));
    const shared = stages.filter(({ exposure }) => exposure === share);
    const timed = checksNamed(text, checks).filter(({ length }) => !isLengthOf(length, text, named));
    const isMore = named.some(({ name }) => isJoined(name, text));
    if (timed.length > 1 || (timed.length === 1 && named.length > 0) || named.length > 1 || isMore)
      return { unclear: `${quoted} names more than one stage or check` };
    if (named.length > 0 && RANGE.test(text)) return { unclear: `${quoted} names more than one share of users` };
    const check = timed[0];
    if (check && sharesIn(text).some((one) => one !== stages.at(-1)?.exposure))
      return { unclear: `${quoted} names a check and a share of users that is not the last stage's` };
    if (check && scheduled !== undefined) return { unclear: scheduled };
    const stage = repeated ? undefined : named[0];
    if (check && !repeated) return checkUnder(places.slice(0, index), check.name, { stages, checks });
    if (stage && share !== undefined && !shared.includes(stage))
      return { unclear: `${quoted} says another share of users than stage ${stage.name} has in the release file` };
    const found = stage ?? (shared.length === 1 ? shared[0] : undefined);
    if (found) return { kind: 'stage', name: found.name };
    if (repeated && (check || named.length > 0 || STAGE_LIKE.test(text)))
      return { unclear: `${quoted} is the heading of more than one section` };
    if (STAGE_LIKE.test(words.split(' ', 2)[1]!)) return { unclear: `${quoted} is no stage of the release file` };
  }
  return { unclear: 'no heading over it names a stage or check of the release' };
}

/** "25% - 100%", "5% to 10%" */
const RANGE = /\d\s?%\s?(?:[-–—→]|->|to\b)\s?\d+(?:[.,]\d+)?\s?%/i;

/** A check looks back to the start of the last stage, so one under another stage is of something else. */
function checkUnder(
  over: readonly Passage[],
  name: string,
  release: Pick<Release, 'stages' | 'checks'>,
): Part | { unclear: string } {
  const under = partOf(over, release);
  const isOther = 'kind' in under && under.kind === 'stage' && under.name !== release.stages.at(-1)?.name;
  return isOther
    ? { unclear: `a check of the release does not stand under stage ${under.name}` }
    : { kind: 'check', name };
}

/** Checks by their name, or by the time since the last stage began: "7-day check-in", "First month", "Week 1". */
function checksNamed(text: string, checks: Release['checks']): Release['checks'] {
  const words = ` ${plainWords(text)} `;
  const named = checks.filter(({ name }) => words.includes(` ${plainWords(name)} `));
  if (named.length > 0) return named;
  const times = lengthsIn(text);
  return times.length === 1 ? checks.filter(({ length }) => length === hoursIn(times[0]!)) : [];
}

/** Whether a heading says only how long its stage lasts: "Stage A: 25% of users, 1 week". */
const isLengthOf = (length: number, text: string, named: Release['stages']): boolean =>
  named.length === 1 && named[0]!.length === length && !/\b(after|check|later|results?)\b/i.test(text);

/** Whether another name follows that of a stage: "Stage A & B", "Stage A-B", "Stage A/B test". */
function isJoined(stage: string, text: string): boolean {
  const at = text.toLowerCase().lastIndexOf(stage.toLowerCase());
  return at >= 0 && /^(\s*[&+/]|\s+(and|or|to|through)\b|[-–]\p{L})/iu.test(text.slice(at + stage.length));
}

/** What a heading says beside the name of its stage or check. */
export function withoutName(text: string, { name }: Part): string {
  const words = ` ${plainWords(text)} `;
  return words.replace(` ${plainWords(name)} `, ' ');
}

/** What a heading says before the name of its stage or check; nothing where it names it by a share or a time. */
export function beforeName(text: string, { name }: Part): string {
  const words = ` ${plainWords(text)} `;
  const at = words.indexOf(` ${plainWords(name)} `);
  return words.slice(0, Math.max(0, at)).replace(/\b(stage|phase|wave)\s*$/, '');
}

/** "Stage A: 25%", "Canary", "Pilot: 5%"; not "Full list of errors" for a stage Full. */
function isNamed(stage: string, text: string): boolean {
  const words = ` ${plainWords(text)} `;
  const name = ` ${plainWords(stage)} `;
  const isStart = words.startsWith(name) && (STAGE_LIKE.test(stage) || /^\s*([:(–—]|$)/.test(text.slice(stage.length)));
  return (
    ['stage', 'phase', 'wave'].some((word) => words.includes(` ${word}${name}`)) || (isStart && /^\D./.test(stage))
  );
}
