import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const HOUR = { period: Duration.hours(1), statistic: 'Sum' };

/** The watcher is watched: each alarm has an article of the same name in docs/runbook.md. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { topic, sampler, failed, undelivered, releases }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const tell = (alarm: Alarm) => {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    };
    // Messages sent, not messages there: the alarm ends by itself and can speak again at the next failure.
    const onMessage = (name: string, metric: IMetric, text: string) =>
      tell(
        new Alarm(this, name, {
          metric,
          threshold: 1,
          evaluationPeriods: 1,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: TreatMissingData.NOT_BREACHING,
          alarmDescription: text,
        }),
      );

    onMessage(
      'Failures',
      failed.metricNumberOfMessagesSent(HOUR),
      `Stagewatch: a run failed at every attempt; its event and error are in the queue ${failed.queueName}. See docs/runbook.md#failures`,
    );
    onMessage(
      'Undelivered',
      undelivered.metricNumberOfMessagesSent(HOUR),
      `Stagewatch: a schedule could not start its run; its event is in the queue ${undelivered.queueName}. See docs/runbook.md#undelivered`,
    );
    tell(
      new Alarm(this, 'NotRunning', {
        metric: sampler.metricInvocations(HOUR),
        threshold: releases,
        evaluationPeriods: 2,
        comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.BREACHING,
        alarmDescription: `Stagewatch: fewer runs than releases (${releases}) for two hours, so something is not being watched. See docs/runbook.md#not-running`,
      }),
    );
  }
}

interface AlarmsProps {
  readonly topic: ITopic;
  readonly sampler: LambdaFunction;
  readonly failed: Queue;
  readonly undelivered: Queue;
  /** How many releases have a schedule. */
  readonly releases: number;
}
