import { clock, plain, plural } from '../facts/format';
import { type Instant, instantText } from '../facts/hour';
import { awaitsReading } from '../judge/toggles/comparison';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import type { Cause } from './cause';
import { causesOf, isNew, knownAs } from './cause';
import { changesSince } from './changes';
import { dueNotices, isWithdrawn, withTold } from './due-notices';
import type { Member } from './member';
import { isSame, memberText } from './member';
import { ackOf, type OnCallEvent, onCallText } from './on-call';
import { openNow } from './open-members';
import type { Aftermath } from './outlook';
import { outlookIn } from './outlook';
import { covers, inQuietHours, isLoud, isOn, mutesOf } from './quiet';
import type { AlertRecord, Held } from './record';
import { unacknowledgedText } from './repeat';

/** What of a release its alerts need. */
type AlertedRelease = Pick<Release, 'name' | 'timeZone' | 'alerts' | 'endpoints' | 'ceiling'>;

/** A message has room for so many; the record keeps more. */
const HELD_TOLD = 5;
const HELD_KEPT = 100;

/**
 * The record that is due now, if any: at most one message in the hour that a verdict is about, pages before notices.
 * A page that on-call or the release file silenced is a record too, but held, until the silence ends or a message goes
 * out for another reason. While `previous` is pending it could not be delivered; a newer page then speaks for it.
 *
 * @param aftermath what is known of what the verdict does not call broken (any more); by the verdict alone unless it is said
 */
export function nextAlert(
  previous: AlertRecord | undefined,
  verdict: Verdict,
  release: AlertedRelease,
  now: Instant,
  onCall: readonly OnCallEvent[] = [],
  aftermath: Aftermath = { outlookOf: (member) => outlookIn(verdict, member) },
): AlertRecord | undefined {
  if (previous && previous.status !== 'held' && previous.verdict.hour === verdict.hour) return undefined;
  const mutes = mutesOf(release, onCall);
  const standing = openNow(previous, verdict, release, aftermath);
  const causes = causesOf(previous, standing, verdict, release, now, onCall, mutes);
  const loud = causes.find(({ change, about }) => isLoud(change, about, release, mutes, now));
  const page = loud ?? causes.find(({ about }) => about.some((member) => isNew(member, previous)));
  const heard = !inQuietHours(release, now) && !mutes.some((mute) => isOn(mute, now) && !mute.endpoints);
  const mayTell = heard && !(previous?.status === 'pending' && previous.severity === 'page');
  // Nobody hears that a release is finished while something of it is open, nor that an advance is withdrawn by following it.
  const toTell = verdict.notices.filter(
    (notice) =>
      (notice.kind !== 'finished' || standing.open.length === 0) &&
      !(awaitsReading(verdict.toggles) && isWithdrawn(notice, previous?.told ?? [])),
  );
  const notices = !page && mayTell ? dueNotices(previous, { ...verdict, notices: toTell }, release, now) : [];
  if (!page && notices.length === 0) return undefined;

  const held = page !== undefined && loud === undefined;
  const heldBack = heldBefore(previous);
  if (held) {
    const mute = mutes.find((one) => isOn(one, now) && page.about.some((member) => covers(one, member)));
    const why = mute?.why ?? 'quiet hours: a breach that only says hold can wait for their end';
    heldBack.push({ at: now, what: `${page.change} (${plain(page.reason, 200)})`, why });
  }
  const before = previous?.open ?? [];
  const over = standing.recovered.map(({ member: { endpoint, what } }) => ({
    ...(endpoint !== undefined && { endpoint }),
    what,
  }));
  const told = previous?.told ?? [];
  // A page tells the verdict, and so that an advance is withdrawn.
  const withdrawn = held ? [] : verdict.notices.filter((notice) => isWithdrawn(notice, told));
  const about = standing.open.length > 0 ? standing.open : before;
  const lonely = page?.change === 'repeat' ? unacknowledgedText(about, verdict.hour, release, onCall) : undefined;
  const remarks = held
    ? []
    : [...(lonely === undefined ? [] : [lonely]), ...remarksOf(heldBack, about, onCall, release)];
  return {
    seq: (previous?.seq ?? 0) + 1,
    at: now,
    severity: page ? 'page' : 'notice',
    change: page?.change ?? 'notice',
    reason: page?.reason ?? 'daily notice',
    changes: changesSince(previous?.verdict, verdict, release, standing.open),
    dedupKey: isOpenAtPager(previous) ? previous.dedupKey : `${release.name}/${instantText(now)}`,
    open: page ? openAfter(page, standing.open, held, previous) : before,
    ...(page && over.length > 0 && { over }),
    pagedAt: page && !held ? now : previous?.pagedAt,
    noticedAt: page ? previous?.noticedAt : now,
    told: withTold(told, page ? withdrawn : notices),
    notices,
    verdict,
    ...(heldBack.length > 0 && { heldBack: heldBack.slice(-HELD_KEPT) }),
    ...(remarks.length > 0 && { remarks }),
    status: held ? 'held' : 'pending',
  };
}

