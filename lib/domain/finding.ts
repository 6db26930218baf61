import { type Baseline, toleratedLevel } from './baseline';
import type { Course, Rollout } from './course';
import { count, lasting, percent, plural, rateOf } from './format';
import { gateEvidence, gateLevel, hoursStillNeeded, PROMOTES_AT } from './gate';
import { HOURS_PER_WEEK, type Hour } from './hour';
import { pageEvidence, pageLevel } from './page';
import { ACTS_AT, pageEpisodes, regressionEvidence } from './regression';
import type { Criterion, Endpoint, Release } from './release';
import { belowEvidence, RHO_WITHOUT_BASELINE, requestsNeeded, thresholdEpisodes, thresholdEvidence } from './threshold';
import type { CriterionKind, Finding, Pooled, Window } from './verdict';
import { pool } from './window';

/** Page evidence from which a release no longer advances; a page may need no more than 3. */
const DOUBT_AT = 2;
/** A broken limit holds the release for this long after it. */
const AFTERMATH_HOURS = 24;
/** So many hours above the limit, of the last 24, make an open breach a reason to roll back. */
const ROLL_BACK_HOURS = 3;
/** The gate's evidence must not be lower than it was this long ago. */
const TREND_HOURS = 72;
/** A stage may fail twice as often as the baseline with all its incidents, and half a point more. */
const OUTAGES_FACTOR = 2;
const OUTAGES_FLOOR = 0.005;
/** A baseline is above the limit when this many errors say so; fewer are chance. */
const ERRORS_TO_TELL = 10;

/** An endpoint's course and what it is judged against. */
export interface Case {
  release: Release;
  endpoint: Endpoint;
  rollout: Rollout;
  course: Course;
  newest: Hour;
  plannedHours: number;
}

type Draft = Pick<Finding, 'outcome' | 'reason'> & Partial<Finding>;

/** What is known about every criterion of one endpoint, and about the release's ceiling where it has no limit of its own. */
export function findingsOf(about: Case): Finding[] {
  const { endpoint, release } = about;
  const limit = endpoint.criteria.find((criterion) => 'below' in criterion);
  const consistent = endpoint.criteria.find((criterion) => 'consistentWithBaseline' in criterion);
  return [
    ...(consistent ? [consistentFinding(about, consistent, limit?.below ?? release.ceiling)] : []),
    ...(limit ? [limitFinding(about, 'below', limit.below, limit.whenThin)] : []),
    ...(!limit && !baselineAbove(about.course.baseline, release.ceiling)
      ? [limitFinding(about, 'ceiling', release.ceiling, 'report')]
      : []),
  ];
}

/** Whether the last day brought evidence that the endpoint runs above its baseline, by less than would be worth a page. */
export function drifts({ course: { baseline, hours }, plannedHours }: Case): boolean {
  if (!baseline) return false;
  const evidence = regressionEvidence(hours, baseline, baseline.noticeLevel, plannedHours);
  return evidence.slice(-AFTERMATH_HOURS).some((now) => now >= ACTS_AT);
}

