import { count, lasting, percent, plural, rateOf } from '../facts/format';
import { HOURS_PER_WEEK } from '../facts/hour';
import { type HourCount, pool } from '../statistics/hour-count';
import { ACTS_AT } from '../statistics/regression';
import {
  belowEvidence,
  hoursToTell,
  isAbove,
  type LimitEpisode,
  requestsNeeded,
  risingSince,
  thresholdEpisodes,
} from '../statistics/threshold';
import {
  AFTERMATH_HOURS,
  type Case,
  type FindingDraft,
  finish,
  overIn,
  plannedStageHours,
  recent,
  usualHour,
} from './case';
import { baselineAbove, DOUBT_AT, drifts, limitEvidence } from './evidence';
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
  const known = { limit: theta, ...(baseline && { baselineRate: baseline.p0 }) };
  if (baselineAbove(baseline, theta)) {
    return finish(about, criterion, {
      ...known,
      outcome: 'inconclusive',
      reason: `already ${percent(baseline!.p0)} before the launch, at or above the limit of ${percent(theta)}`,
      reportOnly: criterion === 'ceiling',
    });
  }

  const { rho, limit, breach: evidence } = limitEvidence(about, theta);
  const episodes = thresholdEpisodes(hours, limit, rho, evidence);
  const last = episodes.at(-1);
  const make = (draft: FindingDraft) =>
    finish(about, criterion, { ...draft, ...known, ...overIn(episodes, rollout.from) });
  const stageHours = hours.slice(stageFrom);
  const stage = pool(stageHours);
  const lastDay = hours.slice(-AFTERMATH_HOURS);
  if (last && last.to === undefined) {
    const since = breachWindow(hours, last);
    const pooled = pool(hours.slice(since));
    // Evidence that it is over takes longer than the last day needs to look well.
    const lingers = pooled.errors <= theta * pooled.requests ? '; not shown yet that it is over' : '';
    const day = pool(lastDay);
    const shown = recent(about, pooled, hours.length - since);
    return make({
      outcome: 'breach',
      reason: `${rateOf(pooled)} in the ${shown.window.name} against a limit of ${percent(theta)}${lingers}`,
      ...shown,
      evidence: { breach: last.worst },
      since: rollout.from + last.from,
      rollBack:
        lastDay.filter((hour) => isAbove(hour, limit)).length >= ROLL_BACK_HOURS && day.errors > theta * day.requests,
    });
  }

  const needed = requestsNeeded(stageHours, limit, rho, usualHour(baseline));
  const perHour = usualHour(baseline) || stage.requests / Math.max(1, stageHours.length);
  const cleanNeed = requestsNeeded([], limit, rho, usualHour(baseline)) ?? Number.POSITIVE_INFINITY;
  const breach = evidence.at(-1) ?? 0;
  const above = stage.errors > theta * stage.requests;
  const worrying = above && (breach >= DOUBT_AT || drifts(about));
  const reportOnly =
    whenThin === 'report' && !worrying && (criterion === 'ceiling' || perHour * plannedStageHours(about) < cleanNeed);
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

  const pass = belowEvidence(stageHours, limit, rho).at(-1)!;
  const recentBreach = last?.to !== undefined && hours.length - last.to <= AFTERMATH_HOURS;
  const met = pass >= ACTS_AT && !recentBreach && !worrying;
  const doubt = recentBreach
    ? `it was above its limit in the last ${AFTERMATH_HOURS} hours`
    : `${enough}${wait === undefined ? '' : ` (${lasting(wait)} at the usual traffic)`}`;
  const stands = worrying
    ? `above its limit of ${percent(theta)}, ${rateOf(stage)} in the stage; ${notSureYet(about, theta)}`
    : `${rateOf(stage)} in the stage against a limit of ${percent(theta)}`;
  return make({
    outcome: met ? 'pass' : 'inconclusive',
    reason: `${stands}${met || (worrying && !recentBreach) ? '' : `; ${doubt}`}`,
    evidence: { breach, pass },
    ...(recentBreach ? { reportOnly: false } : worrying ? { reportOnly } : expected),
  });
}

/** A wait that is worth a word. */
const LONGEST_WAIT = 8 * HOURS_PER_WEEK;

/** How long it takes, about, until evidence that a limit is broken acts, if errors go on as they came lately. */
export function notSureYet(about: Case, theta: number): string {
  const { hours, baseline } = about.course;
  const { rho, limit, breach } = limitEvidence(about, theta);
  const lately = hours.slice(risingSince(hours, limit, rho));
  const perHour = usualHour(baseline) || pool(lately).requests / lately.length;
  const wait = hoursToTell(breach.at(-1)!, pool(lately), theta, rho, perHour);
  return `not sure yet${wait <= LONGEST_WAIT ? `, ${lasting(wait)} more if it goes on` : ''}`;
}

/** The first hour of what an open breach is shown by: all that it was opened on, and after a day the newest day. */
function breachWindow(hours: readonly HourCount[], { from, risingFrom }: LimitEpisode): number {
  const day = hours.length - AFTERMATH_HOURS;
  return from >= day || pool(hours.slice(day)).requests === 0 ? risingFrom : day;
}
