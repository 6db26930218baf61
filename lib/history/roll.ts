import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { instantText, parseInstant } from '../facts/hour';
import type { Roll, RollEntry } from '../ports';
import { withDigest } from './digest';
import { HistoryError, type Item, marshalled, releaseKey, unmarshalled, unreadable, VERSION } from './items/item';

/** Partition of the roll. No release has it: a name is never empty, and its own "#" would be encoded. */
export const ROLL_KEY = '#roll';

/** @example rollItem({ release: 'document-status', since: 0 }).sk // { S: 'document-status' } */
export const rollItem = ({ release, since, left, failure }: RollEntry): Item =>
  withDigest(
    marshalled({
      pk: ROLL_KEY,
      sk: releaseKey(release),
      version: VERSION,
      release,
      since: instantText(since),
      left: left === undefined ? undefined : instantText(left),
      failingSince: failure && instantText(failure.since),
      failedAt: failure && instantText(failure.at),
      failure: failure?.reason,
      failureTold: failure?.told === undefined ? undefined : instantText(failure.told),
    }),
  );

/** @throws HistoryError when the item has another shape, a newer version or flipped bits */
export function readRollItem(item: Item): RollEntry {
  const { release, since, left, ...more } = unmarshalled(item);
  const instant = (value: unknown) => (typeof value === 'string' ? parseInstant(value) : undefined);
  const [from, to] = [instant(since), instant(left)];
  if (typeof release !== 'string') throw unreadable(item, 'release');
  if (from === undefined) throw unreadable(item, 'since');
  if (left !== undefined && to === undefined) throw unreadable(item, 'left');
  const [failingSince, failedAt, told] = [more.failingSince, more.failedAt, more.failureTold].map(instant);
  const failure = failingSince !== undefined &&
    failedAt !== undefined && {
      failure: {
        since: failingSince,
        at: failedAt,
        reason: String(more.failure),
        ...(told !== undefined && { told }),
      },
    };
  return { release, since: from, ...(to !== undefined && { left: to }), ...failure };
}

/** The roll in DynamoDB, beside the histories of its releases. Nothing in it is ever deleted. */
export function dynamoRoll(client: Pick<DynamoDBClient, 'send'>, TableName: string): Roll {
  return {
    async entries() {
      const entries: RollEntry[] = [];
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(
          new QueryCommand({
            TableName,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: ROLL_KEY } },
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        // Without this, an answer of something else would be an empty roll: nobody has left.
        if (!page.Items?.every(({ pk }) => pk?.S === ROLL_KEY))
          throw new HistoryError(
            `the roll cannot be read - got ${page.Items ? 'an item under another key' : 'an answer without items'}, expected those of ${ROLL_KEY}; the next roll call asks again`,
          );
        entries.push(...page.Items.map(readRollItem));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return entries;
    },
    async write(next, previous) {
      try {
        await client.send(new PutItemCommand({ TableName, Item: rollItem(next), ...unchanged(previous) }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
    async noteFailure(release, { at, reason }) {
      const { pk, sk, failedAt, failure } = rollItem({ release, since: at, failure: { since: at, at, reason } });
      try {
        await client.send(
          new UpdateItemCommand({
            TableName,
            Key: { pk: pk!, sk: sk! },
            ConditionExpression: 'attribute_exists(pk)',
            UpdateExpression: 'SET failedAt = :at, #failure = :reason, failingSince = if_not_exists(failingSince, :at)',
            ExpressionAttributeNames: { '#failure': 'failure' },
            ExpressionAttributeValues: { ':at': failedAt!, ':reason': failure! },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}

function unchanged(previous: RollEntry | undefined) {
  if (!previous) return { ConditionExpression: 'attribute_not_exists(pk)' };
  const { since, left } = rollItem(previous);
  return {
    ConditionExpression: `since = :since AND ${left ? '#left = :left' : 'attribute_not_exists(#left)'}`,
    ExpressionAttributeNames: { '#left': 'left' },
    ExpressionAttributeValues: { ':since': since!, ...(left && { ':left': left }) },
  };
}
