import { type CountRules, tallyOf } from './counts';
import type { Hour } from './hour';
import { glancesAt } from './packed/glanced';
import { PackedCounts } from './packed/packed-counts';
import { classOf } from './series';
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

/** The counts of a window, pooled and by status, most first. */
export interface WindowCounts {
  tally: Tally;
  statuses: { status: string; requests: number }[];
}

/** The errors of a window that have an error class, most first. */
export interface WindowClasses {
  classes: { status: string; name: string; errors: number }[];
  /** The first hour that is known to have a class. */
  since?: Hour;
}

type Hours = Pick<Window, 'from' | 'to'>;

/**
 * The counts of the hours [from, to) of a window. Rates are computed last, from these; an hour without a counted
 * snapshot is unknown and adds to nothing, and neither does an hour in which the exposure changed.
 */
export function countWindow(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  window: Hours,
  rules: CountRules,
  changed: ReadonlySet<Hour>,
): WindowCounts {
  const { total, ...hours } = totalsIn(snapshots, window, changed);
  const statuses = [...total]
    .map(([status, requests]) => ({ status, requests }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests || a.status.localeCompare(b.status));
  return { tally: { ...tallyOf(total, rules), ...hours }, statuses };
}

/**
 * The errors of the hours [from, to) of a window by class. An hour that was not counted has no class, which is not to say
 * that its errors have none.
 *
 * @param snapshots of the endpoint's error classes
 * @param first where to look for the first hour with a class
 */
export function countClasses(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  window: Hours,
  rules: CountRules,
  changed: ReadonlySet<Hour>,
  first: Hour,
): WindowClasses {
  const classes = countWindow(snapshots, window, rules, changed)
    .statuses.map(({ status: label, requests }) => ({ ...classOf(label), errors: requests }))
    .filter(({ status }) => tallyOf(new Map([[status, 1]]), rules).errors > 0);
  let since = first;
  const hasClass = (snapshot: Snapshot | undefined) => snapshot?.kind === 'counted' && snapshot.counts.size > 0;
  while (since < window.to && !hasClass(snapshots.get(since))) since++;
  return { classes, ...(since < window.to && { since }) };
}

/** What {@link countWindow} counts, pooled only. */
export function tallyWindow(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  window: Hours,
  rules: CountRules,
  changed: ReadonlySet<Hour>,
): Tally {
  const { total, ...hours } = totalsIn(snapshots, window, changed);
  return { ...tallyOf(total, rules), ...hours };
}

/** Requests by status are added up first: statuses are few, and hours are many. */
function totalsIn(snapshots: ReadonlyMap<Hour, Snapshot>, { from, to }: Hours, changed: ReadonlySet<Hour>) {
  /** Of each status its place among the sums. */
  const places = new Map<string, number>();
  const sums: number[] = [];
  const begin = (status: string) => {
    places.set(status, sums.length);
    return sums.push(0) - 1;
  };
  let [counted, unknown, leftOut] = [0, 0, 0];
  const glance = glancesAt(snapshots);
  for (let hour = from; hour < to; hour++) {
    if (changed.has(hour)) continue;
    const snapshot = glance(hour);
    if (snapshot?.kind === 'counted') {
      counted++;
      const { counts } = snapshot;
      if (counts instanceof PackedCounts) {
        const into = counts.labels.in(places, begin);
        for (let label = 0; label < into.length; label++) sums[into[label]!]! += counts.at(label);
      } else for (const [status, requests] of counts) sums[places.get(status) ?? begin(status)]! += requests;
    } else if (snapshot?.leftOut) leftOut++;
    else unknown++;
  }
  const total = new Map([...places].map(([status, place]) => [status, sums[place]!]));
  return { total, counted, unknown, ...(leftOut > 0 && { leftOut }) };
}
