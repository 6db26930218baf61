import { randomUUID } from 'node:crypto';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { AlertRecord } from '../alert/record';
import type { CountRules } from '../facts/counts';
import { isToCome, SETTLE_MINUTES } from '../facts/due';
import { type Instant, newestSettledHour } from '../facts/hour';
import { isUndo, type StageLine, timelineOf } from '../facts/stage';
import type { Archive } from '../ports';
import { ABSENT, holds, type PutCondition, tableOf } from './dynamo-table';
import { alertItem, alertKey, readAlert } from './items/alert-item';
import { eventCountItem, readEventCount } from './items/event-count-item';
import { exclusionItem, readExclusion } from './items/exclusion-item';
import { afterAll, type Item, releaseKey } from './items/item';
import { markedItem, readMarked } from './items/marked-item';
import { onCallItem, readOnCall } from './items/on-call-item';
import { readStageLine, stageItem, stageKey } from './items/stage-item';
import { readToggleFacts, togglesItem } from './items/toggles-item';
import { isVoid, readVerdict, verdictItem, verdictKey, voidItem } from './items/verdict-item';
import { snapshotsIn } from './snapshots';

export interface DynamoHistoryOptions {
  client: Pick<DynamoDBClient, 'send'>;
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
 * The history of one release in DynamoDB, by conditional writes of single items. A write whose reply is lost is repeated by
 * the SDK and then finds its own item, which is a success.
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
  const partition = releaseKey(release);
  const store = tableOf(client, table);
  const { put, readAll } = store;
  const snapshots = snapshotsIn(store, release, classify);

  const newest = <T>(
    read: (item: Item) => T,
    kind: 'verdict' | 'alert' | 'toggles' | 'marks',
  ): Promise<T | undefined> =>
    store.readOne((item) => (isVoid(item) ? undefined : read(item)), partition, `${kind}#`, afterAll(kind), true);

  /** Writes an item that is not there yet; `writer` tells a repeated attempt that what it finds is its own. */
  const putOnce = (item: Item): Promise<boolean> => {
    const writer = { S: token() };
    return put(
      { ...item, writer },
      {
        ConditionExpression: 'attribute_not_exists(pk) OR writer = :writer',
        ExpressionAttributeValues: { ':writer': writer },
      },
    );
  };

  const stageLog = () => readAll(readStageLine, partition, 'stage#', afterAll('stage'));

  /** Appends to the lines of an instant, where entries and undos take turns; false when it is the other's turn. */
  async function append(line: StageLine): Promise<boolean> {
    const key = stageKey(line.at);
    const before = await readAll(readStageLine, partition, key, `${key}#~`);
    const counts = before.length > 0 && !isUndo(before.at(-1)!);
    return counts === isUndo(line) && putOnce(stageItem(release, line, before.length));
  }

  const alertKeyOf = ({ seq }: AlertRecord) => ({ pk: { S: partition }, sk: { S: alertKey(seq) } });
  /** Always with milliseconds, so that the order of the texts is the order of the instants. */
  const instant = (at: Instant) => ({ S: new Date(at).toISOString() });

  const ABSENT_OR_VOID = {
    ConditionExpression: 'attribute_not_exists(pk) OR #void = :true',
    ExpressionAttributeNames: { '#void': 'void' },
    ExpressionAttributeValues: { ':true': { BOOL: true } },
  };

  const writtenBy = (writer: Item['string'] | undefined): PutCondition =>
    writer
      ? { ConditionExpression: 'writer = :writer', ExpressionAttributeValues: { ':writer': writer } }
      : { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(writer)' };

  const readNewestAlert = again(readAlert);

  return {
    stages: async () => timelineOf(await stageLog()),
    stageLog,
    enterStage: append,
    undoStage: append,

    snapshots: snapshots.snapshots,
    recordHour: snapshots.recordHour,
    recordDay: snapshots.recordDay,

    lastVerdict: () => newest(readVerdict, 'verdict'),
    async recordVerdict(verdict) {
      await put({ ...verdictItem(release, verdict), writer: { S: token() } }, ABSENT_OR_VOID);
    },
    async verdicts(from, to) {
      if (from >= to) return [];
      const all = await readAll((item) => item, partition, verdictKey(from), verdictKey(to - 1));
      return all.filter((item) => !isVoid(item)).map(readVerdict);
    },
    async takeBack(now, series) {
      const from = verdictKey(newestSettledHour(now, SETTLE_MINUTES));
      const given = await readAll((item) => item, partition, from, afterAll('verdict'));
      await snapshots.reopen(now, series);
      const standing = given.filter((item) => !isVoid(item));
      // Another run has taken them back, and what stands is its own.
      if (!standing.some((item) => isToCome(readVerdict(item).hour, now))) return 0;
      // The newest of them at the end: as long as it stands, the next run finds the rest.
      for (const item of standing) await put(voidItem(item), writtenBy(item.writer));
      return standing.length;
    },

    lastAlert: () => newest(readNewestAlert, 'alert'),
    recordAlert: (alert) => putOnce({ ...alertItem(release, alert), takenAt: instant(clock()) }),
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
    onCall: () => readAll(readOnCall, partition, 'oncall#', afterAll('oncall')),
    recordOnCall: (event) => put(onCallItem(release, event), ABSENT),
    exclusions: () => readAll(readExclusion, partition, 'exclude#', afterAll('exclude')),
    recordExclusion: (event) => put(exclusionItem(release, event), ABSENT),
    lastToggles: () => newest(readToggleFacts, 'toggles'),
    recordToggles: (facts) => put(togglesItem(release, facts), ABSENT),
    lastMarked: () => newest(readMarked, 'marks'),
    recordMarked: (marked) => put(markedItem(release, marked), ABSENT),
    eventCounts: () => readAll(readEventCount, partition, 'events#', afterAll('events')),
    recordEventCount: (count) => put(eventCountItem(release, count), ABSENT),
    alerts: () => readAll(readAlert, partition, 'alert#', afterAll('alert')),
  };
}

/** A way to read that gives again what it read last, where it gets the same item: for days, the newest alert is the same. */
function again<T>(read: (item: Item) => T): (item: Item) => T {
  let last: { text: string; value: T } | undefined;
  return (item) => {
    const text = JSON.stringify(item);
    if (last?.text !== text) last = { text, value: read(item) };
    return last.value;
  };
}
