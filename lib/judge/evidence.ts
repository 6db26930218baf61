import { limitOf } from '../release/criteria';
import type { Criterion } from '../release/schema';
import { type Baseline, toleratedLevel } from '../statistics/baseline';
import { gateEvidence, PROMOTES_AT } from '../statistics/gate';
import { pageEvidence, pageLevels } from '../statistics/page';
import { ACTS_AT } from '../statistics/regression';
import { belowEvidence, RHO_WITHOUT_BASELINE, thresholdEvidence } from '../statistics/threshold';
import type { Case } from './case';
import type { CriterionKind } from './verdict';

/** A baseline is above the limit when this many errors say so; fewer are chance. */
const ERRORS_TO_TELL = 10;

/** What the hours of a course say about one criterion: odds, one value after each hour. */
export interface CriterionEvidence {
  criterion: CriterionKind;
  /** That it is broken; acts at 20. */
  breach: number[];
  /** That it is met; that of a limit begins anew with each stage. */
  pass: number[];
  /** Odds at which it passes. */
  passesAt: number;
}

/**
 * The evidence that the findings of an endpoint rest on, hour by hour of its course; while no breach is open, its last
 * values are those of the findings. A criterion that cannot be judged has none: without a baseline, or with one at or
 * above the limit.
 */
export function evidenceOf(about: Case): CriterionEvidence[] {
  const { endpoint, release, course } = about;
  const theta = limitOf(release, endpoint);
  const consistent = endpoint.criteria.find((criterion) => 'consistentWithBaseline' in criterion);
  const kind = endpoint.criteria.some((criterion) => 'below' in criterion) ? 'below' : 'ceiling';
  const found: CriterionEvidence[] = [];
  if (consistent && course.baseline) {
    const { page, gate } = consistentEvidence(about, course.baseline, consistent, theta);
    found.push({ criterion: 'consistentWithBaseline', breach: page, pass: gate(), passesAt: PROMOTES_AT });
  }
  if (!baselineAbove(course.baseline, theta)) {
    const { breach, rho } = limitEvidence(about, theta);
    const pass = stageParts(about).flatMap((hours) => belowEvidence(hours, theta, rho));
    found.push({ criterion: kind, breach, pass, passesAt: ACTS_AT });
  }
  return found;
}

/** Evidence about "consistent with the baseline", and the levels that it is against; the gate's costs as much as the page's. */
export function consistentEvidence(
  { course: { hours, exposureOf }, plannedHours }: Case,
  baseline: Baseline,
  { consistentWithBaseline: settings }: Extract<Criterion, { consistentWithBaseline: object }>,
  theta: number,
) {
  const tolerated = pageLevels(baseline, settings, theta);
  const level = { before: toleratedLevel(baseline, settings, theta), toggleOff: tolerated.toggleOff };
  return {
    tolerated,
    level,
    page: pageEvidence(hours, baseline, tolerated, plannedHours),
    gate: () => gateEvidence(hours, baseline, exposureOf, level, theta),
  };
}

/** Evidence that a limit is broken. */
export function limitEvidence({ course: { baseline, hours } }: Case, theta: number) {
  const rho = baseline?.rho ?? RHO_WITHOUT_BASELINE;
  return { rho, breach: thresholdEvidence(hours, theta, rho) };
}

/** Whether an endpoint was at or above a limit before the launch, so that it cannot be judged against it. */
export const baselineAbove = (baseline: Baseline | undefined, theta: number) =>
  baseline !== undefined && baseline.errors >= ERRORS_TO_TELL && baseline.p0 >= theta;

/** The hours of a course, cut where a stage begins. */
function stageParts({ rollout: { from, stays }, course: { hours } }: Case) {
  const cuts = [0, ...stays.slice(1).map((stay) => Math.min(hours.length, stay.from - from)), hours.length];
  return cuts.slice(1).map((end, index) => hours.slice(cuts[index]!, end));
}
