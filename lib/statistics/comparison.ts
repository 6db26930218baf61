import type { Baseline } from './baseline';
import { boundedRate, hourLikelihood, logGamma, Rate } from './beta-binomial';
import type { HourCount } from './hour-count';

const { log, log1p, max, min } = Math;

/** Most that one hour can count for: a short outage is not a regression, and a regression lasts. */
const HOUR_CAP_LOG = log(10);
/** At a base rate near 0 a multiple of it is nothing; effects are multiples of at least this rate. */
const SMALLEST_STEP = 0.0025;
/** Errors of one user come together; so many at once at most. */
const LARGEST_CLUSTER = 5;
/** Nearly all errors are the exposed users' where nearly all users are exposed; a share of 1 would expect nothing else. */
const SMALLEST_SHARE = 1e-7;

/** A rate to compare with: `before` where the baseline is the measure, `toggleOff` where requests with the toggle off are. */
export type Level = number | { before: number; toggleOff: number };

/** One hour as evidence reads it: x of n, and the share of n that a level makes one expect. */
export interface Comparison {
  n: number;
  x: number;
  rho: number;
  /** What a ratio counts for, for what is not independent. */
  eta: number;
  /** The smallest rise of a level that is an effect. */
  smallestStep: number;
  levelIn(level: Level): number;
  shareAt(level: number): number;
  /** ln, as thousands of errors on one side are less likely than a double can hold. */
  logLikelihood(share: number): number;
  /** Where the baseline is the measure: how many times a level the hour's rate usually is, and what tells its likelihood. */
  byRate?: { usual: number; likelihood: (rate: Rate) => number };
}

/** ln of what an hour counts for: its ratio of likelihoods, given by its ln, capped and discounted. */
export const weigh = (logRatio: number, eta: number): number => min(HOUR_CAP_LOG, logRatio) * eta;

/**
 * How an hour is compared. Against the baseline: of n requests x fail, at a level times the daily pattern and what the
 * upstream does. Where the hour's requests with the toggle off are known, against those: of n errors x are the
 * exposed users' (the conditional test of two Poisson rates, Przyborowski and Wilenski, Biometrika 31, 1940), so that what
 * both sides share - drift, outages, the daily pattern - is no part of it. Errors come in clusters there: c of them count
 * as one, which is exact if each came c times, and careful if they did not.
 */
export const comparisonOf = (hour: HourCount, baseline: Baseline): Comparison =>
  hour.toggleOff ? besideToggleOff(hour, hour.toggleOff, baseline) : afterBaseline(hour, baseline);

// An hour's functions are made where they have no name of their own: a bundler that keeps names would set one for each of
// them, in every hour, which takes a fifth of the time of judging.
const levelBefore = (level: Level) => (typeof level === 'number' ? level : level.before);
const levelBesideToggleOff = (level: Level) => (typeof level === 'number' ? level : level.toggleOff);
const shareAfter = (usual: number) => (level: number) => boundedRate(level * usual);
const logOf = (likelihood: (rate: Rate) => number, rho: number) => (share: number) =>
  log(likelihood(new Rate(share, rho)));

function afterBaseline(hour: HourCount, { season, rho, eps, eta }: Baseline): Comparison {
  const usual = season[hour.cell]! * (hour.drift ?? 1);
  const likelihood = hourLikelihood(hour, rho, eps);
  return {
    n: hour.n,
    x: hour.x,
    rho,
    eta,
    smallestStep: SMALLEST_STEP / usual,
    levelIn: levelBefore,
    shareAt: shareAfter(usual),
    logLikelihood: logOf(likelihood, rho),
    byRate: { usual, likelihood },
  };
}

const shareBesideToggleOff = (exposed: number, toggleOff: number, p0: number) => (level: number) => {
  const expected = (level / p0) * exposed;
  return min(1 - SMALLEST_SHARE, max(SMALLEST_SHARE, expected / (expected + toggleOff)));
};
const logBinomial = (x: number, n: number) => {
  const logChoose = logGamma(n + 1) - logGamma(x + 1) - logGamma(n - x + 1);
  return (share: number) => logChoose + x * log(share) + (n - x) * log1p(-share);
};

function besideToggleOff(
  hour: HourCount,
  toggleOff: NonNullable<HourCount['toggleOff']>,
  { p0, rho }: Baseline,
): Comparison {
  // Hours of the baseline that vary beyond chance may do so by clusters, or by what both sides share: nobody knows.
  const cluster = min(LARGEST_CLUSTER, 1 + (hour.n - 1) * rho);
  const n = hour.x / cluster;
  const x = (hour.x - toggleOff.x) / cluster;
  return {
    n,
    x,
    rho: 0,
    eta: 1,
    smallestStep: SMALLEST_STEP,
    levelIn: levelBesideToggleOff,
    shareAt: shareBesideToggleOff(hour.n - toggleOff.n, toggleOff.n, p0),
    logLikelihood: logBinomial(x, n),
  };
}

/**
 * ln of the likelihoods of hours of one baseline at some levels. Hours in which as much is usual have the same rates, which
 * are made once.
 *
 * @param levelsIn the levels of an hour; hours in which as much is usual have the same
 */
export function logLikelihoodsAt(
  levelsIn: (compared: Comparison) => readonly number[],
): (compared: Comparison) => number[] {
  const known = new Map<number, readonly Rate[]>();
  return (compared) => {
    const { byRate, rho, shareAt, logLikelihood } = compared;
    if (!byRate) return levelsIn(compared).map((level) => logLikelihood(shareAt(level)));
    let rates = known.get(byRate.usual);
    if (!rates) {
      rates = levelsIn(compared).map((level) => new Rate(shareAt(level), rho));
      known.set(byRate.usual, rates);
    }
    const logs = new Array<number>(rates.length);
    for (let i = 0; i < logs.length; i++) logs[i] = log(byRate.likelihood(rates[i]!));
    return logs;
  };
}
