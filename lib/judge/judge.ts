import { clock, count, lasting, percent, plural, rateOf, times } from '../facts/format';
import { HOUR_MS, type Hour, startOf } from '../facts/hour';
import { toggleOffName } from '../facts/series';
import type { Snapshots } from '../facts/snapshot';
import type { StageEvent } from '../facts/stage';
import { plannedHours, stageLength } from '../release/schedule';
import type { Release } from '../release/schema';
import { exposedRate, provenLevel } from '../statistics/gate';
import type { Case } from './case';
import { type baselineOf, type Course, courseOf, upstreamOf } from './course';
import { drifts } from './evidence';
import { findingsOf, unlessSilent } from './finding';
import { blindness } from './missing-requests';
import { checkInsOf, driftNotice, gapNotices } from './notice';
import { type Rollout, rolloutOf } from './rollout';
import type { Finding, Recommendation, Verdict } from './verdict';

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
 * @param options.baselineFor how baselines are fitted, for a caller that judges many hours of the same facts
 */
export function judge(
  release: Release,
  wholeLog: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  options: { proven?: boolean; baselineFor?: typeof baselineOf } = {},
): Verdict {
  const log = wholeLog.filter((event) => event.at < startOf(hour + 1));
  const rollout = rolloutOf(log);
  const blind = blindness(release, snapshots, hour, rollout?.launch ?? hour);
  const gaps = gapNotices(release, snapshots, hour);
  const base = { judge: JUDGE_VERSION, hour, ...(blind && { blind }) };
  if (!rollout) {
    const reason = log.some((event) => event.exposure > 0)
      ? 'the release was taken back to 0 %; nobody is exposed'
      : 'the release is not launched: no stage was entered';
    return { ...base, recommendation: 'not exposed', reason: withBlind(reason, blind), findings: [], notices: gaps };
  }

  const { current } = rollout;
  const length = stageLength(release, current.stage);
  const plannedEnd = length === undefined ? undefined : current.at + length * HOUR_MS;
  const over = plannedEnd !== undefined && startOf(hour + 1) >= plannedEnd;
  const cases = casesOf(release, rollout, snapshots, hour, options.baselineFor);
  const findings = cases.flatMap((about) =>
    findingsOf(about).map((finding) => {
      const seen = blind ? notWhileBlind(finding) : unlessSilent(finding, about);
      return (options.proven ?? over) ? withProvenLevel(seen, about.course, rollout) : seen;
    }),
  );
  const stage = {
    name: current.stage,
    exposure: current.exposure,
    since: current.at,
    ...(plannedEnd !== undefined && { plannedEnd }),
  };
  const verdict = {
    ...base,
    stage,
    findings,
    ...recommend(release, findings, {
      current: current.stage,
      blind,
      over,
      plannedEnd,
      hours: hour + 1 - current.from,
    }),
  };
  const { due, next } = checkInsOf(release, log, snapshots, verdict);
  const broken = new Set(findings.filter((finding) => finding.outcome === 'breach').map((finding) => finding.endpoint));
  const drift = cases
    .filter((about) => !broken.has(about.endpoint.name) && drifts(about))
    .map((about) => driftNotice(about.endpoint.name, about));
  return { ...verdict, notices: [...due, ...drift, ...gaps], ...(next !== undefined && { nextCheckIn: next }) };
}

/** Every endpoint's course as of `hour`, beside what the release compares it with. */
export function casesOf(
  release: Release,
  rollout: Rollout,
  snapshots: Snapshots,
  hour: Hour,
  baselineFor?: typeof baselineOf,
): Case[] {
  const upstream = upstreamOf(release, rollout, snapshots, hour);
  return release.endpoints.map((endpoint) => {
    const own = snapshots.get(endpoint.name) ?? new Map();
    const beside = { off: snapshots.get(toggleOffName(endpoint.name)), upstream };
    const course = courseOf(release, rollout, own, hour, beside, baselineFor);
    return { release, endpoint, rollout, course, newest: hour, plannedHours: plannedHours(release) };
  });
}

