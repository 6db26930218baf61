import { type CfnElement, Duration, Stack, TimeZone, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { ContextAttribute, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { KmsKeys } from './account/kms-keys';
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

/** EventBridge Scheduler puts the tick's own time here. */
const TIME = { scheduledTime: ContextAttribute.scheduledTime };

interface HourlySchedulesProps {
  readonly releases: readonly ScheduledRelease[];
  readonly sampler: LambdaFunction;
  readonly kms: KmsKeys;
}

/**
 * One schedule a release, at minute 20: an hour needs 15 minutes to settle before it can be sampled. And one for the roll
 * call, from minute 45 on, when three attempts of a run and the minutes between them have ended. It comes twice, so that no
 * window of an hour is without it, wherever its edge is.
 */
export class HourlySchedules extends Construct {
  /** Triggers that could not be handed to the function; what fails inside it is in the function's own queue. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { releases, sampler, kms }: HourlySchedulesProps) {
    super(scope, id);
    this.undelivered = failureQueue(this, 'Undelivered', kms.queues);
    const role = this.role(sampler);
    kms.queues?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey*');
    kms.schedules?.grant(role, 'kms:Decrypt');
    const hourly = (name: string, description: string, minutes: string, input: object) =>
      new Schedule(this, name, {
        description,
        schedule: ScheduleExpression.expression(`cron(${minutes} * * * ? *)`, TimeZone.ETC_UTC),
        ...(kms.schedules && { key: kms.schedules }),
        target: new LambdaInvoke(sampler, {
          role,
          input: ScheduleTargetInput.fromObject({ ...input, ...TIME }),
          // By default 185 attempts in 24 hours; an hour later the next run does the same work.
          retryAttempts: 3,
          maxEventAge: Duration.hours(1),
          deadLetterQueue: this.undelivered,
        }),
      });
    for (const { name, file } of releases) {
      const input = { release: { name, file } };
      const bytes = Buffer.byteLength(JSON.stringify({ ...input, ...TIME }));
      if (bytes > INPUT_LIMIT) {
        throw new Error(
          `release ${name} is too large for a schedule - got ${bytes} bytes of JSON, expected at most ${INPUT_LIMIT}; split it into two releases`,
        );
      }
      hourly(name, `Samples the release ${name}`, '20', input);
    }
    const rollCall = { stack: Stack.of(this).stackName, releases: releases.map(({ name }) => name) };
    hourly('RollCall', 'Looks whether every release has its verdict, and which have left the stack', '5,45', {
      rollCall,
    });
  }

  /** Starts the sampler; only schedules of this account can take it. */
  private role(sampler: LambdaFunction): Role {
    const stack = Stack.of(this);
    const conditions = { StringEquals: { 'aws:SourceAccount': stack.account } };
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions }),
    });
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${stack.getLogicalId(sampler.node.defaultChild as CfnElement)}.Arn>:*]`,
      reason: 'The wildcard stands for the versions of this one function; CDK grants them along with it',
    });
    return role;
  }
}
