import type { Hour } from '../hour';
import type { Snapshot } from '../snapshot';
import { type Day, dayOf, hoursOfDay, type PackedDay } from './packed-day';

/** A series' snapshots by hour: what is set by itself, and whole days. */
export interface SnapshotsByHour extends ReadonlyMap<Hour, Snapshot> {
  /** Counts before what a day says of that hour. */
  set(hour: Hour, snapshot: Snapshot): void;
  /** Counts before an earlier day of the same date, whole. */
  add(day: PackedDay): void;
  /** Whether a whole day is there, so that all its hours are final, and nothing of it was counted by something else. */
  isSettled(day: Day, by: string | undefined): boolean;
}

/** Every series' snapshots. */
export type PackedSnapshots = Map<string, SnapshotsByHour>;

/** Hours [from, to). */
interface HourRange {
  from: Hour;
  to: Hour;
}

const ALL: HourRange = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/**
 * A series without snapshots yet.
 *
 * @param range hours that are shown of the days
 * @example
 * const show = packedSnapshots('#show');
 * show.add(day);
 * show.get(hour) // equals the snapshot of that hour
 */
export function packedSnapshots(series: string, { from, to }: HourRange = ALL): SnapshotsByHour {
  const single = new Map<Hour, Snapshot>();
  const days = new Map<Day, PackedDay>();
  const dayWith = (hour: Hour) => (hour >= from && hour < to ? days.get(dayOf(hour)) : undefined);
  const get = (hour: Hour) => single.get(hour) ?? dayWith(hour)?.get(series, hour);
  const has = (hour: Hour) => single.has(hour) || dayWith(hour)?.has(series, hour) === true;

  /** A map of all hours, oldest first. */
  const all = <T>(of: (hour: Hour) => T) => {
    const ofDays = [...days.keys()].flatMap(hoursOfDay).filter(has);
    const hours = [...new Set([...ofDays, ...single.keys()])].sort((a, b) => a - b);
    return new Map(hours.map((hour) => [hour, of(hour)]));
  };
  const whole = () => all((hour) => get(hour)!);
  const hours = () => all(() => true);
  return {
    get,
    has,
    set: (hour, snapshot) => {
      single.set(hour, snapshot);
    },
    add: (day) => {
      days.set(day.day, day);
    },
    isSettled(day, by) {
      const packed = days.get(day);
      return packed?.isWhole(series) === true && (by === undefined || !packed.isOtherwise(by));
    },
    get size() {
      return hours().size;
    },
    keys: () => hours().keys(),
    values: () => whole().values(),
    entries: () => whole().entries(),
    forEach: (callback) => whole().forEach(callback),
    [Symbol.iterator]: () => whole().entries(),
  };
}
