import type { HourCount } from './hour-count';
import { checkCount, checkFraction } from './hour-count';

// Looked up once: in the innermost loops, under a test runner's sandbox, each look at a global costs more than the sum.
const { abs, exp, log, log1p, max, min } = Math;

/** Rates are kept inside these limits, so that a season times a level never leaves what a rate can be. */
const LOWEST_RATE = 1e-7;
const HIGHEST_RATE = 0.95;

/** The most that rates can differ from hour to hour. */
const HIGHEST_RHO = 0.5;
/** It is found when two of Newton's steps are as close as this, as a share; far from it, a step doubles it. */
const CLOSE = 1e-12;
const NEWTON_STEPS = 60;

/** From here on the Stirling series below is exact to double precision. */
const STIRLING_FROM = 10;
/** Up to this many factors one logarithm of their product is cheaper, and more exact, than two series; of the largest counts, a double holds no more of them. */
const PRODUCT_UP_TO = 19;

/** What the Stirling series adds to (z - 1/2) ln z - z + ln(2 pi)/2; Abramowitz and Stegun 6.1.41. */
function stirlingSeries(z: number): number {
  const i = 1 / z;
  const i2 = i * i;
  return i * (1 / 12 + i2 * (-1 / 360 + i2 * (1 / 1260 + i2 * (-1 / 1680 + i2 * (1 / 1188 - (i2 * 691) / 360360)))));
}

/**
 * Natural logarithm of the gamma function, exact to about 1e-14 of its size, or absolutely where it is near 0.
 *
 * @example logGamma(0.5) // 0.5723649429247001
 * @throws RangeError unless 0 < z < infinity
 */
export function logGamma(z: number): number {
  if (!(z > 0 && z < Number.POSITIVE_INFINITY)) throw new RangeError(`logGamma - got ${z}, expected a number above 0`);
  let shifted = z;
  let product = 1;
  while (shifted < STIRLING_FROM) product *= shifted++;
  return (shifted - 0.5) * log(shifted) - shifted + log(2 * Math.PI) / 2 + stirlingSeries(shifted) - log(product);
}

/** ln [z (z + 1) ... (z + k - 1)] = logGamma(z + k) - logGamma(z), without taking the difference of two large numbers. */
function logRising(z: number, k: number): number {
  let product = 1;
  if (k <= PRODUCT_UP_TO) {
    for (let i = 0; i < k; i++) product *= z + i;
    return log(product);
  }
  const top = z + k;
  let low = z;
  while (low < STIRLING_FROM) product *= low++;
  const count = top - low;
  const series = stirlingSeries(top) - stirlingSeries(low);
  const rest = (low - 0.5) * log1p(count / low) + count * log(top) - count + series;
  return product === 1 ? rest : log(product) + rest;
}

/** Up to here the difference of two logarithms of z is exact enough when multiplied by z; beyond, it takes one of their ratio. */
const EXACT_BELOW = 1e5;

/** A rate of failed requests, and what all hours of that rate have in common. */
export class Rate {
  /** Parameters of the beta distribution, for requests that fail and for those that pass. */
  private readonly failing: number;
  private readonly passing: number;
  private readonly logPassing: number;
  private readonly seriesPassing: number;

  constructor(
    readonly mu: number,
    rho: number,
  ) {
    const s = 1 / rho - 1;
    this.failing = mu * s;
    this.passing = (1 - mu) * s;
    this.logPassing = log(this.passing);
    this.seriesPassing = stirlingSeries(this.passing);
  }

  /** The part of the log beta-binomial probability that depends on the rate; the other terms cancel in ratios. */
  logTerm(x: number, n: number): number {
    return logRising(this.failing, x) + this.logPassed(n - x);
  }

  /**
   * e to `logFactor` times what {@link logTerm} is the ln of, with a logarithm less where errors are few. A result below
   * 1e-100 may be 0.
   */
  scaledTerm(x: number, n: number, logFactor: number): number {
    const logOthers = logFactor + this.logPassed(n - x);
    if (x > PRODUCT_UP_TO) return exp(logOthers + logRising(this.failing, x));
    let product = 1;
    for (let i = 0; i < x; i++) product *= this.failing + i;
    return product * exp(logOthers);
  }

