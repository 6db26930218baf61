import type { HourCount } from './beta-binomial';
import { type CountRules, tallyOf } from './counts';
import type { Hour } from './hour';
import { cellOf } from './local-time';
import type { Snapshot } from './snapshot';
import type { Pooled, Tally, Window } from './verdict';

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
      tally.unknown++;
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

/** An hour as the judge reads it; one that is unknown, or that `include` leaves out, keeps its place with n = 0. */
export function hourCounts(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  { timeZone, ...rules }: CountRules & { timeZone: string },
  include: (hour: Hour) => boolean,
): HourCount[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => {
    const hour = from + index;
    const snapshot = include(hour) ? snapshots.get(hour) : undefined;
    const { requests: n, errors: x } =
      snapshot?.kind === 'counted' ? tallyOf(snapshot.counts, rules) : { requests: 0, errors: 0 };
    return { n, x, cell: cellOf(hour, timeZone) };
  });
}

/** Requests and errors of some hours. */
export const pool = (hours: readonly HourCount[]): Pooled =>
  hours.reduce(({ requests, errors }, { n, x }) => ({ requests: requests + n, errors: errors + x }), {
    requests: 0,
    errors: 0,
  });
