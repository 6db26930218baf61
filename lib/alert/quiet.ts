import type { Instant } from '../facts/hour';
import { isHourIn, localTime } from '../facts/local-time';
import type { Release } from '../release/schema';
import type { Member, MemberId } from './member';
import { type OnCallEvent, silencesOf } from './on-call';
import type { PageChange } from './record';

/** A time [from, to) in which nothing is published: of the whole release, or of what is about these endpoints only. */
export interface Mute {
  from: Instant;
  to: Instant;
  /** e.g. "silence by Ada: database upgrade" */
  why: string;
  endpoints?: readonly string[];
}

/** The silences of on-call and the planned maintenance of the release file; they may overlap. */
export const mutesOf = ({ alerts }: Pick<Release, 'alerts'>, log: readonly OnCallEvent[]): Mute[] => [
  ...alerts.maintenance.map(({ from, to, reason }) => ({ from, to, why: `maintenance: ${reason}` })),
  ...silencesOf(log).map(({ at, until, by, reason, endpoints }) => ({
    from: at,
    to: until,
    why: `silence by ${by}: ${reason}`,
    ...(endpoints && { endpoints }),
  })),
];

export const isOn = ({ from, to }: Mute, now: Instant): boolean => now >= from && now < to;

/** Whether a mute, while it lasts, is about a member; blindness is about no endpoint. */
export const covers = ({ endpoints }: Mute, { endpoint }: Pick<MemberId, 'endpoint'>): boolean =>
  endpoints === undefined || (endpoint !== undefined && endpoints.includes(endpoint));

/**
 * Whether an instant lies in the release's quiet hours, by the clocks of its zone: an hour that comes twice in autumn is
 * quiet twice, and one that is skipped in spring ends nothing later than the next.
 *
 * @example inQuietHours({ timeZone: 'America/New_York', alerts: { quietHours: { from: '22:00', to: '07:00' } } }, 02:30 in New York) === true
 */
export function inQuietHours({ timeZone, alerts }: Pick<Release, 'timeZone' | 'alerts'>, now: Instant): boolean {
  if (!alerts.quietHours) return false;
  return isHourIn(localTime(now, timeZone).hour, alerts.quietHours);
}

export const isBreach = ({ what }: MemberId): boolean => what !== 'silent' && what !== 'blind' && what !== 'toggle';

/**
 * Whether a change of these members may be told now. A mute holds back what is about nothing else. Quiet hours hold back
 * what can wait: an all-clear, and what is not bad enough to roll back of a repeat and, unless the release file wants it
 * told, of new breaches. Missing data, missing requests and a toggle that is on do not wait.
 */
export function isLoud(
  change: PageChange,
  about: readonly Member[],
  release: Pick<Release, 'timeZone' | 'alerts'>,
  mutes: readonly Mute[],
  now: Instant,
): boolean {
  const heard = about.filter((member) => !mutes.some((mute) => isOn(mute, now) && covers(mute, member)));
  if (heard.length === 0 || !inQuietHours(release, now)) return heard.length > 0;
  const isBad = heard.some(({ rollBack }) => rollBack);
  if (change === 'firing') return isBad || !release.alerts.holdWaits || heard.some((member) => !isBreach(member));
  return change === 'worse' || (change === 'repeat' && isBad);
}
