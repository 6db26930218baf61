import { HOUR_MS, type Instant, instantText } from './hour';

/** Clocks differ a little; one that is further ahead would commit a release to a time that has not come. */
export const AHEAD_MS = 5 * 60_000;

/** Whether an instant has not come by a clock, for all that clocks differ. */
export const isAhead = (instant: Instant, clock: Instant): boolean => instant > clock + AHEAD_MS;

/** This machine's clock, or the time that a run is for, is ahead of a clock that is not ours. Nothing was recorded. */
export class ClockError extends Error {
  override readonly name = 'ClockError';
}

/**
 * Holds our time against another's, before anything is written that cannot be undone.
 *
 * @param theirs undefined where nobody said what time it is
 * @throws ClockError when ours is more than five minutes ahead
 * @example refuseAhead(Date.parse('2026-04-01T16:20Z'), Date.parse('2026-03-02T16:20Z'), 'Datadog') // throws
 */
export function refuseAhead(ours: Instant, theirs: Instant | undefined, whose: string): void {
  if (theirs === undefined || !isAhead(ours, theirs)) return;
  throw new ClockError(
    `clock - got ${instantText(ours)}, ${aheadText(ours - theirs)} ahead of ${whose}, expected at most 5 minutes; nothing was recorded; set this machine's clock by NTP`,
  );
}

function aheadText(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours < 2) return `${Math.round(ms / 60_000)} minutes`;
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}
