import type { Baseline } from './baseline';
import { type Comparison, comparisonsOf, type Level, logLikelihoodsAt, weigh } from './comparison';
import { errorRatio } from './error-ratio';
import { checkHours, type HourCount } from './hour-count';

// Looked up once: in the innermost loops, under a test runner's sandbox, each look at a global costs more than the sum.
const { exp, floor, log, max, min } = Math;

/** Odds at which evidence is acted on: with nothing wrong it gets there with a chance of at most 1 in 20. */
export const ACTS_AT = 20;
/** Odds at which a regression is bad enough to take the release back. */
export const ROLLS_BACK_AT = 100;

/**
 * A regression is over, too, when its own rate is: at these odds against a quarter of what the last day had. Against a
 * half, or a worse part of the day, thin endpoints whose errors come in clusters would be closed while still broken.
 */
const GONE_AT = 1000;
const BROKEN_PART = 4;
const LAST_DAY = 24;

const EFFECTS = [1.3, 2, 4, 12] as const;
const EFFECT_SHARE = 0.225;
const ANYTHING_SHARE = 0.1;

/** A stretch of hours in which something was broken, as indexes of hours. */
export interface Episode {
  /** The hour that opened it. */
  from: number;
  /** The hour that closed it; absent while it is open. */
  to?: number;
  /** The most evidence that it reached. */
  worst: number;
}

export interface PageEpisode extends Episode {
  /** The hours at which the evidence reached {@link ROLLS_BACK_AT}. */
  rollBackAt: number[];
}

/**
 * Evidence, as odds, that the overall rate is above `level` since some hour of the release: a Shiryaev-Roberts mixture
 * over when it began and how large it is, plus "anything above" (Shin, Ramdas and Rinaldo, E-detectors, arXiv 2203.03532). With
 * nothing wrong it reaches 20 within the planned hours with a chance of at most 1 in 20, however often one looks; later
 * it stays awake, at 5 % for each further two lengths of the plan. One value after each hour; unknown hours move it only
 * by the chance that something began in them. The value at 100 and above is given, then the evidence starts anew.
 *
 * @param hours since the launch
 * @param level the rate that is tolerated, averaged over the daily pattern
 * @param plannedHours length of the whole release
 * @throws RangeError for counts that cannot be, a level that is not a rate, or no planned hour
 */
export function regressionEvidence(
  hours: readonly HourCount[],
  baseline: Baseline,
  level: Level,
  plannedHours: number,
): number[] {
  checkHours(hours);
  checkLevel(level);
  if (!(plannedHours > 0)) throw new RangeError(`planned hours - got ${plannedHours}, expected a number above 0`);
  const effects = new Float64Array(EFFECTS.length);
  let anything = 0;
  const logsOf = logLikelihoodsAt((compared) => effectsOn(level, compared));
  const all = comparisonsOf(hours, baseline);
  const evidence: number[] = [];
  // A loop: of what a function for each hour would change, every new number would be an object of its own.
  for (let t = 0; t < all.length; t++) {
    const compared = all[t];
    const onset = 0.5 / plannedHours + (t === 0 ? 0.5 : 0);
    for (let j = 0; j < effects.length; j++) effects[j]! += onset;
    anything += onset;
    if (compared) {
      const { n, x, eta } = compared;
      const logs = logsOf(compared);
      const tolerable = logs[0]!;
      for (let j = 0; j < effects.length; j++) effects[j]! *= exp(weigh(logs[j + 1]! - tolerable, eta));
      const expected = floor(n * compared.shareAt(compared.levelIn(level)));
      if (n > 0) anything *= exp(weigh(log(0.5) - (x <= expected ? 0 : log(max(1, n - expected)) + tolerable), eta));
    }
    let sum = 0;
    for (let j = 0; j < effects.length; j++) sum += effects[j]!;
    const now = ANYTHING_SHARE * anything + EFFECT_SHARE * sum;
    evidence.push(now);
    if (now >= ROLLS_BACK_AT) {
      effects.fill(0);
      anything = 0;
    }
  }
  return evidence;
}

