import type { Pooled } from '../facts/window';
import { Rate } from './beta-binomial';
import { checkFraction, checkHours, type HourCount } from './hour-count';
import { ACTS_AT, checkLengths, type Episode } from './regression';

/** How much rates differ from hour to hour where no baseline says it; between what 5xx (0.0006) and 4xx (0.015) usually show. */
export const RHO_WITHOUT_BASELINE = 0.002;

/** The alternatives are set for a limit of 5 %; for another they keep their odds relative to it. */
const REFERENCE_LIMIT = 0.05;
const RATES_ABOVE = [0.06, 0.08, 0.12, 0.2, 0.4, 0.8] as const;
const RATES_BELOW = [0.0001, 0.01, 0.025, 0.035] as const;
const LOG_WEIGHTS_BELOW = [0.5, 0.2, 0.2, 0.1].map(Math.log);

/** A service that sits exactly at its limit alarms in at most 1 / 20 of the spans of this many hours: a week. */
const HOURS_OF_A_RATE = 168;
/** What an entry of a stage is worth beside an ordinary hour: harm begins with it more often than in any other hour. */
const ENTRY_SHARE = 0.1;
/** In so thin an hour several errors may be one user's, who tried again: what they tell counts for half. */
const CLUSTERED_REQUESTS = 20;
const CLUSTERED_ERRORS = 2;
const CLUSTERED_PART = 0.5;

/** A limit, or the limit of each cell of the day. */
export type Limit = number | readonly number[];
const limitIn = (limit: Limit, { cell }: HourCount): number => (typeof limit === 'number' ? limit : limit[cell]!);

/** Above a rate that the baseline had at this time of day in nearly every week so many times that rate is the limit. */
const HABIT_FACTOR = 1.5;
const HIGHEST_LIMIT = 0.95;

/**
 * The limit of each cell of the day: `theta`, or 1.5 times the rate that the cell had in all of the baseline's weeks but
 * one, where that is above `theta` - a job that fails every night is as it was.
 *
 * @param habits the baseline's
 * @example limitsIn([0.12, 0.01], 0.05) // [0.18, 0.05]
 */
export const limitsIn = (habits: readonly number[], theta: number): number[] =>
  habits.map((habit) => (habit > theta ? Math.min(HIGHEST_LIMIT, HABIT_FACTOR * habit) : theta));

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

/** A time above the limit; its evidence is of the hours from `risingFrom` to the one that opened it. */
export interface LimitEpisode extends Episode {
  risingFrom: number;
}

/** ln of how much better each of some rates, set for 5 %, predicts an hour than its limit does. */
function logRatios(limit: Limit, rates: readonly number[], rho: number) {
  const known = new Map<number, { atLimit: Rate; others: readonly Rate[] }>();
  const ratesOf = (theta: number) => {
    let found = known.get(theta);
    if (!found) {
      const others = rates.map((rate) => new Rate(relativeTo(theta, rate), rho));
      found = { atLimit: new Rate(theta, rho), others };
      known.set(theta, found);
    }
    return found;
  };
  return (hour: HourCount): number[] => {
    const { n, x } = hour;
    const { atLimit, others } = ratesOf(limitIn(limit, hour));
    const expected = atLimit.logTerm(x, n);
    const logs = new Array<number>(others.length);
    for (let j = 0; j < logs.length; j++) logs[j] = others[j]!.logTerm(x, n) - expected;
    return logs;
  };
}

/** ln of what an hour counts for. */
const weighed = (log: number, { n, x }: HourCount): number =>
  Math.min(LARGEST_LOG, log > 0 && n < CLUSTERED_REQUESTS && x >= CLUSTERED_ERRORS ? CLUSTERED_PART * log : log);

