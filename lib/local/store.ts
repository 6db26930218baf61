import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

export interface LocalStore {
  /** Address of a DynamoDB endpoint on this machine. */
  url: string;
  tableName: string;
  /** Ends the database if this call of {@link openStore} started it, else leaves it to the process that did. */
  close(): Promise<void>;
}

const TABLE = {
  TableName: 'stagewatch',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

/** A process that starts the database on a busy machine needs some seconds until it can say where it is. */
const ATTACH_MS = 10_000;

type Message = { kind: 'ready'; url: string } | { kind: 'locked' } | { kind: 'failed'; message: string };

/**
 * Opens the DynamoDB of local mode, with the table `stagewatch`, in `dir`; `':memory:'` keeps nothing. Only one process
 * can hold a folder; another one that opens it meanwhile uses the holder's endpoint, until the holder ends. An
 * acknowledged write has been given to the operating system: it survives the end of the process, however sudden, but
 * not necessarily that of the machine.
 *
 * @throws Error when the folder is no usable database, or its holder does not answer within 10 seconds
 */
export async function openStore(dir: string): Promise<LocalStore> {
  // LevelDB's lock is the only proof of who holds the folder, and the system frees it with the process; server.json
  // merely says where the holder listens. So the lock is always tried first.
  const deadline = Date.now() + ATTACH_MS;
  for (;;) {
    const store = (await hold(dir)) ?? (await attach(dir));
    if (store) return store;
    if (Date.now() > deadline) {
      throw new Error(
        `the local database is in use - got no answer from the process that holds ${dir}, expected one at the address in ${join(dir, 'server.json')}; end that process or choose another folder`,
      );
    }
    await sleep(100);
  }
}

/** The database in a thread of this process; undefined when another one holds the folder. */
async function hold(dir: string): Promise<LocalStore | undefined> {
  const worker = new Worker(join(__dirname, 'store-worker.cjs'), {
    workerData: { dir: dir === ':memory:' ? undefined : dir, table: TABLE },
    execArgv: [],
  });
  const [message]: Message[] = await once(worker, 'message');
  if (message!.kind === 'locked') return undefined;
  if (message!.kind === 'failed') {
    throw new Error(
      `the local database cannot be opened - got "${message!.message}", expected a LevelDB folder at ${join(dir, 'dynamodb')}; move it away to start with an empty one, or choose another folder`,
    );
  }
  worker.unref();
  let closing: Promise<void> | undefined;
  return { url: message!.url, tableName: TABLE.TableName, close: () => (closing ??= end(worker)) };
}

async function end(worker: Worker): Promise<void> {
  worker.ref();
  const ended = once(worker, 'exit');
  worker.postMessage('close');
  await ended;
}

/** The database of the process that holds the folder; undefined while it does not answer. */
async function attach(dir: string): Promise<LocalStore | undefined> {
  try {
    const { url } = JSON.parse(await readFile(join(dir, 'server.json'), 'utf8')) as { url: string };
    const greeting = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    if (!(await greeting.text()).startsWith('healthy: dynamodb')) return undefined;
    return { url, tableName: TABLE.TableName, close: async () => {} };
  } catch {
    // It has not written the file yet, or has just ended.
    return undefined;
  }
}
