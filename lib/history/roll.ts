import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { instantText, parseInstant } from '../facts/hour';
import type { Roll, RollEntry } from '../ports';
import { HistoryError, type Item, marshalled, releaseKey, unreadable, VERSION } from './items';

/** Partition of the roll. No release has it: a name is never empty, and its own "#" would be encoded. */
export const ROLL_KEY = '#roll';

/** @example rollItem({ release: 'document-status', since: 0 }).sk // { S: 'document-status' } */
export const rollItem = ({ release, since, left }: RollEntry): Item =>
  marshalled({
    pk: ROLL_KEY,
    sk: releaseKey(release),
    version: VERSION,
    release,
    since: instantText(since),
    left: left === undefined ? undefined : instantText(left),
  });

/** @throws HistoryError when the item has another shape or a newer version */
export function readRollItem(item: Item): RollEntry {
  const { version, release, since, left } = unmarshall(item) as Record<string, unknown>;
  const instant = (value: unknown) => (typeof value === 'string' ? parseInstant(value) : undefined);
  const [from, to] = [instant(since), instant(left)];
  if (version !== VERSION) throw unreadable(item, 'version');
  if (typeof release !== 'string') throw unreadable(item, 'release');
  if (from === undefined) throw unreadable(item, 'since');
  if (left !== undefined && to === undefined) throw unreadable(item, 'left');
  return { release, since: from, ...(to !== undefined && { left: to }) };
}

/** The roll in DynamoDB, beside the histories of its releases. Nothing in it is ever deleted. */
export function dynamoRoll(client: DynamoDBClient, TableName: string): Roll {
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