/**
 * Evidence, as odds, that the overall rate is above its limit. It has no cap and no incident term: a short outage is just
 * what it must report. It is a rate of alarms, not a chance for ever: a service that sits exactly at its limit reaches 20
 * in at most 5 % of weeks, and in 0.5 % of entries of a stage. One value after each hour, unknown hours change nothing;
 * at 20 and above it is given and then starts anew. An endpoint whose baseline is at or above its limit should not be
 * asked.
 *
 * @param entries the hours in which a stage was entered
 * @throws RangeError for counts that cannot be, or a limit or rho outside (0, 1)
 */
export function thresholdEvidence(
  hours: readonly HourCount[],
  limit: Limit,
  rho: number,
  entries: readonly number[] = [0],
): number[] {
  checkInput(hours, limit, rho);
  const ratios = logRatios(limit, RATES_ABOVE, rho);
  const entered = new Set(entries);
  let onset = 1 / HOURS_OF_A_RATE;
  const sums = new Float64Array(RATES_ABOVE.length);
  const evidence: number[] = [];
  for (let t = 0; t < hours.length; t++) {
    const hour = hours[t]!;
    if (entered.has(t)) onset = ENTRY_SHARE + 1 / HOURS_OF_A_RATE;
    if (hour.n > 0) {
      const logs = ratios(hour);
      for (let j = 0; j < sums.length; j++)
        sums[j] = Math.min(HIGHEST_SUM, (sums[j]! + onset) * Math.exp(weighed(logs[j]!, hour)));
      onset = 1 / HOURS_OF_A_RATE;
    }
    let sum = 0;
    for (let j = 0; j < sums.length; j++) sum += sums[j]!;
    const now = sum / sums.length;
    evidence.push(now);
    if (now >= ACTS_AT) sums.fill(0);
  }
  return evidence;
}

/**
 * When the rate was above its limit: from the hour at which its evidence reached 20 until two hours in a row, of at
 * least 60 requests each, are below it (unknown hours between them do not count, a thin one at or above it does),
 * or until the evidence that the rate is well below it reached 20. Exactly at it is not below it.
 *
 * @param evidence of {@link thresholdEvidence} over the same hours
 * @returns the episodes, oldest first; only the last one can be open
 */
