import type { HourCount } from './hour-count';
import { checkCount, checkFraction } from './hour-count';

// Looked up once: in the innermost loops, under a test runner's sandbox, each look at a global costs more than the sum.
const { abs, exp, log, log1p, max, min } = Math;

/** Rates are kept inside these limits, so that a season times a level never leaves what a rate can be. */
const LOWEST_RATE = 1e-7;
const HIGHEST_RATE = 0.95;

/** The most that rates can differ from hour to hour. */
const HIGHEST_RHO = 0.5;
/** Halvings of what rho can be, to find it. */
const HALVINGS = 50;
/** Newton's steps are ended when two are as close as this, as a share. */
const NEWTON_STEPS = 12;
const CLOSE = 1e-12;

/** From here on the Stirling series below is exact to double precision. */
const STIRLING_FROM = 10;
/** Up to this many factors one logarithm of their product is cheaper, and more exact, than two series. */
const PRODUCT_UP_TO = 12;

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

/** The part of the log beta-binomial probability that depends on the rate; the other terms cancel in ratios. */
export function logRateTerm(x: number, n: number, mu: number, rho: number): number {
  const s = 1 / rho - 1;
  return logRising(mu * s, x) + logRising((1 - mu) * s, n - x);
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
  return logCountTerm(x, n, rho) + logRateTerm(x, n, mu, rho);
}

/** Keeps a rate within [1e-7, 0.95]. */
export const boundedRate = (mu: number): number => min(HIGHEST_RATE, max(LOWEST_RATE, mu));

/**
 * Probability of an hour's count as a function of its rate, which is kept within [1e-7, 0.95]. With chance `eps` the
 * hour is an incident, in which any count is equally likely; so the result is never 0.
 */
export function hourLikelihood({ n, x }: HourCount, rho: number, eps: number): (mu: number) => number {
  const countTerm = logCountTerm(x, n, rho);
  const incident = eps / (n + 1);
  return (mu) => (1 - eps) * exp(countTerm + logRateTerm(x, n, boundedRate(mu), rho)) + incident;
}

/**
 * How much rates differ from hour to hour: the rho at which the sum of `squares[i] / (1 + others[i] rho)` is `target`
 * (Paule and Mandel, J. Res. NBS 87, 1982).
 *
 * @param squares by hour, the squared distance from its rate over the binomial variance
 * @param others its requests but one
 * @param near a rho that is not far off, to be faster; the result does not depend on it
 * @returns 0 to 0.5; 0 when chance alone explains the squares
 * @example variationOf([2, 2], [100, 100], 1, 0) // 0.01
 */
export function variationOf(
  squares: ArrayLike<number>,
  others: ArrayLike<number>,
  target: number,
  near: number,
): number {
  const sumAt = (rho: number) => {
    let sum = 0;
    for (let i = 0; i < squares.length; i++) sum += squares[i]! / (1 + others[i]! * rho);
    return sum;
  };
  if (!(sumAt(0) > target)) return 0;
  const root = nearRoot(squares, others, target, near);
  // The sum never rises with rho, in doubles either. So which half to take is known, but for what lies close to the root.
  const below = root * (1 - CLOSE);
  const beyond = root * (1 + CLOSE);
  const knownBelow = sumAt(below) > target ? below : 0;
  const knownBeyond = sumAt(beyond) <= target ? beyond : HIGHEST_RHO;
  let low = 0;
  let high = HIGHEST_RHO;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (middle <= knownBelow || (middle < knownBeyond && sumAt(middle) > target)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Newton's method: the sum is convex, so that each step ends below the root. */
function nearRoot(squares: ArrayLike<number>, others: ArrayLike<number>, target: number, near: number): number {
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
