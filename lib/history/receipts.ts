import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { plain } from '../facts/format';
import type { Instant } from '../facts/hour';
import type { Receipt, Receipts } from '../ports';
import { type Item, marshalled, unreadable, VERSION } from './items/item';

/** Partition of all receipts; the notifier may write nowhere else. No release has it: its own "#" would be encoded. */
export const RECEIPTS_KEY = '#receipts';

/** A process that has not noted its receipt by then is taken for dead: the function ends after 30 s. */
const TAKEN_MS = 60_000;

/** Always with milliseconds, so that the order of the texts is the order of the instants. */
const textOf = (at: Instant) => new Date(at).toISOString();

const keyOf = (receiver: string, key: string): Item => marshalled({ pk: RECEIPTS_KEY, sk: `${receiver}#${key}` });

/** @throws HistoryError when the item has another shape or a newer version */
export function readReceipt(item: Item): Receipt & { failure?: string } {
  const { version, newest, thread, failure } = unmarshall(item) as Record<string, unknown>;
  if (version !== VERSION) throw unreadable(item, 'version');
  if (newest !== undefined && typeof newest !== 'number') throw unreadable(item, 'newest');
  if (thread !== undefined && typeof thread !== 'string') throw unreadable(item, 'thread');
  return {
    ...(newest !== undefined && { newest }),
    ...(thread !== undefined && { thread }),
    ...(typeof failure === 'string' && { failure }),
  };
}

/** A receiver's receipts in DynamoDB, beside the histories. Nothing of them is ever deleted. */
export function dynamoReceipts(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  receiver: string,
  clock: () => Instant = Date.now,
): Receipts {
  const update = (key: string, UpdateExpression: string, values: Record<string, unknown>, condition?: string) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(receiver, key),
        UpdateExpression,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: marshalled(values) }),
        ReturnValues: 'ALL_NEW',
      }),
    );
  return {
    async take(key) {
      const now = clock();
      const values = { ':now': textOf(now), ':before': textOf(now - TAKEN_MS), ':version': VERSION };
      try {
        const { Attributes } = await update(
          key,
          'SET takenAt = :now, version = if_not_exists(version, :version)',
          values,
          'attribute_not_exists(takenAt) OR takenAt < :before',
        );
        const { newest, thread } = readReceipt(Attributes!);
        return { newest, thread };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        throw new Error(
          `receipt ${receiver}#${key} - got one that another process has, expected a free one; it is tried again`,
        );
      }
    },
    look: (key) => receiptOf(client, TableName, receiver, key),
    async note(key, { newest, thread }) {
      const values = { ':at': textOf(clock()), ':newest': newest, ':thread': thread };
      const threaded = thread === undefined ? '' : ', thread = :thread';
      await update(key, `SET toldAt = :at, newest = :newest${threaded} REMOVE takenAt, failure`, values);
    },
    async putBack(key, failure) {
      const [set, values] =
        failure === undefined ? ['', {}] : ['SET failure = :failure ', { ':failure': plain(failure, 500) }];
      await update(key, `${set}REMOVE takenAt`, values);
    },
  };
}

/** The receipt under a key, for whoever only looks; undefined before the first attempt. */
export async function receiptOf(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  receiver: string,
  key: string,
) {
  const { Item } = await client.send(
    new GetItemCommand({ TableName, Key: keyOf(receiver, key), ConsistentRead: true }),
  );
  return Item && readReceipt(Item);
}
