import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { failureQueue } from './failure-queue';

/** The function that is run every hour for each release, with no rights but to write its log and its failures. */
export class Sampler extends Construct {
  readonly function: LambdaFunction;
  /** Runs that failed at every attempt. */
  readonly failed: Queue;

  constructor(scope: Construct, id: string, { code }: { code: Code }) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Log', { retention: RetentionDays.THREE_MONTHS });
    this.failed = failureQueue(this, 'Failed');
    // A role of our own: the default one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Samples the error rates of a release, judges them and alerts',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code,
      role,
      logGroup,
      memorySize: 512,
      timeout: Duration.minutes(5),
      retryAttempts: 2,
      // The next hour's run does the work of this one too; an event that waited so long is of no more use.
      maxEventAge: Duration.hours(1),
      // SqsDestination would also grant sqs:GetQueueAttributes and sqs:GetQueueUrl, which Lambda does not need.
      onFailure: { bind: () => ({ destination: this.failed.queueArn }) },
    });
    this.failed.grant(role, 'sqs:SendMessage');
  }
}
