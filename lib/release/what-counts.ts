import { isOtherwise } from '../facts/due';
import { type ExclusionEvent, exclusionOf, exclusionsIn, leavingOut } from '../facts/exclusion';
import type { Hour } from '../facts/hour';
import type { Snapshot, Snapshots, WhyLeftOut } from '../facts/snapshot';
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
  const excluded = exclusionOf([...exclusionsIn(said), ...release.exclude], release.timeZone);
  const countedBy = countedByNow(release);
  const why = (name: string) => (hour: Hour, snapshot: Snapshot | undefined) => {
    const reason = hour < before ? excluded(hour) : undefined;
    return reason === undefined ? countedOtherwise(snapshot, countedBy.get(name)) : { reason };
  };
  return new Map([...snapshots].map(([name, known]) => [name, leavingOut(name, known, why(name))]));
}

/** By what each series is counted now, where its source says so. */
export const countedByNow = (release: Release): ReadonlyMap<string, string> =>
  new Map(
    seriesOf(release).flatMap((series) => {
      const by = countedByOf(release, series);
      return by === undefined ? [] : [[series.name, by] as const];
    }),
  );

function countedOtherwise(snapshot: Snapshot | undefined, now: string | undefined): WhyLeftOut | undefined {
  if (!snapshot || !isOtherwise(snapshot, now) || snapshot.kind !== 'counted') return undefined;
  const changes = changesIn(snapshot.countedBy!, now!).join(' and ');
  const reason = `counted by another ${changes} than the release file names`;
  return { reason, otherwise: true };
}
