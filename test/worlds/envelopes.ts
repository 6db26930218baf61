import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Mark } from '../../lib/marks/mark';
import type { AlertEvent } from '../../lib/messages/event/event';
import type { Message } from '../../lib/messages/message';

/** The body of the SQS message that SNS makes of what was published, without raw delivery. */
export function envelopeOf(
  { subject, body, attributes }: Pick<Message, 'subject' | 'body'> & { attributes: Record<string, unknown> },
  id = '7f3c9e1a-0000-4000-8000-000000000001',
): string {
  const { sqs, default: text } = JSON.parse(body);
  const values = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === 'string'
      ? { Type: 'String', Value: value }
      : { Type: 'String.Array', Value: JSON.stringify(value) },
  ]);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: id,
    TopicArn: 'arn:aws-us-gov:sns:us-gov-west-1:111111111111:alerts',
    Subject: subject,
    Message: sqs ?? text,
    Timestamp: '2026-02-13T19:20:00.123Z',
    SignatureVersion: '2',
    Signature: 'x',
    SigningCertURL: 'https://sns.us-gov-west-1.amazonaws.com/x.pem',
    UnsubscribeURL: 'https://sns.us-gov-west-1.amazonaws.com/?Action=Unsubscribe',
    MessageAttributes: Object.fromEntries(values),
  });
}

/** What CloudWatch publishes of an alarm, as the queue gets it. */
export const alarmEnvelope = (state: string, at = '2026-02-13T19:20:00.000+0000'): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: '7f3c9e1a-0000-4000-8000-0000000000aa',
    Subject: `${state}: "Stagewatch-AlarmsFailures" in AWS GovCloud (US-West)`,
    Message: JSON.stringify({
      AlarmName: 'Stagewatch-AlarmsFailures',
      AlarmDescription: 'Stagewatch, stack Stagewatch: a run failed at every attempt. See docs/runbook.md#failures',
      NewStateValue: state,
      NewStateReason: 'Threshold Crossed: 1 datapoint [1.0] was greater than or equal to the threshold (1.0).',
      StateChangeTime: at,
      OldStateValue: 'OK',
    }),
    Timestamp: '2026-02-13T19:20:01.000Z',
  });

const golden = readFileSync(path.join(__dirname, '..', 'golden', 'alerts', 'first-firing.txt'), 'utf8');
/** The event of an alert, as test/golden/alerts has it. */
export const FIRING: AlertEvent = JSON.parse(golden.split('---- sqs, lambda\n')[1]!);

/** That an alert is acknowledged, as the queues get it. */
export const ackEnvelope = (dedupKey: string, seq: number): string =>
  envelopeOf({
    subject: 'Stagewatch: acknowledged: document-status',
    body: JSON.stringify({ sqs: JSON.stringify({ acknowledged: { dedupKey, seq } }) }),
    attributes: { to: 'pagerDuty' },
  });

/** An event of its own alert, as its queue gets it. */
export const eventEnvelope = (change: Partial<AlertEvent> = {}, to?: string): string =>
  envelopeOf({
    subject: 'ALARM: Document Status - #show broken',
    body: JSON.stringify({ sqs: JSON.stringify({ ...FIRING, ...change }) }),
    attributes: { severity: 'page', ...(to !== undefined && { to }) },
  });

/** A mark, as the queue of a receiver gets it from the topic of the marks. */
export const markEnvelope = (mark: Mark): string =>
  envelopeOf({
    subject: 'Stagewatch',
    body: JSON.stringify({ default: mark.headline, sqs: JSON.stringify({ mark }) }),
    attributes: { release: mark.release },
  });
