import { createHash } from 'node:crypto';
import { Annotations, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Subscription, SubscriptionFilter, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { KmsKeys } from './account/kms-keys';
import { failureQueue } from './failure-queue';
import type { AlertSubscription } from './settings-schema';
import { bringInto } from './topic-to-queue';

interface AlertTopicProps {
  readonly subscriptions: readonly AlertSubscription[];
  readonly kms: KmsKeys;
  /** A topic that there is already, or its ARN, instead of one of its own. */
  readonly given?: ITopic | string;
}

/** Where alerts, and the alarms about Stagewatch itself, are published, and to whom they go. */
export class AlertTopic extends Construct {
  readonly topic: ITopic;
  private readonly kms: KmsKeys;
  private queuesAreOpen = false;

  constructor(scope: Construct, id: string, { subscriptions, kms, given }: AlertTopicProps) {
    super(scope, id);
    this.kms = kms;
    this.topic = this.topicOf(given);
    if (this.topic.fifo)
      throw new Error('alertTopic - got a FIFO topic, expected a standard one; alarms and e-mail reach no other');
    if (!this.letAlarmsIn())
      Annotations.of(this).addWarningV2(
        'stagewatch:alertTopic',
        'alertTopic - got a topic whose policy or key is not of this app, expected that they let CloudWatch in; without that, alarms about Stagewatch itself are lost without a word (docs/your-own-repo.md, "In an app of your own")',
      );
    for (const subscription of subscriptions) this.subscribe(subscription);
  }

  private topicOf(given: ITopic | string | undefined): ITopic {
    if (typeof given === 'string')
      return Topic.fromTopicAttributes(this, 'Topic', { topicArn: given, keyArn: this.kms.topic?.keyArn });
    if (given) return given;
    const masterKey =
      this.kms.topic ??
      new Key(this, 'Key', { description: 'Encrypts the alerts of Stagewatch', enableKeyRotation: true });
    return new Topic(this, 'Topic', { masterKey, enforceSSL: true, signatureVersion: '2' });
  }

  /**
   * CloudWatch cannot use the AWS managed key of SNS: its alarms would be lost without a word. Nor does a topic policy let
   * them in, as the default one did that it replaces. False where policies are not this app's to change.
   * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
   */
  private letAlarmsIn(): boolean {
    const ownAlarms = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    };
    const withKey = this.topic.masterKey?.addToResourcePolicy(
      new PolicyStatement({ ...ownAlarms, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }),
    );
    const published = this.topic.addToResourcePolicy(
      new PolicyStatement({
        ...ownAlarms,
        sid: 'AllowAlarms',
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
      }),
    );
    return (withKey?.statementAdded ?? true) && published.statementAdded;
  }

  /** SNS may put messages into queues that the key encrypts; said once, with the first subscription. */
  private letIntoQueues(): void {
    if (this.queuesAreOpen) return;
    this.queuesAreOpen = true;
    const opened = this.kms.queues?.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('sns.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (opened?.statementAdded === false)
      Annotations.of(this).addWarningV2(
        'stagewatch:kmsKeys.queues',
        'kmsKeys.queues - got a key whose policy is not of this app, expected that it lets SNS in; without that, subscriptions that are queues get nothing, and neither do Slack and PagerDuty (docs/deploy.md, "Keys of the account")',
      );
  }

  /** Brings all that is published into a queue of the stack; raw delivery stays off, since it would lose the subject. */
  subscribeQueue(scope: Construct, queue: Queue, undelivered: Queue): void {
    this.letIntoQueues();
    bringInto(scope, 'Subscription', this.topic, queue, undelivered);
  }

  private subscribe({ protocol, endpoint, filter = {} }: AlertSubscription): void {
    this.letIntoQueues();
    // Named by a digest: the order of the list changes nothing, and no address gets into the name of a queue.
    const name = createHash('sha256').update(`${protocol} ${endpoint}`).digest('hex').slice(0, 12);
    const filters = Object.entries(filter).map(([attribute, allowlist]) => [
      attribute,
      SubscriptionFilter.stringFilter({ allowlist: [...allowlist] }),
    ]);
    // Raw delivery stays off: https gets its own text of the message, with the attributes and a signature around it.
    new Subscription(this, `Subscription${name}`, {
      topic: this.topic,
      protocol: SubscriptionProtocol[protocol.toUpperCase() as 'EMAIL' | 'HTTPS' | 'SQS'],
      endpoint,
      ...(filters.length > 0 && { filterPolicy: Object.fromEntries(filters) }),
      deadLetterQueue: failureQueue(this, `Undelivered${name}`, this.kms.queues),
    });
  }

  allowPublishing(grantee: IGrantable): void {
    this.topic.grantPublish(grantee);
  }

  allowAlerting(publisher: LambdaFunction): void {
    this.allowPublishing(publisher);
    publisher.addEnvironment('STAGEWATCH_TOPIC', this.topic.topicArn);
  }
}
