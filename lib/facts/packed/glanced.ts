import type { Hour } from '../hour';
import type { Snapshot } from '../snapshot';
import type { SeriesDay } from './series-day';

/** Snapshots that can be looked at one after the other, without making each of them. */
export interface Glanced {
  /** What `get` gives, but only until the next glance: the object is used again. */
  glance(hour: Hour): Snapshot | undefined;
  /** A day of UTC, if all its hours were counted in their time and nothing else is known of any: it needs no look at them. */
  plainDay(day: number): SeriesDay | undefined;
}

/** What is given of a day that needs no look at its hours. */
export const plainDaysOf = (known: ReadonlyMap<Hour, Snapshot> | (ReadonlyMap<Hour, Snapshot> & Glanced)) =>
  'plainDay' in known ? (day: number) => known.plainDay(day) : () => undefined;

/** A way to look at many hours of a series one after the other; what it gives is good until the next call. */
export function glancesAt(known: ReadonlyMap<Hour, Snapshot> | (ReadonlyMap<Hour, Snapshot> & Glanced)) {
  return 'glance' in known ? (hour: Hour) => known.glance(hour) : (hour: Hour) => known.get(hour);
}
