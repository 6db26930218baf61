import path from 'node:path';
import { paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { openDynamo } from '../../lib/history/client';
import { useLocalCloud } from '../../lib/local/cloud';
import { play } from '../../lib/local/play';
import type { PublishRecord } from '../../lib/local/sns';
import { openStore } from '../../lib/local/store/store';
import { readRelease } from '../../lib/release/read';
import { written } from './console';
import { scenario } from './local-rollout';
import { fileOf } from './small-release';

/** The release that is played, in a folder of the test file. */
export const small = (folder: string): string =>
  written(folder, 'small', {
    // No event of the simulated service can be found by a path.
    datadog: {
      ...fileOf().datadog,
      users: { source: 'rum', search: '@view.url_path:/claims*', facet: '@usr.id', kept: '30 days', counts: 'all' },
    },
    stages: [
      { name: 'A', exposure: '25%', length: '1 day' },
      { name: 'B', exposure: '100%', length: '3 hours' },
    ],
  });

/**
 * What is left of a play, whoever wrote it and in however many writes, with the alerts apart: a play that was killed may
 * have told of an hour in the next one.
 */
export async function contents(dir: string) {
  const store = await openStore(dir);
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url });
  const client = openDynamo();
  const items: Record<string, unknown>[] = [];
  for await (const { Items } of paginateScan({ client }, { TableName: store.tableName })) {
    for (const item of Items ?? []) {
      const { writer, writes, digest, ...content } = unmarshall(item, { wrapNumbers: Number });
      items.push(content);
    }
  }
  client.destroy();
  await store.close();
  const isAlert = ({ sk }: Record<string, unknown>) => String(sk).startsWith('alert#');
  const key = ({ pk, sk }: Record<string, unknown>) => `${pk} ${sk}`;
  items.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { facts: items.filter((item) => !isAlert(item)), alerts: items.filter(isAlert) };
}

/** A play of the small release, with all it said; the release lies beside `dir`. */
export function played(
  dir: string,
  {
    resume = false,
    signal = new AbortController().signal,
    scene = 'outage',
    place = small(path.dirname(dir)),
    toggles = false,
  } = {},
) {
  const said: { stages: string[]; ends: string[]; messages: PublishRecord[]; progress: number[]; uncounted: string[] } =
    {
      stages: [],
      ends: [],
      messages: [],
      progress: [],
      uncounted: [],
    };
  const result = play({
    release: readRelease(place),
    toggles,
    scenario: scenario(scene),
    seed: 3,
    dir,
    resume,
    signal,
    onProgress: (done) => void said.progress.push(done),
    onPublish: (record) => said.messages.push(record),
    onStage: ({ stage }) => said.stages.push(stage),
    onStageEnd: ({ stage, recommendation }) => said.ends.push(`${stage!.name} ${recommendation}`),
    onUncounted: (failure) => said.uncounted.push(failure),
  });
  return result.then((outcome) => ({ ...outcome, ...said }));
}
