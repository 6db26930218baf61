import type { AlertRecord } from '../../lib/alert/record';
import { type Message, messageOf } from '../../lib/messages/message';
import { type Bulletin, bulletinOf } from '../../lib/receivers/bulletin';
import { NIGHT, RELEASE } from './night';

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

export const bulletinAbout = (alert: AlertRecord, release = RELEASE): Bulletin =>
  bulletinOf(envelopeOf(messageOf(alert, release)));

/** The bulletins of some bad days, one of each kind. */
export const BULLETINS: Record<string, Bulletin> = {
  ...Object.fromEntries(Object.entries(NIGHT).map(([name, alert]) => [name, bulletinAbout(alert)])),
  alarm: bulletinOf(alarmEnvelope('ALARM')),
  'alarm-over': bulletinOf(alarmEnvelope('OK')),
};
