import { randomBytes } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoHistory } from '../../../lib/history/dynamodb';
import { type MemoryTable, startMemoryTable } from '../../../scripts/bench/memory-table';
import { describeHistory, H, unknown } from '../../worlds/history-contract';
import { kept, record } from '../../worlds/kept';

const classify = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
const calls: string[] = [];

let table: MemoryTable;
let client: DynamoDBClient;

beforeAll(async () => {
  table = await startMemoryTable((operation) => calls.push(operation));
  client = new DynamoDBClient({
    endpoint: table.url,
    region: 'us-gov-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
afterAll(async () => {
  client.destroy();
  await table.close();
});

const open = (release: string, clock?: () => number) =>
  dynamoHistory({ client, table: table.tableName, release, classify, clock });

describeHistory(open);

test('a history that is longer than a page comes whole, and every page is counted as a call', async () => {
  const hours = Array.from({ length: 12 }, (_, index) =>
    unknown(H + index, { reason: randomBytes(100_000).toString('base64') }),
  );
  const history = open('long');
  await kept(history, '#show', H, H + 12);
  for (const one of hours) await record(history, one);
  calls.length = 0;
  expect(await kept(history, '#show', H, H + 12)).toEqual(hours);
  // Days, then two pages of hours.
  expect(calls).toEqual(['Query', 'Query', 'Query']);
});

test('what it does not know is refused', async () => {
  await expect(
    client.send(new GetItemCommand({ TableName: table.tableName, Key: { pk: { S: 'a' }, sk: { S: 'b' } } })),
  ).rejects.toThrow('the memory table does not know GetItem');
  await expect(
    client.send(new PutItemCommand({ TableName: table.tableName, Item: { pk: { S: 'a' }, sk: { S: 'b' } } })),
  ).rejects.toThrow('does not know the condition undefined');
});
