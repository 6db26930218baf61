import { isOtherwise } from '../due';
import type { Hour } from '../hour';
import type { Snapshot } from '../snapshot';
import { type Day, dayOf, firstHourOf, type NewDay, packDay } from './packed-day';

/** A new snapshot of a series' hour, and the one that was known. */
export interface Update {
  next: Snapshot;
  previous?: Snapshot;
}

/** A day of so many series, of 15 statuses each, is half of what an item of DynamoDB may hold. */
export const SERIES_PER_DAY = 500;

/**
 * Updates as they are written: a series' day that is final at its first snapshot is packed with those of the other series,
 * and everything else goes by hour.
 *
 * @param from of its own day, no hour before this one is needed
 * @returns newest first
 */
export function packedUpdates(
  updates: readonly Update[],
  from: Hour = 0,
): { hours: Map<Hour, Update[]>; days: NewDay[] } {
  const byDay = new Map<Day, Map<string, Update[]>>();
  for (const update of updates) {
    const series = into(byDay, dayOf(update.next.hour), () => new Map<string, Update[]>());
    into(series, update.next.endpoint, (): Update[] => []).push(update);
  }
  const hours = new Map<Hour, Update[]>();
  const days: NewDay[] = [];
  for (const [day, bySeries] of [...byDay].sort(([a], [b]) => b - a)) {
    const begin = dayOf(from) === day ? from : firstHourOf(day);
    const isWhole = (some: readonly Update[]) =>
      some.filter(({ next }) => next.hour >= begin).length === firstHourOf(day + 1) - begin &&
      some.every(({ next, previous }) => next.final && !previous);
    const whole = [...bySeries.values()].filter(isWhole);
    for (let from = 0; from < whole.length; from += SERIES_PER_DAY)
      days.push(packDay(day, new Map(whole.slice(from, from + SERIES_PER_DAY).map(byHour))));
    const single = [...bySeries.values()].filter((one) => !isWhole(one)).flat();
    for (const update of single.sort((a, b) => b.next.hour - a.next.hour))
      into(hours, update.next.hour, (): Update[] => []).push(update);
  }
  return { hours, days };
}

/** Whether an update may take the place of what is stored. A final snapshot changes only when it is counted by something else. */
export const replaces = ({ next, previous }: Update, stored: Snapshot | undefined): boolean =>
  previous
    ? stored?.revision === previous.revision &&
      (!stored.final || (next.kind === 'counted' && isOtherwise(stored, next.countedBy)))
    : !stored;

const byHour = (updates: readonly Update[]) =>
  [updates[0]!.next.endpoint, new Map(updates.map(({ next }) => [next.hour, next]))] as const;

function into<K, V>(map: Map<K, V>, key: K, fresh: () => V): V {
  const value = map.get(key) ?? fresh();
  map.set(key, value);
  return value;
}
