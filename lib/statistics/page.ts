import { type Baseline, toleratedLevel } from './baseline';
import type { Level } from './comparison';
import type { HourCount } from './hour-count';
import { ACTS_AT, regressionEvidence } from './regression';

/** A page tolerates a week this many times as far above the baseline as its worst one was: four weeks show little. */
const WORST_WEEK_FACTOR = 4;
/** Odds above what is tolerated that are enough for a page once it is 20 : 1 that the rate is above the baseline. */
const ENOUGH_WHEN_NOTICED = 3;
/** How long ago that may have been; the evidence starts anew after 100. */
const NOTICED_WITHIN_HOURS = 24;

/**
 * The overall rate from which a page is due: {@link toleratedLevel}, or four times as far above the baseline as its
 * worst week was when that is more, but no more than `theta` when the baseline is below it.
 *
 * @example pageLevel({ p0: 0.01, worst: 0.0125 }, { allowed: 0.25, floor: 0.001 }, 0.05) // 0.02
 * @throws RangeError as {@link toleratedLevel}
 */
export function pageLevel(
  baseline: Pick<Baseline, 'p0' | 'worst'>,
  settings: { allowed: number; floor: number },
  theta: number,
): number {
  const { p0, worst } = baseline;
  const level = Math.max(toleratedLevel(baseline, settings, theta), p0 + WORST_WEEK_FACTOR * (worst - p0));
  return Math.min(level, p0 < theta ? theta : 1);
}

/**
 * The levels from which a page is due: {@link pageLevel} against the baseline; against requests with the toggle off, which
 * share every bad week, what the release tolerates in any week.
 *
 * @example pageLevels({ p0: 0.01, worst: 0.0125 }, { allowed: 0.25, floor: 0.001 }, 0.05) // { before: 0.02, toggleOff: 0.0135 }
 * @throws RangeError as {@link toleratedLevel}
 */
export const pageLevels = (
  baseline: Pick<Baseline, 'p0' | 'worst'>,
  settings: { allowed: number; floor: number },
  theta: number,
) => ({
  before: pageLevel(baseline, settings, theta),
  toggleOff: toleratedLevel({ p0: baseline.p0, worst: baseline.p0 }, settings, theta),
});

/**
 * Evidence, as odds, for a page: that of {@link regressionEvidence} against `level`. It acts at 20; and from 3 it is
 * given as 20 when the evidence of a rate above the baseline itself reached 20 within a day: the baseline is then ruled
 * out as firmly as ever, and the tolerance, which is a setting and no measurement, need not be. So with nothing wrong
 * it acts with a chance of at most 1 in 10 (each way 1 in 20); of a rate that stays exactly at `level` less is promised,
 * at most 1 in 3.
 *
 * @param hours since the launch
 * @param level of {@link pageLevel}
 * @throws RangeError as {@link regressionEvidence}
 */
export function pageEvidence(
  hours: readonly HourCount[],
  baseline: Baseline,
  level: Level,
  plannedHours: number,
): number[] {
  const above = regressionEvidence(hours, baseline, level, plannedHours);
  const lowest = typeof level === 'number' ? level : Math.min(level.before, level.toggleOff);
  const noticed = regressionEvidence(hours, baseline, Math.min(lowest, baseline.noticeLevel), plannedHours);
  return above.map((now, t) => {
    const lately = Math.max(...noticed.slice(Math.max(0, t + 1 - NOTICED_WITHIN_HOURS), t + 1));
    return now >= ENOUGH_WHEN_NOTICED && lately >= ACTS_AT ? Math.max(ACTS_AT, now) : now;
  });
}
