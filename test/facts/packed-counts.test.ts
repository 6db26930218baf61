import { partsOf, tallyOf } from '../../lib/facts/counts';
import { Labels, PackedCounts } from '../../lib/facts/packed/packed-counts';
import type { Counts, Snapshot } from '../../lib/facts/snapshot';
import { countWindow } from '../../lib/facts/window';

const RULES = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
const NAMES = ['200', '302', '401', '500', 'N/A'];
const NUMBERS = [7, 90, 3, 5, 2, 1, 8];
const packed = new PackedCounts(Labels.of(NAMES), NUMBERS, 1);
const plain = new Map(NAMES.map((label, place) => [label, NUMBERS[place + 1]!]));

it('is read as a map of its labels', () => {
  expect([...packed]).toEqual([...plain]);
  expect([...packed.keys()]).toEqual(NAMES);
  expect([...packed.values()]).toEqual([90, 3, 5, 2, 1]);
  expect(packed.size).toBe(5);
  expect([packed.get('500'), packed.get('200'), packed.get('404')]).toEqual([2, 90, undefined]);
  expect([packed.has('N/A'), packed.has('404')]).toEqual([true, false]);
  const told: [string, number][] = [];
  packed.forEach((count, label) => {
    told.push([label, count]);
  });
  expect(new Map(told)).toEqual(plain);
  expect(packed).toEqual(plain);
  expect(packed).not.toEqual(new Map([...plain, ['500', 3]]));
  expect(packed).not.toEqual(new Map([...plain].slice(1)));
  expect(packed).not.toEqual(new PackedCounts(Labels.of(NAMES), NUMBERS, 2));
});

it('counts as a map does, by whatever rules it is asked one after the other', () => {
  const others = { excludedStatuses: [500], errorStatuses: { from: 300, to: 399 } };
  for (const rules of [RULES, others, { ...others, errorStatuses: { from: 200, to: 200 } }, RULES])
    expect({ ...partsOf(packed, rules) }).toEqual({ ...partsOf(plain, rules) });
  expect(tallyOf(packed, RULES)).toEqual({ requests: 95, errors: 2, excluded: 5 });
});

it('adds up over hours with other labels, packed or not', () => {
  const labels = Labels.of(['200', '500']);
  const kept = (counts: Counts, hour: number) =>
    [hour, { endpoint: '#show', hour, kind: 'counted', counts, revision: 1, final: true }] as [number, Snapshot];
  const hours = (inHour: (names: string[], numbers: number[]) => ReadonlyMap<string, number>) =>
    new Map([
      kept(new PackedCounts(labels, [10, 1], 0), 1),
      kept(inHour(['200', '503'], [20, 2]), 2),
      kept(new PackedCounts(labels, [0, 0, 30, 4], 2), 3),
    ]);
  const asMap = hours((names, numbers) => new Map(names.map((name, place) => [name, numbers[place]!])));
  const asPacked = hours((names, numbers) => new PackedCounts(Labels.of(names), numbers, 0));
  const window = { from: 1, to: 4 };
  for (const all of [asMap, asPacked, asMap])
    expect(countWindow(all, window, RULES, new Set())).toEqual({
      tally: { requests: 67, errors: 7, excluded: 0, counted: 3, unknown: 0 },
      statuses: [
        { status: '200', requests: 60 },
        { status: '500', requests: 5 },
        { status: '503', requests: 2 },
      ],
    });
});
