import { boundedRate } from './beta-binomial';
import { checkFraction } from './hour-count';

/** What one week had, and what it would have had at the baseline's rate; both weighted as in the fit. */
export interface WeekCount {
  errors: number;
  expected: number;
}

/** How much weeks differ: the log standard deviation of their levels beyond chance, and how many weeks show it. */
export interface WeekSpread {
  spread: number;
  spreadWeeks: number;
}

/** A rate whose weeks differ. */
type Weekly = WeekSpread & { p0: number };

/** The baseline's rate is a mean of four weeks, and differs from the long one, too. */
const MEAN_OF_WEEKS = 1.25;
/** Deviations of a week that are tolerated; more where few weeks show how large one is. */
const TOLERATED_DEVIATIONS = 2.2;
const doubt = (weeks: number) => 1 + 3 / (weeks - 1);

/**
 * How much weeks differ beyond chance: the variance of the logs of their levels, less what counting so few errors gives
 * (DerSimonian and Laird, Controlled Clinical Trials 7, 1986, with weights of 1). 0 with fewer than two weeks.
 *
 * @param inflation how much the variance of a sum of hours exceeds that of independent ones
 * @example spreadOf([{ errors: 100, expected: 100 }, { errors: 200, expected: 100 }], 1).spread // 0.478...
 */
export function spreadOf(weeks: readonly WeekCount[], inflation: number): WeekSpread {
  const spreadWeeks = weeks.length;
  if (spreadWeeks < 2) return { spread: 0, spreadWeeks };
  const levels = weeks.map(({ errors, expected }) => Math.log((0.5 + errors) / (0.5 + expected)));
  const mean = levels.reduce((sum, y) => sum + y, 0) / spreadWeeks;
  const variance = levels.reduce((sum, y) => sum + (y - mean) ** 2, 0) / (spreadWeeks - 1);
  const chance = weeks.reduce((sum, { expected }) => sum + inflation / (0.5 + expected), 0) / spreadWeeks;
  return { spread: Math.sqrt(Math.max(0, variance - chance)), spreadWeeks };
}

/**
 * The overall rate that still counts as consistent with the baseline: `allowed` above it as a share plus `floor`, or as
 * far above it as weeks differ, about 2.8 of their standard deviations when twelve show it and 4.4 when four do; but no
 * more than `theta`, the rate that is broken in any case, when the baseline itself is below that.
 *
 * @example toleratedLevel({ p0: 0.02, spread: 0.1, spreadWeeks: 12 }, { allowed: 0.25, floor: 0.001 }, 0.05) // 0.02735...
 * @throws RangeError for a theta outside (0, 1), a negative or unknown `allowed` or `floor`
 */
export function toleratedLevel(
  { p0, spread, spreadWeeks }: Weekly,
  { allowed, floor }: { allowed: number; floor: number },
  theta: number,
): number {
  checkFraction('theta', theta);
  if (!(allowed >= 0 && floor >= 0))
    throw new RangeError(`allowed and floor - got ${allowed} and ${floor}, expected numbers from 0`);
  const deviations = spread > 0 ? TOLERATED_DEVIATIONS * doubt(spreadWeeks) * Math.sqrt(MEAN_OF_WEEKS) * spread : 0;
  const level = Math.max(p0 * (1 + allowed) + floor, p0 * Math.exp(deviations));
  return Math.min(level, p0 < theta ? theta : 1);
}

/**
 * The levels from which a page is due: {@link toleratedLevel} against the baseline; against requests with the toggle off,
 * which share every bad week, what the release tolerates in any week.
 *
 * @example toleratedLevels({ p0: 0.01, spread: 0, spreadWeeks: 12 }, { allowed: 0.25, floor: 0.001 }, 0.05) // { before: 0.0135, toggleOff: 0.0135 }
 * @throws RangeError as {@link toleratedLevel}
 */
export const toleratedLevels = (baseline: Weekly, settings: { allowed: number; floor: number }, theta: number) => ({
  before: toleratedLevel(baseline, settings, theta),
  toggleOff: toleratedLevel({ ...baseline, spread: 0 }, settings, theta),
});

/**
 * The overall rate up to which a week cannot be told from the baseline: two deviations of what weeks differ by, and of
 * what the baseline's own errors show.
 *
 * @example indistinctUpTo({ p0: 0.02, spread: 0.1, spreadWeeks: 12, se: 0.02 }) // 0.0251...
 */
export const indistinctUpTo = ({ p0, spread, se }: Weekly & { se: number }): number =>
  boundedRate(p0 * Math.exp(2 * Math.sqrt(MEAN_OF_WEEKS * spread ** 2 + se ** 2)));
