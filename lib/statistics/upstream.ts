import { HOURS_PER_WEEK } from '../facts/hour';
import { type Baseline, fitBaseline } from './baseline';
import { boundedRate, HourLikelihood, Rate } from './beta-binomial';
import type { HourCount } from './hour-count';

/** An endpoint that shares the upstream but not the toggle: its hours, and the baseline fitted to the first of them. */
export interface Control {
  baseline: Baseline;
  hours: readonly HourCount[];
}

/** Hours looked at together, and the standard deviations that it takes to believe them: of short windows there are more. */
const WINDOWS = [
  { hours: HOURS_PER_WEEK, deviations: 1.5 },
  { hours: 24, deviations: 2 },
  { hours: 6, deviations: 2.5 },
  { hours: 1, deviations: 3 },
] as const;
/** The release file says that the upstream is shared; the baseline's hours overrule that at these odds. */
const OVERRULED_AT = 100;
/** What the controls said longer ago excuses no endpoint. */
const KNOWN_HOURS = 24;

/**
 * How many times their usual rate the control endpoints run at, hour by hour, each hour with what came before it. The
 * level moves only as far as it must: to the nearest one that the last week does not contradict, from there to the nearest
 * that the last day does not contradict, and so on to the hour itself. So it is 1 while nothing is known, and nearly so
 * while the upstream is quiet, however few requests the controls have. It is 1 again once the controls had no request for
 * a day.
 *
 * @param controls with hours side by side
 * @param length how many hours
 */
export function upstreamLevel(controls: readonly Control[], length: number): number[] {
  const errors = [0];
  const expected = [0];
  for (let t = 0; t < length; t++) {
    let observed = 0;
    let usual = 0;
    for (const { baseline, hours } of controls) {
      const { n, x, cell } = hours[t]!;
      if (n === 0) continue;
      const weight = 1 / (1 + (n - 1) * baseline.rho);
      observed += weight * x;
      usual += weight * n * baseline.p0 * baseline.season[cell]!;
    }
    errors.push(errors[t]! + observed);
    expected.push(expected[t]! + usual);
  }
  return Array.from({ length }, (_, t) => {
    if (expected[t + 1]! === expected[Math.max(0, t + 1 - KNOWN_HOURS)]!) return 1;
    let level = 0;
    for (const { hours, deviations } of WINDOWS) {
      const from = Math.max(0, t + 1 - hours);
      const seen = errors[t + 1]! - errors[from]! + 0.5;
      const ratio = Math.log(seen / (expected[t + 1]! - expected[from]! + 0.5));
      const doubt = deviations / Math.sqrt(seen);
      level = Math.min(ratio + doubt, Math.max(ratio - doubt, level));
    }
    return Math.exp(level);
  });
}

/**
 * The baseline of an endpoint whose upstream is watched through controls: with what the upstream did taken out, unless its
 * own hours say at 100 : 1 that it does not follow them. Then, and without a level, it is that of {@link fitBaseline}.
 *
 * @param level of {@link upstreamLevel} in the hours of `earlier`, which are as {@link fitBaseline} takes them, and these
 */
export function baselineBeside(
  hours: readonly HourCount[],
  level: readonly number[] | undefined,
  earlier: readonly HourCount[] = [],
): Baseline | undefined {
  const alone = fitBaseline(hours, earlier);
  if (!level || !alone) return alone;
  const drifting = (some: readonly HourCount[], from: number) =>
    some.map((hour, t) => ({ ...hour, drift: level[from + t]! }));
  const beside = drifting(hours, earlier.length);
  const following = fitBaseline(beside, drifting(earlier, 0));
  if (!following) return alone;
  const gain = logLikelihood(beside, following) - logLikelihood(hours, alone);
  return Math.min(alone.eta, following.eta) * gain > -Math.log(OVERRULED_AT)
    ? { ...following, followsUpstream: true }
    : alone;
}

/** ln of the likelihood of the hours that a baseline was fitted to. */
function logLikelihood(hours: readonly HourCount[], { p0, season, rho, eps, weeks }: Baseline): number {
  return hours.slice(-weeks * HOURS_PER_WEEK).reduce((sum, hour) => {
    const usual = season[hour.cell]! * (hour.drift ?? 1);
    return hour.n > 0
      ? sum + Math.log(new HourLikelihood(hour, rho, eps).at(new Rate(boundedRate(p0 * usual), rho)))
      : sum;
  }, 0);
}
