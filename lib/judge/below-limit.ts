import { count, lasting, percent, plural, rateOf } from '../facts/format';
import { pool } from '../statistics/hour-count';
import { ACTS_AT } from '../statistics/regression';
import { belowEvidence, requestsNeeded, thresholdEpisodes } from '../statistics/threshold';
import { AFTERMATH_HOURS, type Case, type FindingDraft, finish, plannedStageHours, recent, usualHour } from './case';
import { baselineAbove, limitEvidence } from './evidence';
import type { CriterionKind, Finding } from './verdict';

/** So many hours above the limit, of the last 24, make an open breach a reason to roll back. */
const ROLL_BACK_HOURS = 3;

/** The criterion "below a limit", the endpoint's own or the release's ceiling. */
export function limitFinding(
  about: Case,
  criterion: CriterionKind,
  theta: number,
  whenThin: 'hold' | 'report',
): Finding {
  const { course, rollout, newest } = about;
  const { baseline, hours, stageFrom } = course;
  const make = (draft: FindingDraft) =>
    finish(about, criterion, { ...draft, limit: theta, ...(baseline && { baselineRate: baseline.p0 }) });
  if (baselineAbove(baseline, theta)) {
    return make({
      outcome: 'inconclusive',
      reason: `already ${percent(baseline!.p0)} before the launch, at or above the limit of ${percent(theta)}`,
      reportOnly: criterion === 'ceiling',
    });
  }

  const { rho, breach: evidence } = limitEvidence(about, theta);
  const episodes = thresholdEpisodes(hours, theta, rho, evidence);
  const last = episodes.at(-1);
  const stageHours = hours.slice(stageFrom);
  const stage = pool(stageHours);
  if (last && last.to === undefined) {
    const above = hours.slice(-AFTERMATH_HOURS).filter(({ n, x }) => n > 0 && x / n > theta).length;
    const pooled = pool(hours.slice(last.from).slice(-AFTERMATH_HOURS));
    // Evidence that it is over takes longer than the last day needs to look well.
    const lingers = pooled.errors <= theta * pooled.requests ? '; not shown yet that it is over' : '';
    return make({
      outcome: 'breach',
      reason: `${rateOf(pooled)} against a limit of ${percent(theta)}${lingers}`,
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
  const expected = { needed, reportOnly, ...(wait !== undefined && { expectedAt: newest + 1 + Math.ceil(wait) }) };
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
