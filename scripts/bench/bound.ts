import { logBetaBinomial, Rate } from '../../lib/statistics/beta-binomial';
import { cellAt, errorPattern, expectedVolume, type Traffic } from './traffic';

/** Odds that the bound is for; acting at 20 needs less, but not knowing effect and onset costs about as much. */
const ODDS = 100;
/** Below this the beta-binomial distribution is binomial for all that can be seen. */
const SMALLEST_RHO = 1e-8;
const DEVIATIONS = 9;
/** Counts are summed in groups: of 1 near 0, where the distribution is steep, and never of more than this share. */
const GROUP_OF_COUNT = 0.04;
const GROUP_OF_DEVIATION = 0.15;

/** Kullback-Leibler divergence of one hour: what it tells on average for rate `mu` against rate `from`, in nats. */
export function divergence(n: number, mu: number, from: number, rho: number): number {
  if (n === 0 || mu === from) return 0;
  const between = Math.max(SMALLEST_RHO, rho);
  const deviation = Math.sqrt(n * mu * (1 - mu) * (1 + (n - 1) * between));
  const low = Math.max(0, Math.floor(n * mu - DEVIATIONS * deviation));
  const high = Math.min(n, Math.ceil(n * mu + DEVIATIONS * deviation) + 10);
  let sum = 0;
  let mass = 0;
  for (let first = low; first <= high; ) {
    // An odd number of counts has a middle one, which stands for all.
    const group = 1 + 2 * Math.floor(Math.min(first * GROUP_OF_COUNT, deviation * GROUP_OF_DEVIATION) / 2);
    const x = Math.min(n, first + (group - 1) / 2);
    first += group;
    const weight = group * Math.exp(logBetaBinomial(x, n, mu, between));
    mass += weight;
    sum += weight * (new Rate(mu, between).logTerm(x, n) - new Rate(from, between).logTerm(x, n));
  }
  return sum / mass;
}

/**
 * Hours from an onset until somebody who knew the rates before and after would have odds of 100 : 1 on average: ln(100)
 * over the divergence of an hour. At least 1, as nobody sees half an hour.
 *
 * @param before the rate without the regression
 * @returns Infinity when the traffic's hours do not suffice
 */
export function informationBound({ perHour, rate, rho, hours }: Traffic, onset: number, before: number): number {
  const needed = Math.log(ODDS);
  const gains = new Map<string, number>();
  let known = 0;
  for (let hour = onset; hour < hours; hour++) {
    const pattern = errorPattern(cellAt(hour));
    const key = `${cellAt(hour)} ${rate(hour)}`;
    const gain =
      gains.get(key) ??
      divergence(Math.round(expectedVolume(perHour, hour)), rate(hour) * pattern, before * pattern, rho);
    gains.set(key, gain);
    if (known + gain >= needed) return Math.max(1, hour - onset + (needed - known) / gain);
    known += gain;
  }
  return Number.POSITIVE_INFINITY;
}
