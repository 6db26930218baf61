import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { openDynamo } from '../../../lib/history/client';
import type { PutCondition } from '../../../lib/history/dynamo-table';
import type { Item } from '../../../lib/history/items/item';
import { useLocalCloud } from '../../../lib/local/cloud';
import { randomness } from '../../../lib/local/randomness';
import { type LocalStore, openStore } from '../../../lib/local/store/store';
import { clientOf } from '../../../lib/local/store/table-client';

type Client = Pick<DynamoDBClient, 'send' | 'destroy'>;

let store: LocalStore;
let direct: Client;
let official: Client;
beforeAll(async () => {
  store = await openStore(':memory:');
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url });
  direct = clientOf(store);
  const { ask, ...elsewhere } = store;
  official = clientOf(elsewhere);
});
afterAll(async () => {
  official.destroy();
  await store.close();
});

const TableName = 'stagewatch';
const RANGE = 'pk = :pk AND sk BETWEEN :from AND :to';
/** The same to DynamoDB, and a text of which no short way knows. */
const longWay = (expression: string) => expression.replaceAll(' ', '  ');

const query = (pk: string, from: string, to: string, more: Partial<QueryCommandInput> = {}) =>
  new QueryCommand({
    TableName,
    KeyConditionExpression: RANGE,
    ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
    ConsistentRead: true,
    ...more,
  });

const CONDITIONS: PutCondition[] = [
  { ConditionExpression: 'attribute_exists(pk)' },
  { ConditionExpression: 'attribute_not_exists(pk)' },
  { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(writer)' },
  ...['w', 'v'].flatMap((writer) =>
    ['writer = :writer', 'attribute_not_exists(pk) OR writer = :writer'].map((ConditionExpression) => ({
      ConditionExpression,
      ExpressionAttributeValues: { ':writer': { S: writer } },
    })),
  ),
  {
    ConditionExpression: 'attribute_not_exists(pk) OR #void = :true',
    ExpressionAttributeNames: { '#void': 'void' },
    ExpressionAttributeValues: { ':true': { BOOL: true } },
  },
  ...[0, 1, 10].flatMap((n) => [
    {
      ConditionExpression: 'attribute_not_exists(pk) OR revision <= :revision',
      ExpressionAttributeValues: { ':revision': { N: String(n) } } as Item,
    },
    { ConditionExpression: 'writes = :seen', ExpressionAttributeValues: { ':seen': { N: String(n) } } as Item },
  ]),
  ...['b', 'd'].map((from) => ({
    ConditionExpression:
      '#status = :pending AND (writer = :writer OR attribute_not_exists(takenAt) OR NOT takenAt BETWEEN :from AND :to)',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':pending': { S: 'pending' },
      ':writer': { S: 'w' },
      ':from': { S: from },
      ':to': { S: 'd' },
    },
  })),
];

test('every condition of the history means the same as in DynamoDB, whatever is stored', async () => {
  const any = randomness('conditions');
  const some = <T>(...all: readonly T[]): T => all[Math.floor(any() * all.length)]!;
  const outcome = (client: Client, pk: string, sk: string, more: object, item: Item) =>
    client
      .send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: sk }, ...item }, ...more }))
      .then(() => 'put')
      .catch((error) => error.name);
  const seen = new Map<string, Set<string>>();
  for (let turn = 0; turn < 600; turn++) {
    const sk = `ü${Math.floor(any() * 60)}`;
    const item: Item = {
      ...some<Item>({}, { writer: { S: 'w' } }, { writer: { S: 'v' } }),
      ...some<Item>({}, { revision: { N: some('0', '1', '2', '11') } }),
      ...some<Item>({}, { writes: { N: some('0', '1', '10') } }),
      ...some<Item>({}, { void: { BOOL: some(true, false) } }),
      ...some<Item>(
        { status: { S: 'pending' } },
        { status: { S: 'pending' }, takenAt: { S: some('a', 'b', 'c', 'd', 'e') } },
        {},
      ),
    };
    const condition = some(...CONDITIONS);
    const one = await outcome(direct, 'short', sk, condition, item);
    const text = longWay(condition.ConditionExpression!);
    expect(await outcome(direct, 'long', sk, { ...condition, ConditionExpression: text }, item)).toBe(one);
    const results = seen.get(condition.ConditionExpression!) ?? new Set();
    seen.set(condition.ConditionExpression!, results.add(one));
    // So that there are items without what the conditions ask of them, and gaps.
    if (turn % 5 === 0)
      for (const pk of ['short', 'long'])
        await direct.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: sk }, ...item } }));
  }
  for (const results of seen.values()) expect([...results].sort()).toEqual(['ConditionalCheckFailedException', 'put']);
  const stored = async (pk: string) =>
    (await direct.send(query(pk, 'ü', 'ü~'))).Items!.map(({ pk: _, ...rest }) => rest);
  expect(await stored('short')).toEqual(await stored('long'));
});

