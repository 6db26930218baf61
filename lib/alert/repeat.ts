import { lasting, plural } from '../facts/format';
import { HOUR_MS, type Hour, type Instant } from '../facts/hour';
import { localTime } from '../facts/local-time';
import type { Release } from '../release/schema';
import { isInNoticeHours } from './due-notices';
import { type Member, memberNames } from './member';
import { ackOf, type OnCallEvent } from './on-call';

const DAY_HOURS = 24;
/** After so many times the interval a repeat names that nobody has acknowledged what is open. */
const INTERVALS_TO_ACKNOWLEDGE = 3;

/**
 * Whether what is open is to be told again. An interval of whole days comes at the hour of the day's notice, so that a
 * page of the night is not repeated every night; where no run worked in that hour, a day later at any hour.
 *
 * @param pagedAt when the last page went out
 */
export function isRepeatDue(
  pagedAt: Instant,
  { timeZone, alerts }: Pick<Release, 'timeZone' | 'alerts'>,
  now: Instant,
): boolean {
  const hours = (now - pagedAt) / HOUR_MS;
  const { repeatEvery } = alerts;
  if (repeatEvery % DAY_HOURS !== 0) return hours >= repeatEvery;
  if (hours >= repeatEvery + DAY_HOURS) return true;
  const dateOf = (instant: Instant) => Date.parse(localTime(instant, timeZone).date);
  const days = (dateOf(now) - dateOf(pagedAt)) / (DAY_HOURS * HOUR_MS);
  return days >= repeatEvery / DAY_HOURS && isInNoticeHours({ timeZone, alerts }, now);
}

/** Why it is told again. */
export const repeatText = (repeatHours: number, members: readonly Member[], hour: Hour): string =>
  `still open after ${repeatHours % DAY_HOURS === 0 ? openFor(members, hour) : plural(repeatHours, 'hour')}`;

/** That nobody has acknowledged what has been open for long; undefined before that, and where somebody has. */
export function unacknowledgedText(
  members: readonly Member[],
  hour: Hour,
  { alerts: { repeatEvery } }: Pick<Release, 'alerts'>,
  onCall: readonly OnCallEvent[],
): string | undefined {
  const left = members.filter(
    (member) =>
      !member.unjudged && hour + 1 - member.since >= INTERVALS_TO_ACKNOWLEDGE * repeatEvery && !ackOf(member, onCall),
  );
  return left.length === 0 ? undefined : `nobody has acknowledged ${memberNames(left)} for ${openFor(left, hour)}`;
}

const openFor = (members: readonly Member[], hour: Hour): string =>
  lasting(hour + 1 - Math.min(...members.map(({ since }) => since)));
