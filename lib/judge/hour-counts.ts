import { type CountRules, tallyOf } from '../facts/counts';
import type { Hour } from '../facts/hour';
import { cellOf } from '../facts/local-time';
import type { Snapshot } from '../facts/snapshot';
import type { Window } from '../facts/window';
import type { HourCount } from '../statistics/hour-count';

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
