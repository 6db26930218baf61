import { plain } from '../facts/format';
import type { Instant } from '../facts/hour';
import type { Mark } from '../marks/mark';
import { type AlertEvent, eventSchema } from '../messages/event/event';
import { type Acknowledgement, acknowledgementSchema } from './acknowledgement';
import { type Marking, markSchema } from './marking';

/** What the topic publishes, as a receiver gets it through its queue. */
export type Bulletin = { id: string; to?: string } & (
  | { kind: 'alert'; event: AlertEvent }
  /** Of CloudWatch, about Stagewatch itself. */
  | { kind: 'alarm'; name: string; state: 'ALARM' | 'OK' | 'INSUFFICIENT_DATA'; reason: string; at: Instant }
  /** About a whole stack, and whatever else this version cannot take apart. */
  | { kind: 'text'; severity: 'page' | 'notice'; subject: string; text: string; at: Instant }
);

/** What a receiver gets: a bulletin, that all that is open of an alert is acknowledged, or a mark, if it shows marks. */
export type Queued = Bulletin | ({ kind: 'ack'; id: string; to?: string } & Acknowledgement) | Marking;

/** CloudWatch's descriptions have at most 1,024 characters, its reasons 1,023. */
const LONGEST_REASON = 1024;
const LONGEST_TEXT = 4000;

/**
 * What is in the body of an SQS message: an acknowledgement, a mark or a bulletin.
 *
 * @throws Error when it is no envelope of SNS
 */
export function queuedOf(body: string): Queued {
  const bulletin = bulletinOf(body);
  const content = objectIn(String(objectIn(body).Message));
  const { id, to } = bulletin;
  const marked = markSchema.safeParse(content);
  if (marked.success) return { kind: 'mark', id, mark: marked.data.mark as Mark };
  const ack = acknowledgementSchema.safeParse(content);
  if (!ack.success) return bulletin;
  return { kind: 'ack', id, ...(to !== undefined && { to }), ...ack.data.acknowledged };
}

/**
 * The bulletin in the body of an SQS message, without raw delivery: SNS's envelope keeps the subject and the attributes. A
 * message that says nothing known is told as its text, and one without a severity as a page: nobody would miss it otherwise.
 *
 * @throws Error when it is no envelope of SNS
 */
export function bulletinOf(body: string): Bulletin {
  const envelope = objectIn(body);
  const { MessageId: id, Message: message, Subject: subject, Timestamp: timestamp } = envelope;
  const at = Date.parse(String(timestamp));
  if (typeof id !== 'string' || typeof message !== 'string' || Number.isNaN(at))
    throw new Error(
      'message in the queue - got no notification of SNS, expected one with MessageId, Message and Timestamp; raw delivery must be off',
    );
  const attribute = (name: string): unknown => Object(Object(envelope.MessageAttributes)[name]).Value;
  const to = attribute('to');
  const common = { id, ...(typeof to === 'string' && { to }) };
  const content = objectIn(message);
  const event = eventSchema.safeParse(content);
  if (event.success) return { ...common, kind: 'alert', event: event.data };
  const alarm = alarmIn(content);
  if (alarm) return { ...common, kind: 'alarm', ...alarm };
  return {
    ...common,
    kind: 'text',
    severity: attribute('severity') === 'notice' ? 'notice' : 'page',
    subject: plain(typeof subject === 'string' ? subject : 'Stagewatch: a message that cannot be read', 100),
    text: message.split('\n').map(line).join('\n').slice(0, LONGEST_TEXT),
    at,
  };
}

/** What CloudWatch publishes when an alarm changes: docs/alerts.md of the topic's other readers has the same keys. */
function alarmIn({ AlarmName: name, NewStateValue: state, ...more }: Record<string, unknown>) {
  const at = Date.parse(String(more.StateChangeTime).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (typeof name !== 'string' || Number.isNaN(at)) return undefined;
  if (state !== 'ALARM' && state !== 'OK' && state !== 'INSUFFICIENT_DATA') return undefined;
  const reason = plain(String(more.AlarmDescription ?? more.NewStateReason ?? ''), LONGEST_REASON);
  return { name: plain(name, 255), state, reason, at } as const;
}

/** Indents stay: they are part of a list. */
const line = (text: string) => `${/^ */.exec(text)![0].slice(0, 8)}${plain(text, 500)}`;

function objectIn(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/**
 * Under which key a receiver keeps what it was told, and the number of this bulletin there: what has a lower one is older.
 * All pages of an alert, and that it is acknowledged, share a key; anything else stands for itself.
 */
export function receiptPlaceOf(bulletin: Queued): { key: string; number: number } {
  if (bulletin.kind === 'text') return { key: `text/${bulletin.id}`, number: 0 };
  if (bulletin.kind === 'mark') return { key: bulletin.mark.key, number: 0 };
  // Newer than the message that it answers, and older than the next one.
  if (bulletin.kind === 'ack') return { key: bulletin.dedupKey, number: bulletin.seq + 0.5 };
  if (bulletin.kind === 'alarm') return { key: `alarm/${bulletin.name}`, number: bulletin.at };
  const { dedupKey, seq, severity } = bulletin.event;
  return severity === 'notice' ? { key: `${dedupKey}/notice/${seq}`, number: seq } : { key: dedupKey, number: seq };
}