/** Whether a pager still has an incident under a record's key: something is open, or its all-clear never arrived. */
const isOpenAtPager = (previous: AlertRecord | undefined): previous is AlertRecord =>
  previous !== undefined &&
  (previous.open.length > 0 || (previous.change === 'resolved' && previous.status !== 'sent'));

/** What is open after a page: what it did not tell stays untold, and what goes on after a roll-back is told once. */
function openAfter(
  { goesOn }: Cause,
  open: readonly Member[],
  held: boolean,
  previous: AlertRecord | undefined,
): Member[] {
  if (held) return open.map((member) => (isUntold(member, previous) ? { ...member, untold: true } : member));
  return open.map(({ untold, ...member }) =>
    goesOn?.some((one) => isSame(one, member)) ? { ...member, goesOn: true } : member,
  );
}

/** Whether people have not heard of an open member, or not of how bad it is. */
const isUntold = (member: Member, previous: AlertRecord | undefined): boolean =>
  previous?.status === 'pending' || isNew(member, previous) || knownAs(member, previous)?.untold === true;

/** What people have not heard of up to a record: what was held back, and a message that could not be delivered. */
export function heldBefore(previous: AlertRecord | undefined): Held[] {
  if (!previous || previous.status === 'sent') return [];
  const heldBack = previous.heldBack ?? [];
  if (previous.status === 'held') return [...heldBack];
  const text = [previous.reason, ...previous.notices.map((notice) => notice.text)].join('; ');
  return [
    ...heldBack,
    { at: previous.at, what: `${previous.change} (${plain(text, 600)})`, why: 'could not be delivered' },
  ];
}

function remarksOf(
  heldBack: readonly Held[],
  members: readonly Member[],
  onCall: readonly OnCallEvent[],
  { timeZone }: Pick<Release, 'timeZone'>,
): string[] {
  const earlier = heldBack.length - HELD_TOLD;
  const notes = members.filter(({ note }) => note !== undefined).slice(0, HELD_TOLD);
  const acks = new Set(members.flatMap((member) => ackOf(member, onCall) ?? []));
  return [
    ...(earlier > 0 ? [`${plural(earlier, 'more message')} held back before these`] : []),
    ...heldBack.slice(-HELD_TOLD).map(({ at, what, why }) => `held back ${clock(at, timeZone)}: ${what}; ${why}`),
    ...notes.map((member) => `${memberText(member)}: ${member.note}`),
    ...[...acks].map((ack) => `${onCallText(ack, timeZone)} (${clock(ack.at, timeZone)})`),
  ];
}

/**
 * A message that says that it is a test, for the whole way to people and machines. It is a page, so that it goes where
 * pages go; it belongs to no alert and is never recorded.
 */
export const testAlert = (release: string, verdict: Verdict, now: Instant): AlertRecord => ({
  seq: 0,
  at: now,
  severity: 'page',
  change: 'test',
  reason: 'asked for by stagewatch test-alert',
  changes: [],
  dedupKey: `${release}/test/${instantText(now)}`,
  open: [],
  told: [],
  notices: [{ key: 'test', kind: 'check-in', text: 'This is a test. Nothing is wrong, and there is nothing to do.' }],
  verdict,
  status: 'pending',
});
