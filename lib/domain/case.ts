import type { Baseline } from './baseline';
import type { Course, Rollout } from './course';
import { plural } from './format';
import type { Hour } from './hour';
import type { Endpoint, Release } from './release';
import type { CriterionKind, Finding, Pooled, Window } from './verdict';
import { pool } from './window';

/** A broken limit holds the release for this long after it, and a broken criterion is shown by this much of its past. */
export const AFTERMATH_HOURS = 24;

/** An endpoint's course and what it is judged against. */
export interface Case {
  release: Release;
  endpoint: Endpoint;
  rollout: Rollout;
  course: Course;
  newest: Hour;
  plannedHours: number;
}

/** What a criterion has to say; the rest of a finding is the same for all. */
export type Draft = Pick<Finding, 'outcome' | 'reason'> & Partial<Finding>;

/** Mean requests of an hour in the baseline's last week; 0 without a baseline. */
export const usualHour = (baseline: Baseline | undefined): number =>
  baseline ? pool(baseline.usual).requests / baseline.usual.length : 0;

/** Planned hours of the current stage; Infinity without a plan. */
export const plannedStageHours = ({ release, rollout }: Case) =>
  stageLength(release, rollout.current.stage) ?? Number.POSITIVE_INFINITY;

/** Planned hours of a stage; of a last stage without a length, those of the longest check that follows it. */
export function stageLength(release: Release, name: string): number | undefined {
  const stage = release.stages.find((one) => one.name === name);
  if (!stage) return undefined;
  if (stage.length !== undefined) return stage.length;
  return release.checks.length > 0 ? Math.max(...release.checks.map((check) => check.length)) : undefined;
}

/** The newest hours, at most those of the present exposure, as the window of a finding. */
export function recent(
  { newest, rollout }: Case,
  pooled: Pooled,
  hours = AFTERMATH_HOURS,
): { window: Window; pooled: Pooled } {
  const from = Math.max(rollout.from, newest + 1 - hours);
  return { pooled, window: { name: `last ${plural(newest + 1 - from, 'hour')}`, from, to: newest + 1 } };
}

/** Completes a finding; without a window of its own it speaks of the current stage. */
export function finish({ endpoint, rollout, newest, course }: Case, criterion: CriterionKind, draft: Draft): Finding {
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
