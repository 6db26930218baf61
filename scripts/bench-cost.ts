import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SETTLE_MINUTES } from '../lib/domain/due';
import { HOUR_MS, type Hour, hourOf, instantText, newestSettledHour, startOf } from '../lib/domain/hour';
import { dynamoHistory } from '../lib/history/dynamodb';
import { snapshotItem } from '../lib/history/items';
import { useLocalCloud } from '../lib/local/cloud';
import { listen } from '../lib/local/listen';
import { startSecrets } from '../lib/local/secrets';
import { startSns } from '../lib/local/sns';
import { openStore } from '../lib/local/store';
import { parseRelease } from '../lib/release/parse';
import { run } from '../lib/run';
import { datadogSource } from '../lib/sources/datadog';

/**
 * What an hour costs: DynamoDB's read and write units, and processor time and memory of the built function,
 * cold, in a process of its own. `tsx scripts/bench-cost.ts 3 100` for releases of 3 and of 100 endpoints, a week after their launch.
 * Run `npm run build` first.
 */
const WEEKS = 5;
const STATUSES = ['200', '302', '404', '422', '500', '502'];
const KEYS = { apiKey: 'api', appKey: 'app' };
const FUNCTION = path.join(__dirname, '..', 'dist', 'sampler', 'index.js');

/** Runs the handler once and says what it took. */
const CHILD = `
const { handler } = require(process.argv[1]);
handler(JSON.parse(process.env.EVENT)).then(() => console.error(JSON.stringify({
  cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1024 })));
`;

function fileOf(endpoints: number) {
  return {
    title: 'Cost',
    team: 'none',
    timeZone: 'America/New_York',
    toggles: [],
    datadog: {
      site: 'ddog-gov.com',
      metric: 'trace.rack.request.hits',
      scope: ['env:eks-prod'],
      endpointTag: 'resource_name',
      statusTag: 'http.status_code',
    },
    endpoints: Array.from({ length: endpoints }, (_, index) => ({
      name: `#endpoint-${index}`,
      tag: `v0::somecontroller_endpoint_${index}`,
      criteria: [{ consistentWithBaseline: {} }],
    })),
    stages: [{ name: 'A', exposure: '25%', length: '2 weeks' }],
    runbook: 'docs/runbook.md',
  };
}

/** A busy endpoint's hour: as many labels as most have, numbers of five digits. */
const countsOf = (hour: Hour) =>
  new Map(STATUSES.map((label, index) => [label, index ? 3 + ((hour * index) % 7) : 12_000]));

/** Datadog, for any number of endpoints. */
function datadogOf(tags: readonly string[]) {
  return listen((_request, body) => {
    const { from, to } = JSON.parse(body).data.attributes;
    const times = Array.from({ length: (to - from) / HOUR_MS }, (_, index) => from + index * HOUR_MS);
    const series = tags.flatMap((tag) =>
      STATUSES.map((label) => ({ query_index: 0, group_tags: [`resource_name:${tag}`, `http.status_code:${label}`] })),
    );
    const values = tags.flatMap(() => STATUSES.map((label) => times.map((time) => countsOf(hourOf(time)).get(label)!)));
    const attributes = {
      times,
      series: [...series, { query_index: 1, group_tags: [] }],
      values: [...values, times.map(() => 1e6)],
    };
    return { status: 200, type: 'application/json', body: JSON.stringify({ data: { attributes } }) };
  });
}

async function measure(endpoints: number) {
  const name = `cost-${endpoints}`;
  const file = fileOf(endpoints);
  const parsed = parseRelease(name, file);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  const { release } = parsed;
  const store = await openStore(':memory:');
  const sns = await startSns({ onPublish() {} });
  const secrets = await startSecrets({ keys: JSON.stringify(KEYS) });
  const datadog = await datadogOf(release.endpoints.map(({ tag }) => tag));
  useLocalCloud(process.env, { dynamodb: store.url, sns: sns.url, secretsManager: secrets.url });

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
  const from = newest - WEEKS * 168;
  const history = dynamoHistory({ client, table: store.tableName, release: name, classify: release });
  await history.enterStage({ at: startOf(newest - 168), stage: 'A', exposure: 0.25, by: 'bench' });
  for (const { name: endpoint } of release.endpoints) {
    for (let hour = from; hour < newest; hour += 25) {
      const hours = Array.from({ length: Math.min(25, newest - hour) }, (_, index) => hour + index);
      const items = hours.map((one) => {
        // One hour is left that becomes final in this run.
        const final = one < newest - 6;
        const snapshot = { endpoint, hour: one, kind: 'counted', counts: countsOf(one), revision: 1, final } as const;
        return { PutRequest: { Item: snapshotItem(name, snapshot, release) } };
      });
      await client.send(new BatchWriteItemCommand({ RequestItems: { [store.tableName]: items } }));
    }
  }
  writes = 0;
  const source = datadogSource({ datadog: release.datadog, keys: async () => KEYS, url: datadog.url });
  await run({ release, source, history, sink: { publish: async () => {} } }, now);
  const units = { reads, writes };
  const { stderr } = await promisify(execFile)(process.execPath, ['-e', CHILD, FUNCTION], {
    maxBuffer: 2 ** 26,
    env: {
      ...process.env,
      STAGEWATCH_TABLE: store.tableName,
      STAGEWATCH_TOPIC: sns.topicArn,
      STAGEWATCH_SECRET: 'keys',
      STAGEWATCH_DATADOG_URL: datadog.url,
      EVENT: JSON.stringify({ release: { name, file }, scheduledTime: instantText(now) }),
    },
  });
  client.destroy();
  await Promise.all([store.close(), sns.close(), secrets.close(), datadog.close()]);
  const { cpuSeconds, megabytes } = JSON.parse(stderr.trim().split('\n').at(-1)!);
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
