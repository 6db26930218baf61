import { stackMessage } from '../messages/stack-message';
import type { History } from '../ports';
import type { Release } from '../release/schema';
import { acknowledgementOf } from './acknowledgement';
import type { ReceiverName } from './receivers';

/** Of the receivers, the one that calls people until somebody acknowledges. */
export const ACKNOWLEDGED_AT = { name: 'pagerDuty', title: 'PagerDuty' } satisfies {
  name: ReceiverName;
  title: string;
};

/**
 * What is published when somebody has acknowledged what is open: for the one receiver, by its attribute `to`. It has no
 * severity, so no filter lets it through to people.
 *
 * @param text what was acknowledged, and by whom
 * @returns undefined while something of it is open that nobody has acknowledged
 */
export async function acknowledgementMessage(
  { name, title }: Pick<Release, 'name' | 'title'>,
  history: Pick<History, 'lastAlert' | 'onCall'>,
  text: string,
) {
  const acknowledged = acknowledgementOf(await history.lastAlert(), await history.onCall());
  if (!acknowledged) return undefined;
  const { subject, body } = stackMessage('notice', [name], 'acknowledged', [`${title}: ${text}`]);
  return {
    subject,
    body: JSON.stringify({ ...JSON.parse(body), sqs: JSON.stringify({ acknowledged }) }),
    attributes: { to: ACKNOWLEDGED_AT.name },
  };
}
