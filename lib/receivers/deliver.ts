import type { Receipts } from '../ports';
import { type Queued, receiptPlaceOf } from './bulletin';
import type { Taken, Tell } from './receiver';

/** What became of a bulletin; `known`: the receiver has it already, or a newer one that says what is true now. */
export type Delivered = Taken | { known: true };

/**
 * Brings a bulletin to a receiver, once: what it was told is noted under the bulletin's key after it has taken it. The
 * queue brings bulletins more than once and in any order; an older one would open again what a newer one closed.
 *
 * @throws Error when the receiver did not take it, or another process is telling it something under the same key
 */
export async function deliver(bulletin: Queued, tell: Tell, receipts: Receipts): Promise<Delivered> {
  const { key, number } = receiptPlaceOf(bulletin);
  const { newest, thread } = await receipts.take(key);
  if (newest !== undefined && number <= newest) {
    await receipts.putBack(key);
    return { known: true };
  }
  try {
    const told = await tell(bulletin, thread);
    await receipts.note(key, { newest: number, thread: told.thread ?? thread });
    return told;
  } catch (error) {
    // Only for `test-alert`, which tells people; the error itself is what counts.
    await receipts.putBack(key, (error as Error).message).catch(() => {});
    throw error;
  }
}
