import { HOURS_PER_WEEK } from '../../facts/hour';
import { BASELINE_WEEKS } from '../../facts/usual';

/**
 * How many requests there are, against the same hours of the weeks before. Series are requests hour by hour, index 0
 * being some hour weeks before `launch`, an index too; undefined is an hour that nobody knows. Weeks are counted back
 * from the launch, so nothing here depends on a clock.
 */
export type Hourly = readonly (number | undefined)[];

export const DAY = 24;

/**
 * By insertion: lists of days and weeks are short, and Node's own sort takes three times as long for them.
 *
 * @example median([3, 1, 2]) === 2
 */
export function median(values: readonly number[]): number {
  const sorted = values.slice();
  for (let next = 1; next < sorted.length; next++) {
    const value = sorted[next]!;
    let at = next;
    for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = value;
  }
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

/** Of each series, and up to each of its hours: the requests of all before it, and how many of these hours are unknown. */
const summed = new WeakMap<Hourly, { requests: Float64Array; unknown: Float64Array }>();

function summedUp(hours: Hourly) {
  const requests = new Float64Array(hours.length + 1);
  const unknown = new Float64Array(hours.length + 1);
  for (let at = 0; at < hours.length; at++) {
    const one = hours[at];
    requests[at + 1] = requests[at]! + (one ?? 0);
    unknown[at + 1] = unknown[at]! + (one === undefined ? 1 : 0);
  }
  const sums = { requests, unknown };
  summed.set(hours, sums);
  return sums;
}

/**
 * The requests of the hours [from, to) of a series, which never changes; undefined where one of them is unknown.
 *
 * @example requestsOf([1, undefined, 3, 4], 2, 4) === 7
 */
export function requestsOf(hours: Hourly, from: number, to: number): number | undefined {
  if (from < 0 || to > hours.length) return undefined;
  const { requests, unknown } = summed.get(hours) ?? summedUp(hours);
  return unknown[from] === unknown[to] ? requests[to]! - requests[from]! : undefined;
}

/** The usual requests of an hour: the median of the same hour of the weeks that know it. */
export function usualAt(hours: Hourly, at: number, launch: number): number | undefined {
  const known = sameHours(at, 1, launch).flatMap((hour) => hours[hour] ?? []);
  return known.length > 0 ? median(known) : undefined;
}
