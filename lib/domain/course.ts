import { type Baseline, fitBaseline } from './baseline';
import type { HourCount } from './beta-binomial';
import { type Silence, silenceOf } from './blindness';
import { HOURS_PER_WEEK, type Hour, hourOf } from './hour';
import type { Release } from './release';
import type { Snapshot } from './snapshot';
import { changedHours, exposedStays, launchOf, type StageEvent, type Stay, stays } from './stage';
import { hourCounts, tallyWindow } from './window';

export const BASELINE_WEEKS = 4;

/** First hour of the baseline of a launch in hour `launch`. */
export const baselineFrom = (launch: Hour): Hour => launch - BASELINE_WEEKS * HOURS_PER_WEEK;

/** The rollout as of one hour: which hours are its baseline, and which stays expose users since when. */
export interface Rollout {
  /** All that happened, up to the hour that is judged. */
  log: readonly StageEvent[];
  launch: Hour;
  /** First hour of the present exposure: the launch, or the re-entry after exposure 0. */
  from: Hour;
  stays: Stay[];
  current: Stay;
}

/** The rollout that a stage log tells of; undefined before the launch and while nobody is exposed. */
export function rolloutOf(log: readonly StageEvent[]): Rollout | undefined {
  const launchEvent = launchOf(log);
  const exposed = exposedStays(log);
  const current = exposed.at(-1);
  if (!launchEvent || !current) return undefined;
  return { log, launch: hourOf(launchEvent.at), from: hourOf(exposed[0]!.at), stays: exposed, current };
}

/** What one endpoint did, hour by hour, as the judge reads it; unknown hours and those of a change keep their place with n = 0. */
export interface Course {
  baseline: Baseline | undefined;
  /** Hours of its weeks that nobody could measure. */
  baselineUnknown: number;
  /** From the first hour of the present exposure to the newest. */
  hours: HourCount[];
  /** Exposed share of users in each of them. */
  exposureOf: number[];
  /** Index of the current stay's first hour. */
  stageFrom: number;
  /** Set while requests are missing that are usual. */
  silence: Silence | undefined;
}

/** An endpoint's course up to and including `newest`; `baselineFor` fits its baseline. */
export function courseOf(
  release: Release,
  rollout: Rollout,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  newest: Hour,
  baselineFor: typeof baselineOf = baselineOf,
): Course {
  const stayAt = (hour: Hour) => rollout.stays.find(({ from, to }) => hour >= from && hour < to);
  const hours = hourCounts(
    snapshots,
    { from: rollout.from, to: newest + 1 },
    release,
    (hour) => stayAt(hour) !== undefined,
  );
  const exposureOf = hours.map((_, index) => (stayAt(rollout.from + index) ?? rollout.current).exposure);
  const baseline = baselineFor(release, rollout, snapshots);
  const before = { from: rollout.launch - (baseline?.weeks ?? 0) * HOURS_PER_WEEK, to: rollout.launch };
  return {
    baseline,
    baselineUnknown: tallyWindow(snapshots, before, release, changedHours(rollout.log)).unknown,
    hours,
    exposureOf,
    stageFrom: rollout.current.from - rollout.from,
    silence: silenceOf(release, rollout, snapshots, newest, baseline),
  };
}

/**
 * An endpoint's baseline; one that is younger than four weeks has fewer weeks of it, not weeks of silence, and one that
 * is younger than a week has none. Hours in which users were exposed, before a relaunch, are no part of it.
 */
export function baselineOf(
  release: Release,
  { log, launch }: Pick<Rollout, 'log' | 'launch'>,
  snapshots: ReadonlyMap<Hour, Snapshot>,
): Baseline | undefined {
  const changed = changedHours(log);
  const exposing = stays(log).filter((stay) => stay.exposure > 0);
  const exposed = (hour: Hour) => exposing.some(({ from, to }) => hour >= from && hour < to);
  const window = { from: baselineFrom(launch), to: launch };
  const hours = hourCounts(snapshots, window, release, (hour) => !changed.has(hour) && !exposed(hour));
  const first = hours.findIndex((hour) => hour.n > 0);
  if (first < 0 || hours.length - first < HOURS_PER_WEEK) return undefined;
  return fitBaseline(hours.slice(Math.floor(first / HOURS_PER_WEEK) * HOURS_PER_WEEK));
}

/**
 * {@link baselineOf} that fits each endpoint's baseline once, which is more than half the work of judging an hour. Only
 * for one release and for snapshots that do not change any more.
 */
export function fittedOnce(): typeof baselineOf {
  const fitted = new WeakMap<ReadonlyMap<Hour, Snapshot>, { launch: Hour; baseline: Baseline | undefined }>();
  return (release, rollout, snapshots) => {
    const known = fitted.get(snapshots);
    if (known?.launch === rollout.launch) return known.baseline;
    const baseline = baselineOf(release, rollout, snapshots);
    fitted.set(snapshots, { launch: rollout.launch, baseline });
    return baseline;
  };
}
