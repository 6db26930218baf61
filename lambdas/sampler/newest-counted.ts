import { tallyOf } from '../../lib/facts/counts';
import { HOURS_PER_WEEK, type Hour } from '../../lib/facts/hour';
import { dayOf, firstHourOf, type PackedDay } from '../../lib/facts/packed/packed-day';
import type { Snapshot } from '../../lib/facts/snapshot';
import type { History } from '../../lib/ports';
import type { Release } from '../../lib/release/schema';

/** A run asks for four weeks before the launch at least: without any counted hour the lag is that long or longer. */
const NEVER_HOURS = 4 * HOURS_PER_WEEK;

function newestIn(day: PackedDay, name: string): Snapshot | undefined {
  const series = day.of(name);
  let hour = firstHourOf(day.day + 1) - 1;
  while (dayOf(hour) === day.day && series?.get(hour)?.kind !== 'counted') hour--;
  return series?.get(hour);
}

/**
 * Notes each series' newest counted hour as a run reads and writes it, so that what is said about the run costs no
 * further request.
 */
export function newestCounted(history: History, { endpoints, ...rules }: Release) {
  const newest = new Map<string, Extract<Snapshot, { kind: 'counted' }>>();
  const note = (snapshot: Snapshot | undefined) => {
    if (snapshot?.kind === 'counted' && !((newest.get(snapshot.endpoint)?.hour ?? 0) > snapshot.hour))
      newest.set(snapshot.endpoint, snapshot);
  };
  const noting: History = {
    ...history,
    async snapshots(series, from, to) {
      const snapshots = await history.snapshots(series, from, to);
      for (const known of snapshots.values()) {
        let hour = to - 1;
        while (hour >= from && known.get(hour)?.kind !== 'counted') hour--;
        note(known.get(hour));
      }
      return snapshots;
    },
    async recordHour(hour, readings) {
      const lost = await history.recordHour(hour, readings);
      for (const { next } of readings) if (!lost.includes(next.endpoint)) note(next);
      return lost;
    },
    async recordDay(day) {
      const lost = await history.recordDay(day);
      for (const name of day.series) if (!lost.includes(name)) note(newestIn(day, name));
      return lost;
    },
  };
  return {
    history: noting,
    /** Hours from the newest counted one of any series to `hour`; 672 when there is none. */
    lagHours: (hour: Hour): number =>
      newest.size === 0 ? NEVER_HOURS : hour - Math.max(...[...newest.values()].map((snapshot) => snapshot.hour)),
    /** Requests and errors of an hour, of all endpoints that were counted in it; undefined when none was. */
    pooled(hour: Hour): { requests: number; errors: number } | undefined {
      const counted = endpoints.flatMap(({ name }) => newest.get(name) ?? []).filter((one) => one.hour === hour);
      if (counted.length === 0) return undefined;
      const tallies = counted.map(({ counts }) => tallyOf(counts, rules));
      const sum = (of: 'requests' | 'errors') => tallies.reduce((total, tally) => total + tally[of], 0);
      return { requests: sum('requests'), errors: sum('errors') };
    },
  };
}
