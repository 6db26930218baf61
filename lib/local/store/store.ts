import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { authorizationBy } from '../door.cjs';

/** Where a local database is, and the access key id that it lets in. */
interface StoreAddress {
  url: string;
  key: string;
}

/** What a database says to a request. */
export interface StoreAnswer {
  status: number;
  body: string;
}

/** A DynamoDB endpoint on this machine. */
export interface LocalStore extends StoreAddress {
  tableName: string;
  /**
   * Asks the database in this process without a connection; undefined where another process holds it.
   *
   * @param name of the operation, such as `Query`
   * @param body of its request
   */
  ask?(name: string, body: string): Promise<StoreAnswer>;
  /** Ends the database if this call of {@link openStore} started it, else leaves it to the process that did. */
  close(): Promise<void>;
}

/** The table as the stack makes it. */
export const TABLE = {
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

type Message =
  | { kind: 'ready'; url: string; key: string }
  | { kind: 'locked' }
  | { kind: 'failed'; damaged?: boolean; message: string };

/** Whether a folder has a database. */
export const hasStore = (dir: string): boolean => existsSync(join(dir, 'dynamodb'));

/**
 * Opens the DynamoDB of local mode, with the table `stagewatch`, in `dir`; `':memory:'` keeps nothing. Only one process
 * can hold a folder; another one that opens it meanwhile uses the holder's endpoint, until the holder ends. An
 * acknowledged write has been given to the operating system: it survives the end of the process, however sudden, but
 * not necessarily that of the machine. A database whose folder is taken away, or whose write or read fails, answers with
 * why, and ends.
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
        `the local database is in use - got no answer from the process that holds ${dir}, expected one at the address in ${noticeFile(dir)}; end that process or choose another folder`,
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
    // It keeps little of what it makes.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const [message]: Message[] = await once(worker, 'message');
  // It answers what it cannot do. Should its thread break all the same, whoever asks it next finds nobody.
  worker.on('error', () => {});
  if (message!.kind !== 'ready') await ended;
  if (message!.kind === 'locked') return undefined;
  if (message!.kind === 'failed') throw new Error(unusable(dir, message!));
  return { url: message!.url, key: message!.key, tableName: TABLE.TableName, ...linkTo(worker, ended) };
}

/** A call that the database has not answered, and will not. */
export class StoreEnded extends Error {
  override readonly name = 'StoreEnded';
}

/** The process lives on for a call and for the end of the database, but not for the database. */
function linkTo(worker: Worker, ended: Promise<void>): Pick<LocalStore, 'ask' | 'close'> {
  const waiting = new Map<number, { resolve(answer: StoreAnswer): void; reject(error: Error): void }>();
  let calls = 0;
  let state: 'open' | 'closing' | 'ended' = 'open';
  const rest = () => {
    if (waiting.size === 0 && state === 'open') worker.unref();
  };
  const gone = () => new StoreEnded('the local database has ended');
  worker.on('message', (answers: readonly (StoreAnswer & { id: number })[]) => {
    for (const { id, ...answer } of answers) {
      waiting.get(id)?.resolve(answer);
      waiting.delete(id);
    }
    rest();
  });
  void ended.then(() => {
    state = 'ended';
    for (const { reject } of waiting.values()) reject(gone());
    waiting.clear();
  });
  rest();
  let asked: { id: number; name: string; body: string }[] = [];
  /** What is asked at once goes in one message: each wakes the thread. */
  const send = () => {
    worker.postMessage(asked);
    asked = [];
  };
  return {
    ask: (name, body) =>
      new Promise((resolve, reject) => {
        if (state === 'ended') return reject(gone());
        worker.ref();
        const id = calls++;
        waiting.set(id, { resolve, reject });
        if (asked.push({ id, name, body }) === 1) process.nextTick(send);
      }),
    close() {
      if (state === 'open') state = 'closing';
      worker.ref();
      worker.postMessage('close');
      return ended;
    },
  };
}

function unusable(dir: string, { damaged, message }: { damaged?: boolean; message: string }): string {
  const cannot = `the local database cannot be opened - got "${message}", expected`;
  const folder = join(dir, 'dynamodb');
  if (damaged) return `${cannot} the bits that were written to ${folder}; bring the folder back from a backup`;
  return /No space left|quota|too large/i.test(message)
    ? `${cannot} room to write in ${dir}; make some, what was recorded is still there`
    : `${cannot} a LevelDB folder at ${folder}; move it away to start with an empty one, or choose another folder`;
}

/** The notice of a folder, where the process that holds it says where it is; only its user can read it. */
const noticeFile = (dir: string): string => join(dir, 'server.json');

/** The database of the process that holds a folder; undefined while none answers to its key. */
export async function heldIn(dir: string): Promise<StoreAddress | undefined> {
  try {
    const { url, key } = JSON.parse(await readFile(noticeFile(dir), 'utf8')) as StoreAddress;
    const headers = { authorization: authorizationBy(key) };
    const { ok } = await fetch(url, { headers, signal: AbortSignal.timeout(1_000) });
    return ok ? { url, key } : undefined;
  } catch {
    // It has not written the file yet, or has just ended.
    return undefined;
  }
}

async function attach(dir: string): Promise<LocalStore | undefined> {
  const notice = await heldIn(dir);
  return notice && { ...notice, tableName: TABLE.TableName, close: async () => {} };
}
