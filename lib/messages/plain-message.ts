import type { AlertRecord } from '../alert/record';
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
export function plainMessage(alert: AlertRecord, { name }: Release, refusal: string): Message {
  const text = [
    `${kindOf(alert)}: ${name}: ${ascii(headlineOf(alert))}`,
    `Message #${alert.seq} in full was refused: ${ascii(refusal)}`,
    `Look: npx --no-install stagewatch check --release ${name}`,
  ].join('\n');
  return {
    subject: `${kindOf(alert)}: ${name}`,
    body: JSON.stringify({ default: text }),
    attributes: { severity: alert.severity, status: alert.change, release: name },
  };
}
