import { isOtherwise } from '../facts/due';
import { type ExclusionEvent, exclusionOf, exclusionsIn, leavingOut } from '../facts/exclusion';
import type { Hour } from '../facts/hour';
import { type Day, hoursOfDay } from '../facts/packed/packed-day';
import type { SeriesDay } from '../facts/packed/series-day';
import type { Snapshot, Snapshots } from '../facts/snapshot';
import { changesIn, countedByOf } from './measure/counted-by';
import type { Release } from './schema';
import { seriesOf } from './series-of';

/**
 * The snapshots as everything that judges or adds up reads them: without the hours that the release file or a person
 * excludes, and without those that were counted by another metric, scope or tag than the release file names now.
 *
 * @param said what people excluded
 * @param before only hours before this one are excluded
 */
export function whatCounts(
  release: Release,
  snapshots: Snapshots,
  said: readonly ExclusionEvent[],
  before: Hour = Number.POSITIVE_INFINITY,
): Snapshots {
  const exclusions = [...exclusionsIn(said), ...release.exclude];
  const excluded = exclusionOf(exclusions, release.timeZone);
  const countedBy = countedByNow(release);
  const why = (name: string) => {
    const now = countedBy.get(name);
    // All hours of a day share one text, which is told from itself at once.
    let alike = now;
    return (hour: Hour, snapshot: Snapshot | undefined) => {
      const reason = hour < before ? excluded(hour) : undefined;
      if (reason !== undefined) return { reason };
      if (snapshot?.kind !== 'counted') return undefined;
      if (snapshot.countedBy !== alike && isOtherwise(snapshot, now)) {
        const changes = changesIn(snapshot.countedBy!, now!).join(' and ');
        return { reason: `counted by another ${changes} than the release file names`, otherwise: true as const };
      }
      alike = snapshot.countedBy;
      return undefined;
    };
  };
  const free = new Map<Day, boolean>();
  /** Whether no hour of a day is excluded. */
  const isFree = (day: Day): boolean => {
    if (exclusions.length === 0) return true;
    const known = free.get(day) ?? hoursOfDay(day).every((hour) => hour >= before || excluded(hour) === undefined);
    free.set(day, known);
    return known;
  };
  const isPlain = (name: string) => (counted: SeriesDay, day: Day) =>
    counted.isPlain(countedBy.get(name)) && isFree(day);
  return new Map([...snapshots].map(([name, known]) => [name, leavingOut(name, known, why(name), isPlain(name))]));
}

/** By what each series is counted now, where its source says so. */
export const countedByNow = (release: Release): ReadonlyMap<string, string> =>
  new Map(
    seriesOf(release).flatMap((series) => {
      const by = countedByOf(release, series);
      return by === undefined ? [] : [[series.name, by] as const];
    }),
  );
