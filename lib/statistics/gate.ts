import type { Baseline } from './baseline';
import { boundedRate } from './beta-binomial';
import { type Comparison, comparisonOf, comparisonsOf, logLikelihoodsAt, weigh } from './comparison';
import { checkFraction, checkHours, type HourCount } from './hour-count';
import { ACTS_AT, checkLengths, checkLevel } from './regression';
import { indistinctUpTo } from './spread';

/** Harm to exposed users that the gate must rule out: a rise by one point, or to double the baseline if that is more. */
const HARM = 0.01;
/** What weeks differ by may be so many times what harm would add to the overall rate; then something can still be said. */
const DROWNED_BY = 3;
/**
 * Odds at which the judge takes harm for ruled out. More than for a page: the evidence rests on a fitted baseline, which
 * it takes for exact, and at 20 more than 1 % of harmful releases would be promoted.
 */
export const PROMOTES_AT = 100;

/** Evidence is not hoarded: what speaks for harm must be seen soon, however long all was well before. */
const MOST_LOG = Math.log(1e4);
const LARGEST_LOG = 690;
const HOUR_CAP_LOG = Math.log(10);
/** A level is found to so much. */
const CLOSE = 1e-12;
/** Median over mean of the hours that a sequential test takes. */
const MEDIAN_SHARE = 0.7;

/** What the gate reads of a baseline. */
type Known = Pick<Baseline, 'p0' | 'se' | 'spread' | 'spreadWeeks'>;

/** What harm to exposed users adds to the overall rate, at an exposure given as a share of requests. */
export function harmAt({ p0 }: Pick<Baseline, 'p0'>, exposure: number): number {
  if (!(exposure >= 0 && exposure <= 1)) {
    throw new RangeError(`exposure - got ${exposure}, expected a fraction from 0 to 1`);
  }
  return exposure * Math.max(HARM, p0);
}

/**
 * The overall rate that the gate must rule out: that of harm to exposed users, or the one up to which a week cannot be
 * told from the baseline where that is more; at most `theta`.
 *
 * @example gateLevel({ p0: 0.02, se: 0.02, spread: 0, spreadWeeks: 12 }, 0.05, 0.25) // 0.025
 * @throws RangeError for an exposure outside [0, 1] or a theta outside (0, 1)
 */
export function gateLevel(baseline: Known, theta: number, exposure: number): number {
  checkFraction('theta', theta);
  const { p0 } = baseline;
  const level = Math.max(p0 + harmAt(baseline, exposure), indistinctUpTo(baseline));
  return Math.min(level, p0 < theta ? theta : 1);
}

/** {@link gateLevel} of an hour: where requests with the toggle off are counted, the rate is that of the others alone, and weeks are as they are. */
export const gateLevelIn = (hour: HourCount, baseline: Baseline, theta: number, exposure: number): number =>
  hour.toggleOff ? gateLevel({ ...baseline, se: 0, spread: 0 }, theta, 1) : gateLevel(baseline, theta, exposure);

/**
 * Whether harm to exposed users would drown in what weeks differ by: overall rates cannot show it at this exposure,
 * however long one looks.
 */
export const drowns = (baseline: Known, exposure: number): boolean =>
  indistinctUpTo(baseline) - baseline.p0 > DROWNED_BY * harmAt(baseline, exposure);

/** ln of the likelihood of an hour halfway from the baseline to `q`, at `q`, and if all is as before. */
const logsTowards = ({ p0 }: Baseline, q: number) => logLikelihoodsAt(() => [(p0 + q) / 2, q, p0]);

/** ln of the mean of two products given by their ln. */
function logMean(first: number, second: number): number {
  const larger = Math.max(first, second);
  return larger + Math.log((Math.exp(first - larger) + Math.exp(second - larger)) / 2);
}

/** The same as it is, at least e^-690 and at most e^690. */
const mean = (first: number, second: number): number =>
  Math.exp(Math.max(-LARGEST_LOG, Math.min(LARGEST_LOG, logMean(first, second))));

/**
 * Evidence, as odds, that exposed users are not harmed: that the overall rate is below {@link gateLevel}. It acts at
 * {@link PROMOTES_AT} and is kept at 10,000 at most. One value after each hour since the launch; unknown hours change
 * nothing.
 *
 * @param exposureOf exposed share of the requests of each hour
 * @param closings hours at which a page closed: what they and those before said is gone
 * @throws RangeError for counts that cannot be, or as {@link gateLevel}
 */
export function gateEvidence(
  hours: readonly HourCount[],
  baseline: Baseline,
  exposureOf: readonly number[],
  theta: number,
  closings: readonly number[] = [],
): number[] {
  checkHours(hours);
  checkLengths(hours, exposureOf);
  const closed = new Set(closings);
  const known = new Map<number, ReturnType<typeof logsTowards>>();
  const against = (hour: HourCount, exposure: number) => {
    const key = hour.toggleOff ? -1 : exposure;
    const found = known.get(key) ?? logsTowards(baseline, gateLevelIn(hour, baseline, theta, exposure));
    known.set(key, found);
    return found;
  };
  let first = 0;
  let second = 0;
  const all = comparisonsOf(hours, baseline);
  const evidence: number[] = [];
  for (let t = 0; t < all.length; t++) {
    const compared = all[t];
    if (closed.has(t)) {
      first = 0;
      second = 0;
    } else if (compared) {
      const logs = against(hours[t]!, exposureOf[t]!)(compared);
      first = Math.min(MOST_LOG, first + weigh(logs[2]! - logs[1]!, compared.eta));
      second = Math.min(MOST_LOG, second + weigh(logs[0]! - logs[1]!, compared.eta));
    }
    evidence.push(mean(first, second));
  }
  return evidence;
}

