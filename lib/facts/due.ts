import { isAhead } from './clock';
import { HOUR_MS, type Hour, type Instant, newestSettledHour, startOf } from './hour';
import { dayOf, firstHourOf } from './packed/packed-day';
import type { SnapshotsByHour } from './packed/packed-snapshots';
import type { Counts, Sample, Snapshot } from './snapshot';
import { requestsIn } from './usual';

/** Late data usually comes within a minute; points submitted over an hour late are dropped by Datadog. */
export const SETTLE_MINUTES = 15;
/** A counted hour is read again on every run until it is this old. */
export const REREAD_HOURS = 6;
/** An unknown hour, and one that has too few requests, is asked for again until it is this old. */
const GIVE_UP_HOURS = 14 * 24;

/** Below this share of what is usual, where so many requests are usual, an hour has too few: data may be late by more. */
const SHORT_SHARE = 0.5;
const TELLING_REQUESTS = 30;

const isShort = (counts: Counts, usual: number | undefined) =>
  usual !== undefined && usual >= TELLING_REQUESTS && requestsIn(counts) < SHORT_SHARE * usual;

const ageHours = (hour: Hour, now: Instant) => (now - startOf(hour + 1) - SETTLE_MINUTES * 60_000) / HOUR_MS;

/** Whether an hour has not settled by a clock, for all that clocks differ: who says something of it was ahead. */
export const isToCome = (hour: Hour, clock: Instant): boolean =>
  isAhead(startOf(hour + 1) + SETTLE_MINUTES * 60_000, clock);

/**
 * Settled hours of [from, newest settled] that some series still lacks a final snapshot of, newest first.
 *
 * @param countedBy by series, by what it is counted now: final hours that were counted by something else are due again
 */
export function dueHours(
  from: Hour,
  now: Instant,
  snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot> & Partial<Pick<SnapshotsByHour, 'isSettled'>>>,
  countedBy: ReadonlyMap<string, string> = new Map(),
): Hour[] {
  const series = [...snapshots].map(([name, known]) => ({ known, by: countedBy.get(name) }));
  const due: Hour[] = [];
  let hour = newestSettledHour(now, SETTLE_MINUTES);
  while (hour >= from) {
    const day = dayOf(hour);
    const isSettled = series.every(({ known, by }) => known.isSettled?.(day, by));
    for (; hour >= from && dayOf(hour) === day; hour--)
      if (!isSettled && series.some(({ known, by }) => isDue(known.get(hour), by))) due.push(hour);
  }
  return due;
}

/** Whether an hour is to be asked for, as far as this series goes. */
export const isDue = (known: Snapshot | undefined, by: string | undefined): boolean =>
  !known?.final || isOtherwise(known, by);

/** Whether a snapshot was counted by something else; not where nobody says by what. */
export const isOtherwise = (snapshot: Sample, by: string | undefined): boolean =>
  snapshot.kind === 'counted' && snapshot.countedBy !== undefined && by !== undefined && snapshot.countedBy !== by;

/**
 * Hours, newest first, as ranges [from, to) of at most `longest` hours, in the same order; hours between two due ones
 * are bridged, since one longer request is cheaper than two. Ranges meet at midnight UTC, so that days stay whole.
 *
 * @param longest a day at least
 */
export function ranges(hours: readonly Hour[], longest: number): { from: Hour; to: Hour }[] {
  const found: { from: Hour; to: Hour }[] = [];
  for (const hour of hours) {
    const last = found.at(-1);
    if (last && last.to - firstHourOf(dayOf(hour)) <= longest) last.from = hour;
    else found.push({ from: hour, to: hour + 1 });
  }
  return found;
}

/** Requests come late, and none is taken back: a reading with this much less of them has lost some. */
const KEPT_SHARE = 0.8;

const isPartOf = (counts: Counts, of: Counts) => requestsIn(counts) < KEPT_SHARE * requestsIn(of);

const sameCounts = (a: Counts, b: Counts) =>
  a.size === b.size && [...a].every(([status, count]) => b.get(status) === count);

