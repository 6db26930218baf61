import { randomBytes } from 'node:crypto';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type LocalStore, openStore, TABLE } from '../../lib/local/store/store';

/** `npm run test:aws` starts Amazon's own DynamoDB Local, and says here where it is. */
const { STAGEWATCH_TEST_DYNAMODB: AMAZONS } = process.env;

/** An empty table of its own: in the database of local mode or, where one is running, in Amazon's. */
export const openTable = (): Promise<LocalStore> => (AMAZONS ? amazonsTable(AMAZONS) : openStore(':memory:'));

async function amazonsTable(url: string): Promise<LocalStore> {
  // Letters and digits: it takes no other access key ids.
  const [key, tableName] = ['local', `stagewatch-${randomBytes(8).toString('hex')}`];
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'us-gov-west-1',
    credentials: { accessKeyId: key, secretAccessKey: 'local' },
  });
  await client.send(new CreateTableCommand({ ...TABLE, TableName: tableName } as CreateTableCommandInput));
  client.destroy();
  return { url, key, tableName, close: async () => {} };
}
