import { changesSince } from './changes';
import { plural } from './format';
import { HOUR_MS, type Hour, type Instant, instantText } from './hour';
import { localTime } from './local-time';
import type { Release } from './release';
import type { Notice, Verdict } from './verdict';

export type Change = 'firing' | 'worse' | 'repeat' | 'resolved' | 'notice';

/** One open reason to page: a broken criterion (`#show/ceiling`) or blindness (`blind`). */
export interface Member {
  key: string;
  since: Hour;
  rollBack: boolean;
}

/**
 * One message to people and the state that it leaves behind. The newest record of a release is its alert state; records
 * are written as pending, published, then marked sent.
 */
export interface AlertRecord {
  /** 1, 2, 3 ... in the release. */
  seq: number;
  /** The time of the run that wrote it. */
  at: Instant;
  severity: 'page' | 'notice';
  change: Change;
  /** Why this message is sent now. */
  reason: string;
  /** What is different from the message before, one sentence each. */
  changes: string[];
  /** Same from firing to resolved. */
  dedupKey: string;
  /** What is open after this message. */
  open: Member[];
  pagedAt?: Instant;
  noticedAt?: Instant;
  /** Keys of the notices told so far, each kind's newest last. */
  told: string[];
  /** What a notice tells. */
  notices: Notice[];
  /** The verdict that it speaks of. */
  verdict: Verdict;
  status: 'pending' | 'sent';
}

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

type PageChange = { change: Exclude<Change, 'notice'>; reason: string };

/** Whether a page is due and why: Alertmanager's rules, with a reason. */
export function pageChange(
  previous: Pick<AlertRecord, 'open' | 'pagedAt' | 'verdict'> | undefined,
  verdict: Verdict,
  repeatHours: number,
  now: Instant,
): PageChange | undefined {
  const open = membersOf(verdict);
  const before = previous?.open ?? [];
  if (open.length === 0) {
    if (before.length === 0) return undefined;
    return { change: 'resolved', reason: closingReason(before, verdict) };
  }
  if (before.length === 0) return { change: 'firing', reason: 'first firing' };
  const known = new Map(before.map((member) => [member.key, member]));
  // A member that closed and opened again since the last message is news too.
  const fresh = open.filter((member) => !known.has(member.key) || member.since > previous!.verdict.hour);
  if (fresh.length > 0) return { change: 'firing', reason: `new: ${fresh.map((member) => member.key).join(', ')}` };
  const worse = open.filter((member) => member.rollBack && !known.get(member.key)!.rollBack);
  if (worse.length > 0)
    return { change: 'worse', reason: `bad enough to roll back: ${worse.map((member) => member.key).join(', ')}` };
  if (now - (previous!.pagedAt ?? 0) >= repeatHours * HOUR_MS)
    return { change: 'repeat', reason: `still open after ${plural(repeatHours, 'hour')}` };
  return undefined;
}

function closingReason(before: readonly Member[], verdict: Verdict): string {
  if (before.every((member) => member.key === 'blind')) return 'data is back';
  if (verdict.recommendation === 'not exposed') return 'rolled back: nobody is exposed';
  return `recovered: ${before.map((member) => member.key).join(', ')}`;
}

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
  if (untold.some((notice) => notice.kind === 'check-in')) return untold;
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

/** The message that this run has to send after `previous`, as a pending record; undefined when there is nothing to say. */
export function nextAlert(
  previous: AlertRecord | undefined,
  verdict: Verdict,
  release: Pick<Release, 'name' | 'timeZone' | 'alerts'>,
  now: Instant,
): AlertRecord | undefined {
  const page = pageChange(previous, verdict, release.alerts.repeatEvery, now);
  const notices = page ? [] : dueNotices(previous, verdict, release, now);
  if (!page && notices.length === 0) return undefined;
  const going = (previous?.open.length ?? 0) > 0;
  return {
    seq: (previous?.seq ?? 0) + 1,
    at: now,
    severity: page ? 'page' : 'notice',
    ...(page ?? { change: 'notice', reason: 'daily notice' }),
    changes: changesSince(previous?.verdict, verdict, release),
    dedupKey: going ? previous!.dedupKey : `${release.name}/${instantText(now)}`,
    open: page ? membersOf(verdict) : (previous?.open ?? []),
    pagedAt: page ? now : previous?.pagedAt,
    noticedAt: page ? previous?.noticedAt : now,
    told: withTold(previous?.told ?? [], notices),
    notices,
    verdict,
    status: 'pending',
  };
}
