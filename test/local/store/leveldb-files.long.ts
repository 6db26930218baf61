import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { damageIn } from '../../../lib/local/store/leveldb-files.cjs';
import { type LocalStore, openStore } from '../../../lib/local/store/store';

const root = mkdtempSync(path.join(tmpdir(), 'stagewatch-bits-'));
const whole = path.join(root, 'whole');
const ITEMS = 120;

const clientOf = ({ url, key }: LocalStore) =>
  new DynamoDBClient({
    region: 'us-east-1',
    endpoint: url,
    credentials: { accessKeyId: key, secretAccessKey: 'local' },
    maxAttempts: 1,
  });

async function fill(dir: string, from: number, to: number) {
  const store = await openStore(dir);
  const client = clientOf(store);
  for (let at = from; at < to; at++) {
    // Half of it can be compressed.
    const text = `${createHash('sha512').update(String(at)).digest('hex').repeat(3)}${'x'.repeat(2_000)}`;
    const Item = { pk: { S: 'r' }, sk: { S: String(at).padStart(4, '0') }, text: { S: text } };
    await client.send(new PutItemCommand({ TableName: store.tableName, Item }));
  }
  client.destroy();
  await store.close();
}

async function count(dir: string): Promise<number> {
  const store = await openStore(dir);
  const client = clientOf(store);
  try {
    const asked = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'r' } } };
    return (await client.send(new QueryCommand({ TableName: store.tableName, ...asked }))).Count!;
  } finally {
    client.destroy();
    await store.close();
  }
}

// What is in the log becomes a table when the folder is opened again.
beforeAll(async () => {
  await fill(whole, 0, ITEMS);
  await fill(whole, ITEMS, 2 * ITEMS);
});
afterAll(() => rmSync(root, { recursive: true }));

const database = path.join(whole, 'dynamodb');
/** The largest file of a kind. */
const fileOf = (kind: string): string =>
  readdirSync(database)
    .filter((name) => name.includes(kind))
    .sort((a, b) => statSync(path.join(database, b)).size - statSync(path.join(database, a)).size)[0]!;

let copies = 0;
/** A copy of the folder in which one file is another. */
function changed(name: string, change: (bytes: Buffer) => Buffer): string {
  const dir = path.join(root, `copy-${++copies}`);
  cpSync(whole, dir, { recursive: true });
  const file = path.join(dir, 'dynamodb', name);
  writeFileSync(file, change(readFileSync(file)));
  return dir;
}
const flipped = (at: number) => (bytes: Buffer) => {
  bytes[at]! ^= 1 << (at % 8);
  return bytes;
};

test('a folder that is whole has no damage, and neither has one that is not there', async () => {
  expect(damageIn(database)).toBeUndefined();
  expect(damageIn(path.join(root, 'none'))).toBeUndefined();
  expect(await count(changed(fileOf('.log'), (bytes) => bytes))).toBe(2 * ITEMS);
});

test.each(['.log', '.ldb'])('a bit that flips anywhere in a file *%s is found, and the file is named', (ending) => {
  const name = fileOf(ending);
  const bytes = readFileSync(path.join(database, name));
  // The last record may be one that was cut off; the last 48 bytes of a table are looked at by LevelDB itself.
  const end = bytes.length - (ending === '.log' ? 4_000 : 48);
  const dir = path.join(
    changed(name, (same) => same),
    'dynamodb',
  );
  for (let at = 0; at < end; at += 1 + Math.floor(end / 211)) {
    writeFileSync(path.join(dir, name), flipped(at)(Buffer.from(bytes)));
    expect([at, damageIn(dir)]).toEqual([at, expect.stringMatching(new RegExp(`^${name} is damaged near byte \\d+$`))]);
  }
});

test.each(['.log', '.ldb'])('a database with a flipped bit in its *%s is not opened', async (ending) => {
  const name = fileOf(ending);
  const dir = changed(name, flipped(5_000));
  await expect(openStore(dir)).rejects.toThrow(
    `the local database cannot be opened - got "${name} is damaged near byte`,
  );
  await expect(openStore(dir)).rejects.toThrow(`${path.join(dir, 'dynamodb')}; bring the folder back from a backup`);
});

test.each([
  ['the end of a table', '.ldb', (bytes: Buffer) => flipped(bytes.length - 2)(bytes)],
  ['half a table', '.ldb', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['the list of files', 'MANIFEST', flipped(20)],
  ['the name of the list', 'CURRENT', flipped(12)],
] as const)('a database with damage in %s is an error and never an empty one', async (_, kind, change) => {
  await expect(count(changed(fileOf(kind), change))).rejects.toThrow(
    /the local database (cannot be opened|failed) - got "/,
  );
});

test('a write that was cut off by the end of its process is no damage', async () => {
  const dir = changed(fileOf('.log'), (bytes) => bytes.subarray(0, bytes.length - 5));
  expect(await count(dir)).toBe(2 * ITEMS - 1);
});
