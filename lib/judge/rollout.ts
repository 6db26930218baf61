import { clock, lasting } from '../facts/format';
import { HOURS_PER_WEEK, type Hour, hourFrom, hourOf, instantText, startOf } from '../facts/hour';
import { exposedStays, launchOf, type StageEvent, type Stay, stays } from '../facts/stage';
import { BASELINE_WEEKS } from '../facts/usual';
import { commandText } from '../release/command-text';
import { comparesWithBaseline } from '../release/criteria';
import type { Release } from '../release/schema';
import { seriesOf } from '../release/series-of';

/** These weeks before a launch, the baseline's included, show how much weeks differ. */
export const SPREAD_WEEKS = 12;
/** Weeks before the launch, of all series, that an hour's run has the memory and the time to read. */
const MOST_SERIES_WEEKS = 4_000;

/** First hour of the baseline of a launch in hour `launch`. */
export const baselineFrom = (launch: Hour): Hour => launch - BASELINE_WEEKS * HOURS_PER_WEEK;

/**
 * First hour of all that a launch in hour `launch` is judged by: twelve weeks before it where a criterion asks how much
 * weeks differ, fewer with more than 333 series, and four in any case.
 */
export function factsFrom(release: Release, launch: Hour): Hour {
  return launch - (comparesWithBaseline(release) ? readableWeeks(release) : BASELINE_WEEKS) * HOURS_PER_WEEK;
}

/** Weeks of all series that are read at once: twelve, fewer with more than 333 series, and four in any case. */
export const readableWeeks = (release: Release): number =>
  Math.max(BASELINE_WEEKS, Math.min(SPREAD_WEEKS, Math.floor(MOST_SERIES_WEEKS / seriesOf(release).length)));

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

/** As long at 0 % is enough for a baseline of its own. */
const NEW_BASELINE_HOURS = 2 * HOURS_PER_WEEK;

/** Why a baseline no longer speaks for today, and the command that begins anew. */
export interface StaleBaseline {
  why: string;
  command: string;
}

/**
 * Why the baseline no longer speaks for today, and the command that begins anew: the present exposure began four weeks or
 * more after the launch, and users were not exposed for two of the four weeks before. Undefined where it does.
 */
export function staleBaseline(
  release: Pick<Release, 'name' | 'home' | 'stages' | 'timeZone'>,
  { log, launch, from, stays: exposed }: Rollout,
): StaleBaseline | undefined {
  const { stages, timeZone } = release;
  const before = baselineFrom(from);
  if (launch > before) return undefined;
  const unexposed = stays(log)
    .filter(({ exposure }) => exposure === 0)
    .reduce((sum, stay) => sum + Math.max(0, Math.min(stay.to, from) - Math.max(stay.from, before)), 0);
  if (unexposed < NEW_BASELINE_HOURS) return undefined;
  const { stage, exposure, share: set = exposure, at } = exposed[0]!;
  const planned = stages.find(({ name }) => name === stage)?.exposure;
  const share = set === planned ? [] : ['--exposure', `${Number((100 * set).toPrecision(6))}%`];
  return {
    why: `the baseline ends ${clock(startOf(launch), timeZone)}, ${lasting(from - launch)} before users were exposed again: what is usual may have changed`,
    command: commandText(release, 'stage', 'enter', stage, ...share, '--relaunch', '--at', instantText(at + 60_000)),
  };
}

/**
 * The time in which nobody is exposed, as a rollout: the week before the launch, or the hours since the release was taken
 * back. Only limits can be judged in it.
 */
export function unexposedRollout(log: readonly StageEvent[], hour: Hour): Rollout {
  const launch = launchOf(log);
  const last = log.at(-1);
  const from = launch && last ? hourFrom(last.at) : hour + 1 - HOURS_PER_WEEK;
  const current = {
    stage: last?.stage ?? 'off',
    exposure: 0,
    at: last?.at ?? startOf(from),
    from,
    to: Number.POSITIVE_INFINITY,
  };
  return { log, launch: launch ? hourFrom(launch.at) : from, from, stays: [current], current };
}
