import { percent, times } from '../facts/format';
import { hourOf } from '../facts/hour';
import type { Pooled } from '../facts/window';
import { exposedRate, provenLevel } from '../statistics/gate';
import type { Course } from './course';
import type { Rollout } from './rollout';
import type { Finding, Verdict } from './verdict';

/** What an overall rate says about the users who have the feature. Rates are fractions. */
export interface ExposedUsers {
  rate: number;
  /** Ends of the 90 % interval. */
  low: number;
  high: number;
  /** Even if every request of the exposed users failed, it would not be enough: others fail more than before, too. */
  othersToo: boolean;
}

/** Two-sided 90 % of the normal distribution. */
const Z = 1.6449;

/**
 * The error rate of the exposed users that an overall rate o implies if everybody else fails as in the baseline b: with
 * a share e of users exposed o = e r + (1 - e) b, so r = (o - b) / e + b. The interval is Wilson's for o (E. B. Wilson,
 * "Probable inference", JASA 22, 1927), carried over; b counts as exact and hours as independent, so the truth may
 * scatter somewhat wider. All is kept within 0 and 1.
 *
 * Undefined without requests, while nobody is exposed, and while everybody is: then o is the rate itself.
 *
 * @example exposedUsers({ requests: 15_762, errors: 368 }, 0.0126, 0.5) // 3.4 %, between 3.0 and 3.8 %
 */
export function exposedUsers(
  { requests, errors }: Pooled,
  baselineRate: number,
  exposure: number,
): ExposedUsers | undefined {
  if (requests === 0 || exposure <= 0 || exposure >= 1) return undefined;
  const overall = errors / requests;
  const widening = Z ** 2 / requests;
  const middle = (overall + widening / 2) / (1 + widening);
  const half = (Z / (1 + widening)) * Math.sqrt((overall * (1 - overall)) / requests + widening / (4 * requests));
  const implied = (rate: number) => (rate - baselineRate) / exposure + baselineRate;
  const within = (rate: number) => Math.min(1, Math.max(0, implied(rate)));
  return {
    rate: within(overall),
    low: within(middle - half),
    high: within(middle + half),
    othersToo: implied(middle - half) > 1,
  };
}

/**
 * {@link exposedUsers} of a finding; undefined too without a baseline, when its window began in another stage, and where
 * requests with the toggle off are counted.
 */
export function exposedUsersOf(finding: Finding, stage: Verdict['stage']): ExposedUsers | undefined {
  const { baselineRate, pooled, window, toggleOff } = finding;
  if (!stage || toggleOff || baselineRate === undefined || window.from < hourOf(stage.since)) return undefined;
  return exposedUsers(pooled, baselineRate, stage.exposure);
}

/** Adds the level that the stage's hours rule out, and what it means for exposed users, to a finding about the baseline. */
export function withProvenLevel(
  finding: Finding,
  { baseline, hours, stageFrom }: Course,
  { current }: Rollout,
): Finding {
  const { criterion, outcome, withoutStatus } = finding;
  if (criterion !== 'consistentWithBaseline' || outcome === 'breach' || withoutStatus || !baseline) return finding;
  const isSplit = hours.slice(stageFrom).some((hour) => hour.toggleOff);
  const level = provenLevel(
    hours,
    baseline,
    ({ toggleOff }, index) => index >= stageFrom && (!isSplit || toggleOff !== undefined),
  );
  const exposed = level === undefined ? undefined : exposedRate(baseline, level, isSplit ? 1 : current.exposure);
  if (level === undefined || exposed === undefined) return finding;
  const shown = isSplit
    ? `: at most ${times(level / baseline.p0)} as many errors with the toggle on`
    : `, without incident hours: at most ${percent(level)} overall, ${percent(exposed)} for exposed users`;
  return {
    ...finding,
    provenLevel: level,
    reason: `${finding.reason}; shown by the requests that were counted${shown}`,
  };
}
