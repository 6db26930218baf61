import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { hourText } from '../../lib/facts/hour';
import { dayOf, firstHourOf, packDay } from '../../lib/facts/packed/packed-day';
import { packedUpdates, type Update } from '../../lib/facts/packed/update';
import type { Snapshot } from '../../lib/facts/snapshot';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { snapshotItem } from '../../lib/history/snapshot-item';
import type { History } from '../../lib/ports';
import { byStatus } from '../worlds/by-status';
import { counted, H, unknown } from '../worlds/history-contract';
import { kept, record } from '../worlds/kept';
import { queriedStore } from '../worlds/queried-store';

const rules = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
/** The first hour of a day. */
const MIDNIGHT = firstHourOf(dayOf(H));

let store: Awaited<ReturnType<typeof queriedStore>>;
let client: DynamoDBClient;
let releases = 0;
let release: string;

beforeAll(async () => {
  store = await queriedStore();
  client = store.client;
});
afterAll(() => store.close());
beforeEach(() => {
  store.queries.length = 0;
  release = `days-${++releases}`;
});

const open = () => dynamoHistory({ client, table: store.table, release, classify: rules });

async function itemsFrom(prefix: string): Promise<Record<string, AttributeValue>[]> {
  const { Items } = await client.send(
    new QueryCommand({
      TableName: store.table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :from)',
      ExpressionAttributeValues: { ':pk': { S: release }, ':from': { S: prefix } },
    }),
  );
  store.queries.pop();
  return Items!;
}
const keysFrom = async (prefix: string) => (await itemsFrom(prefix)).map(({ sk }) => sk!.S);
const put = (item: Record<string, AttributeValue>) =>
  client.send(new PutItemCommand({ TableName: store.table, Item: item }));

/** Final hours of a day, of which each has other counts. */
const day = (endpoint = '#show', midnight = MIDNIGHT, change: Partial<Snapshot> = {}): Snapshot[] =>
  Array.from({ length: 24 }, (_, index) =>
    counted(midnight + index, { endpoint, counts: byStatus({ 200: 1000 + index, 500: index }), ...change }),
  );

/** What a run does with first readings. */
async function write(history: History, snapshots: readonly Snapshot[]): Promise<string[]> {
  const { hours, days } = packedUpdates(snapshots.map((next): Update => ({ next })));
  const lost: string[] = [];
  for (const one of days) lost.push(...(await history.recordDay(one)));
  for (const [hour, readings] of hours) lost.push(...(await history.recordHour(hour, readings)));
  return lost;
}
const dayIn = (history: History, endpoint = '#show') => kept(history, endpoint, MIDNIGHT, MIDNIGHT + 24);

describe('a day of first readings that are final', () => {
  test('is one item, and every process reads it', async () => {
    await write(open(), [...day(), ...day('#index')]);
    expect(await keysFrom('day#')).toEqual(['day#2026-02-11#0000']);
    expect(await keysFrom('hour#')).toEqual([]);
    for (const endpoint of ['#show', '#index']) expect(await dayIn(open(), endpoint)).toEqual(day(endpoint));
    expect(await kept(open(), '#show', MIDNIGHT + 5, MIDNIGHT + 7)).toEqual(day().slice(5, 7));
    expect(await dayIn(open(), '#other')).toEqual([]);
  });

  test('is read once a process, at half the price; the hours of other days are read consistently', async () => {
    const history = open();
    await history.snapshots(['#show'], MIDNIGHT, MIDNIGHT + 24);
    await write(history, day());
    await record(history, counted(MIDNIGHT + 24, { final: false }));
    const reader = open();
    store.queries.length = 0;
    for (let time = 0; time < 2; time++) expect(await kept(reader, '#show', MIDNIGHT, MIDNIGHT + 25)).toHaveLength(25);
    expect(store.queries).toEqual([
      { consistent: false, from: 'day#2026-02-11#0000' },
      { consistent: true, from: 'hour#2026-02-12T00:00Z' },
      { consistent: true, from: 'moved#' },
      { consistent: false, from: 'day#2026-02-12#0000' },
      { consistent: true, from: 'hour#2026-02-12T00:00Z' },
    ]);
  });

  test('that another run was quicker to write is lost, and what is stored counts', async () => {
    const [one, other] = [open(), open()];
    for (const history of [one, other]) expect(await dayIn(history)).toEqual([]);
    expect(await write(one, day())).toEqual([]);
    expect(await write(other, day('#show', MIDNIGHT, { revision: 2 }))).toEqual(['#show']);
    for (const history of [one, other]) expect(await dayIn(history)).toEqual(day());
  });

  test('is written twice without harm, as after a lost reply', async () => {
    const [one, other] = [open(), open()];
    for (const history of [one, other]) await dayIn(history);
    expect(await write(one, day())).toEqual([]);
    expect(await write(other, day())).toEqual([]);
    expect(await keysFrom('day#')).toHaveLength(1);
  });
});

