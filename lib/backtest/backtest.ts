import type { Member } from '../alert/member';
import { isSame } from '../alert/member';
import { nextAlert } from '../alert/next-alert';
import { aftermathOf } from '../alert/outlook';
import type { AlertRecord, Change, PageChange } from '../alert/record';
import { SETTLE_MINUTES } from '../facts/due';
import { HOURS_PER_WEEK, type Hour, hourOf, type Instant, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import { launchOf, type StageEvent, stays } from '../facts/stage';
import type { CriterionKind, EndpointTraffic, Finding, Notice, Recommendation, Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import { whatCounts } from '../release/what-counts';
import { type Judging, judgingNow } from './judging';

/** What a message says of one criterion; blindness and notices are about no single endpoint. */
export interface AlertLine {
  endpoint?: string;
  criterion: CriterionKind | 'silent' | 'blind' | Notice['kind'];
  /** Of this criterion; another one of the same message may have changed in another way. */
  change: Change;
  /** What the judge says of it in this hour. */
  text: string;
  since?: Hour;
  rollBack: boolean;
  /** Absent when nobody is exposed any more. */
  finding?: Finding;
}

/** One message to people. */
export interface BacktestMessage {
  /** The newest hour that it knows of; it goes out when that hour has settled. */
  hour: Hour;
  severity: AlertRecord['severity'];
  change: Change;
  /** Why it is sent in this hour. */
  reason: string;
  lines: AlertLine[];
}

/** The verdict at a turn of a stage. */
export interface StageVerdict {
  hour: Hour;
  stage: string;
  exposure: number;
  /** The plan's end of the stage, the last hour before something changed, or both. */
  at: ('planned end' | 'last hour')[];
  recommendation: Recommendation;
  reason: string;
  findings: Finding[];
  /** What they rest on. */
  traffic: EndpointTraffic[];
}

/** What a release would have been told, had it run in the hours [from, to). */
export interface Backtest {
  /** The version of the judge. */
  judge: string;
  from: Hour;
  to: Hour;
  messages: BacktestMessage[];
  verdicts: StageVerdict[];
}

/**
 * Replays history hour by hour from the launch on, each judged and alerted as of that hour by what the hourly run uses.
 * Gives each hour's verdict on the way, and in the end what people would have been told.
 *
 * @param log with at least one event that exposes users
 * @param counted from the first hour that the launch is judged by; an hour that is absent is unknown
 * @param to the first hour that is not replayed
 * @param judging who judges; alerts are always those of today
 * @throws RangeError when nothing was launched before `to`
 */
export function* backtest(
  release: Release,
  log: readonly StageEvent[],
  counted: Snapshots,
  to: Hour,
  judging: Judging = judgingNow(),
): Generator<Verdict, Backtest> {
  const launch = launchOf(log);
  if (!launch || hourOf(launch.at) >= to)
    throw new RangeError('stage log - got no launch before the end, expected an event with exposure above 0');
  const from = hourOf(launch.at);
  const snapshots = whatCounts(release, counted, []);
  const measured = whatCounts(release, counted, [], from);
  const lastHours = new Map(stays(log).map((stay) => [stay.at, Math.min(stay.to, to) - 1]));
  const messages: BacktestMessage[] = [];
  const verdicts: StageVerdict[] = [];
  let last: AlertRecord | undefined;
  let version = '';
  for (let hour = from; hour < to; hour++) {
    const now = startOf(hour + 1) + SETTLE_MINUTES * 60_000;
    let verdict = judging(release, log, snapshots, hour, { proven: false });
    const at = turnsOf(verdict, lastHours);
    // The level that is proven decides nothing, so it is searched for only where somebody reads it.
    const aftermath = aftermathOf(release, log, measured, verdict);
    if (at.length > 0 || nextAlert(last, verdict, release, now, [], aftermath))
      verdict = judging(release, log, snapshots, hour, {});
    const alert = nextAlert(last, verdict, release, now, [], aftermath);
    if (alert && alert.status !== 'held') messages.push(messageOf(alert, last));
    if (at.length > 0) verdicts.push(stageVerdictOf(verdict, at));
    if (alert) last = alert.status === 'held' ? alert : { ...alert, status: 'sent' };
    version = verdict.judge;
    yield verdict;
  }
  return { judge: version, from, to, messages, verdicts };
}

/** Pages of each kind and notices, and how many messages a week that is. */
export interface AlertRate {
  pages: Record<PageChange, number>;
  notices: number;
  weeks: number;
  /** Pages a week, repeats and the all-clear included. */
  alertsAWeek: number;
}

/** How often people would have heard of it. */
export function alertRateOf({ messages, from, to }: Backtest): AlertRate {
  const of = (change: Change) => messages.filter((message) => message.change === change).length;
  const pages = {
    firing: of('firing'),
    worse: of('worse'),
    repeat: of('repeat'),
    improved: of('improved'),
    resolved: of('resolved'),
  };
  const weeks = (to - from) / HOURS_PER_WEEK;
  const notices = of('notice');
  return { pages, notices, weeks, alertsAWeek: (messages.length - notices) / weeks };
}

function messageOf(alert: AlertRecord, previous: AlertRecord | undefined): BacktestMessage {
  const { severity, change, reason, verdict } = alert;
  const members = change === 'resolved' ? previous!.open : severity === 'page' ? alert.open : [];
  return {
    hour: verdict.hour,
    severity,
    change,
    reason,
    lines: [
      ...members.map((member) => lineOf(member, alert, previous)),
      ...alert.notices.map(({ kind, text }) => ({ criterion: kind, change, text, rollBack: false })),
    ],
  };
}

function lineOf(
  member: Member,
  { change, reason, verdict }: AlertRecord,
  previous: AlertRecord | undefined,
): AlertLine {
  const { endpoint, what, since, rollBack } = member;
  const known = previous?.open.find((one) => isSame(one, member));
  const fresh = !known || known.untold || since > previous!.verdict.hour;
  const own =
    change === 'resolved' ? change : fresh ? 'firing' : rollBack && !known.rollBack ? 'worse' : ('repeat' as const);
  if (what === 'blind' || endpoint === undefined) {
    const { blind } = verdict;
    return { criterion: 'blind', change: own, text: blind?.reason ?? reason, since, rollBack };
  }
  const finding = verdict.findings.find(
    (one) => one.endpoint === endpoint && (what === 'silent' ? one.silentSince !== undefined : one.criterion === what),
  );
  const text = finding?.reason ?? reason;
  return { endpoint, criterion: what, change: own, text, since, rollBack, ...(finding && { finding }) };
}

/** Which turns of the current stage an hour is. */
function turnsOf({ stage, hour }: Verdict, lastHours: ReadonlyMap<Instant, Hour>): StageVerdict['at'] {
  if (!stage) return [];
  const end = stage.plannedEnd;
  return [
    ...(end !== undefined && startOf(hour) < end && end <= startOf(hour + 1) ? ['planned end' as const] : []),
    ...(lastHours.get(stage.since) === hour ? ['last hour' as const] : []),
  ];
}

function stageVerdictOf(
  { stage, hour, recommendation, reason, findings, traffic = [] }: Verdict,
  at: StageVerdict['at'],
): StageVerdict {
  return { hour, stage: stage!.name, exposure: stage!.exposure, at, recommendation, reason, findings, traffic };
}
