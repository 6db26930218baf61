import { type CountRules, partsOf } from '../facts/counts';
import { SETTLE_MINUTES } from '../facts/due';
import { type Hour, type Instant, newestSettledHour } from '../facts/hour';
import { cellOf } from '../facts/local-time';
import { glancesAt } from '../facts/packed/glanced';
import { looksAt, restsOf } from '../facts/packed/look';
import type { Snapshot, WhyLeftOut } from '../facts/snapshot';
import { hoursOfNoBaseline } from '../facts/stage';
import type { Window } from '../facts/window';
import { type Memories, noMemory } from '../release/memory';
import type { HourCount } from '../statistics/hour-count';
import type { Hourly } from '../statistics/traffic/hourly';
import { baselineFrom, type Rollout } from './rollout';

/** How a judge counts: by the release's rules and, for its second look, requests without a status as errors. */
export type Counting = CountRules & { timeZone: string; withoutStatusFails?: boolean };

/** Of an hour that nobody knows. */
const NONE = { requests: 0, errors: 0, withoutStatus: 0 };

/** An hour as the judge reads it; one that is unknown, or that `include` leaves out, keeps its place with n = 0. */
export function hourCounts(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  { timeZone, withoutStatusFails, ...rules }: Counting,
  include: (hour: Hour) => boolean,
): HourCount[] {
  const hours: HourCount[] = [];
  const glance = glancesAt(snapshots);
  for (let hour = from; hour < to; hour++) {
    const snapshot = include(hour) ? glance(hour) : undefined;
    const cell = cellOf(hour, timeZone);
    const parts = snapshot?.kind === 'counted' ? partsOf(snapshot.counts, rules) : NONE;
    const more = withoutStatusFails ? parts.withoutStatus : 0;
    hours.push({ n: parts.requests + more, x: parts.errors + more, cell });
  }
  return hours;
}

/** The same of requests that were counted already. What {@link requestsByHour} leaves out before the launch is unknown here, too. */
export function hourCountsOf(
  { first, answered, redirects, errors, withoutStatus }: RequestsByHour,
  { from, to }: Pick<Window, 'from' | 'to'>,
  { timeZone, withoutStatusFails }: Counting,
  include: (hour: Hour) => boolean = () => true,
): HourCount[] {
  const hours: HourCount[] = [];
  for (let hour = from; hour < to; hour++) {
    const at = hour - first;
    const cell = cellOf(hour, timeZone);
    const known = answered[at];
    const more = withoutStatusFails ? withoutStatus[at]! : 0;
    hours.push(
      known !== undefined && include(hour)
        ? { n: known + redirects[at]! + more, x: errors[at]! + more, cell }
        : { n: 0, x: 0, cell },
    );
  }
  return hours;
}

interface CaughtUp {
  at: Instant;
  judgedUpTo: Hour;
}

/** Requests hour by hour, by what became of them; undefined where nobody knows. */
interface Counted {
  seen: Hourly;
  /** Those that were answered or failed: without those excluded, sent elsewhere, or without a status. */
  answered: Hourly;
  errors: Hourly;
  excluded: Hourly;
  redirects: Hourly;
  withoutStatus: Hourly;
}

/** What there is to say of single hours. */
interface Said {
  /** The hours that nobody could measure, oldest first, without those that are left out or in which something changed. */
  unmeasured: readonly Hour[];
  /** The verdict's hour from which on an hour was known, of those that were unknown at first. */
  knownSince: ReadonlyMap<Hour, Hour>;
  /** When an hour was counted, and up to which hour there were verdicts then, of those unknown at first or caught up later. */
  caughtUp: ReadonlyMap<Hour, CaughtUp>;
  /** Why an hour does not count, of those that do not. */
  leftOut: ReadonlyMap<Hour, WhyLeftOut>;
}

/** An endpoint's requests. */
export interface RequestsByHour extends Counted, Said {
  /** The hour of index 0, the first that the launch is judged by. */
  first: Hour;
  /** The hours that belong to no stage and no baseline: something changed in them, or users were exposed before the launch. */
  changed: ReadonlySet<Hour>;
  /** The same object as long as all this is the same before the launch. */
  before: object;
}

