import { randomUUID } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AlertRecord } from '../alert/record';
import type { CountRules } from '../facts/counts';
import { dueAgain, firstStillOpen, isFinalTooEarly, SETTLE_MINUTES } from '../facts/due';
import { type Hour, type Instant, newestSettledHour } from '../facts/hour';
import { packedSnapshots, type SnapshotsByHour } from '../facts/packed-snapshots';
import type { Snapshot } from '../facts/snapshot';
import { isUndo, type StageLine, timelineOf } from '../facts/stage';
import type { Archive } from '../ports';
import * as items from './items';
import { readSnapshot, snapshotItem } from './snapshot-item';

export interface DynamoHistoryOptions {
  client: DynamoDBClient;
  table: string;
  /** Name of the release. */
  release: string;
  /** The release's rules, for the numbers that people see in the table. */
  classify: CountRules;
  clock?: () => Instant;
  /** Tells a write that is repeated from one of another process. */
  token?: () => string;
}

/**
 * A run that has not sent its message by then is taken for dead: writing, publishing and marking it are three calls of at
 * most 15 s each. Lambda's first retry comes a minute after a failure and finds the message free.
 */
export const PUBLISHED_WITHIN_MS = 45_000;

/**
 * Series whose final snapshots are remembered: a function handles releases one after another, and those of a thousand
 * series would keep 50 MB each. Between two hours it is mostly ended anyway.
 */
const REMEMBERED_SERIES = 100;

/** Items of a page beside the newest, where that one was taken back. */
const FEW = 50;

/**
 * The history of one release in DynamoDB, by conditional writes of single items and consistent reads. A write whose
 * reply is lost is repeated by the SDK and then finds its own item. That is a success for a stage event and an alert; of a
 * snapshot it reports that another run was quicker, and what is stored is read again.
 *
 * Final snapshots hardly ever change, so those once read are not read again as long as the object lives, for up to 100 series.
 *
 * @throws HistoryError when a stored item cannot be read, or the answer is not what was asked for
 */
