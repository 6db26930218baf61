import type { ExclusionEvent } from '../../lib/facts/exclusion';
import type { Hour } from '../../lib/facts/hour';
import { dayOf, type PackedDay, packDay } from '../../lib/facts/packed/packed-day';
import { packedSnapshots } from '../../lib/facts/packed/packed-snapshots';
import { scopeName } from '../../lib/facts/series';
import type { Snapshot, Snapshots } from '../../lib/facts/snapshot';
import { judge } from '../../lib/judge/judge';
import { type Memory, newMemory } from '../../lib/judge/memory';
import { whatCounts } from '../../lib/release/what-counts';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH, MONTH, tickOf } from '../worlds/moments';
import { RELEASE, scenarioOf, simulatedFacts } from '../worlds/rollout-facts';

describe('a memory', () => {
  test('gives what was worked out last under a name, as long as it rests on the same', () => {
    const memory = newMemory();
    let worked = 0;
    const ask = (rests: readonly unknown[], name = 'sum') => memory(name, rests, () => ++worked);
    const day = {};
    expect([ask([1, day]), ask([1, day]), ask([1, day], 'other'), ask([1, day])]).toEqual([1, 1, 2, 1]);
    expect([ask([1, {}]), ask([1]), ask([1, undefined]), ask([]), ask([])]).toEqual([3, 4, 5, 6, 6]);
  });

  test('keeps nothing of work that failed', () => {
    const memory = newMemory();
    const fails = () => {
      throw new Error('no numbers');
    };
    expect(() => memory('sum', [1], fails)).toThrow('no numbers');
    expect(memory('sum', [1], () => 3)).toBe(3);
  });
});

describe('a judge with a memory says what one without it says', () => {
  const END = LAUNCH + 72;
  const log = [entered(LAUNCH), entered(LAUNCH + 48, 'B', 0.5)];
  const facts = new Map<string, Map<Hour, Snapshot>>(
    simulatedFacts(scenarioOf('regression'), 3, log, LAUNCH - MONTH, END),
  );
  const scope = [...facts.get('#show')!.keys()].map((hour): [Hour, Snapshot] => [
    hour,
    {
      ...{ endpoint: scopeName, hour, revision: 1, final: true, kind: 'counted' },
      counts: byStatus({ 200: 60_000 + 10 * (hour % 24) }),
    },
  ]);
  facts.set(scopeName, new Map(scope));

  /** Days are packed anew only where something in them changed, as in a table's history. */
  function packing() {
    const packed = new Map<number, { text: string; day: PackedDay }>();
    return (to: Hour): Snapshots => {
      const found = new Map([...facts.keys()].map((name) => [name, packedSnapshots(name)]));
      for (let day = dayOf(LAUNCH - MONTH); day <= dayOf(to); day++) {
        const of = new Map(
          [...facts].map(([name, known]) => [
            name,
            new Map([...known].filter(([hour]) => dayOf(hour) === day && hour <= to)),
          ]),
        );
        const hours = [...of.values()].flatMap((known) => [...known.values()]);
        if (hours.length < 24 * facts.size) for (const one of hours) found.get(one.endpoint)!.set(one.hour, one);
        else {
          const text = JSON.stringify(hours.map((one) => ({ ...one, counts: 'counts' in one && [...one.counts] })));
          if (packed.get(day)?.text !== text) packed.set(day, { text, day: packDay(day, of) });
          for (const known of found.values()) known.add(packed.get(day)!.day);
        }
      }
      return found;
    };
  }

  const change = (hour: Hour, to: (one: Snapshot) => Snapshot, name = '#show') => {
    const known = facts.get(name)!;
    known.set(hour, to(known.get(hour)!));
  };
  const counted = (requests: number, failed: number) => (one: Snapshot) =>
    ({ ...one, kind: 'counted', counts: byStatus({ 200: requests, 500: failed }) }) as Snapshot;
  const unknown = ({ endpoint, hour }: Snapshot): Snapshot => ({
    ...{ endpoint, hour, revision: 2, final: true },
    ...{ kind: 'unknown', reason: 'blind' },
  });
  const outage = { kind: 'exclusion' as const, at: tickOf(LAUNCH), by: 'owner', reason: 'outage' };

  test('hour after hour, whatever changes before the launch', () => {
    const snapshotsAt = packing();
    const said: ExclusionEvent[] = [];
    const memory = newMemory();
    let worked = 0;
    const counting: Memory = (name, rests, work) =>
      memory(name, rests, () => {
        worked++;
        return work();
      });
    const steps: [string, () => unknown][] = [
      ['all, at first', () => {}],
      ['nothing', () => {}],
      ['an hour counted anew', () => change(LAUNCH - 100, counted(900, 500))],
      ['an hour unknown', () => change(LAUNCH - 50, unknown)],
      ['an hour filled', () => change(LAUNCH - 50, (one) => ({ ...counted(5000, 9)(one), filledAt: tickOf(LAUNCH) }))],
      ['the scope', () => change(LAUNCH - 200, counted(1, 0), scopeName)],
      [
        'requests without a status',
        () =>
          change(
            LAUNCH + 3,
            (one) => ({ ...counted(900, 9)(one), counts: byStatus({ 200: 900, 'N/A': 80 }) }) as Snapshot,
          ),
      ],
      ['an exclusion', () => said.push({ ...outage, from: tickOf(LAUNCH - 90), to: tickOf(LAUNCH - 60) })],
      ['nothing: an entry that exposed nobody', () => log.unshift(entered(LAUNCH - 70, 'pilot', 0))],
      ['a launch that was earlier', () => log.unshift(entered(LAUNCH - 120, 'A', 0.1))],
    ];
    let hour = LAUNCH + 20;
    for (const [name, happens] of steps) {
      happens();
      const counts = whatCounts(RELEASE, snapshotsAt(hour), said);
      const before = worked;
      const remembered = judge(RELEASE, log, counts, hour, { memory: counting });
      expect([name, remembered]).toEqual([name, judge(RELEASE, log, whatCounts(RELEASE, facts, said), hour)]);
      expect([name, worked > before]).toEqual([name, !name.startsWith('nothing')]);
      hour += 5;
    }
  });
});
