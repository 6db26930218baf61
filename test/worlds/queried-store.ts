import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { openTable } from './table';

/** A query as it was asked. */
export interface Queried {
  consistent: boolean;
  from: string | undefined;
}

/** A table in a database of its own, and every query that its client asks. */
export async function queriedStore() {
  const store = await openTable();
  const queries: Queried[] = [];
  const connect = (maxAttempts = 3) =>
    new DynamoDBClient({
      endpoint: store.url,
      region: 'us-gov-west-1',
      credentials: { accessKeyId: store.key, secretAccessKey: 'local' },
      maxAttempts,
    });
  const client = connect();
  client.middlewareStack.add(
    (next, context) => (args) => {
      const input = args.input as {
        ConsistentRead?: boolean;
        ExpressionAttributeValues?: Record<string, { S?: string }>;
      };
      if (context.commandName === 'QueryCommand')
        queries.push({
          consistent: input.ConsistentRead === true,
          from: input.ExpressionAttributeValues?.[':from']?.S,
        });
      return next(args);
    },
    { step: 'initialize' },
  );
  return {
    table: store.tableName,
    client,
    queries,
    /** A further client of the table, which nobody counts. */
    connect,
    async close() {
      client.destroy();
      await store.close();
    },
  };
}