/** What is tolerated in an hour, and by how much the effects are above it. */
function effectsOn(level: Level, compared: Comparison): number[] {
  const tolerated = compared.levelIn(level);
  return [1, ...EFFECTS].map((effect) => tolerated + (effect - 1) * max(tolerated, compared.smallestStep));
}

/**
 * The first of the hours that the evidence after the last one is made of: where the largest sum of its ln began.
 *
 * @param hours since the launch, up to the one that opened a regression
 */
export function worseningSince(hours: readonly HourCount[], baseline: Baseline, level: Level): number {
  const runs = EFFECTS.map(() => ({ from: 0, sum: 0 }));
  const logsOf = logLikelihoodsAt((compared) => effectsOn(level, compared));
  comparisonsOf(hours, baseline).forEach((compared, t) => {
    if (!compared) return;
    const logs = logsOf(compared);
    runs.forEach((run, j) => {
      if (run.sum <= 0) Object.assign(run, { from: t, sum: 0 });
      run.sum += weigh(logs[j + 1]! - logs[0]!, compared.eta);
    });
  });
  return runs.reduce((best, run) => (run.sum > best.sum ? run : best)).from;
}

/**
 * When a regression was open: from the hour at which its evidence reached 20 to the hour at which the evidence that the
 * rate is back at the baseline reached 20 against what is tolerated, or 1,000 against a quarter of what the rate was when it
 * last acted - not one good hour, and not before the evidence itself is below 20 again.
 *
 * @param evidence of {@link regressionEvidence} over the same hours and level
 * @returns the episodes, oldest first; only the last one can be open
 */
export function pageEpisodes(
  hours: readonly HourCount[],
  baseline: Baseline,
  level: Level,
  evidence: readonly number[],
): PageEpisode[] {
  checkHours(hours);
  checkLevel(level);
  checkLengths(hours, evidence);
  const episodes: PageEpisode[] = [];
  let open: PageEpisode | undefined;
  let recovered = 1;
  let gone = 1;
  let broken = 0;
  comparisonsOf(hours, baseline).forEach((compared, t) => {
    const now = evidence[t]!;
    if (!open) {
      if (now < ACTS_AT) return;
      open = { from: t, worst: now, rollBackAt: [] };
      episodes.push(open);
      recovered = 1;
      gone = 1;
    } else if (compared) {
      const logAt = (rate: number) => compared.logLikelihood(compared.shareAt(rate));
      const asBefore = logAt(baseline.p0);
      const tolerated = compared.levelIn(level);
      const against = (rate: number) => exp(weigh(asBefore - logAt(rate), compared.eta));
      recovered = max(1, recovered) * against(tolerated);
      gone = max(1, gone) * against(max(tolerated, broken));
    }
    if (now >= ACTS_AT) broken = brokenRate(hours.slice(max(0, t + 1 - LAST_DAY), t + 1), baseline) / BROKEN_PART;
    open.worst = max(open.worst, now);
    if (now >= ROLLS_BACK_AT) open.rollBackAt.push(t);
    if ((recovered >= ACTS_AT || gone >= GONE_AT) && now < ACTS_AT) {
      open.to = t;
      open = undefined;
    }
  });
  return episodes;
}

/** The rate that some hours had, over the daily pattern; at most 1. */
const brokenRate = (hours: readonly HourCount[], baseline: Baseline): number =>
  min(1, baseline.p0 * (errorRatio(hours, baseline) || 0));

export function checkLevel(level: Level): void {
  for (const one of typeof level === 'number' ? [level] : [level.before, level.toggleOff]) {
    if (!(one > 0 && one <= 1)) throw new RangeError(`level - got ${one}, expected a fraction above 0 and at most 1`);
  }
}

/** @throws RangeError when the values do not belong to the hours */
export function checkLengths(hours: readonly HourCount[], values: readonly number[]): void {
  if (values.length !== hours.length) {
    throw new RangeError(`values by hour - got ${values.length}, expected one for each of the ${hours.length} hours`);
  }
}
