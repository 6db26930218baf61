import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import type { Snapshot } from '../../lib/facts/snapshot';
import { HistoryError, type Item } from '../../lib/history/items/item';
import { readSnapshot, snapshotItem } from '../../lib/history/snapshot-item';

const rules = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
const HOUR = 492_232;

const counted: Snapshot = {
  endpoint: '#show',
  hour: HOUR,
  kind: 'counted',
  counts: new Map([
    ['200', 90],
    ['502', 3],
  ]),
  revision: 2,
  final: true,
  filledAt: 1_770_800_400_500,
};
const unknown: Snapshot = {
  endpoint: '#show',
  hour: HOUR,
  kind: 'unknown',
  reason: 'blind',
  revision: 1,
  final: false,
};

test('labels with half of a character are written without it, together: DynamoDB refuses such names', () => {
  const halves = new Map([
    ['a\ud800', 1],
    ['a\ud801', 2],
    ['b', 4],
  ]);
  const { counts } = snapshotItem('small', { ...counted, counts: halves }, rules);
  expect(counts).toEqual({ M: { 'a\ufffd': { N: '3' }, b: { N: '4' } } });
});

test('what is written is read back as it was', () => {
  // util-dynamodb would lose the one and refuse the other.
  const label = fc.oneof(fc.constantFrom('200', 'N/A', '__proto__', 'constructor'), fc.string());
  const counts = fc.array(fc.tuple(label, fc.maxSafeNat())).map((all) => new Map(all));
  const hour = fc.nat(60_000_000);
  fc.assert(
    fc.property(hour, counts, fc.string(), fc.boolean(), (at, byLabel, reason, final) => {
      for (const one of [
        { ...counted, hour: at, counts: byLabel, final },
        {
          ...counted,
          hour: at,
          counts: byLabel,
          final,
          countedBy: '1d92b3.5f89f9.22f49d',
          caughtUpAt: 7_200_000,
          judgedUpTo: 1,
        },
        { ...unknown, hour: at, reason, final },
      ])
        expect(readSnapshot(snapshotItem('small', one, rules))).toStrictEqual(one);
    }),
  );
});

test('what people read beside the counts is what the rules of the day make of them', () => {
  expect(unmarshall(snapshotItem('small', counted, rules))).toMatchObject({ requests: 93, errors: 3, excluded: 0 });
});

const item = snapshotItem('small', counted, rules);
const without = (name: string, from: Item = item) => {
  const { [name]: _, ...rest } = from;
  return rest;
};
test.each<[string, Item]>([
  ['version', without('version')],
  ['version', { ...item, version: { N: '2' } }],
  ['endpoint', without('endpoint')],
  ['hour', without('hour')],
  ['hour', { ...item, hour: { S: '2026-02-30T16:00Z' } }],
  ['revision', { ...item, revision: { N: '0' } }],
  ['revision', { ...item, revision: { N: '1.5' } }],
  ['final', { ...item, final: { S: 'true' } }],
  ['filledAt', { ...item, filledAt: { N: '5' } }],
  ['kind', without('kind')],
  ['counts', without('counts')],
  ['counts.200', { ...item, counts: { M: { '200': { N: '' } } } }],
  ['counts.200', { ...item, counts: { M: { '200': { N: '-1' } } } }],
  ['counts.200', { ...item, counts: { M: { '200': { S: '1' } } } }],
  ['reason', without('reason', snapshotItem('small', unknown, rules))],
])('an item with another %s is an error, never a guess', (name, wrong) => {
  expect(() => readSnapshot(wrong)).toThrow(HistoryError);
  expect(() => readSnapshot(wrong)).toThrow(`small#%23show / 2026-02-25T16:00Z cannot be read - got another ${name},`);
});
