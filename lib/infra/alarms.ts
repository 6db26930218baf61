import { Duration, Stack } from 'aws-cdk-lib';
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
import type { Notifier } from './notifier/notifier';

const PERIOD = { period: Duration.hours(1) };
/** Of what is about receivers: a page must not wait for an hour. */
const SHORT = { period: Duration.minutes(5) };

/** Twice as long as it takes by default until people are told that a release is blind. */
const LAG_HOURS = 6;

interface AlarmsProps {
  readonly topic: ITopic;
  readonly sampler: LambdaFunction;
  readonly failed: Queue;
  readonly undelivered: Queue;
  readonly notifiers: readonly Notifier[];
}

/** When an alarm speaks: at `threshold` and more in `hits` of the last `hours`, or in all of them. Periods, where they are shorter. */
interface Rule {
  readonly threshold: number;
  readonly hours: number;
  readonly hits?: number;
  /** Whether an hour without data counts; it does not unless it is said. */
  readonly missing?: TreatMissingData;
}

/**
 * The watcher is watched: each alarm has an article of the same name in docs/runbook.md.
 *
 * CloudWatch's hour slides: its edge passes the minute in which the hour's runs end, and there it may hold some of them twice
 * and others not at all. So nothing is summed over the releases, and what comes once an hour counts for two hours.
 */
export class Alarms extends Construct {
  readonly all: Alarm[] = [];
  /** Settled hours without a verdict, of the release that lacks most, as the roll call found them. */
  readonly missedRuns: Metric;
  /** Hours from the newest counted hour to the newest settled one when a run has ended well, of the release that is furthest behind. */
  readonly lag: Metric;

  constructor(scope: Construct, id: string, { topic, sampler, failed, undelivered, notifiers }: AlarmsProps) {
    super(scope, id);
    const action = new SnsAction(topic);
    const { stackName } = Stack.of(this);
    const ofSampler = (metricName: string) =>
      new Metric({
        namespace: 'Stagewatch',
        metricName,
        dimensionsMap: { service: sampler.functionName },
        statistic: 'Maximum',
        ...PERIOD,
      });
    this.missedRuns = ofSampler('MissedRuns');
    this.lag = ofSampler('LagHours');

    const add = (
      name: string,
      metric: IMetric,
      { threshold, hours, hits = hours, missing }: Rule,
      text: string,
      article = anchorOf(name),
    ) => {
      const alarm = new Alarm(this, name, {
        metric,
        threshold,
        evaluationPeriods: hours,
        datapointsToAlarm: hits,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: missing ?? TreatMissingData.NOT_BREACHING,
        alarmDescription: `Stagewatch, stack ${stackName}: ${text}. See docs/runbook.md#${article}`,
      });
      alarm.addAlarmAction(action);
      this.all.push(alarm);
      return alarm;
    };

    // Messages sent, not messages there: the alarm ends by itself and can speak again at the next failure.
    const sent = (queue: Queue) => queue.metricNumberOfMessagesSent({ ...PERIOD, statistic: 'Sum' });
    const inTwoHours = { threshold: 1, hours: 2, hits: 1 };
    add(
      'Failures',
      sent(failed),
      inTwoHours,
      `in the last two hours, a run or a roll call failed at every attempt; its event and error are in the queue ${failed.queueName}`,
    ).addOkAction(action);
    add(
      'Undelivered',
      sent(undelivered),
      inTwoHours,
      `in the last two hours, a schedule could not start its run; its event is in the queue ${undelivered.queueName}`,
    ).addOkAction(action);

    // An alarm for each queue: the sum of two metrics is missing where one of them is, and an idle queue sends none.
    const age = (queue: Queue) => queue.metricApproximateAgeOfOldestMessage({ ...PERIOD, statistic: 'Maximum' });
    const aDay = { threshold: Duration.days(1).toSeconds(), hours: 1 };
    const unread = (queue: Queue) => `a message has lain in the queue ${queue.queueName} for a day or longer`;
    add('FailureQueue', age(failed), aDay, unread(failed)).addOkAction(action);
    add('UndeliveredQueue', age(undelivered), aDay, unread(undelivered)).addOkAction(action);

    // Without data nothing ran, and that is NotRunning.
    add(
      'Lag',
      this.lag,
      { threshold: LAG_HOURS, hours: 2, hits: 1 },
      `a run came to its end, and yet the newest counted hour of its release is ${LAG_HOURS} hours or more behind`,
    ).addOkAction(action);
    // A day, since e-mail is tried for six hours: the alarm's own message may be the next that is lost. For that reason there is no
    // word at its end either.
    add(
      'AlertsLost',
      new Metric({
        namespace: 'AWS/SNS',
        metricName: 'NumberOfNotificationsRedrivenToDlq',
        dimensionsMap: { TopicName: topic.topicName },
        statistic: 'Sum',
        ...PERIOD,
      }),
      { threshold: 1, hours: 24, hits: 1 },
      "in the last day, a message could not be delivered to a subscriber; it is in the subscription's dead-letter queue",
    );
    add(
      'NotRunning',
      this.missedRuns,
      // One missed run is made up for by the next.
      { threshold: 2, hours: 2, missing: TreatMissingData.BREACHING },
      'for two hours, a release has lacked two verdicts or more, or the roll was not called',
    ).addOkAction(action);

    for (const { node, receiver, queue, undelivered: lost } of notifiers) {
      // In the queue or just being tried: the age of the oldest message leaves out what was received three times.
      const waiting = new MathExpression({
        expression: 'visible + tried',
        usingMetrics: {
          visible: queue.metricApproximateNumberOfMessagesVisible({ ...SHORT, statistic: 'Average' }),
          tried: queue.metricApproximateNumberOfMessagesNotVisible({ ...SHORT, statistic: 'Average' }),
        },
        ...SHORT,
      });
      add(
        `${node.id}Late`,
        waiting,
        // Half of the looks: one that is told at once is seen once at most.
        { threshold: 0.5, hours: 3 },
        `for a quarter of an hour, a message has waited for ${receiver.title}; the log of its notifier says why`,
        'receiver-late',
      ).addOkAction(action);
      // Messages there: those that SQS moves are not counted as sent.
      add(
        `${node.id}Lost`,
        lost.metricApproximateNumberOfMessagesVisible({ ...SHORT, statistic: 'Maximum' }),
        { threshold: 1, hours: 1 },
        `a message did not reach ${receiver.title} in six hours; it is in the queue ${lost.queueName}`,
        'receiver-lost',
      ).addOkAction(action);
    }
  }
}

/** @example anchorOf('NotRunning') === 'not-running' */
const anchorOf = (name: string) => name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
