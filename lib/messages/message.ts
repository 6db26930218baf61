import type { AlertRecord } from '../alert/record';
import type { Release } from '../release/schema';
import { chatOf } from './chat';
import { emailOf } from './email';
import { eventOf } from './event/event';
import { subjectOf } from './headline';
import { envOf } from './place';

/** One alert in the words of each of its readers, as SNS takes it. */
export interface Message {
  subject: string;
  /** The texts by protocol, as JSON (`MessageStructure: json`). */
  body: string;
  /** For the filter policies of subscriptions. */
  attributes: Record<string, string>;
}

/** SNS takes 262,144 bytes, message attributes included; those are far below the difference. */
const MAX_BODY_BYTES = 250_000;

/**
 * One alert for all its readers: `default` and `email` get plain text, `https` a chat notification that is a CloudWatch
 * alarm too, `sqs` and `lambda` the event of docs/alert-event.schema.json. When that is too large, it lists only the
 * worst findings and says how many it leaves out.
 */
export function messageOf(alert: AlertRecord, release: Release): Message {
  const env = envOf(release);
  const text = emailOf(alert, release);
  const chat = JSON.stringify(chatOf(alert, release));
  const bodyWith = (most: number) => {
    const event = JSON.stringify(eventOf(alert, release, most));
    return JSON.stringify({ default: text, email: text, https: chat, sqs: event, lambda: event });
  };
  let most = Math.max(alert.verdict.findings.length, alert.open.length, alert.notices.length);
  let body = bodyWith(most);
  while (Buffer.byteLength(body) > MAX_BODY_BYTES && most > 0) {
    most = Math.floor(most * 0.8);
    body = bodyWith(most);
  }
  return {
    subject: subjectOf(alert, release),
    body,
    attributes: {
      severity: alert.severity,
      status: alert.change,
      release: release.name,
      ...(env !== undefined && { env }),
    },
  };
}
