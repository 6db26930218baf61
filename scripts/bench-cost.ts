import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SETTLE_MINUTES } from '../lib/facts/due';
import { HOUR_MS, HOURS_PER_WEEK, instantText, newestSettledHour, startOf } from '../lib/facts/hour';
import { dynamoHistory } from '../lib/history/dynamodb';
import { snapshotItem } from '../lib/history/snapshot-item';
import { useLocalCloud } from '../lib/local/cloud';
import { startSecrets } from '../lib/local/secrets';
import { startSns } from '../lib/local/sns';
import { openStore } from '../lib/local/store/store';
import { run } from '../lib/run';
import { datadogSource } from '../lib/sources/datadog/source';
import { parsedRelease, pastOf, releaseFile, startDatadog } from './bench/large-release';
import { runSampler } from './bench/sampler-process';

/**
 * What a usual hour costs: DynamoDB's read and write units, and processor time and memory of the built function,
 * cold, in a process of its own. `tsx scripts/bench-cost.ts 3 100` for releases of 3 and of 100 endpoints, a week after their launch.
 * Run `npm run build` first.
 */
const WEEKS = 5;
const KEYS = { apiKey: 'api', appKey: 'app' };
/** DynamoDB takes no more in one request. */
const ITEMS_AT_ONCE = 25;

async function measure(endpoints: number) {
  const name = `cost-${endpoints}`;
  const file = releaseFile(endpoints);
  const release = parsedRelease(name, file);
  const store = await openStore(':memory:');
  const sns = await startSns({ key: store.key, onPublish() {} });
  const secrets = await startSecrets({ keys: JSON.stringify(KEYS) }, store.key);
  const datadog = await startDatadog();
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url, sns: sns.url, secretsManager: secrets.url });

  // Without time-outs: what is counted must not depend on how busy this machine is.
  const client = new DynamoDBClient();
  let reads = 0;
  let writes = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      if ('KeyConditionExpression' in args.input) reads += ConsumedCapacity?.CapacityUnits ?? 0;
      else writes += ConsumedCapacity?.CapacityUnits ?? 0;
      return result;
    },
    { step: 'initialize' },
  );
  const now = Date.now();
  const newest = newestSettledHour(now, SETTLE_MINUTES);
  const historyOf = () => dynamoHistory({ client, table: store.tableName, release: name, classify: release });
  await historyOf().enterStage({ at: startOf(newest - HOURS_PER_WEEK), stage: 'A', exposure: 0.25, by: 'bench' });
  const past = [...pastOf(release, newest - 2, WEEKS)];
  for (let at = 0; at < past.length; at += ITEMS_AT_ONCE) {
    const items = past
      .slice(at, at + ITEMS_AT_ONCE)
      .map((one) => ({ PutRequest: { Item: snapshotItem(name, one, release) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [store.tableName]: items } }));
  }
  const source = datadogSource({ datadog: release.datadog, keys: async () => KEYS, url: datadog.url });
  const watch = () => ({ release, source, history: historyOf(), sink: { publish: async () => {} } });
  // Two runs move what 0.1.0 kept, pull the weeks that it did not ask for, and pack them.
  for (const hoursAgo of [2, 1]) await run(watch(), now - hoursAgo * HOUR_MS);
  [reads, writes] = [0, 0];
  await run(watch(), now);
  const units = { reads, writes };
  const { cpuSeconds, megabytes } = await runSampler([{ release: { name, file }, scheduledTime: instantText(now) }], {
    ...process.env,
    STAGEWATCH_TABLE: store.tableName,
    STAGEWATCH_TOPIC: sns.topicArn,
    STAGEWATCH_SECRET: 'keys',
    STAGEWATCH_DATADOG_URL: datadog.url,
  });
  client.destroy();
  await Promise.all([store.close(), sns.close(), secrets.close(), datadog.close()]);
  const bytes = Buffer.byteLength(JSON.stringify(file));
  return {
    endpoints,
    ...units,
    cpuSeconds: cpuSeconds.toFixed(1),
    megabytes: Math.round(megabytes),
    eventBytes: bytes,
  };
}

async function main() {
  for (const endpoints of process.argv.slice(2).map(Number)) console.log(await measure(endpoints));
}

void main();
