import { type Hour, startOf } from '../../lib/facts/hour';
import { stageItem } from '../../lib/history/items/stage-item';
import { snapshotItem } from '../../lib/history/snapshot-item';
import { useLocalCloud } from '../../lib/local/cloud';
import { startSecrets } from '../../lib/local/secrets';
import { startSns } from '../../lib/local/sns';
import type { Release } from '../../lib/release/schema';
import { pastOf, startDatadog } from './large-release';
import { startMemoryTable } from './memory-table';

/** Where a release was launched, and how many weeks are known of it. */
export interface Past {
  weeks: number;
  launch: Hour;
  newest: Hour;
}

/** What was asked of the table, in bytes and read units by DynamoDB's rules. */
export type Reads = ReturnType<typeof noReads>;
const noReads = () => ({ queries: 0, items: 0, bytes: 0, units: 0 });

/** Servers on this machine for all that the function calls, and the environment that leads it to them. */
export async function startNeighbours() {
  const calls = new Map<string, number>();
  const count = (name: string, by = 1) => {
    calls.set(name, (calls.get(name) ?? 0) + by);
  };
  const reads = { before: noReads(), now: noReads() };
  const table = await startMemoryTable((operation, units, found) => {
    count(operation);
    count(operation === 'Query' ? 'read units' : 'write units', units);
    if (!found) return;
    // What 0.1.0 kept has a partition for each endpoint of a release.
    const read = found.pk.includes('#') ? reads.before : reads.now;
    read.queries++;
    read.items += found.items;
    read.bytes += found.bytes;
    read.units += units;
  });
  const sns = await startSns({ key: 'bench', onPublish: () => count('Publish') });
  const secrets = await startSecrets(
    {
      get keys() {
        count('GetSecretValue');
        return '{"apiKey":"api","appKey":"app"}';
      },
    },
    'bench',
  );
  const datadog = await startDatadog(() => count('Datadog'));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    STAGEWATCH_TABLE: table.tableName,
    STAGEWATCH_TOPIC: sns.topicArn,
    STAGEWATCH_SECRET: 'keys',
    STAGEWATCH_DATADOG_URL: datadog.url,
  };
  useLocalCloud(env, { key: 'bench', dynamodb: table.url, sns: sns.url, secretsManager: secrets.url });
  return {
    env,
    /** What was called since the last time that this was asked, and how often. */
    takeCalls() {
      const taken = Object.fromEntries(calls);
      calls.clear();
      return taken;
    },
    /** What was read since the last time that this was asked, in the layout of 0.1.0 and in the present one. */
    takeReads() {
      const taken = { ...reads };
      Object.assign(reads, { before: noReads(), now: noReads() });
      return taken;
    },
    /** Puts a release's past into the table, as version 0.1.0 has kept it. */
    remember(release: Release, { weeks, launch, newest }: Past) {
      table.put(stageItem(release.name, { at: startOf(launch), stage: 'A', exposure: 0.25, by: 'bench' }));
      for (const one of pastOf(release, newest, weeks)) table.put(snapshotItem(release.name, one, release));
    },
    close: () => Promise.all([table, sns, secrets, datadog].map((one) => one.close())),
  };
}
