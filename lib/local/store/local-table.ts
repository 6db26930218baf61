import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { hasStore, type LocalStore, openStore, StoreEnded } from './store';
import { clientOf, type TableClient } from './table-client';

/** The table of a folder's local database. */
export interface LocalTable {
  store: LocalStore;
  client: Pick<DynamoDBClient, 'send'>;
  close(): Promise<void>;
}

/** The process that served it has ended. The SDK keeps the message of an error, not always its code. */
const ENDED = /\b(ECONNREFUSED|ECONNRESET|EPIPE|socket hang up)\b/;
/** Another process has its port, and another key. */
const REFUSED = 'AccessDeniedException';
/** It says what happened to it, and ends. */
const FAILED = 'LocalDatabaseFailure';

interface Opened {
  store: LocalStore;
  client: TableClient;
}

const connected = (store: LocalStore): Opened => ({ store, client: clientOf(store) });

/**
 * Opens the database in `dir`, see {@link openStore}, for as long as this process needs it. When the process that holds
 * it ends, the next call opens it anew, so that one of those that are left takes over. When the database fails, the call
 * fails with the reason, and the next one opens it anew. A folder that was taken away is not begun again: that would be
 * a release that was never launched.
 *
 * @throws Error when the database cannot be opened
 */
export async function openTable(dir: string): Promise<LocalTable> {
  const first = connected(await openStore(dir));
  let current: Promise<Opened> | undefined = Promise.resolve(first);
  let leaving = Promise.resolve();

  const again = async (): Promise<Opened> => {
    await leaving;
    if (!hasStore(dir))
      throw new Error(
        `the local history is gone - got none in ${dir}, expected the one that was open; put it back, or end this command and begin a new one`,
      );
    return connected(await openStore(dir));
  };
  const leave = async ({ client, store }: Opened) => {
    client.destroy();
    await store.close();
  };

  async function send(command: Parameters<DynamoDBClient['send']>[0], repeated = false): Promise<unknown> {
    current ??= again();
    const mine = current;
    /** Whether this call is the first to see that it is lost. */
    const lost = () => {
      if (current !== mine) return false;
      current = undefined;
      return true;
    };
    const opened = await mine.catch((error) => {
      lost();
      throw error;
    });
    try {
      return await opened.client.send(command);
    } catch (error) {
      const { name, message } = error as Error;
      const ended = name === REFUSED || error instanceof StoreEnded || ENDED.test(message);
      if (!ended && name !== FAILED) throw error;
      if (lost()) leaving = leave(opened);
      // As after any reply that is lost: every write may be repeated.
      if (!ended || repeated) throw error;
      return send(command, true);
    }
  }

  return {
    store: first.store,
    client: { send: send as DynamoDBClient['send'] },
    async close() {
      await leaving;
      if (current) await current.then(leave, () => {});
    },
  };
}
