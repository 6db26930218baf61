import type { Reference } from './day-block';
import { type Hourly, median, requestsOf, sameHours } from './hourly';

/** Requests of the hours [from, from + hours) against the least that the weeks' same hours had. */
export interface Least {
  seen: number;
  least: number;
  /** The same of the share in the reference, as a ratio. */
  share?: number;
}

/** The clocks may have changed since the baseline: what is usual an hour earlier or later is usual, too. */
export const CLOCK_SHIFTS = [0, -1, 1];

/**
 * Some hours against the least of the same hours in each of the weeks, an hour earlier or later included.
 *
 * @returns undefined when one of the hours is unknown, and below two weeks in which all are known
 */
export function leastBefore(
  hours: Hourly,
  from: number,
  length: number,
  launch: number,
  reference?: Reference,
): Least | undefined {
  const whole = (series: Hourly, start: number) => requestsOf(series, start, start + length);
  const seen = whole(hours, from);
  if (seen === undefined) return undefined;
  const starts = sameHours(from, length, launch);
  let least = Number.POSITIVE_INFINITY;
  let weeks = 0;
  for (const start of starts) {
    if (whole(hours, start) !== undefined) weeks++;
    for (const shift of CLOCK_SHIFTS) {
      const sum = start + shift + length <= launch ? whole(hours, start + shift) : undefined;
      if (sum !== undefined && sum < least) least = sum;
    }
  }
  if (weeks < 2) return undefined;
  const found = { seen, least };
  const all = reference && whole(reference.hours, from);
  if (!reference || !all) return found;
  const places = starts
    .flatMap((start) => CLOCK_SHIFTS.map((shift) => start + shift))
    .filter((place) => place + length <= launch);
  const beside = places.flatMap((place) => {
    const [part, rest] = [whole(hours, place), whole(reference.hours, place)];
    return part !== undefined && rest ? [{ part, whole: rest }] : [];
  });
  if (beside.length === 0 || median(beside.map((one) => one.whole)) < reference.atLeast * found.least) return found;
  const share = Math.min(...beside.map((one) => one.part / one.whole));
  return share > 0 ? { ...found, share: seen / all / share } : found;
}
