import fc from 'fast-check';
import { packedSnapshots } from '../../lib/facts/packed-snapshots';
import type { Snapshot } from '../../lib/facts/snapshot';
import { judge } from '../../lib/judge/judge';
import { SCENARIOS } from '../../lib/local/scenario';
import { entered, LAUNCH, RELEASE, simulatedFacts } from '../worlds/rollout-facts';

const H = 492_232;

const count = fc.oneof(fc.nat(9), fc.nat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const label = fc.constantFrom('200', '302', '404', '502', 'N/A', '__proto__', '');
const sample = fc.oneof(
  fc.record({
    kind: fc.constant('counted' as const),
    counts: fc.array(fc.tuple(label, count)).map((all) => new Map(all)),
  }),
  fc.record({ kind: fc.constant('unknown' as const), reason: fc.string() }),
);
const kept = fc.record(
  { revision: fc.integer({ min: 1, max: 3 }), final: fc.boolean(), filledAt: fc.nat() },
  { requiredKeys: ['revision', 'final'] },
);
const snapshotIn = (hour: fc.Arbitrary<number>): fc.Arbitrary<Snapshot> =>
  fc.tuple(hour, sample, kept).map(([at, one, rest]) => ({ endpoint: '#show', hour: H + at, ...one, ...rest }));
/** Oldest first, with gaps. */
const past = fc
  .uniqueArray(snapshotIn(fc.nat(30)), { selector: ({ hour }) => hour })
  .map((all) => all.sort((a, b) => a.hour - b.hour));

const inOrder = (value: unknown) => JSON.stringify(value, (_, one) => (one instanceof Map ? [...one] : one));

test('what is packed comes back as it was, and what was set later replaces it', () => {
  fc.assert(
    fc.property(past, fc.array(snapshotIn(fc.integer({ min: -3, max: 33 }))), (first, later) => {
      const packed = packedSnapshots(first);
      const plain = new Map(first.map((one) => [one.hour, one]));
      for (const one of later) {
        packed.set(one.hour, one);
        plain.set(one.hour, one);
      }
      for (let hour = H - 4; hour < H + 35; hour++) {
        expect(packed.get(hour)).toStrictEqual(plain.get(hour));
        // The order of keys and labels too.
        expect(inOrder(packed.get(hour))).toBe(inOrder(plain.get(hour)));
        expect(packed.has(hour)).toBe(plain.has(hour));
      }
      expect(packed.size).toBe(plain.size);
      expect([...packed.keys()]).toEqual([...plain.keys()].sort((a, b) => a - b));
      expect(new Map(packed)).toEqual(plain);
      expect([...packed.values()]).toEqual([...packed].map(([, one]) => one));
      const seen = new Map<number, Snapshot>();
      packed.forEach((one, hour) => {
        seen.set(hour, one);
      });
      expect(seen).toEqual(plain);
    }),
    { numRuns: 50 },
  );
});

test.each(SCENARIOS.map(({ name }) => name))('the judge says the same of facts that are packed: %s', (name) => {
  const scenario = SCENARIOS.find((one) => one.name === name)!;
  const log = [entered('2026-02-11T16:00Z', 'A', 0.25), entered('2026-02-18T16:30Z', 'B', 0.5)];
  const facts = simulatedFacts(scenario, 7, log, LAUNCH - 672, LAUNCH + 240);
  const packed = new Map([...facts].map(([series, byHour]) => [series, packedSnapshots([...byHour.values()])]));
  for (const hours of [1, 239]) {
    const verdictOf = (snapshots: Parameters<typeof judge>[2]) =>
      JSON.stringify(judge(RELEASE, log, snapshots, LAUNCH + hours, { proven: true }));
    expect(verdictOf(packed)).toBe(verdictOf(facts));
  }
});
