import { checkFraction, checkHours, type HourCount } from '../statistics/hour-count';
import { estimatedShift, rankScore } from './mann-whitney';

/**
 * A rule by which people watch rollouts today, to be tried on the same hours as this judge. `alarms` gives the indexes
 * of the hours at which the rule starts to fire: an hour in which it fires while it did not in the one before.
 */
export interface PeerRule {
  readonly name: string;
  /** Documentation or code that it is taken from. */
  readonly source: string;
  /**
   * @param hours since the launch
   * @param baseline the hours before them
   * @param limit the error rate that must not be reached; rules that compare with the baseline do not look at it
   * @throws RangeError for counts that cannot be, or a limit outside (0, 1)
   */
  alarms(hours: readonly HourCount[], baseline: readonly HourCount[], limit: number): number[];
}

/** Two-sided 95 % and 98 % of the normal distribution. */
const Z95 = 1.959963984540054;
const Z98 = 2.3263478740408408;

const ARGO_FAILURE_LIMIT = 3;
const HOURS_IN_A_ROW = 3;

/** Burn rate, long window and short window in hours; the workbook's short windows of 5 and 30 minutes become an hour. */
const BURN_RATES = [
  { burn: 14.4, long: 1, short: 1 },
  { burn: 6, long: 6, short: 1 },
  { burn: 1, long: 72, short: 6 },
] as const;

/** Share of the estimated shift by which Kayenta's confidence bound must be above no shift at all. */
const KAYENTA_TOLERANCE = 0.25;

/** The rules in use elsewhere, from plain limits to statistical tests. Unknown and empty hours keep what was before. */
export const PEER_RULES: readonly PeerRule[] = [
  rule(
    'hour at the limit',
    'the plain wording of "below 5 %", hour by hour',
    (run, limit) => (t) => reaches(run[t]!, limit),
  ),
  rule('Datadog, 1 hour', 'docs.datadoghq.com/monitors/types/metric, sum over the last hour', (run, limit) =>
    monitor(run, limit, 1),
  ),
  rule('Datadog, 4 hours', 'docs.datadoghq.com/monitors/types/metric, sum over the last four hours', (run, limit) =>
    monitor(run, limit, 4),
  ),
  {
    name: 'Argo, failureLimit 3',
    source: 'argo-rollouts, analysis/analysis.go, assessMetricFailureInconclusiveOrError: failed > failureLimit',
    alarms: checked(argoFailures),
  },
  rule('three hours in a row', 'Nagios max_check_attempts 3; CloudWatch, 3 of 3 datapoints', threeInARow),
  rule('SRE burn rates', 'The Site Reliability Workbook, chapter 5, table 5-8; the limit is the budget', burnRates),
  {
    name: 'Kayenta, Mann-Whitney',
    source: 'kayenta, NetflixACAJudge.scala and MannWhitneyClassifier.scala: tolerance 0.25, confidence 0.98',
    alarms: checked(mannWhitney),
  },
  {
    name: 'z-test, each hour',
    source: 'statsmodels proportions_ztest at 95 %, as in common A/B calculators',
    alarms: checked((hours, baseline) => zTest(hours, baseline, false)),
  },
  {
    name: 'z-test, cumulative',
    source: 'the same test over all hours since the launch, looked at every hour',
    alarms: checked((hours, baseline) => zTest(hours, baseline, true)),
  },
];

type Alarms = PeerRule['alarms'];

/** Says whether a rule fires after an hour; undefined when the hour tells nothing. */
type Firing = (run: readonly HourCount[], limit: number) => (t: number) => boolean | undefined;

/** A rule that ran before the launch too: its windows reach back into the baseline. */
function rule(name: string, source: string, firing: Firing): PeerRule {
  const alarms: Alarms = (hours, baseline, limit) => {
    const run = [...baseline, ...hours];
    return starts(run.length, firing(run, limit))
      .map((t) => t - baseline.length)
      .filter((t) => t >= 0);
  };
  return { name, source, alarms: checked(alarms) };
}

function checked(alarms: Alarms): Alarms {
  return (hours, baseline, limit) => {
    checkHours(hours);
    checkHours(baseline);
    checkFraction('limit', limit);
    return alarms(hours, baseline, limit);
  };
}

