import { logBetaBinomial } from '../../lib/domain/beta-binomial';
import { cellAt, errorPattern, expectedVolume, type Traffic } from './traffic';

/** Odds that the bound is for; acting at 20 needs less, but not knowing effect and onset costs about as much. */
const ODDS = 100;
/** Below this the beta-binomial distribution is binomial for all that can be seen. */
const SMALLEST_RHO = 1e-8;
const DEVIATIONS = 9;
const POINTS = 600;

/** Kullback-Leibler divergence of one hour: what it tells on average for rate `mu` against rate `from`, in nats. */
export function divergence(n: number, mu: number, from: number, rho: number): number {
  if (n === 0 || mu === from) return 0;
  const between = Math.max(SMALLEST_RHO, rho);
  const deviation = Math.sqrt(n * mu * (1 - mu) * (1 + (n - 1) * between));
  const low = Math.max(0, Math.floor(n * mu - DEVIATIONS * deviation));
  const high = Math.min(n, Math.ceil(n * mu + DEVIATIONS * deviation) + 10);
  const step = Math.max(1, Math.floor((high - low) / POINTS));
  let sum = 0;
  let mass = 0;
  for (let x = low; x <= high; x += step) {
    const log = logBetaBinomial(x, n, mu, between);
    const weight = Math.exp(log);
    mass += weight;
    sum += weight * (log - logBetaBinomial(x, n, from, between));
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
  let known = 0;
  for (let hour = onset; hour < hours; hour++) {
    const pattern = errorPattern(cellAt(hour));
    const gain = divergence(Math.round(expectedVolume(perHour, hour)), rate(hour) * pattern, before * pattern, rho);
    if (known + gain >= needed) return Math.max(1, hour - onset + (needed - known) / gain);
    known += gain;
  }
  return Number.POSITIVE_INFINITY;
}
