import { byReason, type LeftOut, leftOutIn, leftOutOfAll, leftOutTexts } from '../facts/exclusion';
import { clock, count, lasting, plural, rateOf } from '../facts/format';
import { HOUR_MS, HOURS_PER_WEEK, type Hour, startOf } from '../facts/hour';
import { toggleOffName } from '../facts/series';
import type { Snapshots } from '../facts/snapshot';
import { hoursOfChange, type StageEvent, type Stay } from '../facts/stage';
import type { ToggleFacts } from '../facts/toggle';
import { comparesWithBaseline } from '../release/criteria';
import { controlsFor } from '../release/measure/like-measures';
import { plannedHours, stageLength } from '../release/schedule';
import type { Endpoint, Release } from '../release/schema';
import { blindness } from './blindness';
import type { Case } from './case';
import { type baselineOf, courseOf, upstreamOf } from './course';
import { drifts } from './evidence';
import { withProvenLevel } from './exposed-users';
import {
  findingsOf,
  notByStaleBaseline,
  notWhileBlind,
  unjudgedFindings,
  unlessOtherTraffic,
  unlessSilent,
} from './finding';
import { checkInsOf, comparisonNotices, driftNotice, gapNotices, logNotices, pastNotices } from './notice';
import { withRisen } from './risen';
import { type Rollout, rolloutOf, type StaleBaseline, staleBaseline, unexposedRollout } from './rollout';
import { toggleNotices, togglesSaid } from './toggles/comparison';
import { referencesOf } from './traffic/reference';
import { trafficOn } from './traffic/traffic';
import { restsOn } from './traffic/traffic-text';
import type { EndpointTraffic, Finding, Notice, Recommendation, TogglesSaid, Verdict } from './verdict';

/** Changes whenever the same facts may give another verdict. */
export const JUDGE_VERSION = '4';
/** A stage never advances earlier, however good it looks: a day has a daily pattern. */
const SHORTEST_STAGE_HOURS = 24;

/**
 * The verdict as of one hour: a pure function of the facts. Nothing leads from missing data to a pass, and a stage's end
 * never turns inconclusive into pass. The worst finding decides.
 *
 * @param snapshots by endpoint and hour, from twelve weeks before the launch; what lies after `hour` is not looked at
 * @param options.proven whether to search for the level that the stage rules out, which costs nearly as much as all the rest;
 *   unless it is said, from a stage's planned end on
 * @param options.toggles what the release's toggles said, where they are read
 * @param options.baselineFor how baselines are fitted, for a caller that judges many hours of the same facts
 */