/**
 * Hours until the gate's evidence reaches `odds`, in the median, at the usual traffic and if nothing has changed.
 *
 * @param evidence what the gate has now
 * @param q its level at the present exposure
 * @param usual a week of hours that show the usual traffic, unknown ones as nothing: the baseline's newest unless given
 * @returns 0 when it is there; undefined when such traffic never gets there
 * @throws RangeError for counts or odds that cannot be, or a level that is not a rate
 */
export function hoursStillNeeded(
  evidence: number,
  baseline: Baseline,
  q: number,
  usual: readonly HourCount[] = baseline.usual,
  odds: number = ACTS_AT,
): number | undefined {
  if (!(evidence >= 0)) throw new RangeError(`evidence - got ${evidence}, expected odds from 0`);
  checkLevel(q);
  checkHours(usual);
  if (evidence >= odds) return 0;
  const gain = usual.reduce((sum, hour) => sum + usualGain(hour, baseline, q), 0);
  const hours = (MEDIAN_SHARE * Math.log(odds / evidence) * usual.length) / gain;
  return q > baseline.p0 && Number.isFinite(hours) ? hours : undefined;
}

/** What an hour adds to the ln of the gate's evidence against `q` on average, if nothing has changed. */
function usualGain(hour: HourCount, baseline: Baseline, q: number): number {
  const beside = hour.toggleOff && comparisonOf(hour, baseline);
  const { n, rho, eta } = beside ?? { n: hour.n, rho: baseline.rho, eta: baseline.eta };
  if (n === 0) return 0;
  const [usual, harmful] = beside ? [beside.shareAt(baseline.p0), beside.shareAt(q)] : [baseline.p0, q];
  const information = (harmful - usual) ** 2 / (2 * harmful * (1 - harmful) * (1 / n + rho));
  return eta * Math.min(HOUR_CAP_LOG, information);
}

/**
 * The smallest overall rate that the hours rule out at 20 to 1, to about 1e-12.
 *
 * @param shows whether an hour is one of them
 * @returns undefined when they rule out no rate below 95 %
 */
export function provenLevel(
  hours: readonly HourCount[],
  baseline: Baseline,
  shows: (hour: HourCount, index: number) => boolean = () => true,
): number | undefined {
  checkHours(hours);
  const counted = comparisonsOf(hours, baseline).filter(
    (one, t) => one !== undefined && shows(hours[t]!, t),
  ) as Comparison[];
  const asBefore = logLikelihoodsAt(() => [baseline.p0]);
  const usually = counted.map((compared) => asBefore(compared)[0]!);
  /** ln of the odds against `q`, beyond those that rule it out. */
  const beyond = (q: number) => {
    const logsOf = logLikelihoodsAt(() => [(baseline.p0 + q) / 2, q]);
    let first = 0;
    let second = 0;
    counted.forEach((compared, t) => {
      const logs = logsOf(compared);
      first += weigh(usually[t]! - logs[1]!, compared.eta);
      second += weigh(logs[0]! - logs[1]!, compared.eta);
    });
    return logMean(first, second) - Math.log(ACTS_AT);
  };
  let low = baseline.p0;
  let high = boundedRate(1);
  if (low >= high) return undefined;
  let [atLow, atHigh] = [beyond(low), beyond(high)];
  if (atHigh < 0) return undefined;
  // The Illinois method (Dowell and Jarratt, BIT 11, 1971): a secant's step, and an end that stays counts for half.
  let stayed = 0;
  while (high - low > CLOSE && atHigh > 0) {
    const step = (atHigh * (high - low)) / (atHigh - atLow);
    const q = Math.min(high - CLOSE / 2, Math.max(low + CLOSE / 2, high - step));
    const value = beyond(q);
    if (value >= 0) {
      [high, atHigh] = [q, value];
      if (stayed < 0) atLow /= 2;
      stayed = -1;
    } else {
      [low, atLow] = [q, value];
      if (stayed > 0) atHigh /= 2;
      stayed = 1;
    }
  }
  return high;
}

/**
 * The most that exposed users' rate can be when the overall rate is at most `overall`; their share of requests is taken
 * for their share of users. At most 1; undefined without exposure.
 *
 * @example exposedRate({ p0: 0.02 }, 0.024, 0.25) // 0.036
 */
export function exposedRate({ p0 }: Pick<Baseline, 'p0'>, overall: number, exposure: number): number | undefined {
  return exposure > 0 ? Math.min(1, p0 + (overall - p0) / exposure) : undefined;
}
