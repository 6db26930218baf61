import { type Instant, instantText, parseInstant } from '../../lib/facts/hour';
import { parseRelease, pathText, ReleaseError, shown } from '../../lib/release/parse';
import type { Release } from '../../lib/release/schema';

/** What the hourly schedule sends: `{ release: { name, file }, scheduledTime }`. */
export interface Tick {
  release: Release;
  scheduledTime: Instant;
}

/** Clocks differ a little; a tick that is further ahead would commit the release to a time that has not come. */
const AHEAD_MS = 5 * 60_000;

/** @throws ReleaseError that lists every problem of the event */
export function parseTick(event: unknown, clock: Instant): Tick {
  const { release, scheduledTime } = (event ?? {}) as {
    release?: { name?: unknown; file?: unknown };
    scheduledTime?: unknown;
  };
  const name = String(release?.name ?? '');
  const parsed = parseRelease(name, release?.file);
  const instant = typeof scheduledTime === 'string' ? parseInstant(scheduledTime) : undefined;
  const problems = 'problems' in parsed ? parsed.problems.map((one) => `${pathText(one.path)} - ${one.message}`) : [];
  if (instant === undefined)
    problems.push(`scheduledTime - got ${shown(scheduledTime)}, expected an instant such as 2026-02-11T16:20:00Z`);
  else if (instant > clock + AHEAD_MS)
    problems.push(
      `scheduledTime - got ${instantText(instant)}, expected a time that has come; it is ${instantText(clock)}`,
    );
  if (!('release' in parsed) || instant === undefined || problems.length > 0)
    throw new ReleaseError(`event for release "${name.slice(0, 63)}"`, problems);
  return { release: parsed.release, scheduledTime: instant };
}
