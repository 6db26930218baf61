import { HOUR_MS, hourOf, type Instant } from '../facts/hour';
import { launchOf, type StageEvent, type Stay, stays } from '../facts/stage';
import type { Release } from './schema';

/** A release whose last stage has neither a length nor a check is watched for a day. */
const HOURS_OF_A_LONE_STAGE = 24;

/** Planned hours of the whole release: its stages, and the longest check that follows the last stage's entry. */
export function plannedHours(release: Release): number {
  const stages = release.stages.slice(0, -1).reduce((sum, stage) => sum + (stage.length ?? 0), 0);
  const lastStage = release.stages.at(-1)!.length ?? 0;
  return stages + Math.max(lastStage, HOURS_OF_A_LONE_STAGE, ...release.checks.map((check) => check.length));
}

/** Planned hours of a stage; of a last stage without a length, those of the longest check that follows it. */
export function stageLength(release: Release, name: string): number | undefined {
  const stage = release.stages.find((one) => one.name === name);
  if (!stage) return undefined;
  if (stage.length !== undefined) return stage.length;
  return release.checks.length > 0 ? Math.max(...release.checks.map((check) => check.length)) : undefined;
}

/**
 * The checks that follow the newest entry into the last stage since the launch. One whose stage was left before its end
 * is not complete and never will be.
 */
export function checksOf(
  release: Release,
  log: readonly StageEvent[],
): { name: string; stay: Stay; end: Instant; complete: boolean }[] {
  const launch = launchOf(log);
  const last = release.stages.at(-1)!.name;
  const stay = stays(log).findLast((one) => one.stage === last);
  if (!launch || !stay || stay.at < launch.at) return [];
  return release.checks.map(({ name, length }) => {
    const end = stay.at + length * HOUR_MS;
    return { name, stay, end, complete: stay.to >= hourOf(end) };
  });
}

/**
 * When the rollout is done: the end of the last check or, without checks, of the last stage. Undefined while the last stage
 * was not entered, was left, or has no end.
 */
export function doneAt(release: Release, log: readonly StageEvent[]): Instant | undefined {
  const last = release.stages.at(-1)!;
  const current = log.at(-1);
  if (!current || current.stage !== last.name || current.exposure === 0) return undefined;
  const lengths = release.checks.length > 0 ? release.checks.map((check) => check.length) : [last.length ?? Number.NaN];
  const length = Math.max(...lengths);
  return Number.isNaN(length) ? undefined : current.at + length * HOUR_MS;
}
