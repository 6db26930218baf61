import { criterionOf, limitOf } from '../release/criteria';
import type { Criterion } from '../release/schema';
import type { Baseline } from '../statistics/baseline';
import { gateEvidence, PROMOTES_AT } from '../statistics/gate';
import { pageEvidence } from '../statistics/page';
import { ACTS_AT, pageEpisodes, regressionEvidence } from '../statistics/regression';
import { toleratedLevels } from '../statistics/spread';
import { belowEvidence, limitsIn, RHO_WITHOUT_BASELINE, thresholdEvidence } from '../statistics/threshold';
import { AFTERMATH_HOURS, type Case } from './case';
import type { CriterionKind } from './verdict';

/** A baseline is above the limit when this many errors say so; fewer are chance. */
const ERRORS_TO_TELL = 10;

/** Odds that something is broken from which a release no longer advances; a page may need no more than 3. */
export const DOUBT_AT = 2;

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
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  const kind = criterionOf(endpoint, 'below') ? 'below' : 'ceiling';
  const found: CriterionEvidence[] = [];
  if (consistent && course.baseline) {
    const { page, gate } = consistentEvidence(about, course.baseline, consistent, theta);
    found.push({ criterion: 'consistentWithBaseline', breach: page, pass: gate(), passesAt: PROMOTES_AT });
  }
  if (!baselineAbove(course.baseline, theta)) {
    const { breach, rho, limit } = limitEvidence(about, theta);
    const pass = stageParts(about).flatMap((hours) => belowEvidence(hours, limit, rho));
    found.push({ criterion: kind, breach, pass, passesAt: ACTS_AT });
  }
  return found;
}

/** Evidence about "consistent with the baseline", and the levels that it is against; the gate's costs as much as the page's. */
export function consistentEvidence(
  about: Case,
  baseline: Baseline,
  { consistentWithBaseline: settings }: Extract<Criterion, { consistentWithBaseline: object }>,
  theta: number,
) {
  const { plannedHours } = about;
  const { hours, exposureOf } = about.course;
  const tolerated = toleratedLevels(baseline, settings, theta);
  const page = pageEvidence(hours, baseline, tolerated, plannedHours, noticeEvidence(about, baseline));
  const episodes = pageEpisodes(hours, baseline, tolerated, page);
  const closings = episodes.flatMap(({ to }) => to ?? []);
  return {
    tolerated,
    page,
    episodes,
    gate: () => gateEvidence(hours, baseline, exposureOf, theta, closings),
  };
}

/** Whether the last day brought evidence that the endpoint runs above its baseline, by less than would be worth a page. */
export const drifts = (about: Case): boolean =>
  about.course.baseline !== undefined &&
  noticeEvidence(about, about.course.baseline)
    .slice(-AFTERMATH_HOURS)
    .some((now) => now >= ACTS_AT);

/** It is asked for a notice, a page and a limit, and is a fifth of the work of judging. */
const noticed = new WeakMap<Case['course'], number[]>();

function noticeEvidence({ course, plannedHours }: Case, baseline: Baseline): number[] {
  const known = noticed.get(course);
  if (known) return known;
  const evidence = regressionEvidence(course.hours, baseline, baseline.noticeLevel, plannedHours);
  noticed.set(course, evidence);
  return evidence;
}

/** Evidence that a limit is broken, and the limit of each cell of the day. */
export function limitEvidence({ course: { baseline, hours }, rollout: { from, stays } }: Case, theta: number) {
  const rho = baseline?.rho ?? RHO_WITHOUT_BASELINE;
  const limit = baseline ? limitsIn(baseline.habits, theta) : theta;
  const entries = [0, ...stays.slice(1).map((stay) => stay.from - from)];
  return { rho, limit, breach: thresholdEvidence(hours, limit, rho, entries) };
}

/** Whether an endpoint was at or above a limit before the launch, so that it cannot be judged against it. */
export const baselineAbove = (baseline: Baseline | undefined, theta: number) =>
  baseline !== undefined && baseline.errors >= ERRORS_TO_TELL && baseline.p0 >= theta && baseline.raw >= theta;

/** The hours of a course, cut where a stage begins. */
function stageParts({ rollout: { from, stays }, course: { hours } }: Case) {
  const cuts = [0, ...stays.slice(1).map((stay) => Math.min(hours.length, stay.from - from)), hours.length];
  return cuts.slice(1).map((end, index) => hours.slice(cuts[index]!, end));
}
