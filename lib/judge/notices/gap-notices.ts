import { clock, plural } from '../../facts/format';
import { type Hour, hourOf, type Instant, instantText, startOf } from '../../facts/hour';
import { glancesAt } from '../../facts/packed/glanced';
import { isBeside } from '../../facts/series';
import type { Snapshot } from '../../facts/snapshot';
import type { Release } from '../../release/schema';
import type { Notice } from '../verdict';

/** It waits for the next message, which may be that of a stage's end. */
const GAP_TOLD_HOURS = 14 * 24;

/** A line for each time that unknown hours were counted after all. */
export function gapNotices(
  release: Release,
  snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>,
  newest: Hour,
): Notice[] {
  const filled = new Map<Instant, Set<Hour>>();
  for (const [name, byHour] of snapshots) {
    if (isBeside(name)) continue;
    const glance = glancesAt(byHour);
    for (let hour = newest; hour > newest - GAP_TOLD_HOURS; hour--) {
      const at = glance(hour)?.filledAt;
      if (at === undefined || hourOf(at) <= newest - GAP_TOLD_HOURS) continue;
      filled.set(at, (filled.get(at) ?? new Set()).add(hour));
    }
  }
  return [...filled].map(([at, hours]) => ({
    key: `gap/${instantText(at)}`,
    kind: 'gap-closed',
    waits: true,
    text: `${plural(hours.size, 'hour')} without data were counted after all, from ${clock(startOf(Math.min(...hours)), release.timeZone)} to ${clock(startOf(Math.max(...hours) + 1), release.timeZone)}`,
  }));
}
