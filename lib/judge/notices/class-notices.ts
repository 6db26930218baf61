import { clock, plain } from '../../facts/format';
import { type Hour, hourText, startOf } from '../../facts/hour';
import { classesName } from '../../facts/series';
import type { Snapshots } from '../../facts/snapshot';
import type { Release } from '../../release/schema';
import { hasClasses } from '../../release/source-section';
import type { Notice } from '../verdict';

/** What comes back by itself is no news. */
const HOURS_TO_TELL = 6;

/** Told once: that the hours of endpoints are counted and their error classes are not. Nothing else depends on these. */
export function classNotices(release: Release, snapshots: Snapshots, newest: Hour): Notice[] {
  if (!hasClasses(release)) return [];
  const [first, ...others] = release.endpoints
    .flatMap(({ name }) => withoutClasses(name, snapshots, newest) ?? [])
    .toSorted((a, b) => a.since - b.since);
  if (!first) return [];
  const { name, since, ever, reason } = first;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const when = ever ? `are not known since ${clock(startOf(since), release.timeZone)}` : 'were never known';
  const text = `the error classes of ${plain(name, 100)}${more} ${when}: ${reason}. Messages name the statuses that rose, and no classes`;
  return [{ key: `classes/${ever ? hourText(since) : 'never'}`, kind: 'traffic', text, waits: true }];
}

/** Since when an endpoint is counted and its classes are not; undefined where they are known, or it is too soon to tell. */
function withoutClasses(name: string, snapshots: Snapshots, newest: Hour) {
  const [own, classes] = [snapshots.get(name), snapshots.get(classesName(name))];
  let [hours, since, reason, ever] = [0, newest, 'they were never asked for', false];
  for (let hour = newest; classes && own?.has(hour) && !ever; hour--) {
    const [all, one] = [own.get(hour), classes.get(hour)];
    ever = one?.kind === 'counted' || one?.leftOut !== undefined;
    if (ever || all?.kind !== 'counted') continue;
    if (hours === 0 && one?.kind === 'unknown') reason = one.reason;
    hours++;
    since = hour;
  }
  return hours < HOURS_TO_TELL ? undefined : { name, since, ever, reason };
}
