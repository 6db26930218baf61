import { REREAD_HOURS, SETTLE_MINUTES } from '../facts/due';
import { type Hour, hourFrom, type Instant, newestSettledHour, startOf } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import { finishedKey } from '../judge/notices/log-notices';
import type { Verdict } from '../judge/verdict';
import { doneAt } from '../release/schedule';
import type { Release } from '../release/schema';
import type { AlertRecord } from './record';

/** What a message about the toggles of a finished release is: it tells nothing else, and wakes nothing while it is undelivered. */
export const isCleanUp = ({ notices }: AlertRecord): boolean => notices.some(({ kind }) => kind === 'clean-up');

/** The end that people heard of as that of the release, for the stage that counts now; undefined while something is open. */
export function toldEnd(last: AlertRecord | undefined, log: readonly StageEvent[]): Instant | undefined {
  const entered = log.at(-1)?.at;
  if (entered === undefined || !last || (last.status !== 'sent' && !isCleanUp(last))) return undefined;
  if (last.open.length > 0) return undefined;
  return last.told.findLast(({ key }) => key === finishedKey(entered))?.until;
}

/**
 * Whether nothing of a release is read any more as of `hour`: people heard that it is finished, nothing is open, and the
 * hours of its last check are final. Another entry in the log or a longer check in the file begins it anew.
 */
export function isFinished(
  release: Release,
  log: readonly StageEvent[],
  last: AlertRecord | undefined,
  hour: Hour,
): boolean {
  const end = toldEnd(last, log);
  return end !== undefined && end >= (doneAt(release, log) ?? Number.POSITIVE_INFINITY) && hour >= lastRead(end);
}

/** The time as of which a release is looked at: the present or, of one that is finished, when its newest verdict was given. */
export function lookedAt(
  release: Release,
  log: readonly StageEvent[],
  { last, verdict }: { last: AlertRecord | undefined; verdict: Verdict | undefined },
  now: Instant,
): Instant {
  const hour = newestSettledHour(now, SETTLE_MINUTES);
  const isOver = verdict && verdict.hour < hour && isFinished(release, log, last, hour);
  return isOver ? startOf(verdict.hour + 1) + SETTLE_MINUTES * 60_000 : now;
}

/** Whether it has stopped as a finished one does, for who does not know its file: by where its verdicts end. */
export function hasStopped(log: readonly StageEvent[], last: AlertRecord | undefined, verdict: Verdict): boolean {
  const end = toldEnd(last, log);
  return end !== undefined && verdict.hour <= Math.max(lastRead(end), last!.verdict.hour) + 1;
}

const lastRead = (end: Instant): Hour => hourFrom(end) + REREAD_HOURS;