function starts(count: number, firing: (t: number) => boolean | undefined): number[] {
  const found: number[] = [];
  let before = false;
  for (let t = 0; t < count; t++) {
    const now: boolean = firing(t) ?? before;
    if (now && !before) found.push(t);
    before = now;
  }
  return found;
}

/** A service that is to stay below its limit has left it when it is exactly there; undefined without requests. */
const reaches = ({ n, x }: HourCount, limit: number) => (n > 0 ? x / n >= limit : undefined);

/** Error rate of the last `length` hours up to `t`; undefined without requests. */
function windowRate(run: readonly HourCount[], t: number, length: number): number | undefined {
  let requests = 0;
  let errors = 0;
  for (let i = Math.max(0, t - length + 1); i <= t; i++) {
    requests += run[i]!.n;
    errors += run[i]!.x;
  }
  return requests > 0 ? errors / requests : undefined;
}

/** A monitor's threshold is `above`, so exactly at the limit it is silent. */
function monitor(run: readonly HourCount[], limit: number, length: number) {
  return (t: number) => {
    const rate = windowRate(run, t, length);
    return rate === undefined ? undefined : rate > limit;
  };
}

/** More than three failed measurements fail the analysis run; the next run starts from nothing. */
function argoFailures(hours: readonly HourCount[], _: readonly HourCount[], limit: number): number[] {
  let failed = 0;
  return hours.flatMap((hour, t) => {
    if (reaches(hour, limit)) failed++;
    if (failed <= ARGO_FAILURE_LIMIT) return [];
    failed = 0;
    return [t];
  });
}

function threeInARow(run: readonly HourCount[], limit: number) {
  let inARow = 0;
  return (t: number) => {
    const above = reaches(run[t]!, limit);
    if (above === undefined) return undefined;
    inARow = above ? inARow + 1 : 0;
    return inARow >= HOURS_IN_A_ROW;
  };
}

function burnRates(run: readonly HourCount[], budget: number) {
  return (t: number) => {
    if (run[t]!.n === 0) return undefined;
    return BURN_RATES.some(
      ({ burn, long, short }) =>
        windowRate(run, t, long)! > burn * budget && windowRate(run, t, short)! > burn * budget,
    );
  };
}

/** Two-proportion z-test, pooled variance, of one hour or of all hours so far against the whole baseline. */
function zTest(hours: readonly HourCount[], baseline: readonly HourCount[], cumulative: boolean): number[] {
  const before = { n: sum(baseline, 'n'), x: sum(baseline, 'x') };
  const seen = { n: 0, x: 0 };
  return starts(hours.length, (t) => {
    const hour = hours[t]!;
    if (hour.n === 0 || before.n === 0) return undefined;
    seen.n += hour.n;
    seen.x += hour.x;
    const { n, x } = cumulative ? seen : hour;
    const pooled = (x + before.x) / (n + before.n);
    const error = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / before.n));
    return error > 0 && (x / n - before.x / before.n) / error > Z95;
  });
}

const sum = (hours: readonly HourCount[], what: 'n' | 'x') => hours.reduce((total, hour) => total + hour[what], 0);

/**
 * All hourly rates since the launch against all of the baseline, as a growing analysis does: it fires when the lower
 * confidence bound of the shift is above a quarter of the estimated shift (Hodges and Lehmann).
 */
function mannWhitney(hours: readonly HourCount[], baseline: readonly HourCount[]): number[] {
  const rates = (some: readonly HourCount[]) => some.flatMap(({ n, x }) => (n > 0 ? [x / n] : []));
  const control = rates(baseline).sort((a, b) => a - b);
  const experiment: number[] = [];
  return starts(hours.length, (t) => {
    const [rate] = rates([hours[t]!]);
    if (rate === undefined || control.length === 0) return undefined;
    experiment.splice(placeOf(rate, experiment), 0, rate);
    if (rankScore(experiment, control, 0) <= Z98) return false;
    const shift = estimatedShift(experiment, control);
    return shift > 0 && rankScore(experiment, control, KAYENTA_TOLERANCE * shift) > Z98;
  });
}

function placeOf(value: number, sorted: readonly number[]): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
