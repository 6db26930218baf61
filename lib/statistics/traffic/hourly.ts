import { HOURS_PER_WEEK } from '../../facts/hour';
import { BASELINE_WEEKS } from '../../facts/usual';

/**
 * How many requests there are, against the same hours of the weeks before. Series are requests hour by hour, index 0
 * being some hour weeks before `launch`, an index too; undefined is an hour that nobody knows. Weeks are counted back
 * from the launch, so nothing here depends on a clock.
 */
export type Hourly = readonly (number | undefined)[];

export const DAY = 24;

/** @example median([3, 1, 2]) === 2 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Where the hours [from, from + hours) stood in each of the baseline's weeks, newest first; one week further back where
 * they would reach over the launch.
 *
 * @example sameHours(680, 24, 672) // [512, 344, 176, 8]
 */
export function sameHours(from: number, hours: number, launch: number): number[] {
  const back = Math.max(1, Math.ceil((from + hours - launch) / HOURS_PER_WEEK));
  return Array.from({ length: BASELINE_WEEKS }, (_, week) => from - (back + week) * HOURS_PER_WEEK).filter(
    (start) => start >= 0,
  );
}

/** The usual requests of an hour: the median of the same hour of the weeks that know it. */
export function usualAt(hours: Hourly, at: number, launch: number): number | undefined {
  const known = sameHours(at, 1, launch).flatMap((hour) => hours[hour] ?? []);
  return known.length > 0 ? median(known) : undefined;
}
