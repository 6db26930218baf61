import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type LocalStore, openStore } from '../../../lib/local/store/store';

let dir: string;
const clients: DynamoDBClient[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stagewatch-store-'));
});
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(dir, { recursive: true });
});

function clientOf({ url, key }: LocalStore) {
  const credentials = { accessKeyId: key, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint: url, credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

const put = (store: LocalStore, sk: string, onlyNew = false) =>
  clientOf(store).send(
    new PutItemCommand({
      TableName: store.tableName,
      Item: { pk: { S: 'release' }, sk: { S: sk } },
      ...(onlyNew && { ConditionExpression: 'attribute_not_exists(pk)' }),
    }),
  );

/** The sort keys that are stored under a key, read page by page. */
async function stored(store: LocalStore, pk = 'release'): Promise<string[]> {
  const found: string[] = [];
  let ExclusiveStartKey: Record<string, { S: string }> | undefined;
  do {
    const page = await clientOf(store).send(
      new QueryCommand({
        TableName: store.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ExclusiveStartKey,
        ConsistentRead: true,
      }),
    );
    found.push(...page.Items!.map((item) => item.sk!.S!));
    ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
  } while (ExclusiveStartKey);
  return found;
}

/** Another process that opens the same folder; `lines` are what it says, the address first. */
function writer(pk: string, items: number) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'store-writer.ts'), dir, pk, `${items}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return { child, ended, line: async () => (await lines.next()).value as string | undefined };
}

test('the table is there, with a partition and a sort key and on demand', async () => {
  const store = await openStore(':memory:');
  const { Table } = await clientOf(store).send(new DescribeTableCommand({ TableName: 'stagewatch' }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
  await store.close();
});

test('what was written is there when the folder is opened again', async () => {
  const first = await openStore(dir);
  await put(first, 'stage#1');
  await first.close();
  const second = await openStore(dir);
  expect(await stored(second)).toEqual(['stage#1']);
  await second.close();
});

test('of several writers of a new item exactly one succeeds', async () => {
  const store = await openStore(':memory:');
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => put(store, 'alert#1', true)));
  const refused = attempts.filter((one) => one.status === 'rejected').map((one) => one.reason.name);
  expect(refused).toEqual(Array.from({ length: 7 }, () => 'ConditionalCheckFailedException'));
  await store.close();
});

test('memory is shared with nobody', async () => {
  const [one, other] = await Promise.all([openStore(':memory:'), openStore(':memory:')]);
  await put(one, 'stage#1');
  expect(await stored(other)).toEqual([]);
  await Promise.all([one.close(), other.close()]);
});

test('closing twice is closing once, and leaves no notice of an address', async () => {
  // Another one's, who could have read on.
  writeFileSync(join(dir, 'server.json.new'), '', { mode: 0o666 });
  const store = await openStore(dir);
  expect(statSync(join(dir, 'server.json')).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(join(dir, 'server.json'), 'utf8'))).toEqual({
    pid: process.pid,
    url: store.url,
    key: store.key,
  });
  await Promise.all([store.close(), store.close()]);
  await store.close();
  expect(existsSync(join(dir, 'server.json'))).toBe(false);
});

test('two that open a folder at once use the same database', async () => {
  const stores = await Promise.all([openStore(dir), openStore(dir), openStore(dir)]);
  expect(new Set(stores.map((store) => store.url)).size).toBe(1);
  await Promise.all(stores.map((store) => store.close()));
});

test('another process uses the database of the one that holds the folder, and leaves it open', async () => {
  const store = await openStore(dir);
  const other = writer('release', 3);
  expect(await other.line()).toBe(store.url);
  expect(await other.ended).toEqual([0, null]);
  expect(await stored(store)).toEqual(['0', '1', '2']);
  await store.close();
});

test('a holder that is killed while it writes loses nothing that was acknowledged', async () => {
  const acknowledged: string[] = [];
  for (const kill of [1, 250]) {
    const { child, ended, line } = writer(`killed-${kill}`, 1e6);
    await line();
    for (let count = 0; count < kill; count++) acknowledged.push(`killed-${kill} ${await line()}`);
    child.kill('SIGKILL');
    await ended;
    for (let sk = await line(); sk !== undefined; sk = await line()) acknowledged.push(`killed-${kill} ${sk}`);
    expect(existsSync(join(dir, 'server.json'))).toBe(true);
  }
  const store = await openStore(dir);
  const found = await Promise.all(
    [1, 250].map(async (kill) => (await stored(store, `killed-${kill}`)).map((sk) => `killed-${kill} ${sk}`)),
  );
  expect(found.flat()).toEqual(expect.arrayContaining(acknowledged));
  expect(JSON.parse(readFileSync(join(dir, 'server.json'), 'utf8')).url).toBe(store.url);
  await store.close();
});

test('a disk that fills up while eight write at once fails the rest, and loses nothing that was acknowledged', async () => {
  const script = join(__dirname, 'store-writer.ts');
  const args = ['--import', 'tsx', script, dir, 'full', '1000'];
  // On a file that may not grow further, a write fails as on a full disk.
  const child = spawn('bash', ['-c', 'ulimit -f 64; exec "$0" "$@"', process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  child.stderr!.on('data', (part) => {
    said += part;
  });
  const ended = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) lines.push(line);
  expect(await ended).toEqual([1, null]);
  expect(said).toMatch(/the local database failed - got "IO error: .*\.log: File too large"/);
  const store = await openStore(dir);
  const [, ...acknowledged] = lines;
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(await stored(store, 'full')).toEqual(expect.arrayContaining(acknowledged));
  await store.close();
});

test('a process that ends without closing ends, and the folder can be opened again', async () => {
  const script = `require('${join(__dirname, '../../../lib/local/store/store')}').openStore('${dir}').then(() => console.log('open'))`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  expect(await once(child, 'exit')).toEqual([0, null]);
  const store = await openStore(dir);
  expect(await stored(store)).toEqual([]);
  await store.close();
});

test('a table whose creation was cut off is created again', async () => {
  const { tableDb, db } = require('dynalite/db').create({ path: join(dir, 'dynamodb') });
  const cutOff = { TableName: 'stagewatch', TableStatus: 'CREATING', KeySchema: [] };
  await new Promise((resolve) => tableDb.put('stagewatch', cutOff, resolve));
  await db.close();

  const store = await openStore(dir);
  await put(store, 'stage#1');
  expect(await stored(store)).toEqual(['stage#1']);
  await store.close();
});

test('a folder that is no database is named in the error', async () => {
  writeFileSync(join(dir, 'dynamodb'), 'not a folder');
  await expect(openStore(dir)).rejects.toThrow(
    /^the local database cannot be opened - got "ENOTDIR: .*", expected a LevelDB folder at .*\/dynamodb; move it away/,
  );
});

test('a query with an empty key is refused, as DynamoDB refuses it', async () => {
  const store = await openStore(dir);
  const query = (from: string) =>
    clientOf(store).send(
      new QueryCommand({
        TableName: store.tableName,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': { S: 'release' }, ':from': { S: from }, ':to': { S: '~' } },
      }),
    );
  await expect(query('')).rejects.toMatchObject({ name: 'ValidationException' });
  expect((await query('0')).Items).toEqual([]);
  await store.close();
});
