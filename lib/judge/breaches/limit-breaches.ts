import { hourlyFrom } from '../../release/criteria';
import { type HourlyEpisode, hourlyEpisodes } from '../../statistics/hourly-limit';
import { type LimitEpisode, thresholdEpisodes } from '../../statistics/threshold';
import type { Case } from '../case';
import { baselineAbove, type limitEvidence } from '../evidence';

/** A time in which an endpoint broke its limit, by evidence, by its rule for single hours, or by both. */
export interface LimitBreach extends LimitEpisode {
  /** Whether the evidence's own episode is open. */
  byEvidence: boolean;
  /** While the rule for single hours is broken: the newest hour that broke it. */
  byHour?: number;
}

/**
 * When an endpoint broke its limit. With `alarm: hourly` that is so while its evidence says so or the plain rule is broken;
 * the rule asks nothing of the baseline, and knows one limit for all hours of the day.
 *
 * @param evidence of the same limit
 * @returns the breaches, oldest first; only the last one can be open
 */
export function limitBreaches(
  { course: { hours, baseline }, endpoint }: Case,
  theta: number,
  evidence: ReturnType<typeof limitEvidence>,
): LimitBreach[] {
  const { rho, limit, breach } = evidence;
  const minRequests = hourlyFrom(endpoint);
  const shown = baselineAbove(baseline, theta) ? [] : thresholdEpisodes(hours, limit, rho, breach);
  const plain = minRequests === undefined ? [] : hourlyEpisodes(hours, { limit: theta, minRequests });
  const all = [
    ...shown.map((one) => ({ ...one, byEvidence: one.to === undefined })),
    ...plain.map((one) => plainBreach(one, breach)),
  ].sort((a, b) => a.from - b.from);
  const breaches: LimitBreach[] = [];
  for (const one of all) {
    const last = breaches.at(-1);
    if (last && one.from <= (last.to ?? hours.length)) breaches.splice(-1, 1, joined(last, one));
    else breaches.push(one);
  }
  return breaches;
}

function plainBreach({ from, to, newest }: HourlyEpisode, evidence: readonly number[]): LimitBreach {
  const worst = evidence.slice(from, (to ?? evidence.length) + 1).reduce((a, b) => Math.max(a, b), 0);
  return {
    from,
    worst,
    risingFrom: from,
    byEvidence: false,
    ...(to === undefined ? { byHour: newest } : { to }),
  };
}

/** Two that overlap are one, and it is over when both are. */
function joined(a: LimitBreach, b: LimitBreach): LimitBreach {
  const { to: _, ...earlier } = a;
  const byHour = a.byHour ?? b.byHour;
  return {
    ...earlier,
    worst: Math.max(a.worst, b.worst),
    risingFrom: Math.min(a.risingFrom, b.risingFrom),
    byEvidence: a.byEvidence || b.byEvidence,
    ...(byHour !== undefined && { byHour }),
    ...(a.to !== undefined && b.to !== undefined && { to: Math.max(a.to, b.to) }),
  };
}
