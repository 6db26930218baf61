import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { parseHour, parseInstant } from '../../lib/facts/hour';
import { dayOf } from '../../lib/facts/packed/packed-day';
import { openDynamo } from '../../lib/history/client';
import { dayKey } from '../../lib/history/day-item';
import { hourItem, readHour } from '../../lib/history/hour-item';
import { alertKey } from '../../lib/history/items/alert-item';
import { eventCountItem, readEventCount } from '../../lib/history/items/event-count-item';
import { exclusionItem, readExclusion } from '../../lib/history/items/exclusion-item';
import { releaseKey } from '../../lib/history/items/item';
import { markedItem, readMarked } from '../../lib/history/items/marked-item';
import { onCallItem, readOnCall } from '../../lib/history/items/on-call-item';
import { readStageLine, stageItem } from '../../lib/history/items/stage-item';
import { readToggleFacts, togglesItem } from '../../lib/history/items/toggles-item';
import { verdictKey } from '../../lib/history/items/verdict-item';
import { readReceipt } from '../../lib/history/receipts';
import { readRollItem, rollItem } from '../../lib/history/roll';
import { readSnapshot, snapshotItem } from '../../lib/history/snapshot-item';
import { useLocalCloud } from '../../lib/local/cloud';
import { openStore } from '../../lib/local/store/store';
import { readRelease } from '../../lib/release/read';

const ROOT = path.join(__dirname, '..', '..');
const text = readFileSync(path.join(ROOT, 'docs', 'data.md'), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block!);

const [
  hour,
  day,
  snapshot,
  stage,
  undo,
  verdict,
  alert,
  onCall,
  exclusion,
  eventCount,
  toggles,
  marked,
  rollEntry,
  receipt,
  ...others
] = blocks('json').map((block) => JSON.parse(block));
const { release } = readRelease(path.join(ROOT, 'releases', 'document-status'));
const { name } = release;

test('the examples of hour, snapshot, stage, undo, on-call, exclusion, event count, roll and receipt are items that the code reads, and writes just so', () => {
  expect(others).toEqual([]);
  expect(hourItem(name, readHour(marshall(hour)))).toEqual(marshall(hour));
  const kept = readSnapshot(marshall(snapshot));
  expect(snapshotItem(name, kept, release)).toEqual(marshall(snapshot));
  expect(stageItem(name, readStageLine(marshall(stage)))).toEqual(marshall(stage));
  expect(stageItem(name, readStageLine(marshall(undo)), 1)).toEqual(marshall(undo));
  expect(onCallItem(name, readOnCall(marshall(onCall)))).toEqual(marshall(onCall));
  expect(exclusionItem(name, readExclusion(marshall(exclusion)))).toEqual(marshall(exclusion));
  expect(eventCountItem(name, readEventCount(marshall(eventCount)))).toEqual(marshall(eventCount));
  expect(togglesItem(name, readToggleFacts(marshall(toggles)))).toEqual(marshall(toggles));
  expect(markedItem(name, readMarked(marshall(marked)))).toEqual(marshall(marked));
  expect(rollItem(readRollItem(marshall(rollEntry)))).toEqual(marshall(rollEntry));
  expect(readReceipt(marshall(receipt))).toEqual({ newest: receipt.newest, thread: receipt.thread });
});

test('the keys of day, verdict and alert are those of the code', () => {
  const pk = releaseKey(name);
  expect([day.pk, day.sk]).toEqual([pk, dayKey(dayOf(parseHour('2026-02-11T00:00Z')!), 0)]);
  expect([verdict.pk, verdict.sk]).toEqual([pk, verdictKey(parseHour(verdict.hour)!)]);
  expect([alert.pk, alert.sk]).toEqual([pk, alertKey(2)]);
  expect(parseInstant(alert.at)).toBeDefined();
});

test('every query finds its example', async () => {
  const store = await openStore(':memory:');
  const before = { ...process.env };
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url });
  const client = openDynamo();
  try {
    for (const Item of [snapshot, stage, verdict, alert])
      await client.send(new PutItemCommand({ TableName: store.tableName, Item: marshall(Item) }));
    const queries = [...text.matchAll(/-expression '(.*)' \\\n.*-values '(.*)' \\\n/g)];
    const found = await Promise.all(
      queries.map(async ([, KeyConditionExpression, values]) => {
        const ExpressionAttributeValues = JSON.parse(values!);
        const answer = await client.send(
          new QueryCommand({ TableName: store.tableName, KeyConditionExpression, ExpressionAttributeValues }),
        );
        return answer.Items?.map(({ sk }) => sk?.S).join();
      }),
    );
    expect(found).toEqual([snapshot.sk, verdict.sk, alert.sk, stage.sk, snapshot.sk]);
  } finally {
    client.destroy();
    Object.assign(process.env, before);
    await store.close();
  }
});
