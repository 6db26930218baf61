import type { Instant } from '../facts/hour';
import { localTime } from '../facts/local-time';
import type { Notice, Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import type { AlertRecord, Told } from './record';

/** A day's notice is sent within so many hours of its time; what comes up later waits for the next day. */
const NOTICE_HOURS = 3;

/** Other notices than check-ins leave the verdict after four days. */
const OTHERS_KEPT = 1000;

/**
 * The notices to send now. At once goes what is worth it by itself: a check-in that was never told, an advance that is
 * withdrawn, since somebody may be about to act on it, and what the judge marks so. They take the day's other lines along.
 * All else is at most one message a day: at the release's hour, or with the day's check-in. What there is nothing to do
 * about goes with whatever else is told, at the latest with the next check-in.
 */
export function dueNotices(
  previous: Pick<AlertRecord, 'noticedAt' | 'told'> | undefined,
  verdict: Verdict,
  release: Pick<Release, 'timeZone' | 'alerts'>,
  now: Instant,
): Notice[] {
  const told = previous?.told ?? [];
  const untold = verdict.notices.filter((notice) => !isTold(notice, told));
  // What there is nothing to do about is no message of its own.
  if (untold.every(({ waits }) => waits)) return [];
  if (untold.some((notice) => goesAtOnce(notice, told))) return untold;
  const today = localTime(now, release.timeZone);
  const dateOf = (instant: Instant) => localTime(instant, release.timeZone).date;
  if (previous?.noticedAt !== undefined && dateOf(previous.noticedAt) === today.date) return [];
  if (untold.some((notice) => notice.kind === 'check-in')) return untold;
  const checkInToday = verdict.nextCheckIn !== undefined && dateOf(verdict.nextCheckIn) === today.date;
  return !checkInToday && isInNoticeHours(release, now) ? untold : [];
}

/** Whether it is the hour of the day's notice, or one of the next two. */
export function isInNoticeHours({ timeZone, alerts }: Pick<Release, 'timeZone' | 'alerts'>, now: Instant): boolean {
  const hoursAfter = localTime(now, timeZone).hour - Number.parseInt(alerts.noticeAt, 10);
  return hoursAfter >= 0 && hoursAfter < NOTICE_HOURS;
}

/** How a notice was told last. A check-in of a stage that was lengthened since is another one; older records know no end. */
const newestOf = ({ key, until = 0 }: Told, told: readonly Told[]) =>
  told.findLast((one) => one.key === key && until <= (one.until ?? Number.POSITIVE_INFINITY));

/** Whether a notice was told with what it recommends now; one about a stage that was left recommends nothing any more. */
function isTold(notice: Notice, told: readonly Told[]): boolean {
  const newest = newestOf(notice, told);
  return newest !== undefined && (notice.said === undefined || newest.said === notice.said);
}

function goesAtOnce(notice: Notice, told: readonly Told[]): boolean {
  const newest = newestOf(notice, told);
  if (notice.kind !== 'check-in') return !notice.waits && (notice.kind === 'traffic' || notice.atOnce === true);
  return !newest || isWithdrawn(notice, told);
}

/** Whether a check-in was told as an advance, and is none any more. */
export const isWithdrawn = (notice: Notice, told: readonly Told[]): boolean =>
  newestOf(notice, told)?.said === 'advance' && notice.said !== undefined && notice.said !== 'advance';

/** What was told so far: all check-ins, which stay in the verdict for long, and the newest of the others. */
export function withTold(told: readonly Told[], notices: readonly Notice[]): Told[] {
  const isCheckIn = ({ key }: Told) => /^(stage|check)\//.test(key);
  const all = [
    ...told,
    ...notices.map(({ key, said, until }): Told => ({ key, ...(said && { said }), ...(until && { until }) })),
  ];
  const others = all.filter((one) => !isCheckIn(one));
  return [...all.filter(isCheckIn), ...others.slice(-OTHERS_KEPT)];
}
