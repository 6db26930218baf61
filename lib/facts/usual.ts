import { HOURS_PER_WEEK, type Hour } from './hour';
import { PackedCounts } from './packed/packed-counts';
import type { Counts, Snapshot } from './snapshot';
import type { Window } from './window';

/** So many weeks before a launch are what is usual: its baseline. */
export const BASELINE_WEEKS = 4;

/** One week may have been an odd one. */
const FEWEST_WEEKS = 2;

/** All requests of an hour, whatever their status. */
export function requestsIn(counts: Counts): number {
  if (counts instanceof PackedCounts) return counts.sum();
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/**
 * How many requests are usual in an hour: the median of the same hour of the week in the weeks of [from, to), the hour
 * itself left out, whatever their status. Undefined with fewer than two of them counted.
 *
 * @param requestsOf which of an hour's requests are meant: all of them unless it is said
 *
 * @example usualRequests(new Map(), 492232, { from: 491560, to: 492232 }) === undefined
 */
export function usualRequests(
  snapshots: Pick<ReadonlyMap<Hour, Snapshot>, 'get'>,
  hour: Hour,
  { from, to }: Pick<Window, 'from' | 'to'>,
  requestsOf = requestsIn,
): number | undefined {
  const found: number[] = [];
  const first = from + ((((hour - from) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK);
  for (let at = first; at < to; at += HOURS_PER_WEEK) {
    const snapshot = at === hour ? undefined : snapshots.get(at);
    if (snapshot?.kind === 'counted') found.push(requestsOf(snapshot.counts));
  }
  if (found.length < FEWEST_WEEKS) return undefined;
  found.sort((a, b) => a - b);
  return (found[Math.floor((found.length - 1) / 2)]! + found[Math.ceil((found.length - 1) / 2)]!) / 2;
}