/**
 * Whether a reading is the first good one of an hour, or the first by which the hour is above its limit, and comes later
 * than the run of that hour would have been; or the hour before has no verdict yet, so that this one is judged together
 * with others.
 */
export function isCaughtUp(
  previous: Snapshot | undefined,
  sample: Sample,
  now: Instant,
  {
    usual,
    judgedUpTo,
    isAbove = () => false,
  }: { usual?: number; judgedUpTo?: Hour; isAbove?: (counts: Counts) => boolean } = {},
): boolean {
  const isInTime = ageHours(sample.hour, now) < 1 && !(judgedUpTo !== undefined && judgedUpTo < sample.hour - 1);
  if (sample.kind !== 'counted' || isInTime) return false;
  if (!previous) return true;
  if (previous.kind !== 'counted') return false;
  return (
    (isShort(previous.counts, usual) && !isShort(sample.counts, usual)) ||
    (!isAbove(previous.counts) && isAbove(sample.counts))
  );
}

/**
 * What a new reading makes of a stored snapshot: the snapshot to write, or undefined when there is nothing new. A counted
 * hour never becomes unknown again, a final one never changes, and different counts are a revision, unless more than a
 * fifth of the requests are gone from them: then the source has lost some, and what was read before stays. A counted hour is
 * final after six hours, one that has less than half of its usual requests after 14 days, as an unknown one is.
 *
 * @param usual requests that are usual at that hour of the week, where that is known
 * @param again whether an hour that was counted by something else is to be counted anew, also a final one; else it stays
 */
export function revise(
  previous: Snapshot | undefined,
  sample: Sample,
  now: Instant,
  usual?: number,
  again = false,
): Snapshot | undefined {
  const age = ageHours(sample.hour, now);
  const settled = sample.kind === 'counted' && age >= REREAD_HOURS && !isShort(sample.counts, usual);
  const final = age >= GIVE_UP_HOURS || settled;
  if (!previous) return { ...sample, revision: 1, final };
  const otherwise = sample.kind === 'counted' && isOtherwise(previous, sample.countedBy);
  if (otherwise && !again) return previous.final || !final ? undefined : { ...previous, final };
  if (previous.final && !otherwise) return undefined;
  const isNoNews =
    previous.kind === 'counted' &&
    sample.kind === 'counted' &&
    (sameCounts(previous.counts, sample.counts) || isPartOf(sample.counts, previous.counts));
  if (sample.kind === 'counted' && (!isNoNews || otherwise)) {
    // Counted at its first verdict, it was never missing: what was said of it before was said by a clock that was ahead.
    const isLate = newestSettledHour(now, SETTLE_MINUTES) > sample.hour;
    const filledAt = previous.kind === 'unknown' && isLate ? now : previous.filledAt;
    const { caughtUpAt, judgedUpTo } = previous;
    return {
      ...sample,
      revision: previous.revision + 1,
      final,
      ...(filledAt !== undefined && { filledAt }),
      ...(caughtUpAt !== undefined && { caughtUpAt }),
      ...(judgedUpTo !== undefined && { judgedUpTo }),
    };
  }
  return final ? { ...previous, final } : undefined;
}

/** Whether a snapshot is final although its hour is not old enough for that: a clock that was ahead has recorded it. */
export const isFinalTooEarly = ({ kind, final, hour }: Snapshot, now: Instant): boolean =>
  final && ageHours(hour, now) < (kind === 'counted' ? REREAD_HOURS : GIVE_UP_HOURS);

/** The first hour whose snapshot may be {@link isFinalTooEarly}. */
export const firstStillOpen = (now: Instant): Hour => newestSettledHour(now, SETTLE_MINUTES) - GIVE_UP_HOURS;

/** The same snapshot as one that is still due. */
export const dueAgain = (snapshot: Snapshot): Snapshot => ({
  ...snapshot,
  revision: snapshot.revision + 1,
  final: false,
});
