import { clock, count, lasting, percent, plural, points, rateOf, times } from '../facts/format';
import { HOURS_PER_WEEK, startOf } from '../facts/hour';
import { BASELINE_WEEKS } from '../facts/usual';
import type { Pooled } from '../facts/window';
import type { Criterion } from '../release/schema';
import { hasToggleOff } from '../release/source-section';
import type { Baseline } from '../statistics/baseline';
import { errorRatio } from '../statistics/error-ratio';
import {
  drowns,
  exposedRate,
  gateEvidence,
  gateLevel,
  gateLevelIn,
  harmAt,
  hoursStillNeeded,
  PROMOTES_AT,
} from '../statistics/gate';
import type { HourCount } from '../statistics/hour-count';
import { pool } from '../statistics/hour-count';
import { type PageEpisode, worseningSince } from '../statistics/regression';
import { indistinctUpTo } from '../statistics/spread';
import { AFTERMATH_HOURS, type Case, type FindingDraft, finish, overIn, plannedStageHours, recent } from './case';
import { consistentEvidence, DOUBT_AT } from './evidence';
import { SPREAD_WEEKS } from './rollout';
import type { Finding } from './verdict';

/** So many hours alone must not speak for harm. */
const LATELY_HOURS = 72;
/** Of a stage's week so many hours may be worse than any, in which one outage lies; the others decide. */
const LEFT_OUT_OF_WEEK = 6;
/** How far towards what the gate rules out the stage may lie. */
const HALFWAY = 0.5;
/** A gate that takes so many stages cannot judge. */
const STAGES_TO_WAIT = 4;
/** Exposures that one may choose to be able to judge. */
const USUAL_EXPOSURES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1] as const;

