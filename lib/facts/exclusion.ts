import { plain, plural, span } from './format';
import { HOURS_PER_WEEK, type Hour, type Instant, startOf } from './hour';
import { localTime, WEEKDAYS } from './local-time';
import { type Glanced, glancesAt, plainDaysOf } from './packed/glanced';
import type { Day } from './packed/packed-day';
import type { SeriesDay } from './packed/series-day';
import { type Snapshot, type WhyLeftOut, walks } from './snapshot';
import type { Window } from './window';

/** A time [from, to) that counts neither in the baseline nor in a stage, and why. */
export interface Exclusion {
  from: Instant;
  to: Instant;
  reason: string;
}

/** The same every week, by the clocks of the release's zone. */
export interface WeeklyExclusion {
  weekly: WeeklySpan;
  reason: string;
}

/** Hours of the local week: 0 is Sunday at midnight. `to` is after `from`, at most a day, and may lie in the next week. */
export interface WeeklySpan {
  from: number;
  to: number;
}

/** What people said of it; a log that only grows. */
export type ExclusionEvent =
  | ({ kind: 'exclusion'; at: Instant; by: string } & Exclusion)
  /** Takes back what was excluded before, or only what begins at `from`. */
  | { kind: 'exclusion-end'; at: Instant; by: string; from?: Instant };

/** The exclusions of a log that nobody took back, oldest first. */
export const exclusionsIn = (log: readonly ExclusionEvent[]): Extract<ExclusionEvent, { kind: 'exclusion' }>[] =>
  log
    .filter((event) => event.kind === 'exclusion')
    .filter(
      ({ at, from }) =>
        !log.some(
          (end) => end.kind === 'exclusion-end' && end.at > at && (end.from === undefined || end.from === from),
        ),
    );

/** Why an hour does not count; undefined for one that does. An hour of which a part is excluded is excluded as a whole. */
export function exclusionOf(
  exclusions: readonly (Exclusion | WeeklyExclusion)[],
  timeZone: string,
): (hour: Hour) => string | undefined {
  if (exclusions.length === 0) return () => undefined;
  const known = new Map<Hour, string | undefined>();
  const reasonOf = (hour: Hour) => {
    const [start, end] = [startOf(hour), startOf(hour + 1)];
    const once = exclusions.find((one) => 'from' in one && one.from < end && one.to > start);
    if (once) return once.reason;
    const weekly = exclusions.filter((one) => 'weekly' in one);
    if (weekly.length === 0) return undefined;
    const local = localTime(start, timeZone);
    const at = WEEKDAYS.indexOf(local.weekday) * 24 + local.hour + local.minute / 60;
    const isIn = ({ from, to }: WeeklySpan) =>
      [at, at + HOURS_PER_WEEK].some((begins) => begins < to && begins + 1 > from);
    return weekly.find((one) => isIn(one.weekly))?.reason;
  };
  return (hour) => {
    if (!known.has(hour)) known.set(hour, reasonOf(hour));
    return known.get(hour);
  };
}

/** Hours that do not count for one reason: so many, the first of them, and the end of the last. */
export interface LeftOut extends WhyLeftOut {
  hours: number;
  from: Hour;
  to: Hour;
  /** Absent where it is so for all endpoints. */
  endpoints?: string[];
}

/**
 * A series' snapshots without the hours that do not count. Such an hour is unknown to whoever reads it, and says why, so
 * that nothing takes it for a measurement; what counts unknown hours looks at `leftOut`.
 *
 * @param why the reason for leaving out an hour; undefined for one that counts
 * @param isPlain whether there is none for any hour of a day that was counted in its time
 */
