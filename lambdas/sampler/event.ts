import { isAhead } from '../../lib/facts/clock';
import { type Instant, instantText, parseInstant } from '../../lib/facts/hour';
import { parseRelease, pathText, ReleaseError, shown } from '../../lib/release/parse';
import type { Release } from '../../lib/release/schema';
import type { StackReleases } from '../../lib/roll-call';

/** What the hourly schedule of a release sends: `{ release: { name, file }, scheduledTime }`. */
export interface Tick {
  release: Release;
  scheduledTime: Instant;
}

/** What the schedule of the roll call sends: `{ rollCall: { stack, releases }, scheduledTime }`. */
export interface RollTick {
  rollCall: StackReleases;
  scheduledTime: Instant;
}

/** @throws ReleaseError that lists every problem of the event */
export function parseTick(event: unknown, clock: Instant): Tick {
  const { release, scheduledTime } = (event ?? {}) as {
    release?: { name?: unknown; file?: unknown };
    scheduledTime?: unknown;
  };
  const name = String(release?.name ?? '');
  const parsed = parsedRelease(name, release?.file);
  const at = timeOf(scheduledTime, clock);
  const problems = 'problems' in parsed ? parsed.problems.map((one) => `${pathText(one.path)} - ${one.message}`) : [];
  if (typeof at === 'string') problems.push(at);
  if (!('release' in parsed) || typeof at === 'string' || problems.length > 0)
    throw new ReleaseError(`event for release "${name.slice(0, 63)}"`, problems);
  return { release: parsed.release, scheduledTime: at };
}

let last: { text: string; parsed: ReturnType<typeof parseRelease> } | undefined;

/** A process is asked for the same release hour after hour, mostly. */
function parsedRelease(name: string, file: unknown) {
  const text = JSON.stringify([name, file]);
  if (last?.text !== text) last = { text, parsed: parseRelease(name, file) };
  return last.parsed;
}

/** Whether it is meant for the roll call; whether it can be used, {@link parseRollTick} says. */
export const isRollCall = (event: unknown): boolean => Object.hasOwn(Object(event), 'rollCall');

/** @throws Error that lists every problem of the event */
export function parseRollTick(event: unknown, clock: Instant): RollTick {
  const { rollCall, scheduledTime } = event as { rollCall?: Partial<StackReleases>; scheduledTime?: unknown };
  const { stack, releases } = Object(rollCall) as { stack?: unknown; releases?: unknown };
  const at = timeOf(scheduledTime, clock);
  const problems: string[] = [];
  if (typeof stack !== 'string' || stack === '')
    problems.push(`rollCall.stack - got ${shown(stack)}, expected a stack's name`);
  if (!Array.isArray(releases) || !releases.every((name) => typeof name === 'string'))
    problems.push(`rollCall.releases - got ${shown(releases)}, expected a list of names`);
  if (typeof at === 'string') problems.push(at);
  if (typeof at === 'string' || problems.length > 0)
    throw new Error(`event for the roll call - ${problems.join('; ')}`);
  return { rollCall: rollCall as StackReleases, scheduledTime: at };
}

/** The instant of a tick, or what is wrong with it. */
function timeOf(scheduledTime: unknown, clock: Instant): Instant | string {
  const at = typeof scheduledTime === 'string' ? parseInstant(scheduledTime) : undefined;
  if (at === undefined)
    return `scheduledTime - got ${shown(scheduledTime)}, expected an instant such as 2026-02-11T16:20:00Z`;
  return isAhead(at, clock)
    ? `scheduledTime - got ${instantText(at)}, expected a time that has come; it is ${instantText(clock)}`
    : at;
}