/**
 * The requests of an endpoint from hour `first` on. Hours before the launch in which users were exposed or something
 * changed are unknown, and so is all of the baseline before its first request: it did not exist.
 */
export function requestsByHour(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { log, launch }: Pick<Rollout, 'log' | 'launch'>,
  first: Hour,
  newest: Hour,
  rules: CountRules,
  { memory = noMemory, hourMemory = noMemory }: Memories = {},
): RequestsByHour {
  const end = Math.max(first, newest + 1);
  const earlier = { from: first, to: Math.min(launch, end) };
  const changed = hoursOfNoBaseline(log, { from: first, to: launch });
  const counted = (window: Pick<Window, 'from' | 'to'>) => countedIn(snapshots, window, { changed, launch, rules });
  const rests = () => [launch, changed.size, ...changed, ...restsOf(snapshots, earlier, rules)];
  const before = memory('hours', rests, () => ({}));
  const past = hourMemory(
    'requests',
    () => [before],
    () => counted(earlier),
  );
  const since = counted({ from: earlier.to, to: end });
  return {
    first,
    changed,
    before,
    seen: past.seen.concat(since.seen),
    answered: past.answered.concat(since.answered),
    errors: past.errors.concat(since.errors),
    excluded: past.excluded.concat(since.excluded),
    redirects: past.redirects.concat(since.redirects),
    withoutStatus: past.withoutStatus.concat(since.withoutStatus),
    unmeasured: [...past.unmeasured, ...since.unmeasured],
    knownSince: new Map([...past.knownSince, ...since.knownSince]),
    caughtUp: new Map([...past.caughtUp, ...since.caughtUp]),
    leftOut: new Map([...past.leftOut, ...since.leftOut]),
  };
}

function countedIn(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  { changed, launch, rules }: { changed: ReadonlySet<Hour>; launch: Hour; rules: CountRules },
): Counted & Said {
  const baseline = baselineFrom(launch);
  const series = () => new Array<number | undefined>(to - from).fill(undefined);
  const [seen, answered, errors] = [series(), series(), series()];
  const [excluded, redirects, withoutStatus] = [series(), series(), series()];
  const knownSince = new Map<Hour, Hour>();
  const caughtUp = new Map<Hour, CaughtUp>();
  const leftOut = new Map<Hour, WhyLeftOut>();
  const unmeasured: Hour[] = [];
  let exists = false;
  const look = looksAt(snapshots, rules);
  for (let hour = from; hour < to; hour++) {
    if (hour === baseline) exists = false;
    const { snapshot, parts } = look(hour);
    if (snapshot?.leftOut && hour >= baseline) leftOut.set(hour, snapshot.leftOut);
    if (changed.has(hour)) continue;
    if (!parts) {
      if (!snapshot?.leftOut) unmeasured.push(hour);
      continue;
    }
    exists ||= parts.seen > 0;
    if (!exists && hour < launch) continue;
    const index = hour - from;
    seen[index] = parts.seen;
    answered[index] = parts.requests - parts.redirects;
    errors[index] = parts.errors;
    excluded[index] = parts.excluded;
    redirects[index] = parts.redirects;
    withoutStatus[index] = parts.withoutStatus;
    // Of the hours of a plain day there is no more to say.
    if (snapshot?.kind !== 'counted' || hour < baseline) continue;
    const at = snapshot.caughtUpAt ?? snapshot.filledAt;
    if (at !== undefined)
      caughtUp.set(hour, { at, judgedUpTo: snapshot.judgedUpTo ?? newestSettledHour(at, SETTLE_MINUTES) - 1 });
    if (snapshot.filledAt !== undefined) knownSince.set(hour, newestSettledHour(snapshot.filledAt, SETTLE_MINUTES));
  }
  return { seen, answered, errors, excluded, redirects, withoutStatus, unmeasured, knownSince, caughtUp, leftOut };
}
