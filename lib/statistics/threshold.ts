import { logRateTerm } from './beta-binomial';
import { checkFraction, checkHours, type HourCount } from './hour-count';
import { ACTS_AT, checkLengths, type Episode } from './regression';

/** How much rates differ from hour to hour where no baseline says it; between what 5xx (0.0006) and 4xx (0.015) usually show. */
export const RHO_WITHOUT_BASELINE = 0.002;

/** The alternatives are set for a limit of 5 %; for another they keep their odds relative to it. */
const REFERENCE_LIMIT = 0.05;
const RATES_ABOVE = [0.06, 0.08, 0.12, 0.2, 0.4] as const;
const RATES_BELOW = [0.0001, 0.01, 0.025, 0.035] as const;
const WEIGHTS_BELOW = [0.5, 0.2, 0.2, 0.1] as const;

/** A service that sits exactly at its limit alarms in at most 1 / 20 of the spans of this many hours: a week. */
const HOURS_OF_A_RATE = 168;
/** Keeps the product below what a double can hold. */
const HIGHEST_SUM = 1e250;
/** e^690 is about 1e299. */
const LARGEST_LOG = 690;

/** An hour with fewer requests cannot show by itself that the rate is below its limit. */
const THIN_REQUESTS = 60;
const HOURS_TO_CLOSE = 2;
/** In thin hours recovery is measured against a fifth of the limit, with at most this much from one hour. */
const RECOVERED_RATE = 0.01;
const RECOVERY_CAP = 10;

const MOST_REQUESTS = 10_000_000;

const odds = (rate: number) => rate / (1 - rate);

/** A rate that is to `theta` in odds what `rate` is to 5 %. */
function relativeTo(theta: number, rate: number): number {
  const scaled = (odds(theta) / odds(REFERENCE_LIMIT)) * odds(rate);
  return scaled / (1 + scaled);
}

/** ln of how much better a rate predicts an hour than `theta` does. */
function logRatios(theta: number, rates: readonly number[], rho: number) {
  const relative = rates.map((rate) => relativeTo(theta, rate));
  return ({ n, x }: Pick<HourCount, 'n' | 'x'>): number[] => {
    const atTheta = logRateTerm(x, n, theta, rho);
    return relative.map((rate) => logRateTerm(x, n, rate, rho) - atTheta);
  };
}

/**
 * Evidence, as odds, that the overall rate is above `theta`. It has no cap and no incident term: a short outage is just
 * what it must report. It is a rate of alarms, not a chance for ever: a service that sits exactly at `theta` reaches 20
 * in at most 5 % of weeks. One value after each hour, unknown hours change nothing; at 20 and above it is given and then
 * starts anew. An endpoint whose baseline is at or above `theta` should not be asked.
 *
 * @throws RangeError for counts that cannot be, or a theta or rho outside (0, 1)
 */
export function thresholdEvidence(hours: readonly HourCount[], theta: number, rho: number): number[] {
  checkInput(hours, theta, rho);
  const ratios = logRatios(theta, RATES_ABOVE, rho);
  let sums: number[] = RATES_ABOVE.map(() => 0);
  return hours.map((hour) => {
    if (hour.n > 0) {
      const logs = ratios(hour);
      sums = sums.map((sum, j) => {
        const next = (sum + 1 / HOURS_OF_A_RATE) * Math.exp(Math.min(LARGEST_LOG, logs[j]!));
        return Math.min(HIGHEST_SUM, next);
      });
    }
    const evidence = sums.reduce((sum, one) => sum + one, 0) / sums.length;
    if (evidence >= ACTS_AT) sums = RATES_ABOVE.map(() => 0);
    return evidence;
  });
}

/**
 * When the rate was above its limit: from the hour at which its evidence reached 20 until two hours in a row, of at
 * least 60 requests each, are below `theta` (unknown hours between them do not count, a thin one at or above it does),
 * or until the evidence that the rate is well below `theta` reached 20. Exactly `theta` is not below it.
 *
 * @param evidence of {@link thresholdEvidence} over the same hours
 * @returns the episodes, oldest first; only the last one can be open
 */
