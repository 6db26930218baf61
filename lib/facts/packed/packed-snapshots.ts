import { HOURS_PER_DAY, type Hour } from '../hour';
import { type Snapshot, walks } from '../snapshot';
import type { Glanced } from './glanced';
import { type Day, dayOf, firstHourOf, type PackedDay } from './packed-day';
import type { SeriesDay } from './series-day';

/** A series' snapshots by hour: what is set by itself, and whole days. */
export interface SnapshotsByHour extends ReadonlyMap<Hour, Snapshot>, Glanced {
  /** Counts before what a day says of that hour. */
  set(hour: Hour, snapshot: Snapshot): void;
  /** Counts before an earlier day of the same date, whole. */
  add(day: PackedDay): void;
  /** Whether a whole day is there, so that all its hours are final, and nothing of it was counted by something else. */
  isSettled(day: Day, by: string | undefined): boolean;
}

/** Every series' snapshots. */
export type PackedSnapshots = Map<string, SnapshotsByHour>;

interface Bounds {
  /** Hours [from, to) are shown of the days; all where there are none. */
  from?: Hour;
  to?: Hour;
}

/**
 * A series without snapshots yet.
 *
 * @example
 * const show = packedSnapshots('#show');
 * show.add(day);
 * show.get(hour) // equals the snapshot of that hour
 */
export function packedSnapshots(
  series: string,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Bounds = {},
): SnapshotsByHour {
  const single = new Map<Hour, Snapshot>();
  const days = new Map<Day, PackedDay>();
  /** Those of which an hour is set by itself. */
  const mixed = new Set<Day>();
  /** The day that was asked for last, and its first hour: hours are mostly asked for in their order. */
  let midnight = Number.NaN;
  let ofDay: SeriesDay | undefined;
  const dayWith = (hour: Hour) => {
    if (!(hour >= midnight && hour < midnight + HOURS_PER_DAY)) {
      const day = dayOf(hour);
      midnight = firstHourOf(day);
      ofDay = days.get(day)?.of(series);
    }
    return hour >= from && hour < to ? ofDay : undefined;
  };
  const get = (hour: Hour) => single.get(hour) ?? dayWith(hour)?.get(hour);
  const isInDay = (hour: Hour) => dayWith(hour)?.has(hour) === true;
  const has = (hour: Hour) => single.has(hour) || isInDay(hour);

  /** All hours, oldest first. */
  const hours = (): Hour[] => {
    const found: Hour[] = [];
    for (const day of [...days.keys()].sort((a, b) => a - b))
      for (let hour = firstHourOf(day); hour < firstHourOf(day + 1); hour++) if (isInDay(hour)) found.push(hour);
    const more = [...single.keys()].filter((hour) => !isInDay(hour));
    return more.length === 0 ? found : [...found, ...more].sort((a, b) => a - b);
  };
  const whole = () => new Map(hours().map((hour) => [hour, get(hour)!]));
  return {
    get,
    glance: (hour) => single.get(hour) ?? dayWith(hour)?.glance(hour),
    plainDay(day) {
      const one = days.get(day)?.of(series);
      const isShown = firstHourOf(day) >= from && firstHourOf(day + 1) <= to && !mixed.has(day);
      return isShown && one?.isPlain() ? one : undefined;
    },
    has,
    set: (hour, snapshot) => {
      single.set(hour, snapshot);
      mixed.add(dayOf(hour));
    },
    add: (day) => {
      days.set(day.day, day);
      midnight = Number.NaN;
    },
    isSettled(day, by) {
      const known = days.get(day);
      return known?.of(series)?.isWhole() === true && (by === undefined || !known.isOtherwise(by));
    },
    get size() {
      return hours().length;
    },
    keys: () => hours().values(),
    ...walks(whole),
  };
}
