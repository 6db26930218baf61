import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { AlertSink } from '../ports';
import type { Release } from '../release/schema';
import { messageOf } from './message';

/** Publishes alerts to an SNS topic, each once for all protocols. */
export function snsSink(client: SNSClient, topicArn: string, release: Release): AlertSink {
  return {
    async publish(alert) {
      const { subject, body, attributes } = messageOf(alert, release);
      const { MessageId } = await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: subject,
          MessageStructure: 'json',
          Message: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
      );
      // The client takes any 200 for a success, also that of something else at this address.
      if (!MessageId)
        throw new Error('sns took no message - got an answer without its id, expected one; the alert stays pending');
    },
  };
}