describe('a series that is added later', () => {
  test('has no past until it is written, and then in an item of its own', async () => {
    await write(open(), day());
    const history = open();
    const both = await history.snapshots(['#show', '#added'], MIDNIGHT, MIDNIGHT + 24);
    expect([both.get('#show')!.size, both.get('#added')!.size]).toEqual([24, 0]);
    expect(both.get('#added')!.isSettled(dayOf(H), undefined)).toBe(false);
    expect(await write(history, day('#added'))).toEqual([]);
    expect(await keysFrom('day#')).toEqual(['day#2026-02-11#0000', 'day#2026-02-11#0001']);
    for (const endpoint of ['#show', '#added'])
      for (const reader of [history, open()]) expect(await dayIn(reader, endpoint)).toEqual(day(endpoint));
  });

  test('in the hours of a day that was packed is found beside it', async () => {
    await write(open(), day());
    const history = open();
    await history.snapshots(['#show', '#added'], MIDNIGHT, MIDNIGHT + 24);
    const late = day('#added').slice(3);
    await write(history, late);
    for (const reader of [history, open()]) {
      const both = await reader.snapshots(['#show', '#added'], MIDNIGHT, MIDNIGHT + 24);
      expect([...both.get('#show')!.values()]).toEqual(day());
      expect([...both.get('#added')!.values()]).toEqual(late);
    }
  });

  test('is not taken for one that is stored, when a day is written of both', async () => {
    await write(open(), day());
    const history = open();
    await history.snapshots(['#show', '#added'], MIDNIGHT, MIDNIGHT + 24);
    const other = packDay(
      dayOf(H),
      new Map(
        ['#show', '#added'].map((name) => [
          name,
          new Map(day(name, MIDNIGHT, { revision: 7 }).map((one) => [one.hour, one])),
        ]),
      ),
    );
    expect(await history.recordDay(other)).toEqual(['#show']);
    expect(await dayIn(open())).toEqual(day());
    expect((await dayIn(open(), '#added'))[0]).toMatchObject({ revision: 7 });
  });
});

