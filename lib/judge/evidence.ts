import type { Hour, Instant } from '../facts/hour';
import type { Pooled } from '../facts/window';
import { criterionOf, limitOf } from '../release/criteria';
import type { Criterion } from '../release/schema';
import type { Baseline } from '../statistics/baseline';
import { gateEvidence, PROMOTES_AT } from '../statistics/gate';
import { pool } from '../statistics/hour-count';
import { pageEvidence } from '../statistics/page';
import { ACTS_AT, type Episode, pageEpisodes, regressionEvidence } from '../statistics/regression';
import { toleratedLevels } from '../statistics/spread';
import {
  belowEvidence,
  isAbove,
  type Limit,
  limitsIn,
  RHO_WITHOUT_BASELINE,
  thresholdEpisodes,
  thresholdEvidence,
} from '../statistics/threshold';
import { usualAt } from '../statistics/traffic';
import { AFTERMATH_HOURS, type Case } from './case';
import { silenceOf } from './traffic/missing-requests';
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

/** Something that broke and was over before anybody could look, in the words of a criterion. */
export interface PastBreach {
  criterion: CriterionKind | 'silent';
  /** The hours [from, to) in which it shows, and when they were known. */
  from: Hour;
  to: Hour;
  knownAt: Instant;
  /** Of these hours; and the rate that counts as broken. */
  pooled: Pooled;
  limit?: number;
}

/**
 * What of an endpoint broke and was over again in hours that were caught up at once: no run saw it open, so no message told
 * of it. What was known in time, hour by hour, is none of it.
 */
export function pastBreaches(about: Case): PastBreach[] {
  const { course, release, endpoint, rollout } = about;
  const { hours, baseline } = course;
  if (course.volume.requests.caughtUp.size === 0) return [];
  const theta = limitOf(release, endpoint);
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  const found: PastBreach[] = [];
  const add = (criterion: CriterionKind, limit: number, limitIn: Limit, episodes: readonly Episode[]) => {
    for (const { from, to } of episodes) {
      const knownAt = to === undefined ? undefined : untoldSince(about, rollout.from + from, rollout.from + to);
      if (knownAt === undefined) continue;
      let start = from;
      while (start > 0 && isAbove(hours[start - 1]!, limitIn)) start--;
      const end = hours.slice(0, to! + 1).findLastIndex((hour) => isAbove(hour, limitIn)) + 1;
      const pooled = pool(hours.slice(start, Math.max(end, from + 1)));
      found.push({
        criterion,
        from: rollout.from + start,
        to: rollout.from + Math.max(end, from + 1),
        knownAt,
        pooled,
        limit,
      });
    }
  };
  if (consistent && baseline) {
    const { episodes, tolerated } = consistentEvidence(about, baseline, consistent, theta);
    add('consistentWithBaseline', tolerated.before, tolerated.before, episodes);
  }
  if (!baselineAbove(baseline, theta)) {
    const { breach, rho, limit } = limitEvidence(about, theta);
    const kind = criterionOf(endpoint, 'below') ? 'below' : 'ceiling';
    add(kind, theta, limit, thresholdEpisodes(hours, limit, rho, breach));
  }
  return [...found, ...pastSilences(about)];
}

/** When hours that were caught up were all known, if no run between the first and the last of them gave a verdict. */
function untoldSince({ course }: Case, first: Hour, last: Hour): Instant | undefined {
  const { caughtUp } = course.volume.requests;
  const [begun, ended] = [caughtUp.get(first), caughtUp.get(last)];
  if (!begun || (ended?.judgedUpTo ?? last - 1) > begun.judgedUpTo) return undefined;
  return Math.max(begun.at, ended?.at ?? 0);
}

/** Hours further back are no news. */
const LOOKS_BACK = 14 * 24;
/** Below this share of what is usual, requests may be missing. */
const FEW = 0.4;

/** Hours of an endpoint without its usual requests that began and ended within what was caught up. */
function pastSilences(about: Case): PastBreach[] {
  const { release, rollout, newest, course } = about;
  const { requests } = course.volume;
  const { first, answered, caughtUp } = requests;
  const isFew = (hour: Hour) => {
    const usual = usualAt(answered, hour - first, rollout.launch - first);
    return usual !== undefined && (answered[hour - first] ?? usual) < FEW * usual;
  };
  const late = [...caughtUp.keys()].filter((hour) => hour >= rollout.from && hour > newest - LOOKS_BACK);
  if (!late.some(isFew)) return [];
  // By what is known now, not by what was known in the hole.
  const volume = { ...course.volume, requests: { ...requests, knownSince: new Map<Hour, Hour>() } };
  const found: PastBreach[] = [];
  let open: Hour | undefined;
  let closed = rollout.from - 1;
  for (const hour of late) {
    const silent = silenceOf(release, rollout, volume, hour, course.baseline);
    if (silent && open === undefined) open = hour;
    if (silent || open === undefined) continue;
    const knownAt = untoldSince(about, open, hour);
    const gone = late.filter((one) => one > closed && one <= hour && isFew(one));
    const [from, to] = [gone[0]!, gone.at(-1)! + 1];
    const pooled = { requests: gone.reduce((sum, one) => sum + answered[one - first]!, 0), errors: 0 };
    if (knownAt !== undefined) found.push({ criterion: 'silent', from, to, knownAt, pooled });
    open = undefined;
    closed = hour;
  }
  return found;
}
