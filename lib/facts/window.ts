import { type CountRules, tallyOf } from './counts';
import type { Hour } from './hour';
import type { Snapshot } from './snapshot';

/** Hours [from, to) under a name that a person knows, e.g. "stage A". */
export interface Window {
  name: string;
  from: Hour;
  to: Hour;
}

/** Pooled counts. The rate is `errors / requests`; with no request there is none. */
export interface Pooled {
  requests: number;
  errors: number;
}

/** Pooled counts of a window, and what stayed out of them. */
export interface Tally extends Pooled {
  /** Requests with an excluded status such as 401; part of neither number above. */
  excluded: number;
  /** Hours of the window that were counted, and hours that are unknown. */
  counted: number;
  unknown: number;
  /** Hours that do not count, where there are any; part of neither number above. */
  leftOut?: number;
}

/**
 * Pooled counts of the hours [from, to) of a window. Rates are computed last, from these; an hour without a counted
 * snapshot is unknown and adds to nothing, and neither does an hour in which the exposure changed.
 */
export function tallyWindow(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  rules: CountRules,
  changed: ReadonlySet<Hour>,
): Tally {
  const tally: Tally = { requests: 0, errors: 0, excluded: 0, counted: 0, unknown: 0 };
  for (let hour = from; hour < to; hour++) {
    if (changed.has(hour)) continue;
    const snapshot = snapshots.get(hour);
    if (snapshot?.kind !== 'counted') {
      if (snapshot?.leftOut) tally.leftOut = (tally.leftOut ?? 0) + 1;
      else tally.unknown++;
      continue;
    }
    const counts = tallyOf(snapshot.counts, rules);
    tally.requests += counts.requests;
    tally.errors += counts.errors;
    tally.excluded += counts.excluded;
    tally.counted++;
  }
  return tally;
}

/**
 * Requests by status in the hours [from, to), most first; hours that are unknown or in which the exposure changed add
 * nothing.
 */
export function statusesIn(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  changed: ReadonlySet<Hour>,
): { status: string; requests: number }[] {
  const total = new Map<string, number>();
  for (let hour = from; hour < to; hour++) {
    const snapshot = snapshots.get(hour);
    if (changed.has(hour) || snapshot?.kind !== 'counted') continue;
    for (const [status, requests] of snapshot.counts) total.set(status, (total.get(status) ?? 0) + requests);
  }
  return [...total]
    .map(([status, requests]) => ({ status, requests }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests || a.status.localeCompare(b.status));
}