/** While nothing is known of the newest hours, nothing passes. */
const notWhileBlind = (finding: Finding): Finding =>
  finding.outcome === 'pass'
    ? { ...finding, outcome: 'inconclusive', reason: `blind since then: ${finding.reason}` }
    : finding;

interface Circumstances {
  /** The stage that users are in. */
  current: string;
  blind: Verdict['blind'];
  over: boolean;
  plannedEnd: number | undefined;
  /** Hours that the stage has lasted. */
  hours: number;
}

/** The recommendation and its reason, with what was not judged. */
function recommend(
  release: Release,
  findings: readonly Finding[],
  { current, blind, over, plannedEnd, hours }: Circumstances,
): { recommendation: Recommendation; reason: string } {
  const said = (finding: Finding) => `${finding.endpoint}: ${finding.reason}`;
  const unjudged = findings.filter(
    (finding) =>
      finding.reportOnly &&
      finding.criterion !== 'ceiling' &&
      (finding.outcome === 'inconclusive' || finding.outcome === 'no-data'),
  );
  const decide = (recommendation: Recommendation, reason: string) => {
    const rest = unjudged.map(({ endpoint, needed, pooled, reason: why }) => {
      const seen = pooled.errors > 0 ? `${rateOf(pooled)} failed` : plural(pooled.requests, 'request');
      const short = needed === undefined ? why : `${seen}, ${count(needed)} needed`;
      return `${endpoint} is not judged (${short})`;
    });
    return { recommendation, reason: withBlind([reason, ...rest].join('; '), blind) };
  };

  const worst = findings.filter((finding) => finding.rollBack);
  if (worst.length > 0) return decide('roll back', worst.map(said).join('; '));
  const broken = findings.filter((finding) => finding.outcome === 'breach');
  if (broken.length > 0) return decide('hold', broken.map(said).join('; '));
  if (blind) return decide('hold', 'without data nothing can be judged');
  const open = findings.filter((finding) => finding.outcome !== 'pass' && !finding.reportOnly);
  if (!release.stages.some((stage) => stage.name === current))
    return decide('hold', `stage ${current} is not in the release file; nothing says what to judge it by`);
  if (plannedEnd !== undefined && !over) {
    const sofar = open.length === 0 ? 'nothing speaks against advancing so far' : open.map(said).join('; ');
    return decide('hold', `the stage is planned until ${clock(plannedEnd, release.timeZone)}; ${sofar}`);
  }
  if (hours < SHORTEST_STAGE_HOURS)
    return decide('hold', `the stage is only ${lasting(hours)} old; it needs a day at least`);
  if (open.length > 0) return decide('hold', open.map(said).join('; '));
  const passed = findings.filter((finding) => finding.outcome === 'pass' && finding.criterion !== 'ceiling');
  if (passed.length === 0) return decide('hold', 'no criterion could be judged');
  const last = current === release.stages.at(-1)!.name ? ['the last stage is done'] : [];
  return decide('advance', [...last, ...passed.map(said)].join('; '));
}

const withBlind = (reason: string, blind: Verdict['blind']) =>
  blind ? `blind for ${lasting(blind.hours)} (${blind.reason}); ${reason}` : reason;

/** Adds the level that the stage's hours rule out, and what it means for exposed users, to a finding about the baseline. */
function withProvenLevel(finding: Finding, { baseline, hours, stageFrom }: Course, { current }: Rollout): Finding {
  if (finding.criterion !== 'consistentWithBaseline' || finding.outcome === 'breach' || !baseline) return finding;
  const stage = hours.slice(stageFrom);
  const apart = stage.filter((hour) => hour.off);
  const level = provenLevel(apart.length > 0 ? apart : stage, baseline);
  const exposed =
    level === undefined ? undefined : exposedRate(baseline, level, apart.length > 0 ? 1 : current.exposure);
  if (level === undefined || exposed === undefined) return finding;
  const proven =
    apart.length > 0
      ? `at most ${times(level / baseline.p0)} as many errors with the toggle on`
      : `incident hours apart: at most ${percent(level)} overall, ${percent(exposed)} for exposed users`;
  return { ...finding, provenLevel: level, reason: `${finding.reason}; proven, ${proven}` };
}
