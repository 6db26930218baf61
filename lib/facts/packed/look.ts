import { type CountRules, type Parts, partsOf } from '../counts';
import { HOURS_PER_DAY, type Hour } from '../hour';
import type { Snapshot } from '../snapshot';
import type { Window } from '../window';
import { glancesAt, plainDaysOf } from './glanced';
import { dayOf, firstHourOf } from './packed-day';
import type { SeriesDay } from './series-day';

/** Of an hour that was not counted. */
const NO_PARTS: Partial<Parts> = {};

/** What there is of an hour: its snapshot, unless its day needs no look at its hours; and its parts, where it was counted. */
interface Look {
  snapshot: Snapshot | undefined;
  parts: Readonly<Parts> | undefined;
}

/** A way to look at many hours, one after the other in their order; what it gives is good until the next call. */
export function looksAt(snapshots: ReadonlyMap<Hour, Snapshot>, rules: CountRules): (hour: Hour) => Readonly<Look> {
  const [plainDay, glance] = [plainDaysOf(snapshots), glancesAt(snapshots)];
  const look: Look = { snapshot: undefined, parts: undefined };
  let midnight = Number.NEGATIVE_INFINITY;
  let partsAt: ReturnType<SeriesDay['partsBy']> | undefined;
  return (hour) => {
    if (hour >= midnight + HOURS_PER_DAY) {
      const day = dayOf(hour);
      midnight = firstHourOf(day);
      partsAt = plainDay(day)?.partsBy(rules);
      look.snapshot = undefined;
    }
    if (partsAt) {
      look.parts = partsAt(hour - midnight);
      return look;
    }
    const snapshot = glance(hour);
    look.snapshot = snapshot;
    look.parts = snapshot?.kind === 'counted' ? partsOf(snapshot.counts, rules) : undefined;
    return look;
  };
}

/**
 * All that the hours [from, to) are counted from, so that two lists are the same only if that is: a day that needs no look
 * at its hours, once; of another hour its numbers, and what else is known of it; how many hours in a row are not there.
 */
export function restsOf(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  rules: CountRules,
): unknown[] {
  const rests: unknown[] = [from, to];
  const [plainDay, look] = [plainDaysOf(snapshots), looksAt(snapshots, rules)];
  let missing = 0;
  const push = (...more: unknown[]) => {
    if (missing > 0) rests.push(`${missing} missing`);
    missing = 0;
    rests.push(...more);
  };
  for (let hour = from; hour < to; ) {
    const day = dayOf(hour);
    const plain = plainDay(day);
    if (plain) {
      push(plain);
      hour = firstHourOf(day + 1);
      continue;
    }
    const { snapshot, parts } = look(hour);
    hour++;
    if (!snapshot) {
      missing++;
      continue;
    }
    const { seen, requests, errors, excluded, redirects, withoutStatus } = parts ?? NO_PARTS;
    push(seen, requests, errors, excluded, redirects, withoutStatus);
    const { leftOut, filledAt, caughtUpAt, judgedUpTo } = snapshot;
    push(leftOut?.reason, leftOut?.otherwise, leftOut?.heard, filledAt, caughtUpAt, judgedUpTo);
  }
  push();
  return rests;
}