describe('the hours of a day', () => {
  const young = day('#show', MIDNIGHT, { final: false });
  const finish = async (history: History, snapshots: readonly Snapshot[]) => {
    for (const one of snapshots) expect(await record(history, { ...one, final: true }, one)).toBe(true);
  };

  test('are packed by the first write after all of them were read as final', async () => {
    const history = open();
    await write(history, young);
    await finish(history, young.slice(1));
    await dayIn(history);
    await record(history, counted(MIDNIGHT + 24));
    expect(await keysFrom('day#')).toEqual([]);
    await finish(history, young.slice(0, 1));
    expect(await keysFrom('day#')).toEqual([]);
    await dayIn(history);
    await record(history, counted(MIDNIGHT + 25));
    expect(await keysFrom('day#')).toEqual(['day#2026-02-11#0000']);
    for (const reader of [history, open()]) expect(await dayIn(reader)).toEqual(day());
  });

  test('from its middle on are packed too, where nobody asks for those before, who are found once they are there', async () => {
    const history = open();
    const ask = (one: History, from = 14) => kept(one, '#show', MIDNIGHT + from, MIDNIGHT + 25);
    await ask(history);
    await write(history, day().slice(14));
    await ask(history);
    await record(history, counted(MIDNIGHT + 24, { final: false }));
    expect(await keysFrom('day#')).toEqual(['day#2026-02-11#0000']);

    const reader = open();
    store.queries.length = 0;
    expect(await ask(reader)).toHaveLength(11);
    expect(store.queries.filter(({ from }) => from?.startsWith('hour#2026-02-11'))).toEqual([]);
    expect(await ask(reader, 15)).toHaveLength(10);
    expect(await ask(reader, 13)).toHaveLength(11);
    await write(reader, day().slice(0, 14));
    for (const one of [reader, open()]) expect(await dayIn(one)).toEqual(day());
    await ask(reader, 20);
    await record(reader, counted(MIDNIGHT + 25));
    for (const one of [reader, open()]) expect(await dayIn(one)).toEqual(day());
    expect(await keysFrom('day#')).toEqual(['day#2026-02-11#0000']);
  });

  test('from its middle on are not packed while one of them may still change', async () => {
    const history = open();
    await dayIn(history);
    await write(history, [...day().slice(14, 23), counted(MIDNIGHT + 23, { final: false })]);
    await kept(history, '#show', MIDNIGHT + 14, MIDNIGHT + 25);
    await record(history, counted(MIDNIGHT + 24));
    expect(await keysFrom('day#')).toEqual([]);
  });

  test('of all series that are stored are packed, also of those that nobody asks for any more', async () => {
    const history = open();
    await write(history, [...young, ...day('#old', MIDNIGHT, { final: false })]);
    await finish(history, young);
    await dayIn(history);
    await record(history, counted(MIDNIGHT + 24));
    await finish(history, day('#old', MIDNIGHT, { final: false }));
    await dayIn(history, '#old');
    await record(history, counted(MIDNIGHT + 25));
    expect(await keysFrom('day#')).toEqual(['day#2026-02-11#0000', 'day#2026-02-11#0001']);
    expect(await dayIn(open(), '#old')).toEqual(day('#old'));
  });

  test('that two runs write at once are merged by series, whoever was first', async () => {
    const [one, other] = [open(), open()];
    for (const history of [one, other]) await history.snapshots(['#show', '#index'], H, H + 1);
    expect(await record(one, counted(H))).toBe(true);
    expect(await record(other, counted(H, { endpoint: '#index' }))).toBe(true);
    expect(await record(other, counted(H, { revision: 9 }))).toBe(false);
    const both = await open().snapshots(['#show', '#index'], H, H + 1);
    expect([...both.values()].flatMap((known) => [...known.values()])).toEqual([
      counted(H),
      counted(H, { endpoint: '#index' }),
    ]);
  });

  test('of up to thirty series can be read one by one in the table, and of more as a whole', async () => {
    const series = Array.from({ length: 31 }, (_, index) => `#${index}`);
    const at = (hour: number, count: number) =>
      series.slice(0, count).map((endpoint) => ({ next: counted(hour, { endpoint }) }));
    await open().recordHour(H, at(H, 30));
    await open().recordHour(H + 1, at(H + 1, 31));
    const read = async (name: string) => {
      const { Items } = await client.send(
        new QueryCommand({
          TableName: store.table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': { S: `${release}#%23${name}` }, ':from': { S: '2' }, ':to': { S: '3' } },
        }),
      );
      return Items!.map(({ sk, requests }) => [sk!.S, requests!.N]);
    };
    for (const name of ['0', '29']) expect(await read(name)).toEqual([[hourText(H), '10']]);
    expect((await itemsFrom('hour#')).map(({ facts }) => Object.keys(JSON.parse(facts!.S!)).length)).toEqual([30, 31]);
  });

  test('of a thousand series fit into an item', async () => {
    const counts = byStatus(Object.fromEntries(Array.from({ length: 40 }, (_, index) => [200 + index, 1e9 + index])));
    const readings = Array.from({ length: 1000 }, (_, index) => ({
      next: counted(H, { endpoint: `#${index}`, counts }),
    }));
    expect(await open().recordHour(H, readings)).toEqual([]);
    expect((await itemsFrom('hour#'))[0]).toHaveProperty('packed');
    expect(await kept(open(), '#999', H, H + 1)).toEqual([counted(H, { endpoint: '#999', counts })]);
  });
});

