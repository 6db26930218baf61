import type { SNSClient } from '@aws-sdk/client-sns';
import { plain } from '../facts/format';
import type { Mark } from '../marks/mark';
import { publish } from '../messages/sns';
import type { MarkSink } from '../ports';

/** Publishes marks to a topic of their own: people who subscribe to that of the alerts hear of none. */
export const snsMarks = (client: SNSClient, topicArn: string): MarkSink => ({
  send: (mark: Mark) =>
    publish(client, topicArn, {
      subject: plain(`Stagewatch: ${mark.release}: ${mark.kind}`, 99),
      body: JSON.stringify({ default: `${mark.title}: ${mark.headline}`, sqs: JSON.stringify({ mark }) }),
      attributes: { release: mark.release },
    }),
});
