import type { Release } from '../domain/release';
import { plainWords, STAGE_LIKE } from './words';

/** What a part of a plan is about, as its headings say it. */
export type Part = { kind: 'stage' | 'check'; name: string };

/** A heading, the head of a table's row or column, or a list item that others are indented under. */
export interface Place {
  text: string;
  share?: number | undefined;
  repeated?: boolean;
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
  places: readonly Place[],
  { stages, checks }: Pick<Release, 'stages' | 'checks'>,
): Part | { unclear: string } {
  for (const { text, share, repeated = false } of places.toReversed()) {
    const words = ` ${plainWords(text)} `;
    const quoted = `"${text}"`;
    const timed = checks.filter(({ name }) => words.includes(` ${plainWords(name)} `));
    const named = stages.filter(({ name }) => isNamed(name, text));
    const shared = stages.filter(({ exposure }) => exposure === share);
    if (timed.length > 1 || (timed.length === 1 && named.length > 0) || named.length > 1)
      return { unclear: `${quoted} names more than one stage or check` };
    const check = timed[0];
    if (check && !repeated) return { kind: 'check', name: check.name };
    const stage = repeated ? undefined : named[0];
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

/** "Stage A: 25%", "Canary", "Pilot: 5%"; not "Full list of errors" for a stage Full. */
function isNamed(stage: string, text: string): boolean {
  const words = ` ${plainWords(text)} `;
  const name = ` ${plainWords(stage)} `;
  const isStart = words.startsWith(name) && (STAGE_LIKE.test(stage) || /^\s*([:(–—]|$)/.test(text.slice(stage.length)));
  return (
    ['stage', 'phase', 'wave'].some((word) => words.includes(` ${word}${name}`)) || (isStart && /^\D./.test(stage))
  );
}
