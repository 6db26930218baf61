import { count, lasting, percent, plural, rateOf, times } from '../facts/format';
import { HOURS_PER_WEEK } from '../facts/hour';
import type { Pooled } from '../facts/window';
import type { Criterion } from '../release/schema';
import { hasToggleOff } from '../release/source-section';
import type { Baseline } from '../statistics/baseline';
import { gateLevelIn, hoursStillNeeded, PROMOTES_AT } from '../statistics/gate';
import type { HourCount } from '../statistics/hour-count';
import { pool } from '../statistics/hour-count';
import { ACTS_AT, pageEpisodes, regressionEvidence } from '../statistics/regression';
import { AFTERMATH_HOURS, type Case, type FindingDraft, finish, plannedStageHours, recent } from './case';
import { consistentEvidence } from './evidence';
import { BASELINE_WEEKS } from './rollout';
import type { Finding } from './verdict';

/** Page evidence from which a release no longer advances; a page may need no more than 3. */
const DOUBT_AT = 2;
/** The gate's evidence must not be lower than it was this long ago. */
const TREND_HOURS = 72;
/** A stage may fail twice as often as the baseline with all its incidents, and half a point more. */
const OUTAGES_FACTOR = 2;
const OUTAGES_FLOOR = 0.005;

/** Whether the last day brought evidence that the endpoint runs above its baseline, by less than would be worth a page. */
export function drifts({ course: { baseline, hours }, plannedHours }: Case): boolean {
  if (!baseline) return false;
  const evidence = regressionEvidence(hours, baseline, baseline.noticeLevel, plannedHours);
  return evidence.slice(-AFTERMATH_HOURS).some((now) => now >= ACTS_AT);
}

/** What makes a baseline a poorer one than four whole weeks with errors in them, in words. */
function oddities({ weeks, incidentHours, errors, requests }: Baseline, unknown: number): string[] {
  return [
    weeks < BASELINE_WEEKS ? `${weeks} of ${BASELINE_WEEKS} weeks` : '',
    unknown > 0 ? `${plural(unknown, 'hour')} of it unknown` : '',
    incidentHours > 0 ? `${plural(incidentHours, 'incident hour')} left out of it` : '',
    errors === 0 ? `no error in its ${plural(requests, 'request')}` : '',
  ].filter(Boolean);
}

/** All requests of some hours or, where those with the toggle off are counted, the others and those. */
function sides(hours: readonly HourCount[]): { pooled: Pooled; toggleOff?: Pooled } {
  const split = hours.filter((hour) => hour.toggleOff);
  if (split.length === 0) return { pooled: pool(hours) };
  const all = pool(split);
  const toggleOff = pool(split.map((hour) => ({ ...hour.toggleOff!, cell: hour.cell })));
  return { pooled: { requests: all.requests - toggleOff.requests, errors: all.errors - toggleOff.errors }, toggleOff };
}

/** The criterion "consistent with the baseline": a breach on page evidence, a pass on the gate's. */
export function consistentFinding(
  about: Case,
  criterion: Extract<Criterion, { consistentWithBaseline: object }>,
  theta: number,
): Finding {
  const { course, release, rollout } = about;
  const { baseline, hours, stageFrom } = course;
  const make = (draft: FindingDraft) =>
    finish(about, 'consistentWithBaseline', { ...draft, ...(baseline && { baselineRate: baseline.p0 }) });
  if (!baseline)
    return make({
      outcome: 'no-data',
      reason: 'there is no baseline: not one whole week with requests before the launch',
    });

  const { tolerated, level, page, gate: gateOf } = consistentEvidence(about, baseline, criterion, theta);
  const episodes = pageEpisodes(hours, baseline, tolerated, page);
  const last = episodes.at(-1);
  const rollBackAt = episodes.flatMap((episode) => episode.rollBackAt).find((index) => index >= stageFrom);
  const rollBack = rollBackAt !== undefined;
  const breach = page.at(-1) ?? 0;
  const odd = oddities(baseline, course.baselineUnknown).map((one) => `; ${one}`);
  const alone = hasToggleOff(release) && rollout.current.exposure < 1;
  const compared = (some: readonly HourCount[], where: string) => {
    const { pooled, toggleOff } = sides(some);
    if (!toggleOff)
      return {
        limit: tolerated.before,
        pooled,
        reason: `${rateOf(pooled)} in the ${where} against the baseline's ${percent(baseline.p0)} (tolerated up to ${percent(tolerated.before)}${odd.join('')}${alone ? '; too few requests with the toggle off to compare with' : ''})`,
      };
    const factor = tolerated.toggleOff / baseline.p0;
    return {
      limit: Math.min(1, (factor * toggleOff.errors) / toggleOff.requests),
      pooled,
      toggleOff,
      reason: `${rateOf(pooled)} with the toggle on in the ${where} against ${rateOf(toggleOff)} with it off (tolerated up to ${times(factor)} that)`,
    };
  };
  if (last && last.to === undefined) {
    const { window } = recent(about, pool([]));
    return make({
      ...compared(hours.slice(-AFTERMATH_HOURS), window.name),
      outcome: 'breach',
      window,
      evidence: { breach: Math.max(breach, last.worst) },
      since: rollout.from + last.from,
      rollBack,
    });
  }

  const stage = pool(hours.slice(stageFrom));
  if (stage.requests === 0)
    return make({ limit: tolerated.before, outcome: 'no-data', reason: 'no request counted in this stage', rollBack });
  const gate = gateOf();
  const pass = gate.at(-1)!;
  const gateAt = gateLevelIn(hours.at(-1)!, baseline, level, theta, rollout.current.exposure);
  const split = hours.filter((hour) => hour.toggleOff);
  const usual = (hours.at(-1)!.toggleOff ? split : [...baseline.usual, ...hours]).slice(-HOURS_PER_WEEK);
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
  const inStage = compared(hours.slice(stageFrom), 'stage');
  return make({
    ...inStage,
    outcome: doubts.length === 0 ? 'pass' : 'inconclusive',
    reason: [inStage.reason, ...doubts].join('; '),
    evidence: { breach, pass },
    rollBack,
    reportOnly:
      criterion.whenThin === 'report' &&
      pass < PROMOTES_AT &&
      (fromNothing ?? Number.POSITIVE_INFINITY) > plannedStageHours(about),
    ...(more !== undefined && pass < PROMOTES_AT && { expectedAt: about.newest + 1 + Math.ceil(more) }),
  });
}