export function dynamoHistory({
  client,
  table,
  release,
  classify,
  clock = Date.now,
  token = randomUUID,
}: DynamoHistoryOptions): Archive {
  const partition = items.releaseKey(release);
  const finals = new Map<string, SnapshotsByHour>();
  const finalsOf = (endpoint: string) => [...(finals.get(endpoint)?.values() ?? [])];

  /** Items with from <= sk <= to, by page. A page may be empty and still not be the last. */
  async function* pages(pk: string, from: string, to: string, newestFirst = false) {
    let start: items.Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
          ScanIndexForward: !newestFirst,
          ...(newestFirst && { Limit: start ? FEW : 1 }),
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      const asked = ({ pk: part, sk }: items.Item) => part?.S === pk && from <= sk!.S! && sk!.S! <= to;
      // Without this, an answer of something else would be an empty history: nobody exposed, nothing open.
      if (!page.Items?.every(asked))
        throw new items.HistoryError(
          `history ${pk} cannot be read - got ${page.Items ? 'an item under another key' : 'an answer without items'}, expected those from ${from} to ${to}; the next run asks again`,
        );
      yield page.Items;
      start = page.LastEvaluatedKey;
    } while (start);
  }

  async function readAll<T>(read: (item: items.Item) => T, pk: string, from: string, to: string): Promise<T[]> {
    const all: T[] = [];
    for await (const page of pages(pk, from, to)) for (const item of page) all.push(read(item));
    return all;
  }

  async function newest<T>(read: (item: items.Item) => T, kind: 'verdict' | 'alert'): Promise<T | undefined> {
    for await (const page of pages(partition, `${kind}#`, items.afterAll(kind), true)) {
      const item = page.find((one) => !items.isVoid(one));
      if (item) return read(item);
    }
    return undefined;
  }

  const put = (Item: items.Item, condition: Omit<PutItemCommandInput, 'TableName' | 'Item'>): Promise<boolean> =>
    holds(client.send(new PutItemCommand({ TableName: table, Item, ...condition })));

  /** Writes an item that is not there yet; `writer` tells a repeated attempt that what it finds is its own. */
  const putOnce = (item: items.Item): Promise<boolean> => {
    const writer = { S: token() };
    return put(
      { ...item, writer },
      {
        ConditionExpression: 'attribute_not_exists(pk) OR writer = :writer',
        ExpressionAttributeValues: { ':writer': writer },
      },
    );
  };

  const stageLog = () => readAll(items.readStageLine, partition, 'stage#', items.afterAll('stage'));

  /** Appends to the lines of an instant, where entries and undos take turns; false when it is the other's turn. */
  async function append(line: StageLine): Promise<boolean> {
    const key = items.stageKey(line.at);
    const before = await readAll(items.readStageLine, partition, key, `${key}#~`);
    const counts = before.length > 0 && !isUndo(before.at(-1)!);
    return counts === isUndo(line) && putOnce(items.stageItem(release, line, before.length));
  }

  const alertKeyOf = ({ seq }: AlertRecord) => ({ pk: { S: partition }, sk: { S: items.alertKey(seq) } });
  /** Always with milliseconds, so that the order of the texts is the order of the instants. */
  const instant = (at: Instant) => ({ S: new Date(at).toISOString() });

  const ABSENT = { ConditionExpression: 'attribute_not_exists(pk)' };
  const ABSENT_OR_VOID = {
    ConditionExpression: 'attribute_not_exists(pk) OR #void = :true',
    ExpressionAttributeNames: { '#void': 'void' },
    ExpressionAttributeValues: { ':true': { BOOL: true } },
  };
  /** A final snapshot changes only when it is counted by something else. */
  const unchangedSince = ({ revision, final }: Snapshot, next: Snapshot) => {
    const by = final && next.kind === 'counted' ? next.countedBy : undefined;
    const seen = { ':seen': { N: String(revision) } };
    if (by !== undefined)
      return {
        ConditionExpression: 'revision = :seen AND attribute_exists(countedBy) AND countedBy <> :by',
        ExpressionAttributeValues: { ...seen, ':by': { S: by } },
      };
    return {
      ConditionExpression: 'revision = :seen AND #final = :false',
      ExpressionAttributeNames: { '#final': 'final' },
      ExpressionAttributeValues: { ...seen, ':false': { BOOL: false } },
    };
  };
  const unrevised = ({ revision }: Snapshot) => ({
    ConditionExpression: 'revision = :seen',
    ExpressionAttributeValues: { ':seen': { N: String(revision) } },
  });

  return {
    stages: async () => timelineOf(await stageLog()),
    stageLog,
    enterStage: append,
    undoStage: append,

    async snapshots(endpoint, from, to) {
      if (from >= to) return [];
      const known = partOf(finalsOf(endpoint), from, to);
      const unread = from + known.length;
      if (unread === to) return known;
      const pk = items.snapshotsKey(release, endpoint);
      const rest = await readAll(readSnapshot, pk, items.snapshotKey(unread), items.snapshotKey(to - 1));
      const all = [...known, ...rest];
      if (finals.has(endpoint) || finals.size < REMEMBERED_SERIES)
        finals.set(endpoint, packedSnapshots(extended(finalsOf(endpoint), finalRun(all))));
      return all;
    },
    record(next, previous) {
      if (previous?.final) finals.delete(next.endpoint);
      return put(snapshotItem(release, next, classify), previous ? unchangedSince(previous, next) : ABSENT);
    },

    lastVerdict: () => newest(items.readVerdict, 'verdict'),
    async recordVerdict(verdict) {
      await put(items.verdictItem(release, verdict), ABSENT_OR_VOID);
    },
    async verdicts(from, to) {
      if (from >= to) return [];
      const all = await readAll((item) => item, partition, items.verdictKey(from), items.verdictKey(to - 1));
      return all.filter((item) => !items.isVoid(item)).map(items.readVerdict);
    },
    async takeBack(now, series) {
      // The verdicts last, the newest of them at the end: as long as it stands, the next run finds the rest.
      for (const name of series) {
        const pk = items.snapshotsKey(release, name);
        const all = await readAll(readSnapshot, pk, items.snapshotKey(firstStillOpen(now)), '~');
        for (const one of all.filter((known) => isFinalTooEarly(known, now)))
          await put(snapshotItem(release, dueAgain(one), classify), unrevised(one));
      }
      finals.clear();
      const given = await readAll(
        (item) => item,
        partition,
        items.verdictKey(newestSettledHour(now, SETTLE_MINUTES)),
        items.afterAll('verdict'),
      );
      const standing = given.filter((item) => !items.isVoid(item));
      for (const item of standing) await put(items.voidItem(item), { ConditionExpression: 'attribute_exists(pk)' });
      return standing.length;
    },

    lastAlert: () => newest(items.readAlert, 'alert'),
    recordAlert: (alert) => putOnce({ ...items.alertItem(release, alert), takenAt: instant(clock()) }),
    takeOver(alert) {
      const now = clock();
      return holds(
        client.send(
          new UpdateItemCommand({
            TableName: table,
            Key: alertKeyOf(alert),
            UpdateExpression: 'SET takenAt = :now, writer = :writer',
            // One that was taken in the future was taken by a clock that is wrong.
            ConditionExpression:
              '#status = :pending AND (writer = :writer OR attribute_not_exists(takenAt) OR NOT takenAt BETWEEN :from AND :to)',
            ExpressionAttributeNames: { '#status': 'status' },
            ExpressionAttributeValues: {
              ':pending': { S: 'pending' },
              ':writer': { S: token() },
              ':now': instant(now),
              ':from': instant(now - PUBLISHED_WITHIN_MS),
              ':to': instant(now + PUBLISHED_WITHIN_MS),
            },
          }),
        ),
      );
    },
    async markSent(alert) {
      await client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: alertKeyOf(alert),
          UpdateExpression: 'SET #status = :sent REMOVE writer, takenAt',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: { ':sent': { S: 'sent' } },
        }),
      );
    },
    onCall: () => readAll(items.readOnCall, partition, 'oncall#', items.afterAll('oncall')),
    recordOnCall: (event) => put(items.onCallItem(release, event), ABSENT),
    exclusions: () => readAll(items.readExclusion, partition, 'exclude#', items.afterAll('exclude')),
    recordExclusion: (event) => put(items.exclusionItem(release, event), ABSENT),
    eventCounts: () => readAll(items.readEventCount, partition, 'events#', items.afterAll('events')),
    recordEventCount: (count) => put(items.eventCountItem(release, count), ABSENT),
    alerts: () => readAll(items.readAlert, partition, 'alert#', items.afterAll('alert')),
  };
}

/** False when the write's condition does not hold. */
async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The part of a run without gaps that starts at `from`; empty when the run does not contain that hour. */
function partOf(run: readonly Snapshot[], from: Hour, to: Hour): Snapshot[] {
  const first = run[0]?.hour ?? to;
  return from < first ? [] : run.slice(from - first, to - first);
}

/** The final snapshots at the start, up to the first hour that is missing or may still change. */
function finalRun(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  const first = snapshots[0]?.hour ?? 0;
  const end = snapshots.findIndex(({ final, hour }, index) => !final || hour !== first + index);
  return end === -1 ? snapshots : snapshots.slice(0, end);
}

/** A run lengthened by another one that overlaps or follows it without a gap; else the longer of the two. */
function extended(run: readonly Snapshot[], other: readonly Snapshot[]): readonly Snapshot[] {
  if (run.length === 0 || other.length === 0) return run.length ? run : other;
  const skip = other[0]!.hour - run[0]!.hour;
  if (skip < 0 || skip > run.length) return other.length > run.length ? other : run;
  return skip + other.length > run.length ? [...run.slice(0, skip), ...other] : run;
}