/** What makes a baseline a poorer one than four whole weeks with errors in them, in words. */
function oddities({ weeks, spreadWeeks, incidentHours, errors, requests }: Baseline, unknown: number): string[] {
  return [
    weeks < BASELINE_WEEKS ? `${weeks} of ${BASELINE_WEEKS} weeks` : '',
    weeks === BASELINE_WEEKS && spreadWeeks < SPREAD_WEEKS
      ? `${spreadWeeks} of ${SPREAD_WEEKS} weeks show how weeks differ`
      : '',
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
  const { baseline, hours, exposureOf, stageFrom } = course;
  if (!baseline)
    return finish(about, 'consistentWithBaseline', {
      outcome: 'no-data',
      reason: 'there is no baseline: not one whole week with requests before the launch',
    });

  const { tolerated, page, episodes, gate: gateOf } = consistentEvidence(about, baseline, criterion, theta);
  const last = episodes.at(-1);
  const make = (draft: FindingDraft) =>
    finish(about, 'consistentWithBaseline', {
      ...draft,
      baselineRate: baseline.p0,
      ...overIn(episodes, rollout.from),
    });
  const inStage = (episode: PageEpisode) => episode.rollBackAt.some((index) => index >= stageFrom);
  const breach = page.at(-1) ?? 0;
  const odd = oddities(baseline, course.baselineUnknown).map((one) => `; ${one}`);
  const alone = hasToggleOff(release) && rollout.current.exposure < 1;
  const compared = (some: readonly HourCount[], where: string) => {
    const { pooled, toggleOff } = sides(some);
    if (!toggleOff)
      return {
        limit: tolerated.before,
        pooled,
        reason: `${rateOf(pooled)} in the ${where} against the baseline's typical hour, ${percent(baseline.p0)} (tolerated up to ${percent(tolerated.before)}${odd.join('')}${alone ? '; too few requests with the toggle off to compare with' : ''})`,
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
    const rollBack = inStage(last);
    const shown = hours.slice(
      breachWindow(hours, last, () => worseningSince(hours.slice(0, last.from + 1), baseline, tolerated)),
    );
    const { window } = recent(about, pool([]), shown.length);
    return make({
      ...compared(shown, window.name),
      outcome: 'breach',
      window,
      evidence: { breach: Math.max(breach, last.worst) },
      since: rollout.from + last.from,
      rollBack,
    });
  }

  const stage = pool(hours.slice(stageFrom));
  if (stage.requests === 0)
    return make({ limit: tolerated.before, outcome: 'no-data', reason: 'no request counted in this stage' });
  const { exposure } = rollout.current;
  const newestHour = hours.at(-1)!;
  const gate = gateOf();
  const pass = gate.at(-1)!;
  const gateAt = gateLevelIn(newestHour, baseline, theta, exposure);
  const split = hours.filter((hour) => hour.toggleOff);
  const usual = (newestHour.toggleOff ? split : [...baseline.usual, ...hours]).slice(-HOURS_PER_WEEK);
  const more = hoursStillNeeded(pass, baseline, gateAt, usual, PROMOTES_AT);
  const fromNothing = hoursStillNeeded(1, baseline, gateAt, usual, PROMOTES_AT) ?? Number.POSITIVE_INFINITY;
  const planned = plannedStageHours(about);
  const drowned = !newestHour.toggleOff && drowns(baseline, exposure);
  const tooLong = fromNothing > STAGES_TO_WAIT * planned;
  const hardly = drowned || (tooLong && pass < PROMOTES_AT);
  const cannot = hardly ? beyondExposure(about, baseline, theta, drowned ? undefined : fromNothing) : '';

  // What was broken and is no more is no part of what must pass by itself.
  const since = Math.max(stageFrom, last ? last.to! + 1 : 0);
  const judged = hours.slice(since);
  const trimmed = errorRatio(judged, baseline, Math.round((LEFT_OUT_OF_WEEK * judged.length) / HOURS_PER_WEEK));
  const from = Math.max(hours.length - LATELY_HOURS, last ? last.to! + 1 : 0);
  const lately = gateEvidence(hours.slice(from), baseline, exposureOf.slice(from), theta).at(-1) ?? 1;
  const ruledOut =
    newestHour.toggleOff || gateAt <= baseline.p0 + harmAt(baseline, exposure)
      ? 'harm to the exposed users'
      : `a rise of the exposed users to more than ${percent(exposedRate(baseline, gateAt, exposure)!)}`;
  const doubts = [
    breach >= DOUBT_AT ? `odds of ${count(breach)} : 1 that it is above what is tolerated` : '',
    cannot,
    pass < PROMOTES_AT && !hardly
      ? `${ruledOut} is not ruled out yet${more === undefined ? '' : `, ${lasting(more)} more`}`
      : '',
    hours.length - from >= LATELY_HOURS && lately < 1 ? 'the last three days speak for harm, not against it' : '',
    trimmed - 1 > HALFWAY * (gateAt / baseline.p0 - 1)
      ? `without its worst hours the stage fails ${times(trimmed)} as often as before`
      : '',
  ].filter(Boolean);
  const compares = compared(hours.slice(stageFrom), 'stage');
  const past =
    last && last.to! >= stageFrom
      ? [
          `it was ${inStage(last) ? 'bad enough to roll back' : 'broken'} until ${clock(startOf(rollout.from + last.to! + 1), release.timeZone)}; evidence counts from there`,
        ]
      : [];
  const passes = doubts.length === 0;
  return make({
    ...compares,
    outcome: passes ? 'pass' : 'inconclusive',
    reason: [compares.reason, ...past, ...(passes ? [`${ruledOut} is ruled out`] : doubts)].join('; '),
    evidence: { breach, pass },
    ...(hardly && { beyondExposure: true as const }),
    reportOnly: criterion.whenThin === 'report' && (drowned || (pass < PROMOTES_AT && fromNothing > planned)),
    ...(more !== undefined && pass < PROMOTES_AT && !drowned && { expectedAt: about.newest + 1 + Math.ceil(more) }),
  });
}

/** Why overall rates cannot show harm while so few users are exposed, and what could. */
function beyondExposure(about: Case, baseline: Baseline, theta: number, takes: number | undefined): string {
  const { release, rollout } = about;
  const { exposure } = rollout.current;
  const harm = `harm (one point, or double) would raise the overall rate by ${points(harmAt(baseline, exposure))}`;
  const why =
    takes === undefined
      ? `${harm}, and a usual week may be ${points(indistinctUpTo(baseline) - baseline.p0)} above the baseline`
      : `${harm}, which takes ${Number.isFinite(takes) ? lasting(takes) : 'longer than anybody waits'} to tell at this traffic`;
  const enough = USUAL_EXPOSURES.flatMap((wider) => {
    if (wider <= exposure || drowns(baseline, wider)) return [];
    const hours = hoursStillNeeded(1, baseline, gateLevel(baseline, theta, wider), baseline.usual, PROMOTES_AT);
    return hours !== undefined && hours <= plannedStageHours(about)
      ? [`${percent(wider)} of users would do, in ${lasting(hours)}`]
      : [];
  })[0];
  return [
    `cannot be judged at ${percent(exposure)} of users: ${why}`,
    enough ?? 'no exposure would do in the time of this stage',
    hasToggleOff(release) ? '' : 'requests with the toggle off (datadog.toggleOff) would show it at any exposure',
    release.controls.length > 0 || baseline.spread === 0
      ? ''
      : 'control endpoints (controls) take out what weeks share',
  ]
    .filter(Boolean)
    .join('; ');
}

/**
 * The first hour of what an open breach is shown by: the newest day, and while it opened in it also the hours before in
 * which its evidence grew, which take longer where requests are few.
 */
function breachWindow(hours: readonly HourCount[], { from }: PageEpisode, risingFrom: () => number): number {
  const day = Math.max(0, hours.length - AFTERMATH_HOURS);
  return from >= day || pool(hours.slice(day)).requests === 0 ? Math.min(day, risingFrom()) : day;
}
