import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import type { Snapshot } from '../facts/snapshot';
import { changedHours, stays } from '../facts/stage';
import { type Memories, noMemory } from '../release/memory';
import type { Release } from '../release/schema';
import type { Baseline } from '../statistics/baseline';
import { checkHours, type HourCount } from '../statistics/hour-count';
import type { Reference } from '../statistics/traffic/day-block';
import { baselineBeside, upstreamLevel } from '../statistics/upstream';
import { type Counting, hourCounts, hourCountsOf, type RequestsByHour } from './hour-counts';
import type { Rollout } from './rollout';
import { baselineFrom, factsFrom } from './rollout';
import { type MissingRequests, silenceOf, type Volume, volumeOf } from './traffic/missing-requests';

/** With a smaller share of the requests, those with the toggle off tell less than the baseline does. */
const SMALLEST_TOGGLE_OFF = 0.1;

/** What one endpoint did, hour by hour, as it is counted; unknown hours and those of a change keep their place with n = 0. */
export interface CountedCourse {
  baseline: Baseline | undefined;
  /** Hours of its weeks that nobody could measure. */
  baselineUnknown: number;
  /** From the first hour of the present exposure to the newest; where it is counted, with the part that had the toggle off. */
  hours: HourCount[];
}

/** What one endpoint did, as the judge reads it. */
export interface Course extends CountedCourse {
  /** The same with requests without a status as errors; only where there are any. */
  withoutStatus: CountedCourse | undefined;
  /** All its requests, and what they are held against. */
  volume: Volume;
  /** Exposed share of users in each of them. */
  exposureOf: number[];
  /** Index of the current stay's first hour. */
  stageFrom: number;
  /** Set while requests are missing that are usual. */
  silence: MissingRequests | undefined;
}

/** What there is to compare an endpoint with, beside its own past. */
export interface Beside extends Memories {
  /** Its requests with the toggle off. */
  toggleOff?: ReadonlyMap<Hour, Snapshot> | undefined;
  upstream?: Upstream | undefined;
  /** Requests outside the release, from `first` on, the best measure first. */
  references?: readonly Reference[];
  /** The first hour of all that the launch is judged by. */
  first?: Hour;
  /** The share of its usual requests from which on the release file means it to have fewer. */
  meantFrom?: number;
}

/** A release whose requests without a status are counted as errors, or not counted. */
type Counted = Release & Pick<Counting, 'withoutStatusFails'>;

/** An endpoint's course up to and including `newest`. */
export function courseOf(
  release: Release,
  rollout: Rollout,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  newest: Hour,
  beside: Beside = {},
): Course {
  const volume = volumeOf(
    snapshots,
    rollout,
    beside.first ?? factsFrom(release, rollout.launch),
    newest,
    release,
    beside,
  );
  const counted = (one: Counted) => countedCourse(one, rollout, snapshots, volume.requests, newest, beside);
  const course = counted(release);
  const { withoutStatus, first } = volume.requests;
  const stayAt = (hour: Hour) => rollout.stays.find((stay) => hour >= stay.from && hour < stay.to);
  return {
    ...course,
    withoutStatus: withoutStatus.slice(rollout.from - first).some((one) => one !== undefined && one > 0)
      ? counted({ ...release, withoutStatusFails: true })
      : undefined,
    volume,
    exposureOf: course.hours.map((_, index) => (stayAt(rollout.from + index) ?? rollout.current).exposure),
    stageFrom: rollout.current.from - rollout.from,
    silence: silenceOf(release, rollout, volume, newest, course.baseline),
  };
}

function countedCourse(
  release: Counted,
  rollout: Rollout,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  requests: RequestsByHour,
  newest: Hour,
  { toggleOff, upstream, memory = noMemory }: Beside,
): CountedCourse {
  const window = { from: rollout.from, to: newest + 1 };
  const exposed = (hour: Hour) => rollout.stays.some(({ from, to }) => hour >= from && hour < to);
  const baseline = memory(
    release.withoutStatusFails ? 'baseline, requests without a status fail' : 'baseline',
    () => [requests.before, ...(upstream ? levelsOf(upstream, requests.first, rollout.launch) : [])],
    () => baselineOf(release, rollout, snapshots, { upstream, requests }),
  );
  const whole = hourCountsOf(requests, window, release, exposed);
  const toggleOffHours =
    toggleOff && hourCounts(toggleOff, window, release, exposed).map((part, index) => partOf(whole[index]!, part));
  const drift = driftOf(rollout.from, baseline, upstream, toggleOffHours);
  const hours =
    drift || toggleOffHours
      ? whole.map(
          (hour, index): HourCount => ({
            ...hour,
            ...(drift && { drift: Math.max(1, drift(index)) }),
            ...(toggleOffHours && isConcurrent(hour, toggleOffHours[index]!) && { toggleOff: toggleOffHours[index]! }),
          }),
        )
      : whole;
  const { launch } = rollout;
  const begin = launch - (baseline?.weeks ?? 0) * HOURS_PER_WEEK;
  const baselineUnknown = requests.unmeasured.filter((hour) => hour >= begin && hour < launch).length;
  return { baseline, baselineUnknown, hours };
}