describe('a final hour of a packed day', () => {
  test('that is counted by something else is written beside it, and counts from then on', async () => {
    const first = day('#show', MIDNIGHT, { countedBy: 'a.b.c' });
    await write(open(), [...first, ...day('#index')]);
    const history = open();
    const [known] = await dayIn(history);
    const anew = counted(MIDNIGHT, { countedBy: 'x.b.c', revision: 2 });
    expect(await record(history, { ...anew, countedBy: 'a.b.c' } as Snapshot, known)).toBe(false);
    expect(await record(history, anew, { ...known!, revision: 5 })).toBe(false);
    expect(await record(history, anew, known)).toBe(true);
    for (const reader of [history, open()]) {
      expect(await dayIn(reader)).toEqual([anew, ...first.slice(1)]);
      expect(await dayIn(reader, '#index')).toEqual(day('#index'));
    }
  });

  test('that a clock which was ahead has recorded is due again', async () => {
    await write(open(), [...day(), ...day('#index')]);
    const history = open();
    await dayIn(history);
    // As seen from 12:20, the hours from 06:00 on are final too early.
    const now = (MIDNIGHT + 12) * 3_600_000 + 20 * 60_000;
    await history.takeBack(now, ['#show']);
    const again = day().map((one, index) => (index < 6 ? one : { ...one, revision: 2, final: false }));
    for (const reader of [history, open()]) {
      expect(await dayIn(reader)).toEqual(again);
      expect(await dayIn(reader, '#index')).toEqual(day('#index'));
    }
    expect(await record(history, { ...again[6]!, revision: 3, final: true }, again[6])).toBe(true);
    await history.takeBack(now + 3_600_000, ['#show']);
    expect((await dayIn(open()))[6]).toMatchObject({ revision: 3, final: true });
  });
});

describe('what version 0.1.0 has written', () => {
  const past = (endpoint: string) => [
    ...day(endpoint).slice(5),
    ...day(endpoint, MIDNIGHT + 24),
    unknown(MIDNIGHT + 48, { endpoint }),
    counted(MIDNIGHT + 49, { endpoint, final: false }),
  ];
  const all = (history: History, endpoint = '#show') => kept(history, endpoint, MIDNIGHT, MIDNIGHT + 60);
  beforeEach(async () => {
    const items = ['#show', '#index'].flatMap(past).map((one) => snapshotItem(release, one, rules));
    for (let from = 0; from < items.length; from += 25) {
      const RequestItems = { [store.table]: items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } })) };
      await client.send(new BatchWriteItemCommand({ RequestItems }));
    }
  });

  test('is read by those who may not write, as often as they ask', async () => {
    const reader = open();
    for (let time = 0; time < 2; time++) expect(await all(reader)).toEqual(past('#show'));
    expect(await keysFrom('day#')).toEqual([]);
  });

  test('is kept in days and hours by the first write, and not read any more', async () => {
    const history = open();
    await history.snapshots(['#show', '#index'], MIDNIGHT, MIDNIGHT + 60);
    const next = unknown(MIDNIGHT + 50);
    await record(history, next);
    expect(await keysFrom('day#')).toEqual(['day#2026-02-12#0000']);
    expect(await keysFrom('moved#')).toEqual(['moved#0000']);
    await put(snapshotItem(release, counted(MIDNIGHT + 55), rules));
    for (const reader of [history, open()]) {
      expect(await all(reader)).toEqual([...past('#show'), next]);
      expect(await all(reader, '#index')).toEqual(past('#index'));
    }
  });

  test('of a series that the release does not have then is moved when it comes back', async () => {
    const history = open();
    await history.snapshots(['#show'], MIDNIGHT, MIDNIGHT + 60);
    await record(history, unknown(MIDNIGHT + 50));
    for (const reader of [history, open()]) expect(await all(reader, '#index')).toEqual(past('#index'));
    await history.snapshots(['#show', '#index'], MIDNIGHT, MIDNIGHT + 60);
    await record(history, unknown(MIDNIGHT + 51));
    expect(await keysFrom('moved#')).toEqual(['moved#0000', 'moved#0001']);
    for (const reader of [history, open()]) expect(await all(reader, '#index')).toEqual(past('#index'));
  });

  test('is not lost when somebody reads a part of it between the reading and the writing of a run', async () => {
    const history = open();
    const names = ['#show', '#index'];
    await history.snapshots(names, MIDNIGHT, MIDNIGHT + 60);
    await history.snapshots(['#show'], MIDNIGHT + 40, MIDNIGHT + 60);
    await record(history, unknown(MIDNIGHT + 50));
    for (const name of names)
      expect((await all(open(), name)).filter(({ hour }) => hour !== MIDNIGHT + 50)).toEqual(past(name));
  });

  test('is revised by the same run that moves it', async () => {
    const history = open();
    const [known] = (await all(history)).slice(-1);
    expect(await record(history, { ...known!, revision: 2, final: true }, known)).toBe(true);
    expect((await all(open())).at(-1)).toEqual({ ...known, revision: 2, final: true });
  });

  test('is moved to the end by the next run, where the first one ended half-way', async () => {
    const breaking = store.connect(1);
    let writes = 0;
    let broken = 0;
    breaking.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutItemCommand' && ++writes > broken) throw new Error('gone');
        return next(args);
      },
      { step: 'initialize' },
    );
    const flaky = () => dynamoHistory({ client: breaking, table: store.table, release, classify: rules });
    for (broken = 0; ; broken++) {
      writes = 0;
      const history = flaky();
      await history.snapshots(['#show', '#index'], MIDNIGHT, MIDNIGHT + 60);
      const done = await record(history, unknown(MIDNIGHT + 50)).catch(() => undefined);
      const seen = (await all(open())).filter(({ hour }) => hour !== MIDNIGHT + 50);
      expect(seen).toEqual(past('#show'));
      if (done !== undefined) break;
    }
    expect(broken).toBeGreaterThan(3);
    breaking.destroy();
  });
});