describe('a range', () => {
  const keys = Array.from({ length: 30 }, (_, index) => `hour#${String(index * 2).padStart(3, '0')}`);
  beforeAll(async () => {
    for (const sk of [...keys, 'hour', 'hour#~', 'ü', 'stage#1'])
      await direct.send(new PutItemCommand({ TableName, Item: { pk: { S: 'range' }, sk: { S: sk }, n: { N: '1' } } }));
    for (const pk of ['rang', 'range#', 'range/'])
      await direct.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'hour#010' } } }));
  });

  test.each([
    ['hour#000', 'hour#058'],
    ['hour#001', 'hour#003'],
    ['hour#002', 'hour#002'],
    ['hour#', 'hour#~'],
    ['a', 'zzz'],
    ['hour#059', 'hour#060'],
    ['zz', 'ÿ'],
  ])('from %s to %s is the same by either way and client, page by page, in both directions', async (from, to) => {
    for (const ScanIndexForward of [true, false])
      for (const Limit of [undefined, 1, 7]) {
        const read = async (client: Client, expression: string) => {
          const pages: string[][] = [];
          let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
          do {
            const more = { KeyConditionExpression: expression, ScanIndexForward, Limit, ExclusiveStartKey };
            const page = await client.send(query('range', from, to, more));
            pages.push(page.Items!.map(({ sk }) => sk!.S!));
            ExclusiveStartKey = page.LastEvaluatedKey;
          } while (ExclusiveStartKey);
          return pages;
        };
        const pages = await read(direct, RANGE);
        expect(await read(direct, longWay(RANGE))).toEqual(pages);
        expect(await read(official, RANGE)).toEqual(pages);
      }
  });

  test.each([
    ['hour#002', 'hour#004', 'hour#000'],
    ['hour#002', 'hour#004', 'hour#010'],
  ])('from %s to %s does not go on from %s', async (from, to, start) => {
    const more = { ExclusiveStartKey: { pk: { S: 'range' }, sk: { S: start } } };
    await expect(direct.send(query('range', from, to, more))).rejects.toThrow('starting key');
  });

  test('that is long comes in pages, with nothing missing and nothing twice', async () => {
    const sk = (index: number) => `day#${String(index).padStart(3, '0')}`;
    for (let index = 0; index < 12; index++)
      await direct.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'big' }, sk: { S: sk(index) }, text: { S: 'x'.repeat(200_000) } },
        }),
      );
    const pages: number[] = [];
    const found: string[] = [];
    let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await direct.send(query('big', 'day#', 'day#~', { ExclusiveStartKey }));
      pages.push(page.Items!.length);
      found.push(...page.Items!.map((item) => item.sk!.S!));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    expect(found).toEqual(Array.from({ length: 12 }, (_, index) => sk(index)));
    expect(pages.length).toBeGreaterThan(1);
  });
});

test('a value is read as it was written, by either client', async () => {
  const itemOf = (bytes: (values: number[]) => Uint8Array): Item => ({
    pk: { S: 'values' },
    sk: { S: 'a' },
    text: { S: 'ü "quoted" \\ \u0000 \u{1F600}' },
    B: { B: bytes([0, 1, 254, 255]) },
    list: { L: [{ N: '-1.25' }, { M: { B: { B: bytes([8, 9]) } } }, { BOOL: false }, { NULL: true }] },
    sets: { SS: ['a', 'b'] },
  });
  for (const bytes of [Buffer.from, Uint8Array.from] as ((values: number[]) => Uint8Array)[]) {
    const { pk, sk, ...rest } = itemOf((values) => bytes.call(Uint8Array, values));
    const Key = { pk: { S: `values ${bytes.name} ${bytes === Buffer.from}` }, sk: sk! };
    const ConditionExpression = 'attribute_not_exists(pk)';
    await direct.send(new PutItemCommand({ TableName, Item: { ...Key, ...rest }, ConditionExpression }));
    for (const client of [direct, official]) {
      const { Item: read } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
      const expected = { ...itemOf((values) => Buffer.from(values)), ...Key };
      expect(JSON.parse(JSON.stringify(read, asBuffer))).toEqual(JSON.parse(JSON.stringify(expected)));
    }
  }
});

