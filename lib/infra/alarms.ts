import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const PERIOD = { period: Duration.hours(1) };

/** Twice as long as it takes by default until people are told that a release is blind. */
const LAG_HOURS = 6;

interface AlarmsProps {
  readonly topic: ITopic;
  readonly sampler: LambdaFunction;
  readonly failed: Queue;
  readonly undelivered: Queue;
  /** How many releases have a schedule. */
  readonly releases: number;
}

/** The watcher is watched: each alarm has an article of the same name in docs/runbook.md. */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  /** Runs an hour that came to their end with their samples; a retry of a failed one is not a second run. */
  readonly finishedRuns: Metric;
  /** Hours from the newest counted hour to the newest settled one, of the release that is furthest behind. */
  readonly lag: Metric;

  constructor(scope: Construct, id: string, { topic, sampler, failed, undelivered, releases }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const ofSampler = (metricName: string, statistic: string) =>
      new Metric({
        namespace: 'Stagewatch',
        metricName,
        dimensionsMap: { service: sampler.functionName },
        statistic,
        ...PERIOD,
      });
    this.finishedRuns = ofSampler('FinishedRuns', 'Sum');
    this.lag = ofSampler('LagHours', 'Maximum');

    /** An alarm at `threshold` and more in an hour; no data is no alarm. */
    const from = (threshold: number, name: string, metric: IMetric, text: string) => {
      const alarm = new Alarm(this, name, {
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: text,
      });
      alarm.addAlarmAction(action);
      this.all.push(alarm);
      return alarm;
    };

    // Messages sent, not messages there: the alarm ends by itself and can speak again at the next failure.
    from(
      1,
      'Failures',
      failed.metricNumberOfMessagesSent({ ...PERIOD, statistic: 'Sum' }),
      `Stagewatch: a run failed at every attempt; its event and error are in the queue ${failed.queueName}. See docs/runbook.md#failures`,
    ).addOkAction(action);
    from(
      1,
      'Undelivered',
      undelivered.metricNumberOfMessagesSent({ ...PERIOD, statistic: 'Sum' }),
      `Stagewatch: a schedule could not start its run; its event is in the queue ${undelivered.queueName}. See docs/runbook.md#undelivered`,
    ).addOkAction(action);
    const depth = { period: Duration.days(1), statistic: 'Minimum' };
    from(
      1,
      'FailureQueue',
      new MathExpression({
        expression: 'failed + undelivered',
        usingMetrics: {
          failed: failed.metricApproximateNumberOfMessagesVisible(depth),
          undelivered: undelivered.metricApproximateNumberOfMessagesVisible(depth),
        },
        period: Duration.days(1),
      }),
      'Stagewatch: a message has lain in a failure queue for a day; nobody has looked at it. See docs/runbook.md#failure-queue',
    ).addOkAction(action);
    // Without data nothing ran, and that is NotRunning.
    from(
      LAG_HOURS,
      'Lag',
      this.lag,
      `Stagewatch: runs come to their end, but the newest hour with data is ${LAG_HOURS} hours old or more. See docs/runbook.md#lag`,
    ).addOkAction(action);
    // No word at its end: that message too would get lost with this subscriber, and be the next alarm, every hour.
    from(
      1,
      'AlertsLost',
      new Metric({
        namespace: 'AWS/SNS',
        metricName: 'NumberOfNotificationsFailed',
        dimensionsMap: { TopicName: topic.topicName },
        statistic: 'Sum',
        ...PERIOD,
      }),
      'Stagewatch: an alert could not be delivered to one of the subscribers. See docs/runbook.md#alerts-lost',
    );
    const notRunning = new Alarm(this, 'NotRunning', {
      metric: this.finishedRuns,
      threshold: releases,
      evaluationPeriods: 2,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
      alarmDescription: `Stagewatch: fewer runs came to their end than there are releases (${releases}), for two hours. See docs/runbook.md#not-running`,
    });
    notRunning.addAlarmAction(action);
    notRunning.addOkAction(action);
    this.all.push(notRunning);
  }
}
