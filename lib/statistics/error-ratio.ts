import type { Baseline } from './baseline';
import { boundedRate } from './beta-binomial';
import type { HourCount } from './hour-count';

const { max } = Math;

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
  const tooMany = new Float64Array(counted.map((hour) => hour.errors - hour.usual));
  // Numbers alone are sorted ten times as fast as what they are of.
  const most = tooMany.slice().sort()[max(0, counted.length - leaveOut)] ?? Number.POSITIVE_INFINITY;
  let alike = leaveOut - tooMany.filter((one) => one > most).length;
  let errors = 0;
  let usual = 0;
  for (let t = 0; t < counted.length; t++) {
    if (tooMany[t]! > most || (tooMany[t] === most && alike-- > 0)) continue;
    errors += counted[t]!.errors;
    usual += counted[t]!.usual;
  }
  return errors / usual;
}
