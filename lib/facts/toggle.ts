import { HOUR_MS, type Instant } from './hour';

/**
 * How a toggle is set: to one share of all users, a fraction; in a way that is no such share; or nobody knows, and why.
 * Unknown is never 0.
 */
export type ToggleState =
  /** `besides` says who has it on top, too few to count, such as "2 single actors". */
  | { share: number; besides?: string }
  | { partial: string }
  /** `gone`: the service itself says that it has no such toggle. A wrong address says so, too, and so does a wrong name. */
  | { unknown: string; gone?: true };

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
  /** What was known before it, as long as nothing has confirmed it: one reading may be wrong. */
  before?: KnownShare;
  /** What one reading said, and the next ones did not. */
  contradicted?: { share: number; at: Instant };
}

/** Readings that are closer together may come from the same wrong copy. */
const CONFIRMED_AFTER_MS = HOUR_MS / 2;
/** So long it is known that a reading was contradicted, so that a run which failed does not keep it from people. */
const CONTRADICTED_KEPT_MS = 24 * HOUR_MS;

/** Whether it is more than the word of one reading about a change: another one said the same, or the service knows when. */
export const isConfirmed = ({ before, by, seen }: KnownShare): boolean =>
  before === undefined || seen - by >= CONFIRMED_AFTER_MS;

/** A toggle as it was read, and the newest share that is known: what it says now, as long as it says one. */
export interface ToggleFact extends ToggleReading {
  known?: KnownShare;
  /** The service had it once, and every reading since this one says that there is no such toggle. */
  goneSince?: Instant;
}

/** Whether a toggle was taken out of its service: that had it once, and more than one reading says that it is gone. */
export const isGone = ({ at, goneSince }: ToggleFact): boolean =>
  goneSince !== undefined && at - goneSince >= CONFIRMED_AFTER_MS;

/** What a release's toggles said at an instant. */
export interface ToggleFacts {
  at: Instant;
  /** Which service said so, as a short text that differs when it does; absent in items of older versions. */
  service?: string;
  toggles: ToggleFact[];
}

/** What is known after a reading, beside what was known of the same service before it. */
export function afterReading(
  before: ToggleFacts | undefined,
  at: Instant,
  readings: readonly ToggleReading[],
  service?: string,
): ToggleFacts {
  const isSame = before?.service === undefined || before.service === service;
  const facts = new Map(isSame ? before?.toggles.map((fact) => [fact.toggle, fact]) : []);
  return {
    at,
    ...(service !== undefined && { service }),
    toggles: readings.map((reading) => {
      const last = facts.get(reading.toggle);
      const known = knownAfter(last?.known, reading);
      const gone = known && 'unknown' in reading.state && reading.state.gone;
      return { ...reading, ...(known && { known }), ...(gone && { goneSince: last?.goneSince ?? at }) };
    }),
  };
}

function knownAfter(known: KnownShare | undefined, { at, state, since }: ToggleReading): KnownShare | undefined {
  if (!('share' in state)) return known;
  const { share, besides } = state;
  if (!known) {
    const begun = since === undefined ? { by: at } : { by: since, exact: true as const };
    return { share, ...(besides !== undefined && { besides }), ...begun, seen: at };
  }
  if (known.share === share) return readAgain(known, at, besides);
  const sure = isConfirmed(known) ? confirmed(known) : known.before!;
  if (sure.share === share)
    return { ...readAgain(sure, at, besides), contradicted: { share: known.share, at: known.by } };
  // A change that is said to be older than a reading without it is no exact one.
  const exact = since !== undefined && since > known.seen;
  return {
    share,
    ...(besides !== undefined && { besides }),
    after: sure.seen,
    by: exact ? since : at,
    ...(exact && { exact }),
    seen: at,
    ...(!exact && { before: sure }),
  };
}

/** The same share once more, maybe for others besides. */
function readAgain({ besides: _, contradicted, ...known }: KnownShare, at: Instant, besides?: string): KnownShare {
  const still = contradicted && at - contradicted.at <= CONTRADICTED_KEPT_MS;
  const again = {
    ...known,
    ...(besides !== undefined && { besides }),
    seen: at,
    ...(still && { contradicted }),
  };
  return isConfirmed(again) ? confirmed(again) : again;
}

const confirmed = ({ before: _, ...known }: KnownShare): KnownShare => known;
