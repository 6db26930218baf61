import type { ExclusionEvent } from '../../lib/facts/exclusion';
import type { Hour } from '../../lib/facts/hour';
import { dayOf, type PackedDay, packDay } from '../../lib/facts/packed/packed-day';
import { packedSnapshots } from '../../lib/facts/packed/packed-snapshots';
import { scopeName } from '../../lib/facts/series';
import type { Snapshot, Snapshots } from '../../lib/facts/snapshot';
import { judge } from '../../lib/judge/judge';
import { type Memory, newMemory, noMemory, withinMemory } from '../../lib/release/memory';
import { whatCounts } from '../../lib/release/what-counts';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH, MONTH, tickOf } from '../worlds/moments';
import { RELEASE, scenarioOf, simulatedFacts } from '../worlds/rollout-facts';

describe('a memory', () => {
  test('gives what was worked out last under a name, as long as it rests on the same', () => {
    const memory = newMemory();
    let worked = 0;
    const ask = (rests: readonly unknown[], name = 'sum') =>
      memory(
        name,
        () => rests,
        () => ++worked,
      );
    const day = {};
    expect([ask([1, day]), ask([1, day]), ask([1, day], 'other'), ask([1, day])]).toEqual([1, 1, 2, 1]);
    expect([ask([1, {}]), ask([1]), ask([1, undefined]), ask([]), ask([])]).toEqual([3, 4, 5, 6, 6]);
  });

  test('keeps nothing of work that failed', () => {
    const memory = newMemory();
    const fails = () => {
      throw new Error('no numbers');
    };
    expect(() => memory('sum', () => [1], fails)).toThrow('no numbers');
    expect(
      memory(
        'sum',
        () => [1],
        () => 3,
      ),
    ).toBe(3);
  });
});

test('a memory within bounds keeps nothing that rests on more, and none lists nothing', () => {
  let worked = 0;
  const memory = withinMemory(newMemory(), 2);
  const ask = (rests: readonly unknown[]) =>
    memory(
      'sum',
      () => rests,
      () => ++worked,
    );
  expect([ask([1, 2]), ask([1, 2]), ask([1, 2, 3]), ask([1, 2, 3]), ask([1, 2])]).toEqual([1, 1, 2, 3, 1]);
  const never = () => {
    throw new Error('listed');
  };
  expect(withinMemory(noMemory, 2)('sum', never, () => 3)).toBe(3);
});

