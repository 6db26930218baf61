import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { AlertSink } from '../ports';
import type { Release } from '../release/schema';
import { type Message, messageOf } from './message';
import { plainMessage } from './plain-message';

/** How SNS says that it will never take a message for what is in it. */
const REFUSALS = new Set(['InvalidParameterException', 'InvalidParameterValueException', 'ValidationException']);

/**
 * Publishes alerts to an SNS topic, each once for all protocols. One that SNS refuses for its content is told in a few
 * plain words instead.
 */
export function snsSink(client: SNSClient, topicArn: string, release: Release): AlertSink {
  return {
    publish: (alert) =>
      publish(client, topicArn, messageOf(alert, release)).catch((error: Error) => {
        if (!REFUSALS.has(error.name)) throw error;
        return publish(client, topicArn, plainMessage(alert, release, error.message));
      }),
  };
}

/** An attribute may have several values; a filter lets the message through for any of them. */
type Published = Pick<Message, 'subject' | 'body'> & { attributes: Record<string, string | readonly string[]> };

/** @throws Error when SNS does not say that it has taken the message */
export async function publish(client: SNSClient, topicArn: string, { subject, body, attributes }: Published) {
  const { MessageId } = await client.send(
    new PublishCommand({
      TopicArn: topicArn,
      Subject: subject,
      MessageStructure: 'json',
      Message: body,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          typeof value === 'string'
            ? { DataType: 'String', StringValue: value }
            : { DataType: 'String.Array', StringValue: JSON.stringify(value) },
        ]),
      ),
    }),
  );
  // The client takes any 200 for a success, also that of something else at this address.
  if (!MessageId)
    throw new Error('sns took no message - got an answer without its id, expected one; the alert stays pending');
}
