import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnFunction, type Code, EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Receiver } from '../../receivers/receiver';
import { RECEIVERS, type ReceiverName } from '../../receivers/receivers';
import type { KmsKeys } from '../account/kms-keys';
import { joinNetworks, type Network } from '../account/network';
import type { WayOut } from '../account/way-out';
import type { AlertTopic } from '../alert-topic';
import { personsSecret } from '../datadog-keys';
import { failureQueue } from '../failure-queue';
import type { HistoryTable } from '../history-table';
import { ON_LAMBDA } from '../lambda-code';
import type { MarksTopic } from '../marks-topic';

/** The function's own time. SQS asks for six times as much until it brings a message again (Lambda guide, "Amazon SQS"). */
const TIMEOUT_SECONDS = 30;
const AGAIN_SECONDS = 6 * TIMEOUT_SECONDS;
/** For six hours; by then a page is no news, and what it said is in the table. */
const ATTEMPTS = (6 * 3600) / AGAIN_SECONDS;
/** The least that an event source can have. Messages of an alert come an hour apart. */
const AT_ONCE = 2;

export interface NotifierProps {
  readonly receiver: ReceiverName;
  /** One of the receiver's hosts. */
  readonly host: string;
  readonly code: Code;
  readonly alerts: AlertTopic;
  /** Of a receiver that shows marks. */
  readonly marks: MarksTopic | undefined;
  readonly history: HistoryTable;
  readonly kms: KmsKeys;
  readonly network: Network | undefined;
  readonly logRetentionDays: number;
  readonly out: WayOut;
}

/**
 * Brings what the topic publishes to one receiver: topic → queue → function. Each receiver has its own, so that none waits for
 * another, and none is told twice because another failed. A subscription of the function itself would give up after
 * minutes: Lambda tries an event that it has accepted three times.
 */
export class Notifier extends Construct {
  readonly receiver: Receiver;
  readonly function: LambdaFunction;
  readonly log: LogGroup;
  readonly queue: Queue;
  /** What could not be brought for six hours, and what SNS could not put into the queue. */
  readonly undelivered: Queue;
  readonly secret: Secret;

  constructor(scope: Construct, id: string, props: NotifierProps) {
    super(scope, id);
    const { receiver: name, host, code, alerts, marks, history, kms, network, logRetentionDays, out } = props;
    this.receiver = RECEIVERS[name];
    const { title, secret } = this.receiver;
    this.undelivered = failureQueue(this, 'Undelivered', kms.queues);
    this.queue = new Queue(this, 'Queue', {
      ...(kms.queues
        ? { encryption: QueueEncryption.KMS, encryptionMasterKey: kms.queues }
        : { encryption: QueueEncryption.SQS_MANAGED }),
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(AGAIN_SECONDS),
      deadLetterQueue: { queue: this.undelivered, maxReceiveCount: ATTEMPTS },
    });
    alerts.subscribeQueue(this, this.queue, this.undelivered);
    marks?.subscribeQueue(this, this.queue, this.undelivered);
    this.secret = personsSecret(this, `${title} of Stagewatch: ${secret}`, kms.secrets);
    this.log = new LogGroup(this, 'Log', {
      retention: logRetentionDays,
      ...(kms.logs && { encryptionKey: kms.logs }),
    });

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.log.grantWrite(role);
    this.queue.grant(role, 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage');
    role.addToPolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secret.secretArn] }),
    );
    history.allowReceipts(role);
    for (const key of [kms.queues, kms.secrets, kms.functions]) key?.grant(role, 'kms:Decrypt');
    if (network) joinNetworks(role);

    this.function = new LambdaFunction(this, 'Function', {
      description: `Brings alerts to ${title}`,
      ...ON_LAMBDA,
      code,
      role,
      logGroup: this.log,
      memorySize: 256,
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      environment: {
        STAGEWATCH_RECEIVER: name,
        STAGEWATCH_RECEIVER_HOST: host,
        STAGEWATCH_SECRET: this.secret.secretArn,
        STAGEWATCH_TABLE: history.table.tableName,
        ...out.environment,
      },
      layers: out.layers,
      ...(kms.functions && { environmentEncryption: kms.functions }),
      // Where the account keeps runs free for the sampler, it does so for this one; else its event source bounds it.
      ...(network && { reservedConcurrentExecutions: AT_ONCE }),
    });
    Validations.of(this.function).acknowledge({
      id: 'NIST.800.53.R5-LambdaDLQ',
      reason: 'It is called by a queue, which has a dead-letter queue of its own; Lambda keeps no event of it',
    });
    if (network) {
      const { subnetIds, securityGroupIds } = network;
      (this.function.node.defaultChild as CfnFunction).vpcConfig = { subnetIds, securityGroupIds };
    }
    new EventSourceMapping(this, 'Messages', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      // Each message has the function's whole time.
      batchSize: 1,
      reportBatchItemFailures: true,
      maxConcurrency: AT_ONCE,
    });
  }
}
