import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type LocalTable, openTable } from '../../../lib/local/store/local-table';
import { openStore } from '../../../lib/local/store/store';

process.env.AWS_REGION = 'us-east-1';

let dir: string;
let away: string;
const tables: LocalTable[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'stagewatch-table-'));
  away = `${dir}-away`;
});
afterEach(async () => {
  await Promise.all(tables.splice(0).map((table) => table.close()));
  for (const one of [dir, away]) rmSync(one, { recursive: true, force: true });
});

async function opened(): Promise<LocalTable> {
  const table = await openTable(dir);
  tables.push(table);
  return table;
}

/** Another process that opens the folder, writes that many items under a key, says which it wrote, and ends. */
const writer = (pk: string, items: number) =>
  spawn(process.execPath, ['--import', 'tsx', path.join(__dirname, 'store-writer.ts'), dir, pk, `${items}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

const put = ({ client, store }: LocalTable, sk: string) =>
  client.send(new PutItemCommand({ TableName: store.tableName, Item: { pk: { S: 'r' }, sk: { S: sk } } }));

async function stored({ client, store }: LocalTable, pk = 'r'): Promise<string[]> {
  const asked = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } };
  const { Items } = await client.send(new QueryCommand({ TableName: store.tableName, ConsistentRead: true, ...asked }));
  return Items!.map(({ sk }) => sk!.S!);
}

test('when its holder ends, the next call takes over, and all calls at once take over once', async () => {
  const holder = await openStore(dir);
  const second = await opened();
  expect(second.store.url).toBe(holder.url);
  await put(second, '0');
  await holder.close();
  await Promise.all(['1', '2', '3', '4'].map((sk) => put(second, sk)));
  const third = await opened();
  expect(third.store.url).not.toBe(holder.url);
  expect(await stored(third)).toEqual(['0', '1', '2', '3', '4']);
});

test('of two that are left by a holder that was killed, one takes over and the other follows; nothing is lost', async () => {
  const child = writer('killed', 100_000);
  const lines = createInterface({ input: child.stdout });
  const acknowledged: string[] = [];
  lines.on('line', (line) => {
    if (!line.startsWith('http')) acknowledged.push(line);
  });
  await once(lines, 'line');
  const left = [await opened(), await opened()];
  await put(left[0]!, 'before');
  while (acknowledged.length < 20) await once(lines, 'line');
  child.kill('SIGKILL');
  await once(lines, 'close');
  await Promise.all(left.map((table, at) => put(table, `after-${at}`)));
  for (const table of left) {
    expect(await stored(table)).toEqual(['after-0', 'after-1', 'before']);
    expect(await stored(table, 'killed')).toEqual(expect.arrayContaining(acknowledged));
  }
});

test('a folder that is taken away fails each call with the reason and is not begun anew, until it is back', async () => {
  const table = await opened();
  await put(table, '0');
  renameSync(dir, away);
  await expect(put(table, '1')).rejects.toThrow(
    `DynamoDB - the local database failed - got "another folder in its place, or none", expected a readable and writable folder ${dir}`,
  );
  for (const again of ['2', '3'])
    await expect(put(table, again)).rejects.toThrow(
      `the local history is gone - got none in ${dir}, expected the one that was open; put it back,`,
    );
  expect(existsSync(dir)).toBe(false);
  renameSync(away, dir);
  await put(table, '4');
  expect(await stored(table)).toEqual(['0', '4']);
});

test('a folder that another process began in the place of one that was deleted is used', async () => {
  const table = await opened();
  await put(table, '1');
  rmSync(dir, { recursive: true });
  await once(writer('r', 1), 'close');
  await expect(put(table, '2')).rejects.toThrow('another folder in its place');
  await put(table, '3');
  expect(await stored(table)).toEqual(['0', '3']);
});