describe('bits that flipped', () => {
  const flipped = (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, index) => (index === 9 ? byte ^ 1 : byte));
  test('in a day are an error that names it, and no day without data', async () => {
    await write(open(), day());
    const [item] = await itemsFrom('day#');
    await put({ ...item!, packed: { B: flipped(item!.packed!.B!) } });
    await expect(dayIn(open())).rejects.toThrow(
      `history item ${release} / day#2026-02-11#0000 cannot be read - got another digest`,
    );
  });

  test('in an hour are one, too', async () => {
    await record(open(), counted(H));
    const [item] = await itemsFrom('hour#');
    await put({ ...item!, facts: { S: item!.facts!.S!.replace('"200":10', '"200":11') } });
    await expect(dayIn(open())).rejects.toThrow(`/ hour#2026-02-11T16:00Z cannot be read - got another digest`);
  });

  test('in an hour that this process has read already change nothing, and a later write is read', async () => {
    const [reader, writer] = [open(), open()];
    const first = counted(H, { final: false });
    await record(writer, first);
    const [read] = await kept(reader, '#show', H, H + 1);
    const [item] = await itemsFrom('hour#');
    await put({ ...item!, facts: { S: item!.facts!.S!.replace('"200":10', '"200":11') } });
    expect((await kept(reader, '#show', H, H + 1))[0]).toBe(read);
    await put(item!);
    const revised = counted(H, { revision: 2, counts: byStatus({ 200: 12 }) });
    await record(writer, revised, first);
    expect(await kept(reader, '#show', H, H + 1)).toEqual([revised]);
  });

  test.each([
    ['a newer version', { version: { N: '2' } }, 'version'],
    ['nothing in it', { packed: { S: 'x' } }, 'packed'],
  ])('or a day of %s', async (_, change, what) => {
    await write(open(), day());
    const [item] = await itemsFrom('day#');
    await put({ ...item!, ...(change as Record<string, AttributeValue>) });
    await expect(dayIn(open())).rejects.toThrow(`cannot be read - got another ${what}`);
  });

  test('or a day under the key of another one', async () => {
    await write(open(), day());
    const [item] = await itemsFrom('day#');
    await put({ ...item!, sk: { S: 'day#2026-02-12#0000' } });
    await expect(kept(open(), '#show', MIDNIGHT + 24, MIDNIGHT + 25)).rejects.toThrow('got another packed');
  });
});
