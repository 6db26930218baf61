import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { openDynamo } from '../../lib/history/client';
import { HistoryError, releaseKey } from '../../lib/history/items/item';
import { dynamoRoll, ROLL_KEY, readRollItem, rollItem } from '../../lib/history/roll';
import { snapshotsKey } from '../../lib/history/snapshot-item';
import { useLocalCloud } from '../../lib/local/cloud';
import type { LocalStore } from '../../lib/local/store/store';
import type { Roll } from '../../lib/ports';
import { openTable } from '../worlds/table';

let store: LocalStore;
let client: DynamoDBClient;
let roll: Roll;
beforeAll(async () => {
  store = await openTable();
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url });
  client = openDynamo();
  roll = dynamoRoll(client, store.tableName);
});
afterAll(async () => {
  client.destroy();
  await store.close();
});

const NOW = Date.parse('2026-02-11T16:45Z');

test('an entry is read as it was written, and a write on something else changes nothing', async () => {
  const entry = { release: 'small', since: NOW };
  await roll.write(entry, undefined);
  await roll.write({ ...entry, since: NOW + 1000 }, undefined);
  expect(await roll.entries()).toEqual([entry]);
  const left = { ...entry, left: NOW + 3_600_000 };
  await roll.write(left, { ...entry, since: NOW - 1000 });
  expect(await roll.entries()).toEqual([entry]);
  await roll.write(left, entry);
  await roll.write({ ...entry, left: NOW + 7_200_000 }, entry);
  expect(await roll.entries()).toEqual([left]);
  const back = { release: 'small', since: NOW + 9_000_000 };
  await roll.write(back, left);
  expect(await roll.entries()).toEqual([back]);
});

test('a failed attempt is noted with the first one in a row and the newest, of a release that is in the roll', async () => {
  const entry = { release: 'failing', since: NOW };
  await roll.noteFailure('unknown', { at: NOW, reason: 'nobody called it' });
  await roll.write(entry, undefined);
  await roll.noteFailure('failing', { at: NOW + 1, reason: 'refused' });
  await roll.noteFailure('failing', { at: NOW + 3_600_000, reason: 'timeout' });
  const failure = { since: NOW + 1, at: NOW + 3_600_000, reason: 'timeout' };
  const found = async () => (await roll.entries()).filter(({ release }) => release === 'failing');
  expect(await found()).toEqual([{ ...entry, failure }]);
  await roll.write({ ...entry, failure: { ...failure, told: NOW + 5_000_000 } }, entry);
  expect(await found()).toEqual([{ ...entry, failure: { ...failure, told: NOW + 5_000_000 } }]);
  await roll.write(entry, entry);
  expect(await found()).toEqual([entry]);
  expect((await roll.entries()).map(({ release }) => release)).not.toContain('unknown');
});

test('no release and no endpoint has the key of the roll', () => {
  for (const name of ['roll', '#roll', '%23roll']) {
    expect(releaseKey(name)).not.toBe(ROLL_KEY);
    expect(snapshotsKey(name, 'roll')).not.toBe(ROLL_KEY);
  }
});

test.each([
  ['version', { version: 2 }],
  ['release', { release: 7 }],
  ['since', { since: 'soon' }],
  ['left', { left: 'long ago' }],
])('an item with another %s is not taken for an entry', (what, change) => {
  const { digest, ...written } = rollItem({ release: 'small', since: NOW });
  const item = { ...written, ...marshall(change) };
  expect(() => readRollItem(item)).toThrow(HistoryError);
  expect(() => readRollItem(item)).toThrow(`got another ${what}`);
});

test('an answer of something else is no empty roll', async () => {
  const answers = (answer: object) => dynamoRoll({ send: async () => answer } as never, 'table').entries();
  await expect(answers({})).rejects.toThrow('got an answer without items');
  await expect(answers({ Items: [{ pk: { S: 'small' } }] })).rejects.toThrow('got an item under another key');
});
