import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, type Code, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { KmsKeys } from './account/kms-keys';
import { joinNetworks, type Network, networkOf } from './account/network';
import type { WayOut } from './account/way-out';
import { failureQueue } from './failure-queue';
import { NODE_OPTIONS, ON_LAMBDA } from './lambda-code';
import type { Strict } from './settings-schema';

interface SamplerProps {
  readonly code: Code;
  readonly kms: KmsKeys;
  /** Runs at once that are kept free in the account; none are unless it is said, since small accounts have few. */
  readonly reserved?: number;
  readonly network?: Strict | undefined;
  readonly logRetentionDays: number;
  readonly out: WayOut;
}

/** The function that is run every hour for each release, with no rights but to write its log and its failures. */
export class Sampler extends Construct {
  readonly function: LambdaFunction;
  readonly log: LogGroup;
  /** Runs that failed at every attempt. */
  readonly failed: Queue;
  readonly network: Network | undefined;

  constructor(scope: Construct, id: string, props: SamplerProps) {
    super(scope, id);
    const { code, kms, reserved, network, logRetentionDays, out } = props;
    this.log = new LogGroup(this, 'Log', {
      retention: logRetentionDays,
      ...(kms.logs && { encryptionKey: kms.logs }),
    });
    this.failed = failureQueue(this, 'Failed', kms.queues);
    // A role of our own: the default one may write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.log.grantWrite(role);
    this.failed.grant(role, 'sqs:SendMessage');
    kms.queues?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey*');
    kms.functions?.grant(role, 'kms:Decrypt');
    if (network) joinNetworks(role);

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Samples the error rates of a release, judges them and alerts',
      ...ON_LAMBDA,
      code,
      role,
      logGroup: this.log,
      memorySize: 512,
      timeout: Duration.minutes(5),
      retryAttempts: 2,
      // The next hour's run does the work of this one too; an event that waited so long is of no more use.
      maxEventAge: Duration.hours(1),
      // SqsDestination would also grant sqs:GetQueueAttributes and sqs:GetQueueUrl, which Lambda does not need.
      onFailure: { bind: () => ({ destination: this.failed.queueArn }) },
      environment: { ...out.environment, STAGEWATCH_STACK: Stack.of(this).stackName, NODE_OPTIONS },
      layers: out.layers,
      ...(kms.functions && { environmentEncryption: kms.functions }),
      ...(reserved !== undefined && { reservedConcurrentExecutions: reserved }),
    });
    Validations.of(this.function).acknowledge({
      id: 'NIST.800.53.R5-LambdaDLQ',
      reason: 'What failed goes to a queue all the same: by a destination, which also says why',
    });
    this.network = network && networkOf(this, network, out.proxyPort);
    if (this.network) (this.function.node.defaultChild as CfnFunction).vpcConfig = this.network;
  }
}
