import type { Baseline } from './baseline';
import { boundedRate } from './beta-binomial';
import type { HourCount } from './hour-count';

/** An hour's errors, and those that it usually has: with the toggle on alone where those with it off are counted. */
function errorsIn({ n, x, cell, drift = 1, toggleOff }: HourCount, { p0, season }: Baseline) {
  return toggleOff
    ? { errors: x - toggleOff.x, usual: ((n - toggleOff.n) * toggleOff.x) / toggleOff.n }
    : { errors: x, usual: n * boundedRate(p0 * season[cell]! * drift) };
}

/**
 * How many times their usual errors some hours had, without the `leaveOut` hours that had most too many: a mean that one
 * outage, or one storm of requests, does not decide.
 *
 * @returns Infinity for errors where none are usual; NaN without either
 */
export function errorRatio(hours: readonly HourCount[], baseline: Baseline, leaveOut = 0): number {
  const counted = hours.filter(({ n }) => n > 0).map((hour) => errorsIn(hour, baseline));
  const kept = counted.sort((a, b) => a.errors - a.usual - (b.errors - b.usual)).slice(0, counted.length - leaveOut);
  let [errors, usual] = [0, 0];
  for (const hour of kept) {
    errors += hour.errors;
    usual += hour.usual;
  }
  return errors / usual;
}
