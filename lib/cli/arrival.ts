import { setTimeout as sleep } from 'node:timers/promises';
import { openDynamo } from '../history/client';
import { receiptOf } from '../history/receipts';
import { RECEIVERS, type ReceiverName } from '../receivers/receivers';

/** A function that starts anew and a queue take some seconds. */
export const ARRIVAL = { ms: 60_000, everyMs: 1_000 };

/**
 * Waits until a receiver has taken what was published under a key, as its notifier notes it in the table.
 *
 * @throws Error when it refused it, with its reason, or when nothing is known after a minute
 */
export async function arrivalAt(name: ReceiverName, key: string, table: string, signal: AbortSignal): Promise<void> {
  const client = openDynamo();
  const { title } = RECEIVERS[name];
  for (let waited = 0; ; waited += ARRIVAL.everyMs) {
    const receipt = await receiptOf(client, table, name, key);
    if (receipt?.newest !== undefined) return;
    if (receipt?.failure !== undefined)
      throw new Error(`${title} did not take the test message, which is tried again for six hours: ${receipt.failure}`);
    if (waited >= ARRIVAL.ms)
      throw new Error(
        `${title} - got no word from its notifier in ${ARRIVAL.ms / 1000} seconds, expected one; is it in notify of stagewatch.yaml and deployed? Its log says more`,
      );
    await sleep(ARRIVAL.everyMs, undefined, { signal });
  }
}