export function judge(
  release: Release,
  wholeLog: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  options: { proven?: boolean; toggles?: ToggleFacts; baselineFor?: typeof baselineOf } = {},
): Verdict {
  const log = wholeLog.filter((event) => event.at < startOf(hour + 1));
  const rollout = rolloutOf(log);
  const blind = blindness(release, snapshots, hour, rollout?.launch ?? hour);
  const gaps = gapNotices(release, snapshots, hour);
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
    options.baselineFor,
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
      return unlessOtherTraffic(whole, holds);
    });
    const isBroken = findings.some(({ outcome }) => outcome === 'breach');
    const drift = !isBroken && drifts(about) ? [driftNotice(about.endpoint.name, about)] : [];
    return {
      findings: withRisen(findings, about),
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

/** Every endpoint's course as of `hour`, beside what the release compares it with; undefined where there can be none. */
export const casesOf = (release: Release, rollout: Rollout, snapshots: Snapshots, hour: Hour): (Case | undefined)[] =>
  eachCase<Case | undefined>(
    release,
    rollout,
    snapshots,
    hour,
    undefined,
    (about) => about,
    () => undefined,
  );

/** Does something for each endpoint by itself: what one's numbers make impossible stops no other. */
function eachCase<T>(
  release: Release,
  rollout: Rollout,
  snapshots: Snapshots,
  newest: Hour,
  baselineFor: typeof baselineOf | undefined,
  work: (about: Case) => T,
  failed: (about: Omit<Case, 'course' | 'snapshots'>, error: unknown) => T,
): T[] {
  const upstreams = new Map<boolean, ReturnType<typeof upstreamOf>>();
  const upstreamFor = (endpoint: Endpoint) => {
    const isSlow = endpoint.slow !== undefined;
    const alike = { ...release, controls: controlsFor(release, endpoint) };
    if (!upstreams.has(isSlow)) upstreams.set(isSlow, upstreamOf(alike, rollout, snapshots, newest));
    return upstreams.get(isSlow);
  };
  const references = referencesOf(release, rollout, snapshots, newest);
  return release.endpoints.map((endpoint) => {
    const about = { release, endpoint, rollout, newest, plannedHours: plannedHours(release) };
    try {
      const own = snapshots.get(endpoint.name) ?? new Map();
      const toggleOff = snapshots.get(toggleOffName(endpoint.name));
      const upstream = upstreamFor(endpoint);
      const beside = { toggleOff, upstream, references, meantFrom: endpoint.requests?.from ?? 1 };
      return work({ ...about, snapshots: own, course: courseOf(release, rollout, own, newest, beside, baselineFor) });
    } catch (error) {
      return failed(about, error);
    }
  });
}

interface Circumstances {
  traffic: readonly EndpointTraffic[];
  current: Stay;
  blind: Verdict['blind'];
  over: boolean;
  plannedEnd: number | undefined;
  /** Hours that the stage has lasted, and how many of them do not count. */
  hours: number;
  leftOutOfStage: number;
  leftOut: readonly LeftOut[];
  /** Why the baseline no longer speaks for today. */
  stale: StaleBaseline | undefined;
  toggles: TogglesSaid | undefined;
  /** Which hours belong to no stage, since nobody knows in which of them the toggle changed. */
  inDoubt: string | undefined;
}

function doubtText(entry: StageEvent, timeZone: string): string | undefined {
  const { after, at } = entry;
  if (after === undefined) return undefined;
  const hours = plural(hoursOfChange(entry).length, 'hour');
  return `the toggle changed between ${clock(after, timeZone)} and ${clock(at, timeZone)}, so ${hours} count in no stage`;
}

/** The recommendation and its reason, with what was not judged. */
function recommend(
  release: Release,
  findings: readonly Finding[],
  { traffic, current, blind, over, plannedEnd, hours, leftOut, leftOutOfStage, stale, toggles, inDoubt }: Circumstances,
): { recommendation: Recommendation; reason: string } {
  const told = new Set<string>();
  const saidOf = (some: readonly Finding[]) =>
    some
      .map(({ endpoint, reason }) => {
        const of = told.has(endpoint) ? [] : (traffic.find((one) => one.endpoint === endpoint)?.said ?? []);
        told.add(endpoint);
        return `${endpoint}: ${[...of, reason].join('; ')}`;
      })
      .join('; ');
  const unjudged = findings.filter(
    (finding) =>
      finding.reportOnly &&
      finding.criterion !== 'ceiling' &&
      (finding.outcome === 'inconclusive' || finding.outcome === 'no-data'),
  );
  const without = [
    ...(stale ? [`${stale.why}; begin anew: ${stale.command}`] : []),
    ...leftOutTexts(leftOut, release.timeZone),
    ...(inDoubt === undefined ? [] : [inDoubt]),
    ...(toggles?.said ? [toggles.said] : []),
  ];
  const decide = (recommendation: Recommendation, reason: string) => {
    const rest = unjudged.map(({ endpoint, needed, pooled, reason: why }) => {
      const seen = pooled.errors > 0 ? `${rateOf(pooled)} failed` : plural(pooled.requests, 'request');
      const short = needed === undefined ? why : `${seen}, ${count(needed)} needed`;
      return `${endpoint} is not judged (${short})`;
    });
    const others = (blind ? [] : traffic)
      .filter(({ endpoint, said }) => said.length > 0 && !told.has(endpoint))
      .map(({ endpoint, said }) => `${endpoint}: ${said.join('; ')}`);
    return { recommendation, reason: withBlind([reason, ...others, ...rest, ...without].join('; '), blind) };
  };

  const worst = findings.filter((finding) => finding.rollBack);
  if (worst.length > 0) return decide('roll back', saidOf(worst));
  const broken = findings.filter((finding) => finding.outcome === 'breach');
  if (broken.length > 0) return decide('hold', saidOf(broken));
  if (blind) return decide('hold', 'without data nothing can be judged');
  const open = findings.filter((finding) => finding.outcome !== 'pass' && !finding.reportOnly);
  if (!release.stages.some((stage) => stage.name === current.stage))
    return decide('hold', `stage ${current.stage} is not in the release file; nothing says what to judge it by`);
  if (plannedEnd !== undefined && !over) {
    const sofar = open.length === 0 ? 'nothing speaks against advancing so far' : saidOf(open);
    return decide('hold', `the stage is planned until ${clock(plannedEnd, release.timeZone)}; ${sofar}`);
  }
  if (leftOutOfStage > hours / 2)
    return decide(
      'hold',
      `${count(leftOutOfStage)} of the stage's ${plural(hours, 'hour')} are left out; most must count`,
    );
  if (hours - leftOutOfStage < SHORTEST_STAGE_HOURS) {
    const old =
      leftOutOfStage > 0 ? `has only ${lasting(hours - leftOutOfStage)} that count` : `is only ${lasting(hours)} old`;
    return decide('hold', `the stage ${old}; it needs a day at least`);
  }
  if (open.length > 0) return decide('hold', saidOf(open));
  if (stale) return decide('hold', 'the baseline is too old');
  if (toggles?.holds) return decide('hold', 'the toggles are not known to be as the log says');
  const passed = findings.filter((finding) => finding.outcome === 'pass' && finding.criterion !== 'ceiling');
  if (passed.length === 0) return decide('hold', 'no criterion could be judged');
  const last = current.stage === release.stages.at(-1)!.name ? ['the last stage is done'] : [];
  return decide('advance', [...last, saidOf(passed), restsOn(traffic, current.exposure)].join('; '));
}

const withBlind = (reason: string, blind: Verdict['blind']) =>
  blind ? `blind for ${lasting(blind.hours)} (${blind.reason}); ${reason}` : reason;
