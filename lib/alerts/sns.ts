import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Release } from '../domain/release';
import type { AlertSink } from '../ports';
import { messageOf } from './message';

/** Publishes alerts to an SNS topic; the attributes serve subscriptions' filter policies. */
export function snsSink(client: SNSClient, topicArn: string, release: Release): AlertSink {
  return {
    async publish(alert) {
      const { subject, text } = messageOf(alert, release);
      const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
      const { MessageId } = await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          Message: text,
          MessageAttributes: {
            severity: attribute(alert.severity),
            status: attribute(alert.change),
            release: attribute(release.name),
          },
        }),
      );
      // The client takes any 200 for a success, also that of something else at this address.
      if (!MessageId)
        throw new Error('sns took no message - got an answer without its id, expected one; the alert stays pending');
    },
  };
}
