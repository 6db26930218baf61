import type { Hour } from '../../lib/facts/hour';
import { toggleOffName } from '../../lib/facts/series';
import type { Snapshots } from '../../lib/facts/snapshot';
import { judge } from '../../lib/judge/judge';
import { entered, hour, LAUNCH } from '../worlds/moments';
import {
  BELOW,
  CONSISTENT,
  factsBy,
  findingOf,
  type HourFact,
  hoursOf,
  lasting,
  releaseWith,
  steady,
} from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const WEEK = 168;
const alone = releaseWith([CONSISTENT, BELOW]);

describe('an endpoint beside its requests with the toggle off', () => {
  const OFF = toggleOffName('#show');
  const B = entered('2026-02-18T16:00Z', 'B', 0.5);
  const C = entered('2026-02-20T16:00Z', 'C', 1);
  /** All requests, and those with the toggle off, where `worse` multiplies the rate with it on and `drift` both. */
  const both = (
    to: Hour,
    { worse = () => 1, drift = () => 1, exposure = () => 0.25 }: Record<string, (at: Hour) => number> = {},
  ) => {
    const side = (share: number, factor: number, at: Hour): [number, number] => {
      const [requests, errors] = steady(at) as [number, number];
      return [Math.round(requests * share * 10), Math.round(errors * share * 10 * factor * drift!(at))];
    };
    const off = (at: Hour) => side(1 - (at < LAUNCH ? 0 : exposure!(at)), 1, at);
    const all = (at: Hour): [number, number] => {
      if (at < LAUNCH) return off(at);
      const on = side(exposure!(at), worse!(at), at);
      const rest = off(at);
      return [on[0] + rest[0], on[1] + rest[1]];
    };
    return factsBy(to, { '#show': all, [OFF]: off });
  };
  const withOff = (known: Snapshots, factOf: (at: Hour, all: [number, number]) => HourFact): Snapshots => {
    const all = known.get('#show')!;
    const errorsIn = (at: Hour): [number, number] => {
      const snapshot = all.get(at);
      if (snapshot?.kind !== 'counted') throw new Error('not counted');
      const failed = snapshot.counts.get('500')!;
      return [failed + snapshot.counts.get('200')!, failed];
    };
    const to = Math.max(...all.keys()) + 1;
    return new Map([
      ['#show', all],
      [OFF, hoursOf(LAUNCH - 672, to, (at) => factOf(at, errorsIn(at)), OFF)],
    ]);
  };
  const at = LAUNCH + 23;

  it('is paged for twice the errors of those who have the feature, though a drift doubles both', () => {
    const { outcome, reason, pooled, toggleOff, limit, evidence } = findingOf(
      judge(alone, [A], both(at + 1, { worse: () => 2, drift: lasting(0, 99, 2) }), at),
    );
    expect(outcome).toBe('breach');
    expect(evidence.breach).toBeGreaterThanOrEqual(20);
    expect(reason).toMatch(
      /^4\.\d+ % \([\d,]+ of [\d,]+\) with the toggle on in the last 24 hours against 2\.\d+ % \([\d,]+ of [\d,]+\) with it off \(tolerated up to 1\.3 times that\)$/,
    );
    expect(pooled.errors / pooled.requests).toBeCloseTo(0.048, 2);
    expect(toggleOff!.errors / toggleOff!.requests).toBeCloseTo(0.024, 2);
    expect(limit).toBeCloseTo((1.25 + 0.001 / 0.012) * (toggleOff!.errors / toggleOff!.requests), 3);
  });

  it('is not paged for the drift, nor for requests with the toggle off that have it worse', () => {
    for (const worse of [1, 0.5]) {
      const known = both(at + 1, { worse: () => worse, drift: lasting(0, 99, 2) });
      const found = findingOf(judge(alone, [A], known, at));
      expect(found.outcome).not.toBe('breach');
      expect(found.upstream).toMatch(/^likely upstream: its requests with the toggle off had up to (2|1\.\d) times /);
      expect(findingOf(judge(alone, [A], new Map([['#show', known.get('#show')!]]), at)).outcome).toBe('breach');
    }
  });

  it('counts its requests and those with the toggle off, and loses none', () => {
    const known = both(at + 1);
    const { pooled, toggleOff } = findingOf(judge(alone, [A], known, at));
    const whole = findingOf(judge(alone, [A], known, at), 'below').pooled;
    expect({ requests: pooled.requests + toggleOff!.requests, errors: pooled.errors + toggleOff!.errors }).toEqual(
      whole,
    );
    expect(pooled.requests / whole.requests).toBeCloseTo(0.25, 2);
  });

  it.each([
    ['none are off', () => [0, 0]],
    ['fewer than a tenth are off', (_: Hour, [n]: [number, number]) => [Math.floor(n / 10.1), 10]],
    ['all are off', (_: Hour, all: [number, number]) => all],
    ['more are off than there are', (_: Hour, [n, x]: [number, number]) => [2 * n, x]],
    ['more fail off than in all', (_: Hour, [n, x]: [number, number]) => [Math.floor(n / 2), x + 1]],
    ['more are fine off than in all', (_: Hour, [n]: [number, number]) => [n - 1, 0]],
    ['nobody knows how many are off', () => 'unknown'],
    ['they were never sampled', () => undefined],
  ] as [string, (at: Hour, all: [number, number]) => HourFact][])(
    'is compared with the baseline where %s',
    (_, off) => {
      const known = both(at + 1, { worse: () => 4 });
      const found = findingOf(judge(alone, [A], withOff(known, off), at));
      expect(found.toggleOff).toBeUndefined();
      expect(found.reason).toContain('against the baseline');
      expect(found.outcome).toBe('breach');
    },
  );

  it('is not excused by counts that cannot be a part of its own', () => {
    const known = both(at + 1, { worse: () => 4 });
    const without = judge(alone, [A], new Map([['#show', known.get('#show')!]]), at);
    const impossible = withOff(known, (_, [n, x]) => [n, Math.min(n, x * 10)]);
    expect(JSON.stringify(judge(alone, [A], impossible, at))).toBe(JSON.stringify(without));
  });

  it('takes each hour as it is: those that can be compared, and the others with the baseline', () => {
    const known = both(at + 1, { worse: () => 4 });
    const everyOther = withOff(known, (one, [n]) =>
      one % 2 === 0 ? 'unknown' : [Math.round(n * 0.75), Math.round(n * 0.009)],
    );
    const { outcome, toggleOff } = findingOf(judge(alone, [A], everyOther, at));
    expect(outcome).toBe('breach');
    expect(toggleOff!.requests).toBeGreaterThan(0);
  });

  it('says what is proven as a multiple, and by when the rest will be', () => {
    const early = judge(alone, [A], both(LAUNCH + 2), LAUNCH + 1, { proven: true });
    const { outcome, expectedAt, reason, provenLevel } = findingOf(early);
    expect(outcome).toBe('inconclusive');
    expect(reason).toContain('harm to the exposed users is not ruled out yet, about ');
    expect(reason).toMatch(
      /; shown by the requests that were counted: at most 1\.\d times as many errors with the toggle on$/,
    );
    expect(provenLevel).toBeGreaterThan(0.012);
    expect(findingOf(judge(alone, [A], both(expectedAt! + 12), expectedAt! + 11)).outcome).toBe('pass');
  });

  it('advances at the end of a healthy stage, and is held at harm by the margin', () => {
    const newest = LAUNCH + WEEK - 1;
    expect(judge(alone, [A], both(newest + 1), newest).recommendation).toBe('advance');
    expect(judge(alone, [A], both(newest + 1, { worse: () => 2 }), newest).recommendation).not.toBe('advance');
  });

  it('is compared with the baseline at 100 %', () => {
    const all = entered('2026-02-11T16:00Z', 'C', 1);
    const found = findingOf(judge(alone, [all], both(at + 1, { exposure: () => 1 }), at));
    expect(found).toMatchObject({ outcome: 'pass' });
    expect(found.toggleOff).toBeUndefined();
    expect(found.reason).toContain('in the stage against the baseline');
  });

  it('stays broken on the step from 50 % to 100 %, where none has the toggle off', () => {
    const change = hour('2026-02-20T16:00Z');
    const exposure = (one: Hour) => (one < hour('2026-02-18T16:00Z') ? 0.25 : one < change ? 0.5 : 1);
    const known = both(change + 30, { exposure, worse: (one) => (one < change - 12 ? 1 : 3) });
    const [before, then, later] = [change - 1, change, change + 29].map((one) =>
      findingOf(judge(alone, [A, B, C], known, one)),
    );
    expect(before).toMatchObject({ outcome: 'breach', toggleOff: { requests: expect.any(Number) } });
    expect(then).toMatchObject({ outcome: 'breach', since: before!.since });
    expect(later).toMatchObject({ outcome: 'breach', since: before!.since });
    expect(later!.toggleOff).toBeUndefined();
  });

  it('starts anew after 0 %, and with a new baseline after a relaunch', () => {
    const off = entered('2026-02-12T16:00Z', 'off', 0);
    const anew = entered('2026-03-25T16:00Z', 'A', 0.25, { relaunch: true });
    const newest = hour('2026-03-25T16:00Z') + 23;
    const exposure = (one: Hour) => (one < LAUNCH + 24 || one >= newest - 23 ? 0.25 : 0);
    const known = both(newest + 1, { exposure, worse: (one) => (one < LAUNCH + 24 ? 3 : 1) });
    expect(findingOf(judge(alone, [A], known, LAUNCH + 23)).outcome).toBe('breach');
    const { outcome, toggleOff, baselineRate } = findingOf(judge(alone, [A, off, anew], known, newest));
    expect({ outcome, baselineRate }).toEqual({ outcome: 'pass', baselineRate: expect.closeTo(0.012, 3) });
    expect(toggleOff!.requests).toBeGreaterThan(0);
  });
});
