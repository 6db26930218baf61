import { byReason, type LeftOut, leftOutIn, leftOutOfAll, leftOutTexts } from '../facts/exclusion';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, startOf } from '../facts/hour';
import type { Snapshots } from '../facts/snapshot';
import type { StageEvent } from '../facts/stage';
import type { ToggleFacts } from '../facts/toggle';
import { comparesWithBaseline } from '../release/criteria';
import type { Memory } from '../release/memory';
import { stageLength } from '../release/schedule';
import type { Release } from '../release/schema';
import { blindness } from './blindness';
import { type Case, eachCase } from './case';
import { drifts } from './evidence';
import { withProvenLevel } from './exposed-users';
import { withFailed } from './failed';
import {
  findingsOf,
  notByStaleBaseline,
  notWhileBlind,
  unjudgedFindings,
  unlessMostLeftOut,
  unlessOtherTraffic,
  unlessSilent,
} from './finding';
import { checkInsOf } from './notices/check-ins';
import { classNotices } from './notices/class-notices';
import { comparisonNotices } from './notices/comparison-notices';
import { driftNotice } from './notices/drift-notice';
import { gapNotices } from './notices/gap-notices';
import { logNotices } from './notices/log-notices';
import { pastNotices } from './notices/past-notices';
import { doubtText, recommend, withBlind } from './recommendation';
import { type Rollout, rolloutOf, staleBaseline, unexposedRollout } from './rollout';
import { toggleNotices, togglesSaid } from './toggles/comparison';
import { trafficOn } from './traffic/traffic';
import type { EndpointTraffic, Finding, Notice, Verdict } from './verdict';

/** Changes whenever the same facts may give another verdict. */
export const JUDGE_VERSION = '4';

/**
 * The verdict as of one hour: a pure function of the facts. Nothing leads from missing data to a pass, and a stage's end
 * never turns inconclusive into pass. The worst finding decides.
 *
 * @param snapshots by endpoint and hour, from twelve weeks before the launch; what lies after `hour` is not looked at
 * @param options.proven whether to search for the level that the stage rules out, which costs nearly as much as all the rest;
 *   unless it is said, from a stage's planned end on
 * @param options.toggles what the release's toggles said, where they are read
 * @param options.memory of what the weeks before the launch gave, for a caller that judges the release hour after hour
 */
export function judge(
  release: Release,
  wholeLog: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  options: { proven?: boolean; toggles?: ToggleFacts; memory?: Memory } = {},
): Verdict {
  const log = wholeLog.filter((event) => event.at < startOf(hour + 1));
  const rollout = rolloutOf(log);
  const blind = blindness(release, snapshots, hour, rollout?.launch ?? hour);
  const gaps = [...gapNotices(release, snapshots, hour), ...classNotices(release, snapshots, hour)];
  const toggles =
    release.toggleService && options.toggles ? togglesSaid(release, wholeLog, options.toggles) : undefined;
  const base = { judge: JUDGE_VERSION, hour, ...(blind && { blind }), ...(toggles && { toggles }) };
  const ofToggles = toggles ? toggleNotices(toggles) : [];
  if (!rollout) {
    const reason = log.some((event) => event.exposure > 0)
      ? 'the release was taken back to 0 %; nobody is exposed'
      : 'the release is not launched: no stage was entered';
    const findings = unexposedFindings(release, log, snapshots, hour);
    const leftOut = leftOutOfAll(
      new Map(release.endpoints.map(({ name }) => [name, leftOutIn(snapshots.get(name) ?? new Map(), lately(hour))])),
    );
    const said = [
      reason,
      ...findings.map((finding) => `${finding.endpoint}: ${finding.reason}`),
      ...leftOutTexts(leftOut, release.timeZone),
      ...(toggles?.said ? [toggles.said] : []),
    ].join('; ');
    const verdict = {
      ...base,
      recommendation: 'not exposed' as const,
      reason: withBlind(said, blind),
      findings,
      ...(leftOut.length > 0 && { leftOut }),
    };
    const { due } = checkInsOf(release, log, snapshots, verdict);
    return { ...verdict, notices: [...due, ...logNotices(release, log, verdict), ...ofToggles, ...gaps] };
  }

  const { current } = rollout;
  const stale = comparesWithBaseline(release) ? staleBaseline(release, rollout) : undefined;
  const length = stageLength(release, current.stage);
  const plannedEnd = length === undefined ? undefined : current.at + length * HOUR_MS;
  const over = plannedEnd !== undefined && startOf(hour + 1) >= plannedEnd;
  const proven = options.proven ?? over;
  const judged = eachCase(
    release,
    rollout,
    snapshots,
    hour,
    options.memory,
    (about) => judgedCase(about, blind, proven),
    (about, error): Judged => ({
      findings: unjudgedFindings(about, error),
      traffic: [],
      notices: [],
      leftOut: [],
      leftOutOfStage: 0,
    }),
  );
  const findings = judged
    .flatMap((one) => one.findings)
    .map((finding) => (stale ? notByStaleBaseline(finding) : finding));
  const traffic = judged.flatMap((one) => one.traffic);
  const leftOut = leftOutOfAll(new Map(judged.map((one, index) => [release.endpoints[index]!.name, one.leftOut])));
  const stage = {
    name: current.stage,
    exposure: current.exposure,
    since: current.at,
    ...(plannedEnd !== undefined && { plannedEnd }),
    ...(log.at(-1)!.byToggle && { toggle: current.share ?? current.exposure }),
  };
  const verdict = {
    ...base,
    stage,
    findings,
    traffic,
    ...(leftOut.length > 0 && { leftOut }),
    ...recommend(release, findings, {
      traffic,
      current,
      blind,
      over,
      plannedEnd,
      hours: hour + 1 - current.from,
      leftOut,
      stale,
      toggles,
      inDoubt: doubtText(log.at(-1)!, release.timeZone),
      leftOutOfStage: Math.max(...judged.map((one) => one.leftOutOfStage)),
    }),
  };
  const { due, next } = checkInsOf(release, log, snapshots, verdict);
  const notices = [
    ...due,
    ...logNotices(release, log, verdict),
    ...judged.flatMap((one) => one.notices),
    ...ofToggles,
    ...comparisonNotices(leftOut, stale, release),
    ...gaps,
  ];
  return { ...verdict, notices, ...(next !== undefined && { nextCheckIn: next }) };
}

