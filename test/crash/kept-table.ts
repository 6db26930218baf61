import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Instant } from '../../lib/facts/hour';
import { packedUpdates } from '../../lib/facts/packed/update';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { eventCountKey } from '../../lib/history/items/event-count-item';
import { useLocalCloud } from '../../lib/local/cloud';
import type { LocalStore } from '../../lib/local/store/store';
import type { Archive } from '../../lib/ports';
import { seriesOf } from '../../lib/release/series-of';
import { copyOf, memoryHistory, type Table } from '../worlds/memory-history';
import { LAUNCH } from '../worlds/moments';
import { openTable } from '../worlds/table';
import { RELEASE } from './neighbours';

/** What a play leaves is kept in memory, or in DynamoDB where `npm run test:aws` says so. */
const REAL = process.env.STAGEWATCH_TEST_HISTORY === 'dynamodb';

/** A release's part of a table. */
export interface Kept {
  /** As a new process sees it. */
  history(clock: () => Instant): Archive;
  /** All that is in it now; where that is DynamoDB, without when a message was taken. */
  read(): Promise<Table>;
}

/** Begins with what `before` has, which stays as it is. */
export async function keep(before: Table): Promise<Kept> {
  if (REAL) return keptInDynamo(before);
  const table = copyOf(before);
  return { history: (clock) => memoryHistory(table, clock), read: async () => table };
}

let opened: Promise<{ store: LocalStore; client: DynamoDBClient }> | undefined;
afterAll(async () => {
  const { store, client } = (await opened) ?? {};
  client?.destroy();
  await store?.close();
});

async function open() {
  const store = await openTable();
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url });
  // Without time-outs, which a busy machine would reach.
  return { store, client: new DynamoDBClient() };
}

/** Hours of every play of this folder. */
const SPAN = { from: LAUNCH - 1344, to: LAUNCH + 1344 };
const SERIES = seriesOf(RELEASE).map(({ name }) => name);
let releases = 0;

async function keptInDynamo(before: Table): Promise<Kept> {
  opened ??= open();
  const { client, store } = await opened;
  const release = `release-${++releases}`;
  const history = (clock: () => Instant) =>
    dynamoHistory({ client, table: store.tableName, release, classify: RELEASE, clock });
  await write(before, history);
  return { history, read: () => read(history(() => 0)) };
}

async function write(table: Table, history: Kept['history']): Promise<void> {
  const archive = history(() => 0);
  const all = <T>(some: Iterable<T>, one: (value: T) => Promise<unknown>) => Promise.all([...some].map(one));
  for (const line of [...table.stages.values()].flat())
    await ('undoneAt' in line ? archive.undoStage(line) : archive.enterStage(line));
  const known = [...table.snapshots.values()].flatMap((byHour) => [...byHour.values()]);
  const { hours, days } = packedUpdates(known.map((next) => ({ next })));
  await archive.snapshots(SERIES, SPAN.from, SPAN.to);
  await all(days, archive.recordDay);
  await all(hours, ([hour, updates]) => archive.recordHour(hour, updates));
  await all(table.verdicts.values(), archive.recordVerdict);
  await all(table.alerts.values(), ({ takenAt, ...alert }) => history(() => takenAt).recordAlert(alert));
  await all(table.onCall.values(), archive.recordOnCall);
  await all(table.exclusions.values(), archive.recordExclusion);
  await all(table.eventCounts.values(), archive.recordEventCount);
  await all(table.toggles.values(), archive.recordToggles);
}

async function read(archive: Archive): Promise<Table> {
  const stages: Table['stages'] = new Map();
  for (const line of await archive.stageLog()) stages.set(line.at, [...(stages.get(line.at) ?? []), line]);
  const [snapshots, verdicts, alerts, onCall, exclusions, eventCounts, toggles, marked] = await Promise.all([
    archive.snapshots(SERIES, SPAN.from, SPAN.to),
    archive.verdicts(SPAN.from, SPAN.to),
    archive.alerts(),
    archive.onCall(),
    archive.exclusions(),
    archive.eventCounts(),
    archive.lastToggles(),
    archive.lastMarked(),
  ]);
  return {
    stages,
    snapshots: new Map([...snapshots].map(([name, byHour]) => [name, new Map(byHour)])),
    verdicts: new Map(verdicts.map((one) => [one.hour, one])),
    alerts: new Map(alerts.map((one) => [one.seq, { ...one, takenAt: Number.NaN }])),
    onCall: new Map(onCall.map((one) => [one.at, one])),
    exclusions: new Map(exclusions.map((one) => [one.at, one])),
    eventCounts: new Map(eventCounts.map((one) => [eventCountKey(one), one])),
    toggles: new Map(toggles && [[toggles.at, toggles]]),
    marked: new Map(marked && [[marked.at, marked]]),
  };
}