/** What the upstream does to an endpoint's rate, by the control endpoints if it follows them, else by its own requests with the toggle off. */
function driftOf(
  from: Hour,
  baseline: Baseline | undefined,
  upstream: Upstream | undefined,
  toggleOff: readonly HourCount[] | undefined,
): ((index: number) => number) | undefined {
  if (baseline?.followsUpstream && upstream) return (index) => upstream.at(from + index);
  if (!baseline || !toggleOff) return undefined;
  const level = upstreamLevel([{ baseline, hours: toggleOff }], toggleOff.length);
  return (index) => level[index]!;
}

/**
 * Requests with the toggle off, where they can be a part of the hour; unknown where the two were counted at odds, and
 * where they are all of it: nothing is its own measure.
 */
const partOf = ({ n, x }: HourCount, toggleOff: HourCount): HourCount =>
  toggleOff.n < n && toggleOff.x <= x && x - toggleOff.x <= n - toggleOff.n ? toggleOff : { ...toggleOff, n: 0, x: 0 };

/** Whether enough of an hour's requests had the toggle off to be the measure of the others. */
const isConcurrent = ({ n }: HourCount, toggleOff: HourCount): boolean =>
  toggleOff.n > 0 && toggleOff.n >= SMALLEST_TOGGLE_OFF * n;

/**
 * An endpoint's baseline; one that is younger than four weeks has fewer weeks of it, not weeks of silence, and one that
 * is younger than a week has none. Hours in which users were exposed, before a relaunch, are no part of it.
 *
 * @param known.requests those from the first hour that the launch is judged by, where they were counted already
 */
export function baselineOf(
  release: Counted,
  { log, launch }: Pick<Rollout, 'log' | 'launch'>,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { upstream, requests }: { upstream?: Upstream | undefined; requests?: RequestsByHour } = {},
): Baseline | undefined {
  const changed = changedHours(log);
  const exposing = stays(log).filter((stay) => stay.exposure > 0);
  const exposed = (hour: Hour) => exposing.some(({ from, to }) => hour >= from && hour < to);
  const isOrdinary = (hour: Hour) => !changed.has(hour) && !exposed(hour);
  const from = requests?.first ?? factsFrom(release, launch);
  const counted = requests
    ? hourCountsOf(requests, { from, to: launch }, release)
    : hourCounts(snapshots, { from, to: launch }, release, isOrdinary);
  const baselineAt = baselineFrom(launch) - from;
  const [earlier, hours] = [counted.slice(0, baselineAt), counted.slice(baselineAt)];
  const first = hours.findIndex((hour) => hour.n > 0);
  if (first < 0 || hours.length - first < HOURS_PER_WEEK) return undefined;
  const before = Math.floor(first / HOURS_PER_WEEK) * HOURS_PER_WEEK;
  const weeks = hours.slice(before);
  const baseline = baselineBeside(weeks, upstream && levelsOf(upstream, from, launch), [
    ...earlier,
    ...hours.slice(0, before),
  ]);
  const isCounted = requests
    ? (hour: Hour) => requests.seen[hour - from] !== undefined
    : (hour: Hour) => isOrdinary(hour) && snapshots.get(hour)?.kind === 'counted';
  return baseline && { ...baseline, usual: usualWeek(weeks, launch, isCounted) };
}

/** The newest week, in which the hours that nobody knows are those of the newest week that knows them. */
function usualWeek(weeks: readonly HourCount[], launch: Hour, isCounted: (hour: Hour) => boolean): HourCount[] {
  const newest = weeks.length - HOURS_PER_WEEK;
  return weeks.slice(newest).map((hour, index) => {
    for (let at = newest + index; at >= 0; at -= HOURS_PER_WEEK)
      if (isCounted(launch - weeks.length + at)) return weeks[at]!;
    return hour;
  });
}

/** What the release's control endpoints tell of the upstream, from the first hour that the launch is judged by to the newest. */
export interface Upstream {
  /** How many times their usual rate they run at. */
  at(hour: Hour): number;
}

const levelsOf = (upstream: Upstream, from: Hour, to: Hour) =>
  Array.from({ length: to - from }, (_, index) => upstream.at(from + index));

/** Undefined when the release names no control endpoint that has a baseline. */
export function upstreamOf(
  release: Release,
  rollout: Rollout,
  snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>,
  newest: Hour,
): Upstream | undefined {
  const window = { from: factsFrom(release, rollout.launch), to: newest + 1 };
  const controls = release.controls.flatMap(({ name }) => {
    const known = snapshots.get(name) ?? new Map<Hour, Snapshot>();
    try {
      const baseline = baselineOf(release, rollout, known);
      const hours = hourCounts(known, window, release, () => true);
      checkHours(hours);
      return baseline ? [{ baseline, hours }] : [];
    } catch {
      // A control whose numbers cannot be used tells nothing; what it is there for is judged without it.
      return [];
    }
  });
  if (controls.length === 0) return undefined;
  const level = upstreamLevel(controls, window.to - window.from);
  return { at: (hour) => level[hour - window.from]! };
}
