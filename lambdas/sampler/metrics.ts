import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const UNITS = { LagHours: MetricUnit.NoUnit, MissedRuns: MetricUnit.Count };

/**
 * Metrics in CloudWatch's embedded metric format, as fields of a log line. There are no more than the stack's alarms need,
 * since each is paid for every month; what else is in the line can be queried as it is.
 *
 * - `LagHours`, of a run that ended well: from the newest counted hour to the newest settled one.
 * - `MissedRuns`, of a roll call: settled hours without a verdict, of the release that lacks most.
 *
 * @param functionName tells the stacks of an account apart
 */
export function metricsOf(functionName: string, values: Partial<Record<keyof typeof UNITS, number>>) {
  const metrics = new Metrics({ namespace: 'Stagewatch', serviceName: functionName });
  for (const [name, value] of Object.entries(values)) metrics.addMetric(name, UNITS[name as keyof typeof UNITS], value);
  return metrics.serializeMetrics();
}
