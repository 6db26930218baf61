import fc from 'fast-check';
import { partsOf } from '../../../lib/facts/counts';
import { glancesAt } from '../../../lib/facts/packed/glanced';
import { dayOf, firstHourOf, packDay, unpackDay } from '../../../lib/facts/packed/packed-day';
import { packedSnapshots } from '../../../lib/facts/packed/packed-snapshots';
import { packedUpdates } from '../../../lib/facts/packed/update';
import type { Snapshot } from '../../../lib/facts/snapshot';
import { judge } from '../../../lib/judge/judge';
import { SCENARIOS } from '../../../lib/local/scenario';
import { byStatus } from '../../worlds/by-status';
import { entered, LAUNCH } from '../../worlds/moments';
import { RELEASE, simulatedFacts } from '../../worlds/rollout-facts';

/** Midnight UTC. */
const H = firstHourOf(dayOf(492_232));

const count = fc.oneof(fc.nat(9), fc.nat(), fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER));
const label = fc.constantFrom('200', '302', '404', '502', 'N/A', '__proto__', '');
const sample = fc.oneof(
  fc.record({
    kind: fc.constant('counted' as const),
    counts: fc.array(fc.tuple(label, count)).map((all) => new Map(all)),
  }),
  fc.record({ kind: fc.constant('unknown' as const), reason: fc.string() }),
);
const marks = fc.record(
  { revision: fc.integer({ min: 1, max: 3 }), final: fc.boolean(), filledAt: fc.nat(), judgedUpTo: fc.nat() },
  { requiredKeys: ['revision', 'final'] },
);
const name = fc.constantFrom('#show', '#index', '__proto__', '');
const snapshotIn = (hour: fc.Arbitrary<number>): fc.Arbitrary<Snapshot> =>
  fc.tuple(name, hour, sample, marks).map(([endpoint, at, one, rest]) => ({ endpoint, hour: H + at, ...one, ...rest }));

const bySeries = (all: readonly Snapshot[]) => {
  const found = new Map<string, Map<number, Snapshot>>();
  for (const one of all) found.set(one.endpoint, (found.get(one.endpoint) ?? new Map()).set(one.hour, one));
  return found;
};
const aDay = fc.array(snapshotIn(fc.nat(23)), { maxLength: 60 }).map(bySeries);

test('a glance is good until the next one, and a map that has none is asked as it is', () => {
  const one = (hour: number, count: number): Snapshot => ({
    ...{ endpoint: '#show', hour, revision: 1, final: true },
    ...{ kind: 'counted', counts: new Map([['200', count]]) },
  });
  const plain = new Map([0, 1].map((index) => [H + index, one(H + index, index + 7)]));
  const packed = packedSnapshots('#show');
  packed.add(packDay(dayOf(H), new Map([['#show', plain]])));
  packed.set(H + 2, one(H + 2, 9));
  const glance = glancesAt(packed);
  const [first, kept] = [glance(H), packed.get(H)];
  expect(first).toStrictEqual(one(H, 7));
  expect([glance(H + 1), glance(H + 2), glance(H + 3)]).toStrictEqual([one(H + 1, 8), one(H + 2, 9), undefined]);
  expect(first).toStrictEqual(one(H + 1, 8));
  expect(kept).toStrictEqual(one(H, 7));
  expect(glancesAt(plain)(H)).toBe(plain.get(H));
});

