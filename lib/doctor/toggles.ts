import { percent } from '../facts/format';
import { instantText } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import { afterReading, type ToggleReading } from '../facts/toggle';
import { openDynamo } from '../history/client';
import { dynamoHistory } from '../history/dynamodb';
import { togglesSaid } from '../judge/toggles/comparison';
import type { ToggleService } from '../ports';
import { type Check, ok, skipped, unproven, wrong } from './check';
import { nearest } from './requests/spelling';
import type { SetUp } from './set-up';

/**
 * Whether each toggle of a release can be read as one share of users, and whether the stage log says the same; nothing for
 * a release that names no toggle service.
 */
export async function toggleChecks(setUp: SetUp): Promise<Check[]> {
  const { release, now, signal } = setUp;
  if (!release.toggleService) return [];
  let service: ToggleService;
  try {
    service = setUp.toggles!()!;
  } catch (error) {
    return [wrong('toggles', (error as Error).message), skipped('stage log', 'no toggle can be read without the key')];
  }
  const at = now();
  const readings = await service.read(
    release.toggles.map(({ name }) => name),
    at,
    signal,
  );
  const isUnknown = readings.some(({ state }) => 'unknown' in state);
  const names = isUnknown ? await service.names?.(signal).catch(() => undefined) : undefined;
  const log = await logOf(setUp).catch(() => undefined);
  return [...readings.map((reading) => toggleCheck(reading, names)), logCheck(setUp, log, at, readings)];
}

function toggleCheck({ toggle, state, since }: ToggleReading, names: readonly string[] | undefined): Check {
  if ('share' in state) {
    const when = since === undefined ? '' : ` since ${instantText(since)}`;
    const besides = state.besides === undefined ? '' : `, and on for ${state.besides}`;
    return ok('toggle', `${toggle} is at ${percent(state.share)} of users${when}${besides}`);
  }
  if ('partial' in state)
    return unproven(
      'toggle',
      `${toggle} - got ${state.partial}, expected one share of all users; nobody knows how many users these are, so the release will hold`,
    );
  const near = names && !names.includes(toggle) ? nearest(toggle, names) : [];
  const next = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '; see docs/toggles.md';
  return wrong('toggle', `${toggle} - got unknown (${state.unknown}), expected a share of users${next}`);
}

function logCheck(
  { release }: SetUp,
  log: readonly StageEvent[] | undefined,
  at: number,
  readings: readonly ToggleReading[],
): Check {
  if (!log)
    return skipped('stage log', 'there is no history that can be read; a toggle is compared with it every hour');
  const { standing, said, exposure } = togglesSaid(release, log, afterReading(undefined, at, readings));
  if (standing === 'agrees') return ok('stage log', `it says the same: ${percent(exposure!)} of users`);
  return standing === 'differs'
    ? wrong('stage log', said)
    : skipped('stage log', 'it cannot be compared while the share of users is not known');
}

/** The stage log, where there is a history; undefined where there is none yet. */
async function logOf({ release, table, stages }: SetUp): Promise<readonly StageEvent[] | undefined> {
  if (table === undefined) return stages?.();
  return dynamoHistory({ client: openDynamo(), table, release: release.name, classify: release }).stages();
}
