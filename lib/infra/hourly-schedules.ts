import { Duration, TimeZone } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { failureQueue } from './failure-queue';

/** A release as its schedule carries it: the name of its folder and its file as plain JSON. */
export interface ScheduledRelease {
  readonly name: string;
  readonly file: unknown;
}

/**
 * Bytes of JSON. EventBridge Scheduler and SQS take 256 KiB; the record of a failed run wraps the event once more.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
 */
const INPUT_LIMIT = 200_000;

/** One schedule a release, at minute 20: an hour needs 15 minutes to settle before it can be sampled. */
export class HourlySchedules extends Construct {
  /** Triggers that could not be handed to the function; what fails inside it is in the function's own queue. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, releases: readonly ScheduledRelease[], sampler: LambdaFunction) {
    super(scope, id);
    this.undelivered = failureQueue(this, 'Undelivered');
    for (const { name, file } of releases) {
      const input = { release: { name, file }, scheduledTime: ContextAttribute.scheduledTime };
      const bytes = Buffer.byteLength(JSON.stringify(input));
      if (bytes > INPUT_LIMIT) {
        throw new Error(
          `release ${name} is too large for a schedule - got ${bytes} bytes of JSON, expected at most ${INPUT_LIMIT}; split it into two releases`,
        );
      }
      new Schedule(this, name, {
        description: `Samples the release ${name}`,
        schedule: ScheduleExpression.expression('cron(20 * * * ? *)', TimeZone.ETC_UTC),
        target: new LambdaInvoke(sampler, {
          input: ScheduleTargetInput.fromObject(input),
          // By default 185 attempts in 24 hours; an hour later the next run does the same work.
          retryAttempts: 3,
          maxEventAge: Duration.hours(1),
          deadLetterQueue: this.undelivered,
        }),
      });
    }
  }
}
