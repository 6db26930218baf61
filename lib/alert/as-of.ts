import { isAhead } from '../facts/clock';
import type { Hour, Instant } from '../facts/hour';
import type { AlertRecord } from './record';

/**
 * The newest record as a run at `now` reads it. One that was written by a clock that was ahead keeps what is open and what
 * was told; its own times have not come, and delay nothing.
 *
 * @param hour the hour that is judged
 */
export function asOf(last: AlertRecord | undefined, hour: Hour, now: Instant): AlertRecord | undefined {
  if (!last || !isAhead(last.at, now)) return last;
  const { pagedAt, noticedAt, ...record } = last;
  return {
    ...record,
    at: now,
    open: last.open.map((member) => ({ ...member, since: Math.min(member.since, hour) })),
    verdict: { ...last.verdict, hour: Math.min(last.verdict.hour, hour - 1) },
  };
}
