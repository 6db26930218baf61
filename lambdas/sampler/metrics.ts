import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/**
 * One run's metrics in CloudWatch's embedded metric format, as fields of its log line. There are no more than the stack's
 * alarms need, since each is paid for every month; what else is in the line can be queried as it is.
 *
 * - `FinishedRuns`: 1 for a run that came to its end with its samples; retries and failures do not count.
 * - `LagHours`: from the newest counted hour to the newest settled one.
 *
 * @param functionName tells the stacks of an account apart
 */
export function metricsOf(functionName: string, { finished, lagHours }: { finished: boolean; lagHours: number }) {
  const metrics = new Metrics({ namespace: 'Stagewatch', serviceName: functionName });
  metrics.addMetric('FinishedRuns', MetricUnit.Count, finished ? 1 : 0);
  metrics.addMetric('LagHours', MetricUnit.NoUnit, lagHours);
  return metrics.serializeMetrics();
}
