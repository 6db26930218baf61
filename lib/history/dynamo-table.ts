import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { HistoryError, type Item } from './items/item';

/** Items of a page after the first, where that one was not wanted. */
const FEW = 50;

export interface QueryOptions {
  newestFirst?: boolean;
  /** A page for each item that is looked at, or a few: the caller wants one, and mostly the first. */
  one?: boolean;
  /** Half the price, and what was just written may be missing. */
  stale?: boolean;
}

export type PutCondition = Omit<PutItemCommandInput, 'TableName' | 'Item'>;
export const ABSENT: PutCondition = { ConditionExpression: 'attribute_not_exists(pk)' };

export type DynamoTable = ReturnType<typeof tableOf>;

/** Reads and writes items of a table. Every write is one conditional put. */
export function tableOf(client: Pick<DynamoDBClient, 'send'>, table: string) {
  /** Items with from <= sk <= to, by page. A page may be empty and still not be the last. */
  async function* pages(pk: string, from: string, to: string, { newestFirst, one, stale }: QueryOptions = {}) {
    let start: Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: !stale,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
          ScanIndexForward: !newestFirst,
          ...(one && { Limit: start ? FEW : 1 }),
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      const asked = ({ pk: part, sk }: Item) => part?.S === pk && from <= sk!.S! && sk!.S! <= to;
      // Without this, an answer of something else would be an empty history: nobody exposed, nothing open.
      if (!page.Items?.every(asked))
        throw new HistoryError(
          `history ${pk} cannot be read - got ${page.Items ? 'an item under another key' : 'an answer without items'}, expected those from ${from} to ${to}; the next run asks again`,
        );
      yield page.Items;
      start = page.LastEvaluatedKey;
    } while (start);
  }

  return {
    /** The first item that is wanted. */
    async readOne<T>(read: (item: Item) => T | undefined, pk: string, from: string, to: string, newestFirst: boolean) {
      for await (const page of pages(pk, from, to, { newestFirst, one: true })) {
        for (const item of page) {
          const found = read(item);
          if (found !== undefined) return found;
        }
      }
      return undefined;
    },

    async readAll<T>(read: (item: Item) => T, pk: string, from: string, to: string, options?: QueryOptions) {
      const all: T[] = [];
      for await (const page of pages(pk, from, to, options)) for (const item of page) all.push(read(item));
      return all;
    },

    /** False when the condition does not hold. */
    put: (item: Item, condition: PutCondition): Promise<boolean> =>
      holds(client.send(new PutItemCommand({ TableName: table, Item: item, ...condition }))),
  };
}

/** False when the write's condition does not hold. */
export async function holds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
