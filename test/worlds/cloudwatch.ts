import { readable } from '../infra/rights';

/** A value of a metric in a minute, counted from the start of what is simulated. */
export interface Point {
  minute: number;
  value: number;
}

/** Points by metric and what it is of: "NumberOfMessagesSent SamplerFailed". */
export type Metrics = ReadonlyMap<string, readonly Point[]>;

/** A time in ALARM: [from, to), in minutes; Infinity while it lasts. */
export interface Ringing {
  from: number;
  to: number;
}

/** Properties of an AWS::CloudWatch::Alarm, as a template has them. */
export interface AlarmProperties {
  MetricName: string;
  Dimensions: [{ Value: unknown }];
  Statistic: 'Sum' | 'Maximum' | 'SampleCount';
  Period: number;
  Threshold: number;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  ComparisonOperator: 'GreaterThanOrEqualToThreshold' | 'LessThanThreshold';
  TreatMissingData: 'breaching' | 'notBreaching';
}

const metricOf = ({ MetricName, Dimensions: [{ Value }] }: AlarmProperties) => `${MetricName} ${readable(Value)}`;

/**
 * When an alarm rings: CloudWatch looks every minute at windows that slide along with it. For an hour without data it
 * looks back further than this, so it rings no sooner.
 */
export function ringing(alarm: AlarmProperties, metrics: Metrics, minutes: number): Ringing[] {
  const period = alarm.Period / 60;
  const values = valuesBy(alarm.Statistic, metrics.get(metricOf(alarm)) ?? [], period, minutes);
  const needed = alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods;
  const breaches = (end: number) => {
    const value = values[end]!;
    if (Number.isNaN(value)) return alarm.TreatMissingData === 'breaching';
    return alarm.ComparisonOperator === 'LessThanThreshold' ? value < alarm.Threshold : value >= alarm.Threshold;
  };
  const rings: Ringing[] = [];
  for (let now = period * alarm.EvaluationPeriods; now < minutes; now++) {
    let hits = 0;
    for (let back = 0; back < alarm.EvaluationPeriods; back++) if (breaches(now - back * period)) hits++;
    const last = rings.at(-1);
    const rang = last?.to === Number.POSITIVE_INFINITY;
    if (hits >= needed && !rang) rings.push({ from: now, to: Number.POSITIVE_INFINITY });
    if (hits < needed && rang) last.to = now;
  }
  return rings;
}

/** The statistic of each window [end - period, end) by its end; NaN for one without a point. */
function valuesBy(
  statistic: AlarmProperties['Statistic'],
  points: readonly Point[],
  period: number,
  minutes: number,
): Float64Array {
  const values = new Float64Array(minutes).fill(Number.NaN);
  for (const point of points) {
    const value = statistic === 'SampleCount' ? 1 : point.value;
    for (let end = point.minute + 1; end <= point.minute + period && end < minutes; end++) {
      const before = values[end]!;
      values[end] = Number.isNaN(before) ? value : statistic === 'Maximum' ? Math.max(before, value) : before + value;
    }
  }
  return values;
}
