import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type AttributeValue, BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { AlertRecord } from '../../lib/alert/record';
import { tallyOf } from '../../lib/facts/counts';
import { type Hour, hourText, parseHour } from '../../lib/facts/hour';
import { scopeName } from '../../lib/facts/series';
import type { Counts, Sample } from '../../lib/facts/snapshot';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { type LocalStore, openStore } from '../../lib/local/store/store';
import type { MetricSource } from '../../lib/ports';
import { readRelease } from '../../lib/release/read';
import { run } from '../../lib/run';
import { byStatus } from '../worlds/by-status';
import { tickOf } from '../worlds/moments';

const OLD = path.join(__dirname, '0.1.0');
const { release } = readRelease(path.join(OLD, 'releases', 'upgrade'));
const items = gunzipSync(readFileSync(path.join(OLD, 'items.jsonl.gz')))
  .toString()
  .split('\n')
  .map((line): Record<string, AttributeValue> => JSON.parse(line));
const plain = items.map((item) => unmarshall(item));
const ofKind = (kind: string) => plain.filter(({ sk }) => sk.startsWith(`${kind}#`));

let store: LocalStore;
let client: DynamoDBClient;
let now = 0;
beforeAll(async () => {
  store = await openStore(':memory:');
  client = new DynamoDBClient({
    endpoint: store.url,
    region: 'us-gov-west-1',
    credentials: { accessKeyId: store.key, secretAccessKey: 'local' },
  });
  for (let from = 0; from < items.length; from += 25)
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [store.tableName]: items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } })),
        },
      }),
    );
});
afterAll(async () => {
  client.destroy();
  await store.close();
});

const open = () =>
  dynamoHistory({ client, table: store.tableName, release: release.name, classify: release, clock: () => now });
const LAST = parseHour(ofKind('verdict').at(-1)!.hour)!;
const NAMES = release.endpoints.map(({ name }) => name);

/** Of an endpoint's hours that are not read again: the hour, requests and errors, as a person reads them in the old items. */
const kept = (endpoint: string) =>
  plain
    .filter((item) => item.endpoint === endpoint && item.kind === 'counted' && item.final)
    .map(({ hour, requests, errors }) => ({ hour, requests, errors }));

/** The same, as this version reads it. */
async function read(endpoint: string) {
  const all = await open().snapshots(NAMES, LAST - 1000, LAST + 1);
  const hours = new Set(kept(endpoint).map(({ hour }) => hour));
  return [...all.get(endpoint)!.values()].flatMap((one) =>
    one.kind === 'counted' && hours.has(hourText(one.hour))
      ? [{ hour: hourText(one.hour), ...tallied(one.counts) }]
      : [],
  );
}
const tallied = (counts: Counts) => {
  const { requests, errors } = tallyOf(counts, release);
  return { requests, errors };
};

test('everything that version 0.1.0 has written is read', async () => {
  const history = open();
  expect((await history.stages()).map(({ stage }) => stage)).toEqual(['A', 'B']);
  const verdicts = await history.verdicts(LAST - 200, LAST + 1);
  expect(verdicts.map(({ hour }) => hourText(hour))).toEqual(ofKind('verdict').map(({ hour }) => hour));
  expect(verdicts.at(-1)!.recommendation).toBe('roll back');
  expect((await history.alerts()).map(({ change }) => change)).toEqual(['notice', 'firing', 'worse', 'notice']);
  expect((await history.lastAlert())!.open.map(({ endpoint, what }) => [endpoint, what])).toEqual([
    ['#show', 'consistentWithBaseline'],
  ]);
  expect((await history.onCall()).length).toBe(2);
  expect((await history.eventCounts()).length).toBe(6);
  for (const name of NAMES) {
    expect(kept(name).length).toBeGreaterThan(790);
    expect(await read(name)).toEqual(kept(name));
  }
});

test('the first runs of this version go on where it ended: what is open stays open, and is not told anew', async () => {
  const published: AlertRecord[] = [];
  /** What the played service went on with: #show fails as it did on the last day. */
  const countsOf = (name: string, hour: Hour) => {
    if (name === scopeName) return byStatus({ any: 100_000 });
    if (name === '#index') return byStatus({ 200: 996, 500: 4 });
    return hour > LAST - 24 ? byStatus({ 200: 677, 500: 23 }) : byStatus({ 200: 691, 500: 9 });
  };
  const sample: MetricSource['sample'] = async (series, from, to) =>
    series.flatMap(({ name }) =>
      Array.from({ length: to - from }, (_, index): Sample => {
        const hour = from + index;
        return { endpoint: name, hour, kind: 'counted', counts: countsOf(name, hour) };
      }),
    );
  const sink = { publish: async (one: AlertRecord) => void published.push(one) };
  for (let hour = LAST + 1; hour <= LAST + 3; hour++) {
    now = tickOf(hour);
    const report = await run({ release, history: open(), source: { sample }, sink }, now);
    expect(report.failure).toBeUndefined();
    expect(report.verdict).toMatchObject({ recommendation: 'roll back' });
  }
  // It was acknowledged, and a silence is on.
  expect(published.map(({ change }) => change)).toEqual([]);
  const last = await open().lastAlert();
  expect(last!.open.map(({ endpoint, what }) => [endpoint, what])).toContainEqual(['#show', 'consistentWithBaseline']);
  expect((await open().verdicts(LAST - 200, LAST + 9)).length).toBe(ofKind('verdict').length + 3);
  for (const name of NAMES) expect(await read(name)).toEqual(kept(name));
});
