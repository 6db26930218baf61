import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AlertRecord } from '../../lib/alert/record';
import { isIntact, withDigest } from '../../lib/history/digest';
import { alertItem, readAlert } from '../../lib/history/items/alert-item';
import { eventCountItem, readEventCount } from '../../lib/history/items/event-count-item';
import { exclusionItem, readExclusion } from '../../lib/history/items/exclusion-item';
import { type Item, marshalled } from '../../lib/history/items/item';
import { onCallItem, readOnCall } from '../../lib/history/items/on-call-item';
import { readStageLine, stageItem } from '../../lib/history/items/stage-item';
import { readVerdict, verdictItem } from '../../lib/history/items/verdict-item';
import { readRollItem, rollItem } from '../../lib/history/roll';
import type { Verdict } from '../../lib/judge/verdict';
import { openStore } from '../../lib/local/store/store';

const at = Date.parse('2026-02-11T16:00Z');
const hour = at / 3_600_000;
const said = { at, by: 'Ada' };
const verdict: Verdict = { judge: '9', hour, recommendation: 'hold', reason: 'few', findings: [], notices: [] };
const alert: AlertRecord = {
  seq: 1,
  at,
  severity: 'page',
  change: 'firing',
  reason: 'first',
  changes: [],
  dedupKey: 'k',
  open: [],
  told: [],
  notices: [],
  verdict,
  status: 'pending',
};
const member = { endpoint: '#show', what: 'below', since: hour, rollBack: true } as const;

const kinds: [kind: string, item: Item, read: (item: Item) => unknown][] = [
  ['stage', stageItem('r', { at, stage: 'A', exposure: 0.25, by: 'Ada', note: 'late' }), readStageLine],
  ['undo', stageItem('r', { at, undoneAt: at + 1, by: 'Ada' }, 1), readStageLine],
  ['silence', onCallItem('r', { ...said, kind: 'silence', until: at + 9e6, reason: 'quiet' }), readOnCall],
  ['ack', onCallItem('r', { ...said, kind: 'ack', hour, members: [member] }), readOnCall],
  ['exclusion', exclusionItem('r', { ...said, kind: 'exclusion', from: at, to: at + 1, reason: 'x' }), readExclusion],
  [
    'count',
    eventCountItem('r', { kind: 'users', from: hour, to: hour + 1, at, users: 7, counts: 'all' }),
    readEventCount,
  ],
  ['verdict', verdictItem('r', verdict), readVerdict],
  ['alert', alertItem('r', alert), readAlert],
  ['entry of the roll', rollItem({ release: 'r', since: at, left: at + 1 }), readRollItem],
];

const parsed = (text: string): Item | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

test.each(kinds)(
  'of every bit that flips in a stored %s, the item says it, or it says what it always said',
  (_, item, read) => {
    const whole = JSON.stringify(item);
    const truth = read(item);
    let told = 0;
    for (let byte = 0; byte < whole.length; byte++) {
      const flipped = String.fromCharCode(whole.charCodeAt(byte) ^ (1 << (byte % 7)));
      const found = parsed(whole.slice(0, byte) + flipped + whole.slice(byte + 1));
      if (!found) continue;
      let got: unknown;
      try {
        got = read(found);
      } catch (error) {
        expect((error as Error).message).toMatch(/^history item .* cannot be read - got another /);
        told++;
        continue;
      }
      expect(got).toEqual(truth);
    }
    expect(told).toBeGreaterThan(whole.length / 3);
  },
);

test.each(kinds)('a %s of an older version, without a digest, is read as it was', (_, { digest, ...older }, read) => {
  expect(read(older)).toEqual(read({ ...older, digest: digest! }));
});

test('what is changed later is no part of it: who has an alert, whether it was sent, and the failures of a release', () => {
  const sent = { ...alertItem('r', alert), status: { S: 'sent' } };
  expect(readAlert({ ...sent, writer: { S: 'w' }, takenAt: { S: 'now' } })).toEqual({ ...alert, status: 'sent' });
  const failure = { since: at, at, reason: 'no keys' };
  const { digest } = rollItem({ release: 'r', since: at });
  expect(readRollItem({ ...rollItem({ release: 'r', since: at, failure }), digest: digest! })).toMatchObject({
    failure,
  });
});

test('it outlives what a table does with text, numbers, order and bytes', async () => {
  const odd = {
    big: 1e21,
    small: 1e-7,
    third: 1 / 3,
    minus: -0,
    on: true,
    none: null,
    text: 'é',
    half: 'a\ud800b',
    empty: '',
  };
  const item = withDigest(
    marshalled({
      pk: 'p',
      sk: 's',
      version: 1,
      list: [odd, 'x'],
      '\udc00': 1,
      '10': 2,
      '9': 3,
      ...odd,
      bytes: Buffer.from('x'),
    }),
  );
  const store = await openStore(':memory:');
  const credentials = { accessKeyId: store.key, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: store.url, region: 'us-gov-west-1', credentials });
  await client.send(new PutItemCommand({ TableName: store.tableName, Item: item }));
  const { Item } = await client.send(
    new GetItemCommand({ TableName: store.tableName, Key: { pk: { S: 'p' }, sk: { S: 's' } } }),
  );
  expect(isIntact(Item!)).toBe(true);
  const turned = Object.fromEntries(Object.entries(Item!).reverse());
  expect(isIntact({ ...turned, big: { N: '1000000000000000000000' }, small: { N: '0.0000001' } })).toBe(true);
  expect(isIntact({ ...Item!, small: { N: '0.0000002' } })).toBe(false);
  client.destroy();
  await store.close();
});