/** The criterion "consistent with the baseline": a breach on page evidence, a pass on the gate's. */
function consistentFinding(
  about: Case,
  criterion: Extract<Criterion, { consistentWithBaseline: object }>,
  theta: number,
): Finding {
  const { course, rollout, plannedHours } = about;
  const { baseline, hours, exposureOf, stageFrom } = course;
  const make = (draft: Draft) =>
    finish(about, 'consistentWithBaseline', { ...draft, ...(baseline && { baselineRate: baseline.p0 }) });
  if (!baseline)
    return make({
      outcome: 'no-data',
      reason: 'there is no baseline: not one whole week with requests before the launch',
    });

  const settings = criterion.consistentWithBaseline;
  const tolerated = pageLevel(baseline, settings, theta);
  const known = { limit: tolerated };
  const page = pageEvidence(hours, baseline, tolerated, plannedHours);
  const episodes = pageEpisodes(hours, baseline, tolerated, page);
  const last = episodes.at(-1);
  const rollBackAt = episodes.flatMap((episode) => episode.rollBackAt).find((index) => index >= stageFrom);
  const rollBack = rollBackAt !== undefined;
  const breach = page.at(-1) ?? 0;
  const against = `the baseline's ${percent(baseline.p0)} (tolerated up to ${percent(tolerated)})`;
  if (last && last.to === undefined) {
    const { pooled, window } = recent(about, pool(hours.slice(-AFTERMATH_HOURS)));
    return make({
      ...known,
      outcome: 'breach',
      reason: `${rateOf(pooled)} in the ${window.name} against ${against}`,
      pooled,
      window,
      evidence: { breach: Math.max(breach, last.worst) },
      since: rollout.from + last.from,
      rollBack,
    });
  }

  const stage = pool(hours.slice(stageFrom));
  if (stage.requests === 0)
    return make({ ...known, outcome: 'no-data', reason: 'no request counted in this stage', rollBack });
  const level = toleratedLevel(baseline, settings, theta);
  const gate = gateEvidence(hours, baseline, exposureOf, level, theta);
  const pass = gate.at(-1)!;
  const gateAt = gateLevel(baseline, level, theta, rollout.current.exposure);
  const usual = [...baseline.usual, ...hours].slice(-HOURS_PER_WEEK);
  const more = hoursStillNeeded(pass, baseline, gateAt, usual, PROMOTES_AT);
  const fromNothing = hoursStillNeeded(1, baseline, gateAt, usual, PROMOTES_AT);
  const earlier = gate.at(-1 - TREND_HOURS);
  const doubts = [
    rollBack ? 'it was bad enough to roll back in this stage; enter the stage again once it is repaired' : '',
    breach >= DOUBT_AT ? `odds of ${count(breach)} : 1 that it is above what is tolerated` : '',
    pass < PROMOTES_AT
      ? `harm to the exposed users is not ruled out yet${more === undefined ? '' : `, ${lasting(more)} more`}`
      : '',
    earlier !== undefined && pass < earlier ? 'its evidence is weaker than three days ago' : '',
    stage.errors / stage.requests > OUTAGES_FACTOR * baseline.raw + OUTAGES_FLOOR
      ? 'the stage fails more often than the baseline with all its incidents'
      : '',
  ].filter(Boolean);
  return make({
    ...known,
    outcome: doubts.length === 0 ? 'pass' : 'inconclusive',
    reason: [`${rateOf(stage)} in the stage against ${against}`, ...doubts].join('; '),
    evidence: { breach, pass },
    rollBack,
    reportOnly:
      criterion.whenThin === 'report' &&
      pass < PROMOTES_AT &&
      (fromNothing ?? Number.POSITIVE_INFINITY) > plannedStageHours(about),
    ...(more !== undefined && pass < PROMOTES_AT && { expectedAt: about.newest + Math.ceil(more) }),
  });
}

