import {
  BatchWriteItemCommand,
  DynamoDBClient,
  paginateScan,
  type ScanCommandOutput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { useLocalCloud } from '../../lib/local/cloud';
import { startMemoryTable } from '../../scripts/bench/memory-table';
import { openTable } from '../worlds/table';

/** A table that can be put back to what was in it. */
export interface RestoredTable {
  client: DynamoDBClient;
  tableName: string;
  /** Keeps what is in it now; what it gives puts all of that back, and nothing else. */
  remember(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** In memory, or in Amazon's DynamoDB Local where `npm run test:aws` has started one. */
export const restoredTable = () => (process.env.STAGEWATCH_TEST_DYNAMODB ? amazons() : inMemory());

async function inMemory(): Promise<RestoredTable> {
  const table = await startMemoryTable();
  const client = connected(table.url, 'crash');
  return {
    client,
    tableName: table.tableName,
    async remember() {
      const restore = table.remember();
      return async () => restore();
    },
    async close() {
      client.destroy();
      await table.close();
    },
  };
}

/** So many items are written at once (API reference of BatchWriteItem). */
const BATCH = 25;

async function amazons(): Promise<RestoredTable> {
  const { url, key, tableName, close } = await openTable();
  const client = connected(url, key);
  const all = async () => {
    const items: NonNullable<ScanCommandOutput['Items']> = [];
    for await (const page of paginateScan({ client }, { TableName: tableName, ConsistentRead: true }))
      items.push(...page.Items!);
    return new Map(items.map((item) => [JSON.stringify([item.pk, item.sk]), item]));
  };
  return {
    client,
    tableName,
    async remember() {
      const kept = await all();
      return async () => {
        const now = await all();
        const deleted = [...now].filter(([id]) => !kept.has(id)).map(([, { pk, sk }]) => ({ pk: pk!, sk: sk! }));
        const requests: WriteRequest[] = [
          ...deleted.map((Key) => ({ DeleteRequest: { Key } })),
          ...[...kept.values()].map((Item) => ({ PutRequest: { Item } })),
        ];
        for (let from = 0; from < requests.length; from += BATCH) {
          const batch = { [tableName]: requests.slice(from, from + BATCH) };
          const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: batch }));
          if (Object.keys(UnprocessedItems ?? {}).length > 0) throw new Error('some items were not put back');
        }
      };
    },
    async close() {
      client.destroy();
      await close();
    },
  };
}

function connected(url: string, key: string): DynamoDBClient {
  useLocalCloud(process.env, { key, dynamodb: url });
  // Without time-outs, which a busy machine would reach.
  return new DynamoDBClient();
}
