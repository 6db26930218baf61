import { HOURS_PER_WEEK, type Hour, hourOf } from '../facts/hour';
import { exposedStays, launchOf, type StageEvent, type Stay } from '../facts/stage';

export const BASELINE_WEEKS = 4;
/** These weeks before a launch, the baseline's included, show how much weeks differ. */
export const SPREAD_WEEKS = 12;

/** First hour of the baseline of a launch in hour `launch`. */
export const baselineFrom = (launch: Hour): Hour => launch - BASELINE_WEEKS * HOURS_PER_WEEK;

/** First hour of all that a launch in hour `launch` is judged by. */
export const factsFrom = (launch: Hour): Hour => launch - SPREAD_WEEKS * HOURS_PER_WEEK;

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
