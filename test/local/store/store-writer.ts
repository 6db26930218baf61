import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { openStore } from '../../../lib/local/store/store';

/**
 * A process of its own for store.test.ts: opens the store in the folder given and says where it is, writes that many
 * items under the key given, eight at a time, says which were acknowledged, and closes the store.
 */
async function main([dir, pk, items]: string[]) {
  const store = await openStore(dir!);
  process.stdout.write(`${store.url}\n`);
  const credentials = { accessKeyId: store.key, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint: store.url, credentials });
  let next = 0;
  const write = async () => {
    while (next < Number(items)) {
      const sk = String(next++);
      const Item = { pk: { S: pk! }, sk: { S: sk }, text: { S: 'x'.repeat(2_000) } };
      await client.send(new PutItemCommand({ TableName: store.tableName, Item }));
      process.stdout.write(`${sk}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, write));
  client.destroy();
  await store.close();
}

main(process.argv.slice(2));