  /** {@link logRising} of the requests that pass. */
  private logPassed(k: number): number {
    const z = this.passing;
    if (k <= PRODUCT_UP_TO || z < STIRLING_FROM || z > EXACT_BELOW) return logRising(z, k);
    const logTop = log(z + k);
    return (z - 0.5) * (logTop - this.logPassing) + k * logTop - k + stirlingSeries(z + k) - this.seriesPassing;
  }
}

/** The part that does not: ln [n choose x] - ln of the rising factorial of 1/rho - 1. */
function logCountTerm(x: number, n: number, rho: number): number {
  const rarer = min(x, n - x);
  return logRising(n - rarer + 1, rarer) - logGamma(rarer + 1) - logRising(1 / rho - 1, n);
}

/**
 * Log probability of x errors in n requests whose rate varies from hour to hour as a beta distribution with mean mu and
 * intra-class correlation rho: the variance of x / n is mu (1 - mu) (1 / n + rho (1 - 1 / n)), so that an hour is never
 * worth more than about 1 / rho requests.
 *
 * @example logBetaBinomial(7, 200, 0.02, 0.01) // -2.943177844638841
 * @throws RangeError for counts that cannot be, or a rate or correlation outside (0, 1)
 */
export function logBetaBinomial(x: number, n: number, mu: number, rho: number): number {
  checkCount(x, n);
  checkFraction('mu', mu);
  checkFraction('rho', rho);
  return logCountTerm(x, n, rho) + new Rate(mu, rho).logTerm(x, n);
}

/** Keeps a rate within [1e-7, 0.95], where its likelihood can be told. */
export const boundedRate = (mu: number): number => min(HIGHEST_RATE, max(LOWEST_RATE, mu));

/**
 * Probability of an hour's count as a function of its rate, which has the same rho. With chance `eps` the hour is an incident,
 * in which any count is equally likely; so the result is never 0.
 */
export class HourLikelihood {
  private readonly n: number;
  private readonly x: number;
  private readonly countTerm: number;
  private readonly ordinary: number;
  private readonly incident: number;

  constructor({ n, x }: Pick<HourCount, 'n' | 'x'>, rho: number, eps: number) {
    this.n = n;
    this.x = x;
    this.countTerm = logCountTerm(x, n, rho);
    this.ordinary = 1 - eps;
    this.incident = eps / (n + 1);
  }

  at(rate: Rate): number {
    return this.ordinary * rate.scaledTerm(this.x, this.n, this.countTerm) + this.incident;
  }

  /** ln of {@link at} for some rates. One call for all: a number that a function gives back is an object of its own. */
  logsAt(rates: readonly Rate[], into: Float64Array): void {
    const { n, x, countTerm, ordinary, incident } = this;
    for (let i = 0; i < rates.length; i++) into[i] = log(ordinary * rates[i]!.scaledTerm(x, n, countTerm) + incident);
  }
}

/**
 * How much rates differ from hour to hour: the rho at which the sum of `squares[i] / (1 + others[i] rho)` is `target`
 * (Paule and Mandel, J. Res. NBS 87, 1982). By Newton's method: the sum is convex, so that each step ends below the root.
 *
 * @param squares by hour, the squared distance from its rate over the binomial variance
 * @param others its requests but one
 * @param near a rho that is not far off, to be faster; the result does not depend on it, to 12 digits
 * @returns 0 to 0.5; 0 when chance alone explains the squares
 * @example variationOf([2, 2], [100, 100], 1, 0) // 0.01
 */
export function variationOf(
  squares: ArrayLike<number>,
  others: ArrayLike<number>,
  target: number,
  near: number,
): number {
  let plain = 0;
  for (let i = 0; i < squares.length; i++) plain += squares[i]!;
  if (!(plain > target)) return 0;
  let rho = near;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    let sum = 0;
    let fall = 0;
    for (let i = 0; i < squares.length; i++) {
      const worth = 1 / (1 + others[i]! * rho);
      const part = squares[i]! * worth;
      sum += part;
      fall += part * others[i]! * worth;
    }
    const last = rho;
    rho = min(HIGHEST_RHO, max(0, last + (sum - target) / fall));
    if (abs(rho - last) <= CLOSE * rho) break;
  }
  return rho;
}