/** The criterion "below a limit", the endpoint's own or the release's ceiling. */
function limitFinding(about: Case, criterion: CriterionKind, theta: number, whenThin: 'hold' | 'report'): Finding {
  const { course, rollout, newest } = about;
  const { baseline, hours, stageFrom } = course;
  const make = (draft: Draft) =>
    finish(about, criterion, { ...draft, limit: theta, ...(baseline && { baselineRate: baseline.p0 }) });
  if (baselineAbove(baseline, theta)) {
    return make({
      outcome: 'inconclusive',
      reason: `already ${percent(baseline!.p0)} before the launch, at or above the limit of ${percent(theta)}`,
    });
  }

  const rho = baseline?.rho ?? RHO_WITHOUT_BASELINE;
  const evidence = thresholdEvidence(hours, theta, rho);
  const episodes = thresholdEpisodes(hours, theta, rho, evidence);
  const last = episodes.at(-1);
  const stageHours = hours.slice(stageFrom);
  const stage = pool(stageHours);
  if (last && last.to === undefined) {
    const above = hours.slice(-AFTERMATH_HOURS).filter(({ n, x }) => n > 0 && x / n > theta).length;
    const pooled = pool(hours.slice(last.from).slice(-AFTERMATH_HOURS));
    return make({
      outcome: 'breach',
      reason: `${rateOf(pooled)} against a limit of ${percent(theta)}`,
      ...recent(about, pooled, Math.min(AFTERMATH_HOURS, hours.length - last.from)),
      evidence: { breach: last.worst },
      since: rollout.from + last.from,
      rollBack: above >= ROLL_BACK_HOURS,
    });
  }

  const needed = requestsNeeded(stageHours, theta, rho, usualHour(baseline));
  const perHour = usualHour(baseline) || stage.requests / Math.max(1, stageHours.length);
  const cleanNeed = requestsNeeded([], theta, rho, usualHour(baseline)) ?? Number.POSITIVE_INFINITY;
  const reportOnly =
    whenThin === 'report' && (criterion === 'ceiling' || perHour * plannedStageHours(about) < cleanNeed);
  const missing = needed === undefined ? undefined : Math.max(0, needed - stage.requests);
  const wait = missing && perHour > 0 ? missing / perHour : undefined;
  const expected = { needed, reportOnly, ...(wait !== undefined && { expectedAt: newest + Math.ceil(wait) }) };
  const enough =
    needed === undefined
      ? 'more requests needed than will ever come'
      : stage.requests < cleanNeed
        ? `not enough data: ${plural(stage.requests, 'request')}, ${count(needed)} needed`
        : `not shown to be below it: that takes ${count(needed)} requests in all if no further one fails`;
  if (stage.requests === 0) return make({ outcome: 'no-data', reason: enough, ...expected });

  const pass = belowEvidence(stageHours, theta, rho).at(-1)!;
  const recentBreach = last?.to !== undefined && hours.length - last.to <= AFTERMATH_HOURS;
  const met = pass >= ACTS_AT && !recentBreach;
  const doubt = recentBreach
    ? `it was above its limit in the last ${AFTERMATH_HOURS} hours`
    : `${enough}${wait === undefined ? '' : ` (${lasting(wait)} at the usual traffic)`}`;
  return make({
    outcome: met ? 'pass' : 'inconclusive',
    reason: `${rateOf(stage)} in the stage against a limit of ${percent(theta)}${met ? '' : `; ${doubt}`}`,
    evidence: { breach: evidence.at(-1) ?? 0, pass },
    ...(recentBreach ? { reportOnly: false } : expected),
  });
}

const baselineAbove = (baseline: Baseline | undefined, theta: number) =>
  baseline !== undefined && baseline.errors >= ERRORS_TO_TELL && baseline.p0 >= theta;

/** Mean requests of an hour in the baseline's last week; 0 without a baseline. */
export const usualHour = (baseline: Baseline | undefined): number =>
  baseline ? pool(baseline.usual).requests / baseline.usual.length : 0;

const plannedStageHours = ({ release, rollout }: Case) =>
  stageLength(release, rollout.current.stage) ?? Number.POSITIVE_INFINITY;

/** Planned hours of a stage; of a last stage without a length, those of the longest check that follows it. */
export function stageLength(release: Release, name: string): number | undefined {
  const stage = release.stages.find((one) => one.name === name);
  if (!stage) return undefined;
  if (stage.length !== undefined) return stage.length;
  return release.checks.length > 0 ? Math.max(...release.checks.map((check) => check.length)) : undefined;
}

function recent(
  { newest, rollout }: Case,
  pooled: Pooled,
  hours = AFTERMATH_HOURS,
): { window: Window; pooled: Pooled } {
  const from = Math.max(rollout.from, newest + 1 - hours);
  return { pooled, window: { name: `last ${plural(newest + 1 - from, 'hour')}`, from, to: newest + 1 } };
}

/** Completes a finding; without a window of its own it speaks of the current stage. */
function finish({ endpoint, rollout, newest, course }: Case, criterion: CriterionKind, draft: Draft): Finding {
  const { current } = rollout;
  return {
    endpoint: endpoint.name,
    criterion,
    window: { name: `stage ${current.stage}`, from: current.from, to: newest + 1 },
    pooled: pool(course.hours.slice(course.stageFrom)),
    evidence: {},
    rollBack: false,
    reportOnly: false,
    ...draft,
  };
}
