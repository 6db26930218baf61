import { type ExclusionEvent, exclusionOf, exclusionsIn, leavingOut } from '../facts/exclusion';
import type { Hour } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import type { Release } from './schema';

/**
 * The snapshots as everything that judges or adds up reads them: without the hours that the release file or a person
 * excludes.
 *
 * @param said what people excluded
 * @param before only hours before this one are left out
 */
export function whatCounts(
  release: Pick<Release, 'exclude' | 'timeZone'>,
  snapshots: Snapshots,
  said: readonly ExclusionEvent[],
  before: Hour = Number.POSITIVE_INFINITY,
): Snapshots {
  const exclusions = [...exclusionsIn(said), ...release.exclude];
  if (exclusions.length === 0) return snapshots;
  const excluded = exclusionOf(exclusions, release.timeZone);
  const why = (hour: Hour) => (hour < before ? excluded(hour) : undefined);
  return new Map([...snapshots].map(([name, known]) => [name, leavingOut(name, known, why)]));
}
