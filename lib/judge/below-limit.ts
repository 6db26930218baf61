import { clock, count, lasting, percent, plural, rateOf } from '../facts/format';
import { HOURS_PER_WEEK, startOf } from '../facts/hour';
import { hourlyFrom } from '../release/criteria';
import { type HourCount, pool } from '../statistics/hour-count';
import { ACTS_AT } from '../statistics/regression';
import {
  belowEvidence,
  hoursToTell,
  isAbove,
  type LimitEpisode,
  requestsNeeded,
  risingSince,
} from '../statistics/threshold';
import { type LimitBreach, limitBreaches } from './breaches/limit-breaches';
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
  const weighed = limitEvidence(about, theta);
  const { rho, limit, breach: evidence } = weighed;
  const episodes = limitBreaches(about, theta, weighed);
  const last = episodes.at(-1);
  const make = (draft: FindingDraft) =>
    finish(about, criterion, { ...draft, ...known, ...overIn(episodes, rollout.from) });
  const stageHours = hours.slice(stageFrom);
  const stage = pool(stageHours);
  const lastDay = hours.slice(-AFTERMATH_HOURS);
  if (last && last.to === undefined) {
    const day = pool(lastDay);
    return make({
      outcome: 'breach',
      ...(last.byEvidence ? shownByEvidence(about, theta, last) : shownByHour(about, theta, last.byHour!)),
      since: rollout.from + last.from,
      rollBack:
        lastDay.filter((hour) => isAbove(hour, limit)).length >= ROLL_BACK_HOURS && day.errors > theta * day.requests,
    });
  }

  if (baselineAbove(baseline, theta)) {
    return make({
      outcome: 'inconclusive',
      reason: `already ${percent(baseline!.p0)} before the launch, at or above the limit of ${percent(theta)}`,
      reportOnly: criterion === 'ceiling',
    });
  }

  const pass = belowEvidence(stageHours, limit, rho).at(-1) ?? 1;
  const needed = pass >= ACTS_AT ? stage.requests : requestsNeeded(stageHours, limit, rho, usualHour(baseline));
  const perHour = usualHour(baseline) || stage.requests / Math.max(1, stageHours.length);
  const cleanNeed = () => requestsNeeded([], limit, rho, usualHour(baseline)) ?? Number.POSITIVE_INFINITY;
  const breach = evidence.at(-1) ?? 0;
  const above = stage.errors > theta * stage.requests;
  const worrying = above && (breach >= DOUBT_AT || drifts(about));
  const reportOnly =
    whenThin === 'report' && !worrying && (criterion === 'ceiling' || perHour * plannedStageHours(about) < cleanNeed());
  const missing = needed === undefined ? undefined : Math.max(0, needed - stage.requests);
  const wait = missing && perHour > 0 ? missing / perHour : undefined;
  const expected = { needed, reportOnly, ...(wait !== undefined && { expectedAt: newest + 1 + Math.ceil(wait) }) };
  const enough = () =>
    needed === undefined
      ? 'more requests needed than will ever come'
      : stage.requests < cleanNeed()
        ? `not enough data: ${plural(stage.requests, 'request')}, ${count(needed)} needed`
        : `not shown to be below it: that takes ${count(needed)} requests in all if no further one fails`;
  if (stage.requests === 0) return make({ outcome: 'no-data', reason: enough(), ...expected });

  const recentBreach = last?.to !== undefined && hours.length - last.to <= AFTERMATH_HOURS;
  const met = pass >= ACTS_AT && !recentBreach && !worrying;
  const doubt = () =>
    recentBreach
      ? `it was above its limit in the last ${AFTERMATH_HOURS} hours`
      : `${enough()}${wait === undefined ? '' : ` (${lasting(wait)} at the usual traffic)`}`;
  const stands = worrying
    ? `above its limit of ${percent(theta)}, ${rateOf(stage)} in the stage; ${notSureYet(about, theta)}`
    : `${rateOf(stage)} in the stage against a limit of ${percent(theta)}`;
  return make({
    outcome: met ? 'pass' : 'inconclusive',
    reason: `${stands}${met || (worrying && !recentBreach) ? '' : `; ${doubt()}`}`,
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

type Shown = Pick<FindingDraft, 'reason' | 'window' | 'pooled' | 'evidence' | 'hourly'>;

function shownByEvidence(about: Case, theta: number, last: LimitBreach): Shown {
  const { hours } = about.course;
  const since = breachWindow(hours, last);
  const pooled = pool(hours.slice(since));
  // Evidence that it is over takes longer than the last day needs to look well.
  const lingers = pooled.errors <= theta * pooled.requests ? '; not shown yet that it is over' : '';
  const shown = recent(about, pooled, hours.length - since);
  const also = last.byHour === undefined ? '' : '; an hour alone broke it too (alarm: hourly)';
  return {
    reason: `${rateOf(pooled)} in the ${shown.window.name} against a limit of ${percent(theta)}${lingers}${also}`,
    ...shown,
    evidence: { breach: last.worst },
  };
}

/** By the newest hour that broke the plain rule; there are no odds, since no evidence spoke. */
function shownByHour({ course, rollout, endpoint, newest, release }: Case, theta: number, index: number): Shown {
  const minRequests = hourlyFrom(endpoint)!;
  const hour = rollout.from + index;
  const pooled = pool([course.hours[index]!]);
  const lingers = hour === newest ? '' : '; no hour of so many requests was below it since';
  return {
    reason: `${rateOf(pooled)} in one hour, from ${clock(startOf(hour), release.timeZone)}, against a limit of ${percent(theta)} in each hour of ${plural(minRequests, 'request')} or more (alarm: hourly)${lingers}`,
    window: { name: hour === newest ? 'last hour' : 'hour that was not below it', from: hour, to: hour + 1 },
    pooled,
    evidence: {},
    hourly: { minRequests },
  };
}

/** The first hour of what an open breach is shown by: all that it was opened on, and after a day the newest day. */
function breachWindow(hours: readonly HourCount[], { from, risingFrom }: LimitEpisode): number {
  const day = hours.length - AFTERMATH_HOURS;
  return from >= day || pool(hours.slice(day)).requests === 0 ? risingFrom : day;
}
