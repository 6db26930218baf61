import type { AlertRecord } from '../alert/record';
import { commandText } from '../release/command-text';
import type { Release } from '../release/schema';
import { headlineOf, kindOf } from './headline';
import type { Message } from './message';

/** Of the headline and of the reason: far below every limit of SNS. */
const MOST = 300;

const ascii = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, MOST);

/**
 * An alert in a few lines of ASCII, for when SNS refuses the message that its readers would rather have. `refusal` is what
 * SNS said.
 */
export function plainMessage(alert: AlertRecord, release: Release, refusal: string): Message {
  const { name } = release;
  const text = [
    `${kindOf(alert)}: ${name}: ${ascii(headlineOf(alert))}`,
    `Message #${alert.seq} in full was refused: ${ascii(refusal)}`,
    `Look: ${commandText(release, 'check')}`,
  ].join('\n');
  return {
    subject: `${kindOf(alert)}: ${name}`,
    body: JSON.stringify({ default: text }),
    attributes: { severity: alert.severity, status: alert.change, release: name },
  };
}