describe('a judge with a memory says what one without it says', () => {
  const END = LAUNCH + 72;
  const log = [entered(LAUNCH, 'A', 0.25, { relaunch: true }), entered(LAUNCH + 48, 'B', 0.5)];
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

  /** A series' day is packed anew only where something in it changed, as in a table's history. */
  function packing() {
    const packed = new Map<string, { text: string; day: PackedDay }>();
    const packedOnce = (name: string, day: number, hours: ReadonlyMap<Hour, Snapshot>) => {
      const key = `${name} ${day}`;
      const text = JSON.stringify(
        [...hours.values()].map((one) => ({ ...one, counts: 'counts' in one && [...one.counts] })),
      );
      if (packed.get(key)?.text !== text) packed.set(key, { text, day: packDay(day, new Map([[name, hours]])) });
      return packed.get(key)!.day;
    };
    return (to: Hour): Snapshots =>
      new Map(
        [...facts].map(([name, all]) => {
          const found = packedSnapshots(name);
          for (let day = dayOf(LAUNCH - MONTH); day <= dayOf(to); day++) {
            const hours = new Map([...all].filter(([hour]) => dayOf(hour) === day && hour <= to));
            if (hours.size === 24) found.add(packedOnce(name, day, hours));
            else for (const [hour, one] of hours) found.set(hour, one);
          }
          return [name, found];
        }),
      );
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
  const filled =
    (requests: number, at = LAUNCH) =>
    (one: Snapshot) => ({ ...counted(requests, 9)(one), filledAt: tickOf(at) });
  const withoutStatus = (one: Snapshot): Snapshot => ({
    ...(one as Snapshot & { kind: 'counted' }),
    counts: byStatus({ 200: 900, 'N/A': 80 }),
  });
  const outage = {
    ...{ kind: 'exclusion' as const, at: tickOf(LAUNCH), by: 'owner', reason: 'outage' },
    ...{ from: tickOf(LAUNCH - 90), to: tickOf(LAUNCH - 60) },
  };

  test('hour after hour, whatever changes before the launch, and works out no more than that', () => {
    const snapshotsAt = packing();
    const said: ExclusionEvent[] = [];
    const memory = newMemory();
    let worked: string[] = [];
    const counting: Memory = (name, rests, work) =>
      memory(name, rests, () => {
        worked.push(name);
        return work();
      });
    const endpoints = RELEASE.endpoints.map(({ name }) => name);
    const spreads = endpoints.map((name) => `${name}: spread`);
    const baselines = endpoints.map((name) => `${name}: baseline`);
    const requests = endpoints.flatMap((name) => [`${name}: hours`, `${name}: requests`]);
    const byScope = ['reference by the scope', 'reference by the scope, its hours', ...spreads];
    const all = [...byScope, ...requests, ...baselines];
    const sameHours = all.filter((name) => name !== 'reference by the scope, its hours');
    const ofShow = [...byScope, '#show: hours', '#show: requests', '#show: baseline'];
    const errorsOfShow = [
      'reference by the scope',
      '#show: spread',
      '#show: hours',
      '#show: requests',
      '#show: baseline',
    ];
    const steps: [string, string[], () => unknown][] = [
      ['all, at first', all, () => {}],
      ['nothing', [], () => {}],
      ['an hour counted anew', ofShow, () => change(LAUNCH - 100, counted(900, 500))],
      ['an hour unknown', ofShow, () => change(LAUNCH - 50, unknown)],
      ['an hour filled', ofShow, () => change(LAUNCH - 50, filled(5000))],
      ['an hour filled again', ofShow, () => change(LAUNCH - 50, filled(4000))],
      ['when it was filled', errorsOfShow, () => change(LAUNCH - 50, filled(4000, LAUNCH + 1))],
      ['an hour beside it', ofShow, () => change(LAUNCH - 49, counted(900, 500))],
      ['its errors alone', errorsOfShow, () => change(LAUNCH - 49, counted(1300, 100))],
      ['the scope', byScope, () => change(LAUNCH - 50, counted(1, 0), scopeName)],
      [
        'requests without a status',
        ['#show: baseline, requests without a status fail'],
        () => change(LAUNCH + 12, withoutStatus),
      ],
      ['an entry that exposed nobody', [], () => log.unshift(entered(LAUNCH - 70, 'pilot', 0))],
      [
        'an exposure that ended',
        [...spreads, ...requests, ...baselines, '#show: baseline, requests without a status fail'],
        () => log.unshift(entered(LAUNCH - 120, 'A', 0.1), entered(LAUNCH - 110, 'A', 0)),
      ],
      [
        'an exposure that had been an hour earlier',
        [...spreads, ...requests, ...baselines, '#show: baseline, requests without a status fail'],
        () => log.splice(0, 2, entered(LAUNCH - 121, 'A', 0.1), entered(LAUNCH - 111, 'A', 0)),
      ],
      ['an exclusion', [...all, '#show: baseline, requests without a status fail'], () => said.push(outage)],
      [
        'its reason',
        [...sameHours, '#show: baseline, requests without a status fail'],
        () => said.splice(0, 1, { ...outage, reason: 'a drill' }),
      ],
    ];
    let hour = LAUNCH + 10;
    for (const [name, expected, happens] of steps) {
      happens();
      worked = [];
      const remembered = judge(RELEASE, log, whatCounts(RELEASE, snapshotsAt(hour), said), hour, { memory: counting });
      expect([name, remembered]).toEqual([name, judge(RELEASE, log, whatCounts(RELEASE, facts, said), hour)]);
      expect([name, worked.sort()]).toEqual([name, [...expected].sort()]);
      hour += 3;
    }
  });

  test('of many endpoints it keeps neither hours nor long lists, and says the same', () => {
    const others = Array.from({ length: 31 }, (_, index): [string, Map<Hour, Snapshot>] => [
      `other ${index}`,
      new Map(),
    ]);
    const lists = new Map<string, number>();
    const memory = newMemory();
    const listing: Memory = (name, rests, work) => {
      lists.set(name, rests().length);
      return memory(name, rests, work);
    };
    for (const [name, snapshots] of [
      ['hours by themselves', facts],
      ['days', packing()(END)],
    ] as const) {
      lists.clear();
      const many = new Map([...snapshots, ...others]);
      for (const hour of [END - 1, END])
        expect(judge(RELEASE, log, whatCounts(RELEASE, many, []), hour, { memory: listing })).toEqual(
          judge(RELEASE, log, whatCounts(RELEASE, snapshots, []), hour),
        );
      expect([name, [...lists].filter(([of, length]) => length > 2_500 || of.endsWith(': requests'))]).toEqual([
        name,
        [],
      ]);
      expect([name, lists.has('#show: hours')]).toEqual([name, name === 'days']);
    }
  });
});
