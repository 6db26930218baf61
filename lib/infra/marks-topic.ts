import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bringInto } from './topic-to-queue';

/** Where marks are published: beside the topic of the alerts, whose subscribers are people. */
export class MarksTopic extends Construct {
  private readonly topic: Topic;

  /** @param key that of the alerts, if it is known here */
  constructor(scope: Construct, id: string, { key }: { key: IKey | undefined }) {
    super(scope, id);
    const masterKey =
      key ?? new Key(this, 'Key', { description: 'Encrypts the marks of Stagewatch', enableKeyRotation: true });
    this.topic = new Topic(this, 'Topic', { masterKey, enforceSSL: true, signatureVersion: '2' });
  }

  /** Brings all marks into the queue of a receiver. */
  subscribeQueue(scope: Construct, queue: Queue, undelivered: Queue): void {
    bringInto(scope, 'MarksSubscription', this.topic, queue, undelivered);
  }

  allowMarking(publisher: LambdaFunction & IGrantable): void {
    this.topic.grantPublish(publisher);
    publisher.addEnvironment('STAGEWATCH_MARKS_TOPIC', this.topic.topicArn);
  }
}