export function leavingOut(
  endpoint: string,
  known: ReadonlyMap<Hour, Snapshot>,
  why: (hour: Hour, snapshot: Snapshot | undefined) => WhyLeftOut | undefined,
  isPlain: (counted: SeriesDay, day: Day) => boolean = () => false,
): ReadonlyMap<Hour, Snapshot> & Glanced {
  const counting = (hour: Hour, snapshot: Snapshot | undefined): Snapshot | undefined => {
    const left = why(hour, snapshot);
    if (left === undefined) return snapshot;
    const { revision, final, filledAt } = snapshot ?? { revision: 0, final: true };
    return {
      endpoint,
      hour,
      kind: 'unknown',
      reason: `left out: ${left.reason}`,
      revision,
      final,
      ...(filledAt !== undefined && { filledAt }),
      leftOut: { ...left, heard: snapshot?.kind === 'counted' },
    };
  };
  const [glance, plainDay] = [glancesAt(known), plainDaysOf(known)];
  const get = (hour: Hour) => counting(hour, known.get(hour));
  const all = () => new Map([...known.keys()].map((hour) => [hour, get(hour)!]));
  return {
    get,
    glance: (hour) => counting(hour, glance(hour)),
    plainDay(day) {
      const one = plainDay(day);
      return one && isPlain(one, day) ? one : undefined;
    },
    has: (hour) => get(hour) !== undefined,
    get size() {
      return known.size;
    },
    keys: () => known.keys(),
    ...walks(all),
  };
}

/** The hours of a window that do not count, by their reason. */
export function leftOutIn(known: ReadonlyMap<Hour, Snapshot>, { from, to }: Pick<Window, 'from' | 'to'>): LeftOut[] {
  const reasons = new Map<Hour, WhyLeftOut>();
  for (let hour = from; hour < to; hour++) {
    const left = known.get(hour)?.leftOut;
    if (left !== undefined) reasons.set(hour, left);
  }
  return byReason(reasons);
}

/** @param reasons oldest hour first */
export function byReason(reasons: ReadonlyMap<Hour, WhyLeftOut>): LeftOut[] {
  const found = new Map<string, LeftOut>();
  for (const [hour, { reason, otherwise }] of reasons) {
    const known = found.get(reason);
    if (!known) found.set(reason, { reason, ...(otherwise && { otherwise }), hours: 1, from: hour, to: hour + 1 });
    else Object.assign(known, { hours: known.hours + 1, to: hour + 1 });
  }
  return [...found.values()];
}

/** What is left out of each endpoint, said once for those of which it is the same. */
export function leftOutOfAll(each: ReadonlyMap<string, readonly LeftOut[]>): LeftOut[] {
  const found = new Map<string, { one: LeftOut; names: string[] }>();
  for (const [name, all] of each)
    for (const one of all) {
      const key = JSON.stringify(one);
      const known = found.get(key);
      if (known) known.names.push(name);
      else found.set(key, { one, names: [name] });
    }
  return [...found.values()].map(({ one, names }) => (names.length === each.size ? one : { ...one, endpoints: names }));
}

/** So many reasons are told; of the rest only how many they are. */
const TOLD = 5;

/**
 * A sentence for each.
 *
 * @example leftOutTexts([{ reason: 'database outage', hours: 4, from: 492240, to: 492244 }], 'UTC') // ['4 hours left out, 2026-02-26 00:00 UTC - 2026-02-26 04:00 UTC: database outage']
 */
export const leftOutTexts = (all: readonly LeftOut[], timeZone: string): string[] =>
  all.length <= TOLD
    ? all.map((one) => leftOutText(one, timeZone))
    : [
        ...all.slice(0, TOLD).map((one) => leftOutText(one, timeZone)),
        `${plural(
          all.slice(TOLD).reduce((sum, { hours }) => sum + hours, 0),
          'more hour',
        )} left out`,
      ];

const leftOutText = ({ reason, hours, from, to, endpoints }: LeftOut, timeZone: string): string =>
  `${endpoints ? `${endpoints.join(', ')}: ` : ''}${plural(hours, 'hour')} left out, ${hours === to - from ? '' : 'between '}${span(from, to, timeZone)}: ${plain(reason, 300)}`;