/** Some clients give bytes as an array of them, which is no difference to who reads them. */
const asBuffer = (_: string, value: unknown) =>
  ArrayBuffer.isView(value) ? Buffer.from(value as Uint8Array).toJSON() : value;

test.each([
  ...['1e3', '1.50', '007', '-0', '12345678901234567890', '1.5', '-0.25', '0.00028737617906273496'],
  ...[
    '5e-7',
    '5e-0',
    '5e-07',
    '0e-7',
    '-6.402254076035303e-7',
    '1.0e-7',
    '2.5e-30',
    '1e-99',
    '1e-100',
    '-1e-120',
    '1E-7',
    '1e+30',
    '-6.118383110638325e+21',
    '1.0e+20',
    '1.23456789012345678901234e+22',
    '0e+30',
    '1e+19',
    '1e+120',
    '9.5e+125',
  ],
  ...['611838311063832500000', `1${'0'.repeat(120)}`, `${'9'.repeat(38)}`],
  ...[String(Number.MAX_SAFE_INTEGER), '999999999999.1234567890123456', '100', '0.10', '10.01'],
])('the number %s is stored as DynamoDB would', async (n) => {
  const put = async (pk: string, condition: string) => {
    const Item = { pk: { S: pk }, sk: { S: n }, n: { N: n } };
    await direct.send(new PutItemCommand({ TableName, Item, ConditionExpression: condition }));
    return (await direct.send(query(pk, n, n))).Items![0]!.n;
  };
  const condition = 'attribute_not_exists(pk)';
  expect(await put('number', condition)).toEqual(await put('number, the long way', longWay(` ${condition}`)));
});

test('what DynamoDB refuses is refused, with its words', async () => {
  const put = (Item: PutItemCommandInput['Item']) =>
    direct.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  await expect(put({ pk: { S: 'r' }, sk: { S: '' } })).rejects.toThrow(/DynamoDB - .*empty string/);
  await expect(put({ pk: { S: 'r' } })).rejects.toThrow(/sk/);
  await expect(put({ pk: { S: 'r' }, sk: { S: 'x'.repeat(1025) } })).rejects.toThrow(/1024/);
  await expect(put({ pk: { S: 'r' }, sk: { S: 'a' }, n: { N: 'one' } })).rejects.toThrow(/numeric/);
  await expect(put({ pk: { S: 'r' }, sk: { S: 'a' }, text: { S: 'x'.repeat(409_600) } })).rejects.toThrow(/size/);
  await expect(direct.send(query('r', '', '~'))).rejects.toThrow(/empty string/);
  await expect(direct.send(new ScanCommand({ TableName }) as never)).rejects.toThrow('got ScanCommand');
});

test('a condition that does not hold fails as in the SDK', async () => {
  const put = new PutItemCommand({
    TableName,
    Item: { pk: { S: 'twice' }, sk: { S: 'a' } },
    ConditionExpression: 'attribute_not_exists(pk)',
  });
  await direct.send(put);
  for (const client of [direct, official])
    await expect(client.send(put)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
});

test('a put and an update of one item take turns', async () => {
  const Key = { pk: { S: 'turns' }, sk: { S: 'a' } };
  await direct.send(new PutItemCommand({ TableName, Item: { ...Key, writes: { N: '0' } } }));
  const update = (writes: number) =>
    direct.send(
      new UpdateItemCommand({
        TableName,
        Key,
        UpdateExpression: 'SET writes = :next',
        ConditionExpression: 'writes = :seen',
        ExpressionAttributeValues: { ':seen': { N: String(writes) }, ':next': { N: String(writes + 1) } },
      }),
    );
  const put = (writes: number) =>
    direct.send(
      new PutItemCommand({
        TableName,
        Item: { ...Key, writes: { N: String(writes + 1) } },
        ConditionExpression: 'writes = :seen',
        ExpressionAttributeValues: { ':seen': { N: String(writes) } },
      }),
    );
  for (let writes = 0; writes < 20; writes++) {
    const outcomes = await Promise.allSettled([put(writes), update(writes), put(writes), update(writes)]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  }
});

test('a store that another process holds is asked by the official client', () => {
  expect(official).toBeInstanceOf(openDynamo().constructor);
});

test('what is asked when the database has ended fails, and says so', async () => {
  const other = await openStore(':memory:');
  const client = clientOf(other);
  const asked = client.send(query('r', 'a', 'b'));
  await other.close();
  await asked.catch(() => {});
  await expect(client.send(query('r', 'a', 'b'))).rejects.toThrow('DynamoDB - the local database has ended');
});
