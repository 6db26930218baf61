import type { Baseline } from './baseline';
import { boundedRate, HourLikelihood, logGamma, Rate } from './beta-binomial';
import { CELLS, type HourCount } from './hour-count';

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
  readonly n: number;
  readonly x: number;
  readonly rho: number;
  /** What a ratio counts for, for what is not independent. */
  readonly eta: number;
  /** The smallest rise of a level that is an effect. */
  readonly smallestStep: number;
  levelIn(level: Level): number;
  shareAt(level: number): number;
  /** ln, as thousands of errors on one side are less likely than a double can hold. */
  logLikelihood(share: number): number;
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
  hour.toggleOff ? new BesideToggleOff(hour, hour.toggleOff, baseline) : new AfterBaseline(hour, baseline);

class AfterBaseline implements Comparison {
  readonly n: number;
  readonly x: number;
  readonly rho: number;
  readonly eta: number;
  readonly smallestStep: number;
  /** How many times a level the hour's rate usually is. */
  readonly usual: number;
  /** Hours of a cell are alike, unless the upstream says something of each. */
  readonly cell: number | undefined;
  private readonly likelihood: HourLikelihood;

  constructor(hour: HourCount, { season, rho, eps, eta }: Baseline) {
    this.n = hour.n;
    this.x = hour.x;
    this.rho = rho;
    this.eta = eta;
    this.usual = season[hour.cell]! * (hour.drift ?? 1);
    this.cell = hour.drift === undefined ? hour.cell : undefined;
    this.smallestStep = SMALLEST_STEP / this.usual;
    this.likelihood = new HourLikelihood(hour, rho, eps);
  }

  levelIn(level: Level): number {
    return typeof level === 'number' ? level : level.before;
  }

  shareAt(level: number): number {
    return boundedRate(level * this.usual);
  }

  logLikelihood(share: number): number {
    return log(this.likelihood.at(new Rate(share, this.rho)));
  }

  /** {@link logLikelihood} of rates that are made already. */
  logsAt(rates: readonly Rate[], into: Float64Array): void {
    this.likelihood.logsAt(rates, into);
  }
}

class BesideToggleOff implements Comparison {
  readonly n: number;
  readonly x: number;
  readonly rho = 0;
  readonly eta = 1;
  readonly smallestStep = SMALLEST_STEP;
  private readonly exposed: number;
  private readonly toggleOff: number;
  private readonly p0: number;
  private readonly logChoose: number;

  constructor(hour: HourCount, toggleOff: NonNullable<HourCount['toggleOff']>, { p0, rho }: Baseline) {
    // Hours of the baseline that vary beyond chance may do so by clusters, or by what both sides share: nobody knows.
    const cluster = min(LARGEST_CLUSTER, 1 + (hour.n - 1) * rho);
    const n = hour.x / cluster;
    const x = (hour.x - toggleOff.x) / cluster;
    this.n = n;
    this.x = x;
    this.exposed = hour.n - toggleOff.n;
    this.toggleOff = toggleOff.n;
    this.p0 = p0;
    this.logChoose = logGamma(n + 1) - logGamma(x + 1) - logGamma(n - x + 1);
  }

  levelIn(level: Level): number {
    return typeof level === 'number' ? level : level.toggleOff;
  }

  shareAt(level: number): number {
    const expected = (level / this.p0) * this.exposed;
    return min(1 - SMALLEST_SHARE, max(SMALLEST_SHARE, expected / (expected + this.toggleOff)));
  }

  logLikelihood(share: number): number {
    return this.logChoose + this.x * log(share) + (this.n - this.x) * log1p(-share);
  }
}

/** What hours were compared as last: pages, notices and gates ask for the same. */
const compared = new WeakMap<
  readonly HourCount[],
  { baseline: Baseline; hours: readonly (Comparison | undefined)[] }
>();

/** Each of the hours, which never change, by {@link comparisonOf}; undefined where it has no request. */
export function comparisonsOf(hours: readonly HourCount[], baseline: Baseline): readonly (Comparison | undefined)[] {
  const known = compared.get(hours);
  if (known?.baseline === baseline) return known.hours;
  const found = hours.map((hour) => (hour.n > 0 ? comparisonOf(hour, baseline) : undefined));
  compared.set(hours, { baseline, hours: found });
  return found;
}

/**
 * ln of the likelihoods of hours of one baseline at some levels. Hours of a cell have the same rates, which are made once,
 * unless the upstream says something of each.
 *
 * @param levelsIn the levels of an hour, always as many; they depend on nothing but what is usual in it
 * @returns a function whose answer is good until its next call: the array is used again
 */
export function logLikelihoodsAt(
  levelsIn: (hour: Comparison) => readonly number[],
): (hour: Comparison) => ArrayLike<number> {
  let logs = new Float64Array(0);
  const known: (readonly Rate[] | undefined)[] = new Array(CELLS).fill(undefined);
  return (hour) => {
    if (!(hour instanceof AfterBaseline)) return levelsIn(hour).map((level) => hour.logLikelihood(hour.shareAt(level)));
    const { cell } = hour;
    const rates =
      (cell !== undefined && known[cell]) || levelsIn(hour).map((level) => new Rate(hour.shareAt(level), hour.rho));
    if (cell !== undefined) known[cell] = rates;
    if (logs.length !== rates.length) logs = new Float64Array(rates.length);
    hour.logsAt(rates, logs);
    return logs;
  };
}