/** The hours that are judged while nobody is exposed. */
const lately = (hour: Hour) => ({ from: hour + 1 - HOURS_PER_WEEK, to: hour + 1 });

/** What breaks its limit while nobody is exposed: it is told all the same, and there is nothing to take back. */
const unexposedFindings = (release: Release, log: readonly StageEvent[], snapshots: Snapshots, hour: Hour): Finding[] =>
  judgedFindings(release, unexposedRollout(log, hour), snapshots, hour)
    .filter(({ outcome, criterion }) => outcome === 'breach' && criterion !== 'consistentWithBaseline')
    .map((finding) => ({ ...finding, rollBack: false }));

/** All findings as of `hour`, for a rollout as it is given. */
export const judgedFindings = (release: Release, rollout: Rollout, snapshots: Snapshots, hour: Hour): Finding[] =>
  eachCase(
    release,
    rollout,
    snapshots,
    hour,
    undefined,
    (about) => judgedCase(about, undefined, false).findings,
    unjudgedFindings,
  ).flat();

/** What is said of one endpoint. */
interface Judged {
  findings: Finding[];
  /** What they rest on; nothing of numbers that cannot be used. */
  traffic: EndpointTraffic[];
  notices: Notice[];
  leftOut: LeftOut[];
  /** Hours of the stage that do not count. */
  leftOutOfStage: number;
}

/** What is known of an endpoint; a breach is said, whatever else of its numbers cannot be used. */
function judgedCase(about: Case, blind: Verdict['blind'], proven: boolean): Judged {
  const first = findingsOf(about);
  const reasons = about.course.volume.requests.leftOut;
  const leftOut = {
    leftOut: byReason(reasons),
    leftOutOfStage: [...reasons.keys()].filter((hour) => hour >= about.rollout.current.from).length,
  };
  try {
    const { traffic, notices } = trafficOn(about);
    const { holds } = traffic;
    const findings = first.map((finding) => {
      const seen = blind ? notWhileBlind(finding) : unlessSilent(finding, about);
      const whole = proven && holds.length === 0 ? withProvenLevel(seen, about.course, about.rollout) : seen;
      return unlessMostLeftOut(unlessOtherTraffic(whole, holds), about, leftOut.leftOutOfStage);
    });
    const isBroken = findings.some(({ outcome }) => outcome === 'breach');
    const drift = !isBroken && drifts(about) ? [driftNotice(about.endpoint.name, about)] : [];
    return {
      findings: withFailed(findings, about),
      traffic: [traffic],
      notices: [...notices, ...pastNotices(about), ...drift],
      ...leftOut,
    };
  } catch (error) {
    const others = unjudgedFindings(about, error);
    const findings = first.map((one, index) => (one.outcome === 'breach' ? one : others[index]!));
    return { findings, traffic: [], notices: [], ...leftOut };
  }
}
