import type { Instant } from '../facts/hour';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import { isSame } from './member';
import { heldBefore } from './next-alert';
import type { OnCallEvent } from './on-call';
import { membersOf } from './open-members';
import { inQuietHours, isLoud, isOn, mutesOf } from './quiet';
import type { AlertRecord, PageChange } from './record';

/** Whether a message that an earlier run could not send is still true, and nothing holds it back now. */
export function isStillTrue(
  leftOver: AlertRecord,
  verdict: Verdict,
  release: Pick<Release, 'timeZone' | 'alerts'>,
  now: Instant,
  onCall: readonly OnCallEvent[],
): boolean {
  const mutes = mutesOf(release, onCall);
  const isQuiet = inQuietHours(release, now) || mutes.some((mute) => isOn(mute, now) && !mute.endpoints);
  if (leftOver.severity === 'notice')
    return (
      !isQuiet &&
      leftOver.notices.every(({ key, said }) => verdict.notices.some((one) => one.key === key && one.said === said))
    );
  const open = membersOf(verdict);
  // More may have broken since, or got worse: the next message says that.
  const holds = leftOver.open.every((member) => member.note !== undefined || open.some((one) => isSame(one, member)));
  if (leftOver.open.length === 0) return open.length === 0 && !isQuiet;
  return holds && isLoud(leftOver.change as PageChange, leftOver.open, release, mutes, now);
}

/**
 * A message that is no longer true, as one that was held back: nobody heard of it, so what is open is still to be told,
 * with what became of the rest; its notices are told as they are now.
 */
export const withheld = (leftOver: AlertRecord): AlertRecord => ({
  ...leftOver,
  status: 'held',
  open: leftOver.open.map((member) => ({ ...member, untold: true })),
  told: leftOver.told.filter((told) => !leftOver.notices.some(({ key }) => key === told.key)),
  heldBack: leftOver.severity === 'page' ? heldBefore(leftOver) : (leftOver.heldBack ?? []),
  ...(leftOver.severity === 'notice' && { noticedAt: undefined }),
});