describe('a day', () => {
  test('gives back what was packed into it, and nothing else', () => {
    fc.assert(
      fc.property(aDay, (snapshots) => {
        for (const day of [packDay(dayOf(H), snapshots), unpackDay(packDay(dayOf(H), snapshots).bytes)]) {
          expect(day.day).toBe(dayOf(H));
          expect(day.series).toEqual([...snapshots.keys()].sort());
          const asked = ['#show', '#index', '__proto__', '', '#none'].flatMap((series) =>
            Array.from({ length: 26 }, (_, index) => [series, H - 1 + index] as const),
          );
          expect(
            asked.map(([series, hour]) => [day.of(series)?.has(hour) ?? false, day.of(series)?.get(hour)]),
          ).toStrictEqual(
            asked.map(([series, hour]) => [
              snapshots.get(series)?.has(hour) ?? false,
              snapshots.get(series)?.get(hour),
            ]),
          );
          for (const [series, hour] of asked)
            expect(day.of(series)?.glance(hour)).toStrictEqual(day.of(series)?.get(hour));
          expect(day.of('#show')?.isWhole()).toBe(
            snapshots.has('#show') ? snapshots.get('#show')!.size === 24 : undefined,
          );
        }
      }),
    );
  });

  test('of the same facts has the same bytes, in whatever order they came', () => {
    fc.assert(
      fc.property(aDay, (snapshots) => {
        const backwards = [...snapshots].reverse().map(([series, byHour]) => {
          const turned = [...byHour].reverse().map(([hour, one]) => {
            const keys = Object.entries(one).reverse();
            const counts = one.kind === 'counted' ? { counts: new Map([...one.counts].reverse()) } : {};
            return [hour, { ...Object.fromEntries(keys), ...counts } as Snapshot] as const;
          });
          return [series, new Map(turned)] as const;
        });
        expect(packDay(dayOf(H), new Map(backwards)).bytes).toEqual(packDay(dayOf(H), snapshots).bytes);
      }),
    );
  });

  test('that was cut off, or has its counts in another order, is an error', () => {
    const counted = {
      endpoint: '#show',
      hour: H,
      kind: 'counted',
      counts: new Map([['200', 9]]),
      revision: 1,
      final: true,
    };
    const { bytes } = packDay(dayOf(H), bySeries([counted as Snapshot]));
    for (let length = 0; length < bytes.length; length++) expect(() => unpackDay(bytes.subarray(0, length))).toThrow();
    const inOtherOrder = Buffer.from(
      Buffer.from(bytes).toString('latin1').replace('"layout":2', '"layout":1'),
      'latin1',
    );
    expect(() => unpackDay(inOtherOrder)).toThrow('got a day in layout 1, expected 2');
  });
});

describe('a plain day', () => {
  const rules = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
  const hourOf = (index: number, rest: object = {}, endpoint = '#show'): Snapshot =>
    ({
      ...{ endpoint, hour: H + index, revision: 1, final: true, kind: 'counted' },
      counts: byStatus({ ...(index % 2 ? {} : { 200: 90 + index }), 302: 3, 401: 2, 502: index % 3, 'N/A': 1 }),
      ...rest,
    }) as Snapshot;
  const wholeDay = (change: (index: number) => object = () => ({}), endpoint = '#show') =>
    Array.from({ length: 24 }, (_, index) => hourOf(index, change(index), endpoint));
  const packedOf = (all: readonly Snapshot[]) => packDay(dayOf(H), bySeries(all));
  const seriesDay = (all: readonly Snapshot[]) => packedOf(all).of('#show')!;
  const at9 = (rest: object) => wholeDay((index) => (index === 9 ? rest : {}));

  test('has every hour counted in its time', () => {
    expect(seriesDay(wholeDay()).isPlain()).toBe(true);
    expect(seriesDay(at9({ revision: 3, final: false })).isPlain()).toBe(true);
    expect(seriesDay(at9({ counts: new Map() })).isPlain()).toBe(true);
    expect(seriesDay(wholeDay().slice(1)).isPlain()).toBe(false);
    for (const rest of [{ filledAt: 5 }, { caughtUpAt: 5 }, { judgedUpTo: 5 }])
      expect(seriesDay(at9(rest)).isPlain()).toBe(false);
    const { counts, ...unknown } = { ...(hourOf(9) as Snapshot & { kind: 'counted' }), kind: 'unknown', reason: 'x' };
    expect(seriesDay([...wholeDay().filter(({ hour }) => hour !== H + 9), unknown as Snapshot]).isPlain()).toBe(false);
  });

  test('was counted by what is asked for, as far as anybody says', () => {
    const day = seriesDay(wholeDay((index) => (index > 3 ? { countedBy: 'hits' } : {})));
    expect([day.isPlain(), day.isPlain('hits'), day.isPlain('errors')]).toEqual([true, true, false]);
    expect(seriesDay(wholeDay()).isPlain('hits')).toBe(true);
  });

  test.each([1, 30, 31])('has the parts of its hours, with %d series in it', (series) => {
    const others = Array.from({ length: series - 1 }, (_, index) => wholeDay(undefined, `#other ${index}`)).flat();
    const day = seriesDay([...wholeDay(), ...others]);
    const otherRules = { ...rules, excludedStatuses: [] };
    for (const by of [rules, otherRules, rules]) {
      const parts = day.partsBy(by);
      for (const index of [0, 23, 7, 8]) {
        const { counts } = hourOf(index) as Snapshot & { kind: 'counted' };
        expect({ ...parts(index) }).toEqual({ ...partsOf(counts, by) });
      }
    }
  });

  test('is given whole only where each of its hours is shown, and none is set', () => {
    const shown = (bounds: object = {}, set?: number) => {
      const known = packedSnapshots('#show', bounds);
      if (set !== undefined) known.set(H + set, hourOf(set));
      known.add(packedOf(wholeDay()));
      return known.plainDay(dayOf(H)) !== undefined;
    };
    expect([shown(), shown({ from: H, to: H + 24 }), shown({}, 24), shown({}, -1)]).toEqual([true, true, true, true]);
    expect([shown({ from: H + 1 }), shown({ to: H + 23 }), shown({}, 0), shown({}, 23)]).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(packedSnapshots('#show').plainDay(dayOf(H))).toBeUndefined();
  });
});

