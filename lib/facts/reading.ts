import type { Hour } from './hour';
import { type Day, dayOf, HOURS_PER_DAY, type PackedDay, packDay } from './packed-day';
import type { Snapshot } from './snapshot';

/** A new snapshot of a series' hour, and the one that was known. */
export interface Reading {
  next: Snapshot;
  previous?: Snapshot;
}

/** A day of so many series, of 15 statuses each, is half of what an item of DynamoDB may hold. */
export const SERIES_PER_DAY = 500;

/**
 * Readings as they are written: a series' day that is final at its first reading is packed with those of the other series,
 * and everything else goes by hour.
 *
 * @returns newest first
 */
export function packedReadings(readings: readonly Reading[]): { hours: Map<Hour, Reading[]>; days: PackedDay[] } {
  const byDay = new Map<Day, Map<string, Reading[]>>();
  for (const reading of readings) {
    const series = into(byDay, dayOf(reading.next.hour), () => new Map<string, Reading[]>());
    into(series, reading.next.endpoint, (): Reading[] => []).push(reading);
  }
  const hours = new Map<Hour, Reading[]>();
  const days: PackedDay[] = [];
  for (const [day, bySeries] of [...byDay].sort(([a], [b]) => b - a)) {
    const whole = [...bySeries.values()].filter(isWhole);
    for (let from = 0; from < whole.length; from += SERIES_PER_DAY)
      days.push(packDay(day, new Map(whole.slice(from, from + SERIES_PER_DAY).map(byHour))));
    const single = [...bySeries.values()].filter((one) => !isWhole(one)).flat();
    for (const reading of single.sort((a, b) => b.next.hour - a.next.hour))
      into(hours, reading.next.hour, (): Reading[] => []).push(reading);
  }
  return { hours, days };
}

const isWhole = (readings: readonly Reading[]) =>
  readings.length === HOURS_PER_DAY && readings.every(({ next, previous }) => next.final && !previous);

const byHour = (readings: readonly Reading[]) =>
  [readings[0]!.next.endpoint, new Map(readings.map(({ next }) => [next.hour, next]))] as const;

function into<K, V>(map: Map<K, V>, key: K, fresh: () => V): V {
  const value = map.get(key) ?? fresh();
  map.set(key, value);
  return value;
}