export function thresholdEpisodes(
  hours: readonly HourCount[],
  limit: Limit,
  rho: number,
  evidence: readonly number[],
): LimitEpisode[] {
  checkInput(hours, limit, rho);
  checkLengths(hours, evidence);
  const ratios = logRatios(limit, [RECOVERED_RATE], rho);
  const episodes: LimitEpisode[] = [];
  let open: LimitEpisode | undefined;
  let recovered = 1;
  let goodHours = 0;
  hours.forEach((hour, t) => {
    const now = evidence[t]!;
    if (!open) {
      if (now < ACTS_AT) return;
      open = { from: t, worst: now, risingFrom: risingSince(hours.slice(0, t + 1), limit, rho) };
      episodes.push(open);
      recovered = 1;
      goodHours = 0;
    } else if (hour.n > 0) {
      const below = hour.x / hour.n < limitIn(limit, hour);
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

/** Whether an hour's own rate is above its limit. */
export const isAbove = (hour: HourCount, limit: Limit): boolean => hour.n > 0 && hour.x / hour.n > limitIn(limit, hour);

/** The first of the hours that the evidence after the last one is made of: where the largest sum of its ln began. */
export function risingSince(hours: readonly HourCount[], limit: Limit, rho: number): number {
  const ratios = logRatios(limit, RATES_ABOVE, rho);
  const runs = RATES_ABOVE.map(() => ({ from: 0, sum: 0 }));
  hours.forEach((hour, t) => {
    if (hour.n === 0) return;
    const logs = ratios(hour);
    runs.forEach((run, j) => {
      if (run.sum <= 0) Object.assign(run, { from: t, sum: 0 });
      run.sum += weighed(logs[j]!, hour);
    });
  });
  return runs.reduce((best, run) => (run.sum > best.sum ? run : best)).from;
}

/**
 * Hours until evidence that the rate is above its limit reaches 20, if errors and requests come as they did.
 *
 * @param evidence what there is now
 * @returns Infinity when they do not tell
 * @example hoursToTell(1, { requests: 70, errors: 6 }, 0.05, 0.002, 5) // 54...
 */
export function hoursToTell(
  evidence: number,
  { requests, errors }: Pooled,
  theta: number,
  rho: number,
  usualHourSize: number,
): number {
  const rate = errors / requests;
  if (!(rate > theta)) return Number.POSITIVE_INFINITY;
  const part = (share: number, of: number) => (share > 0 ? share * Math.log(share / of) : 0);
  const gain = part(rate, theta) + part(1 - rate, 1 - theta);
  const anHour = (gain * usualHourSize) / (1 + Math.max(0, usualHourSize - 1) * rho);
  return Math.max(1, Math.log(ACTS_AT / Math.max(evidence, 1 / HOURS_OF_A_RATE)) / anHour);
}

/** ln of the evidence of {@link belowEvidence}, from the ln of the product for each alternative. */
function logMixture(products: readonly number[]): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < products.length; k++) largest = Math.max(largest, products[k]! + LOG_WEIGHTS_BELOW[k]!);
  let sum = 0;
  for (let k = 0; k < products.length; k++) sum += Math.exp(products[k]! + LOG_WEIGHTS_BELOW[k]! - largest);
  return largest + Math.log(sum);
}

/**
 * Evidence, as odds, that the overall rate is below its limit, so that "no breach" is never taken for "met": it acts at
 * 20. One value after each hour of the stage, kept within e^-690 and e^690; unknown hours change nothing.
 *
 * @throws RangeError for counts that cannot be, or a limit or rho outside (0, 1)
 */
export function belowEvidence(hours: readonly HourCount[], limit: Limit, rho: number): number[] {
  checkInput(hours, limit, rho);
  const ratios = logRatios(limit, RATES_BELOW, rho);
  const products: number[] = RATES_BELOW.map(() => 0);
  return hours.map((hour) => {
    if (hour.n > 0) {
      const logs = ratios(hour);
      for (let k = 0; k < products.length; k++) products[k]! += logs[k]!;
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
 * @throws RangeError for counts that cannot be, or a limit or rho outside (0, 1)
 */
export function requestsNeeded(
  hours: readonly HourCount[],
  limit: Limit,
  rho: number,
  usualHourSize: number,
): number | undefined {
  checkInput(hours, limit, rho);
  if (!(usualHourSize >= 0))
    throw new RangeError(`usual requests of an hour - got ${usualHourSize}, expected a number from 0`);
  const ratios = logRatios(limit, RATES_BELOW, rho);
  // Where limits differ by the hour, further requests are held against the lowest.
  const later = logRatios(typeof limit === 'number' ? limit : Math.min(...limit), RATES_BELOW, rho);
  const counted = hours.filter((hour) => hour.n > 0).map(ratios);
  const products = RATES_BELOW.map((_, k) => counted.reduce((sum, logs) => sum + logs[k]!, 0));
  const seen = hours.reduce((sum, hour) => sum + hour.n, 0);
  const size = Math.min(MOST_REQUESTS, Math.max(1, Math.round(usualHourSize)));
  const wholeHour = later({ n: size, x: 0, cell: 0 });
  const enough = (further: number) => {
    const whole = Math.floor(further / size);
    const rest = later({ n: further % size, x: 0, cell: 0 });
    return logMixture(products.map((product, k) => product + whole * wholeHour[k]! + rest[k]!)) >= Math.log(ACTS_AT);
  };
  if (enough(0)) return seen;
  if (seen >= MOST_REQUESTS) return undefined;
  const most = MOST_REQUESTS - seen;
  let low = 0;
  let high = Math.min(size, most);
  while (high < most && !enough(high)) {
    low = high;
    high = Math.min(2 * high, most);
  }
  if (!enough(high)) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return seen + high;
}

function checkInput(hours: readonly HourCount[], limit: Limit, rho: number): void {
  checkHours(hours);
  for (const theta of typeof limit === 'number' ? [limit] : limit) checkFraction('theta', theta);
  checkFraction('rho', rho);
}
