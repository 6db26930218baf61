import type { Baseline } from './baseline';
import type { Level } from './comparison';
import type { HourCount } from './hour-count';
import { ACTS_AT, regressionEvidence } from './regression';

/** Odds above what is tolerated that are enough for a page once it is 20 : 1 that the rate is above the baseline. */
const ENOUGH_WHEN_NOTICED = 3;
/** How long ago that may have been; the evidence starts anew after 100. */
const NOTICED_WITHIN_HOURS = 24;

/**
 * Evidence, as odds, for a page: that of {@link regressionEvidence} against `level`. It acts at 20; and from 3 it is
 * given as 20 when the evidence of a rate above the baseline itself reached 20 within a day: the baseline is then ruled
 * out as firmly as ever, and the tolerance, which is a setting and no measurement, need not be. So with nothing wrong
 * it acts with a chance of at most 1 in 10 (each way 1 in 20); of a rate that stays exactly at `level` less is promised,
 * at most 1 in 3.
 *
 * @param hours since the launch
 * @param level of {@link toleratedLevels}
 * @param aboveBaseline the evidence of a notice, where it is known already
 * @throws RangeError as {@link regressionEvidence}
 */
export function pageEvidence(
  hours: readonly HourCount[],
  baseline: Baseline,
  level: Level,
  plannedHours: number,
  aboveBaseline?: readonly number[],
): number[] {
  const above = regressionEvidence(hours, baseline, level, plannedHours);
  const lowest = typeof level === 'number' ? level : Math.min(level.before, level.toggleOff);
  const noticed =
    aboveBaseline && baseline.noticeLevel <= lowest
      ? aboveBaseline
      : regressionEvidence(hours, baseline, Math.min(lowest, baseline.noticeLevel), plannedHours);
  let newest = Number.NEGATIVE_INFINITY;
  return above.map((now, t) => {
    if (noticed[t]! >= ACTS_AT) newest = t;
    return now >= ENOUGH_WHEN_NOTICED && t - newest < NOTICED_WITHIN_HOURS ? Math.max(ACTS_AT, now) : now;
  });
}
