import { clock, plain, plural } from '../facts/format';
import { type Instant, instantText } from '../facts/hour';
import { localTime } from '../facts/local-time';
import type { Notice, Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import { causesOf, isNew, knownAs } from './cause';
import { changesSince } from './changes';
import { ackOf, type OnCallEvent, onCallText } from './on-call';
import { covers, hushesOf, inQuietHours, isLoud, isOn } from './quiet';
import type { AlertRecord, Held, Member } from './record';

/** What is open in a verdict: each broken criterion, each endpoint that fell silent, and blindness. */
export function membersOf(verdict: Verdict): Member[] {
  const broken = verdict.findings
    .filter((finding) => finding.outcome === 'breach')
    .map(({ endpoint, criterion, since, rollBack }) => ({ key: `${endpoint}/${criterion}`, since: since!, rollBack }));
  const silent = new Map(
    verdict.findings.flatMap(({ endpoint, silentSince: since }) =>
      since === undefined ? [] : [[endpoint, { key: `${endpoint}/silent`, since, rollBack: false }] as const],
    ),
  );
  broken.push(...silent.values());
  return verdict.blind ? [...broken, { key: 'blind', since: verdict.blind.since, rollBack: false }] : broken;
}

/** A day's notice is sent within so many hours of its time; what comes up later waits for the next day. */
const NOTICE_HOURS = 3;

/** Other notices than check-ins leave the verdict after two days. */
const OTHERS_KEPT = 1000;

/**
 * The notices to send now: at most one message a day. A check-in goes at once and takes the day's other lines along; on a
 * day without one they go at the release's hour.
 */
export function dueNotices(
  previous: Pick<AlertRecord, 'noticedAt' | 'told'> | undefined,
  verdict: Verdict,
  release: Pick<Release, 'timeZone' | 'alerts'>,
  now: Instant,
): Notice[] {
  const untold = verdict.notices.filter((notice) => !isTold(notice, previous?.told ?? []));
  const today = localTime(now, release.timeZone);
  const dateOf = (instant: Instant) => localTime(instant, release.timeZone).date;
  if (untold.length === 0 || (previous?.noticedAt !== undefined && dateOf(previous.noticedAt) === today.date))
    return [];
  if (untold.some(({ kind }) => kind === 'check-in' || kind === 'traffic')) return untold;
  const checkInToday = verdict.nextCheckIn !== undefined && dateOf(verdict.nextCheckIn) === today.date;
  const hoursAfter = today.hour - Number.parseInt(release.alerts.noticeAt, 10);
  return !checkInToday && hoursAfter >= 0 && hoursAfter < NOTICE_HOURS ? untold : [];
}

/**
 * A check-in's key ends with what was recommended: it counts as told while that is the newest that was said of it, so
 * that an advance that is withdrawn is told too.
 */
function isTold({ kind, key }: Notice, told: readonly string[]): boolean {
  if (kind !== 'check-in') return told.includes(key);
  const subject = key.slice(0, key.lastIndexOf('/') + 1);
  return told.findLast((one) => one.startsWith(subject)) === key;
}

/** The keys told so far: those of all check-ins, which stay in the verdict for long, and the newest of the others. */
function withTold(told: readonly string[], notices: readonly Notice[]): string[] {
  const isCheckIn = (key: string) => /^(stage|check)\//.test(key);
  const all = [...told, ...notices.map((notice) => notice.key)];
  const others = all.filter((key) => !isCheckIn(key));
  return [...all.filter(isCheckIn), ...others.slice(-OTHERS_KEPT)];
}

/** A message has room for so many; the record keeps more. */
const HELD_TOLD = 5;
const HELD_KEPT = 100;

/**
 * The record that is due now, if any: at most one message in the hour that a verdict is about, pages before notices.
 * A page that on-call or the release file silenced is a record too, but held, until the silence ends or a message goes
 * out for another reason. While `previous` is pending it could not be delivered; a newer page then speaks for it.
 */
export function nextAlert(
  previous: AlertRecord | undefined,
  verdict: Verdict,
  release: Pick<Release, 'name' | 'timeZone' | 'alerts'>,
  now: Instant,
  onCall: readonly OnCallEvent[] = [],
): AlertRecord | undefined {
  if (previous && previous.status !== 'held' && previous.verdict.hour === verdict.hour) return undefined;
  const hushes = hushesOf(release, onCall);
  const open = membersOf(verdict);
  const causes = causesOf(previous, open, verdict, release.alerts.repeatEvery, now, onCall, hushes);
  const loud = causes.find(({ change, about }) => isLoud(change, about, release, hushes, now));
  const page = loud ?? causes.find(({ about }) => about.some((member) => isNew(member, previous)));
  const heard = !inQuietHours(release, now) && !hushes.some((hush) => isOn(hush, now) && !hush.endpoints);
  const mayTell = heard && !(previous?.status === 'pending' && previous.severity === 'page');
  const notices = !page && mayTell ? dueNotices(previous, verdict, release, now) : [];
  if (!page && notices.length === 0) return undefined;

  const held = page !== undefined && loud === undefined;
  const heldBack = heldBefore(previous);
  if (held) {
    const why = hushes.find((hush) => isOn(hush, now) && page.about.some((member) => covers(hush, member)))!.why;
    heldBack.push({ at: now, what: `${page.change} (${plain(page.reason, 200)})`, why });
  }
  const going = (previous?.open.length ?? 0) > 0;
  const after = page ? open : (previous?.open ?? []);
  const remarks = held ? [] : remarksOf(heldBack, open.length > 0 ? open : (previous?.open ?? []), onCall, release);
  return {
    seq: (previous?.seq ?? 0) + 1,
    at: now,
    severity: page ? 'page' : 'notice',
    change: page?.change ?? 'notice',
    reason: page?.reason ?? 'daily notice',
    changes: changesSince(previous?.verdict, verdict, release),
    dedupKey: going ? previous!.dedupKey : `${release.name}/${instantText(now)}`,
    open: held ? after.map((member) => (isUntold(member, previous) ? { ...member, untold: true } : member)) : after,
    pagedAt: page && !held ? now : previous?.pagedAt,
    noticedAt: page ? previous?.noticedAt : now,
    told: withTold(previous?.told ?? [], notices),
    notices,
    verdict,
    ...(heldBack.length > 0 && { heldBack: heldBack.slice(-HELD_KEPT) }),
    ...(remarks.length > 0 && { remarks }),
    status: held ? 'held' : 'pending',
  };
}

/** Whether people have not heard of an open member, or not of how bad it is. */
const isUntold = (member: Member, previous: AlertRecord | undefined): boolean =>
  previous?.status === 'pending' || isNew(member, previous) || knownAs(member, previous)?.untold === true;

/** What people have not heard of up to a record: what was held back, and a message that could not be delivered. */
function heldBefore(previous: AlertRecord | undefined): Held[] {
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
  const acks = new Set(members.flatMap((member) => ackOf(member, onCall) ?? []));
  return [
    ...(earlier > 0 ? [`${plural(earlier, 'more message')} held back before these`] : []),
    ...heldBack.slice(-HELD_TOLD).map(({ at, what, why }) => `held back ${clock(at, timeZone)}: ${what}; ${why}`),
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