export function thresholdEpisodes(
  hours: readonly HourCount[],
  theta: number,
  rho: number,
  evidence: readonly number[],
): Episode[] {
  checkInput(hours, theta, rho);
  checkLengths(hours, evidence);
  const ratios = logRatios(theta, [RECOVERED_RATE], rho);
  const episodes: Episode[] = [];
  let open: Episode | undefined;
  let recovered = 1;
  let goodHours = 0;
  hours.forEach((hour, t) => {
    const now = evidence[t]!;
    if (!open) {
      if (now < ACTS_AT) return;
      open = { from: t, worst: now };
      episodes.push(open);
      recovered = 1;
      goodHours = 0;
    } else if (hour.n > 0) {
      const below = hour.x / hour.n < theta;
      if (!below) goodHours = 0;
      else if (hour.n >= THIN_REQUESTS) goodHours++;
      recovered = Math.max(1, recovered) * Math.min(RECOVERY_CAP, Math.exp(ratios(hour)[0]!));
    }
    open.worst = Math.max(open.worst, now);
    if ((goodHours >= HOURS_TO_CLOSE || recovered >= ACTS_AT) && now < ACTS_AT) {
      open.to = t;
      open = undefined;
    }
  });
  return episodes;
}

/** ln of the evidence of {@link belowEvidence}, from the ln of the product for each alternative. */
function logMixture(products: readonly number[]): number {
  const logs = products.map((product, k) => product + Math.log(WEIGHTS_BELOW[k]!));
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - largest), 0));
}

/**
 * Evidence, as odds, that the overall rate is below `theta`, so that "no breach" is never taken for "met": it acts at
 * 20. One value after each hour of the stage, kept within e^-690 and e^690; unknown hours change nothing.
 *
 * @throws RangeError for counts that cannot be, or a theta or rho outside (0, 1)
 */
export function belowEvidence(hours: readonly HourCount[], theta: number, rho: number): number[] {
  checkInput(hours, theta, rho);
  const ratios = logRatios(theta, RATES_BELOW, rho);
  let products: number[] = RATES_BELOW.map(() => 0);
  return hours.map((hour) => {
    if (hour.n > 0) {
      const logs = ratios(hour);
      products = products.map((product, k) => product + logs[k]!);
    }
    return Math.exp(Math.max(-LARGEST_LOG, Math.min(LARGEST_LOG, logMixture(products))));
  });
}

/**
 * Requests that the stage needs in all until {@link belowEvidence} reaches 20, if no further one fails and they come in
 * hours of `usualHourSize` (rounded, at least 1). It depends on where errors fell, as an hour that differs much from the
 * others is discounted by rho. Pooled in one hour, at rho 0.00002: 68 with no error, 144 with one, 183 with two, 291
 * with five.
 *
 * @example requestsNeeded([], 0.05, 0.00002, 1000) // 68
 * @returns those seen when they are enough; undefined when it takes more than ten million
 * @throws RangeError for counts that cannot be, or a theta or rho outside (0, 1)
 */
export function requestsNeeded(
  hours: readonly HourCount[],
  theta: number,
  rho: number,
  usualHourSize: number,
): number | undefined {
  checkInput(hours, theta, rho);
  if (!(usualHourSize >= 0))
    throw new RangeError(`usual requests of an hour - got ${usualHourSize}, expected a number from 0`);
  const ratios = logRatios(theta, RATES_BELOW, rho);
  const counted = hours.filter((hour) => hour.n > 0).map(ratios);
  const products = RATES_BELOW.map((_, k) => counted.reduce((sum, logs) => sum + logs[k]!, 0));
  const seen = hours.reduce((sum, hour) => sum + hour.n, 0);
  const size = Math.min(MOST_REQUESTS, Math.max(1, Math.round(usualHourSize)));
  const wholeHour = ratios({ n: size, x: 0 });
  const enough = (further: number) => {
    const whole = Math.floor(further / size);
    const rest = ratios({ n: further % size, x: 0 });
    return logMixture(products.map((product, k) => product + whole * wholeHour[k]! + rest[k]!)) >= Math.log(ACTS_AT);
  };
  if (enough(0)) return seen;
  if (seen >= MOST_REQUESTS || !enough(MOST_REQUESTS - seen)) return undefined;
  let low = 0;
  let high = MOST_REQUESTS - seen;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return seen + high;
}

function checkInput(hours: readonly HourCount[], theta: number, rho: number): void {
  checkHours(hours);
  checkFraction('theta', theta);
  checkFraction('rho', rho);
}
