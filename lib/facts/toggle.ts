import type { Instant } from './hour';

/**
 * How a toggle is set: to one share of all users, a fraction; in a way that is no such share; or nobody knows, and why.
 * Unknown is never 0.
 */
export type ToggleState =
  /** `besides` says who has it on top, too few to count, such as "2 single actors". */
  { share: number; besides?: string } | { partial: string } | { unknown: string };

/** What a toggle said of itself. */
export interface ToggleReading {
  toggle: string;
  /** When it was so: when it was asked or, of a service that tells what it was told before, when that was. */
  at: Instant;
  state: ToggleState;
  /** Since when it is so, where the service knows the instant. */
  since?: Instant;
}

/** The newest share that a toggle is known to have had. */
export interface KnownShare {
  share: number;
  besides?: string;
  /** Another share was read at this instant, so that this one began later; absent where no other was ever read. */
  after?: Instant;
  /** It began by this instant; at just this one, if it is exact. */
  by: Instant;
  exact?: true;
  /** When it was read last. */
  seen: Instant;
}

/** A toggle as it was read, and the newest share that is known: what it says now, as long as it says one. */
export interface ToggleFact extends ToggleReading {
  known?: KnownShare;
}

/** What a release's toggles said at an instant. */
export interface ToggleFacts {
  at: Instant;
  toggles: ToggleFact[];
}

/** What is known after a reading, beside what was known before it. */
export function afterReading(
  before: ToggleFacts | undefined,
  at: Instant,
  readings: readonly ToggleReading[],
): ToggleFacts {
  const known = new Map(before?.toggles.map((fact) => [fact.toggle, fact.known]));
  return {
    at,
    toggles: readings.map((reading) => {
      const now = knownAfter(known.get(reading.toggle), reading);
      return { ...reading, ...(now && { known: now }) };
    }),
  };
}

function knownAfter(before: KnownShare | undefined, { at, state, since }: ToggleReading): KnownShare | undefined {
  if (!('share' in state)) return before;
  const { share, besides } = state;
  const shown = { share, ...(besides !== undefined && { besides }), seen: at };
  if (!before) return { ...shown, ...(since === undefined ? { by: at } : { by: since, exact: true as const }) };
  if (before.share === share) {
    const { after, by, exact } = before;
    return { ...shown, ...(after !== undefined && { after }), by, ...(exact && { exact }) };
  }
  // A change that is said to be older than a reading without it is no exact one.
  const exact = since !== undefined && since > before.seen;
  return { ...shown, after: before.seen, by: exact ? since : at, ...(exact && { exact }) };
}