describe("a series' snapshots", () => {
  test('are those that were set, then those of the newest day, within its range', () => {
    const later = fc.array(snapshotIn(fc.integer({ min: -3, max: 33 })), { maxLength: 20 });
    fc.assert(
      fc.property(aDay, aDay, later, (first, second, set) => {
        const known = packedSnapshots('#show', { from: H + 2, to: H + 40 });
        for (const day of [first, second]) known.add(packDay(dayOf(H), day));
        const plain = new Map([...(second.get('#show') ?? [])].filter(([hour]) => hour >= H + 2));
        for (const one of set) {
          known.set(one.hour, one);
          plain.set(one.hour, one);
        }
        const asked = Array.from({ length: 39 }, (_, index) => H - 4 + index);
        const answers = (of: ReadonlyMap<number, Snapshot>) => asked.map((hour) => [of.has(hour), of.get(hour)]);
        expect(answers(known)).toStrictEqual(answers(plain));
        expect(known.size).toBe(plain.size);
        expect([...known.keys()]).toEqual([...plain.keys()].sort((a, b) => a - b));
        expect(new Map(known)).toEqual(plain);
        expect([...known.values()]).toEqual([...known].map(([, one]) => one));
        const seen = new Map<number, Snapshot>();
        known.forEach((one, hour) => {
          seen.set(hour, one);
        });
        expect(seen).toEqual(plain);
      }),
      { numRuns: 25 },
    );
  });
});

test.each(SCENARIOS.map(({ name }) => name))('the judge says the same of facts that are packed: %s', (name) => {
  const scenario = SCENARIOS.find((one) => one.name === name)!;
  const log = [entered('2026-02-11T16:00Z', 'A', 0.25), entered('2026-02-18T16:30Z', 'B', 0.5)];
  const facts = simulatedFacts(scenario, 7, log, LAUNCH - 672, LAUNCH + 240);
  const { hours: single, days } = packedUpdates(
    [...facts.values()].flatMap((byHour) => [...byHour.values()].map((next) => ({ next }))),
  );
  expect(days.length).toBeGreaterThan(36);
  const packed = new Map([...facts.keys()].map((series) => [series, packedSnapshots(series)]));
  for (const day of days) for (const series of day.series) packed.get(series)!.add(day);
  for (const { next } of [...single.values()].flat()) packed.get(next.endpoint)!.set(next.hour, next);
  for (const hours of [1, 239]) {
    const verdictOf = (snapshots: Parameters<typeof judge>[2]) =>
      JSON.stringify(judge(RELEASE, log, snapshots, LAUNCH + hours, { proven: true }));
    expect(verdictOf(packed)).toBe(verdictOf(facts));
  }
});
