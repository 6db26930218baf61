import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import type { OnCallEvent } from '../../lib/alert/on-call';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { useLocalCloud } from '../../lib/local/cloud';
import type { LocalStore } from '../../lib/local/store/store';
import { fuzz } from '../fuzz/campaign';
import { hostileText } from '../fuzz/hostile-text';
import { alert, counted, event, H, unknown, verdict } from '../worlds/history-contract';
import { kept, record } from '../worlds/kept';
import { releaseOf } from '../worlds/small-release';
import { openTable } from '../worlds/table';

/** Text from outside goes through Amazon's own DynamoDB, which has an opinion of what is text. */
let store: LocalStore;
let client: DynamoDBClient;
beforeAll(async () => {
  store = await openTable();
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url });
  client = new DynamoDBClient();
});
afterAll(async () => {
  client.destroy();
  await store.close();
});

let releases = 0;
const fresh = (name: string) =>
  dynamoHistory({ client, table: store.tableName, release: name, classify: releaseOf('small'), clock: () => 0 });

/** Halves of characters have no UTF-8: some servers give them back as they came, others what stands for them. */
const asUtf8 = <T>(said: T): T => JSON.parse(JSON.stringify(said), (_, value) => value?.toWellFormed?.() ?? value);

fuzz(
  'what people and services say is kept, and comes back as it was',
  { short: 100, long: 2_000 },
  fc.record({ name: hostileText, stage: hostileText, by: hostileText, note: hostileText, label: hostileText }),
  async ({ name, stage, by, note, label }) => {
    const release = `${++releases} ${name}`;
    const at = H * 3_600_000;
    const history = fresh(release);
    const entry = event(at, { stage, by, note });
    const end = { kind: 'exclusion', at, by, from: at - 2, to: at - 1, reason: note } as const;
    const silence = {
      kind: 'silence' as const,
      at,
      until: at + 1,
      by,
      reason: note,
      endpoints: [stage],
    } satisfies OnCallEvent;
    const judged = verdict(H, { reason: note });
    const written = [
      await history.enterStage(entry),
      await history.recordExclusion(end),
      await history.recordOnCall(silence),
      await history.recordAlert(alert(1, { reason: note, changes: [by], verdict: judged })),
      await record(history, counted(H, { endpoint: stage, counts: new Map([[label || '-', 3]]) })),
      await record(history, unknown(H + 1, { endpoint: stage, reason: note })),
    ];
    await history.recordVerdict(judged);
    expect(written).toEqual(Array(6).fill(true));

    const again = fresh(release);
    expect(asUtf8(await again.stages())).toEqual([asUtf8(entry)]);
    expect(asUtf8(await again.exclusions())).toEqual([asUtf8(end)]);
    expect(asUtf8(await again.onCall())).toEqual([asUtf8(silence)]);
    expect(asUtf8(await again.lastAlert())).toEqual(asUtf8(alert(1, { reason: note, changes: [by], verdict: judged })));
    expect(asUtf8(await again.lastVerdict())).toEqual(asUtf8(judged));
    expect(await kept(again, stage, H, H + 2)).toEqual([
      counted(H, { endpoint: stage, counts: new Map([[label || '-', 3]]) }),
      unknown(H + 1, { endpoint: stage, reason: note }),
    ]);
  },
);
