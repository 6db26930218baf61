import fc from 'fast-check';
import { type Baseline, fitBaseline } from '../../lib/statistics/baseline';
import type { HourCount } from '../../lib/statistics/hour-count';
import { baselineBeside, type Control, upstreamLevel } from '../../lib/statistics/upstream';
import { flatBaseline } from '../worlds/flat-baseline';
import { mulberry32, simulatedHours } from '../worlds/golden-stream';

const WEEK = 168;
const MONTH = 4 * WEEK;
const flat = (p0: number) => flatBaseline(p0, { rho: 0.00002 });
const hourOf = (n: number, x: number): HourCount => ({ n, x, cell: 0 });
const unknown = hourOf(0, 0);
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const control = (hours: readonly HourCount[], p0 = 0.01): Control => ({ baseline: flat(p0), hours });
const levelOf = (hours: readonly HourCount[], p0?: number) => upstreamLevel([control(hours, p0)], hours.length);
/** As many errors as asked for on average, spread by chance. */
const chance = (seed: number, perHour: readonly number[]): HourCount[] => {
  const uniform = mulberry32(seed);
  return perHour.map((mean) => {
    let x = 0;
    let waited = -Math.log(1 - uniform());
    while (waited < mean) {
      x++;
      waited -= Math.log(1 - uniform());
    }
    return hourOf(10_000, x);
  });
};
const anyHour = fc
  .tuple(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })), fc.nat(), fc.integer({ min: 0, max: 47 }))
  .map(([n, pick, cell]) => ({ n, x: pick % (n + 1), cell }));

describe('the level of the upstream', () => {
  it('is 1 where nothing is known: without controls, in unknown hours, with no error to tell', () => {
    expect(upstreamLevel([], 3)).toEqual([1, 1, 1]);
    expect(levelOf(repeat(400, unknown))).toEqual(new Array(400).fill(1));
    expect(levelOf(repeat(400, hourOf(100, 0)), 0.00001)).toEqual(new Array(400).fill(1));
  });

  it('is 1 again when the controls had no request for a day: what they said before excuses nobody', () => {
    const risen = repeat(200, hourOf(10_000, 300));
    const level = levelOf([...risen, ...repeat(200, unknown), hourOf(10_000, 300)]);
    expect(level[199 + 23]).toBeGreaterThan(2.5);
    expect(level.slice(199 + 24, 400)).toEqual(new Array(177).fill(1));
    expect(level[400]).toBeGreaterThan(2);
  });

  it('is 1 at the usual rate, and nearly so by chance', () => {
    expect(levelOf(repeat(400, hourOf(10_000, 100)))).toEqual(new Array(400).fill(1));
    for (const perHour of [1, 10, 100]) {
      const level = levelOf(chance(perHour, new Array(600).fill(perHour)), perHour / 10_000);
      expect(Math.min(...level)).toBeGreaterThan(0.6);
      expect(level.filter((one) => one < 0.8 || one > 1.25).length).toBeLessThan(30);
    }
  });

  it('follows three times the errors in two hours where a hundred come an hour, and falls back as fast', () => {
    const level = levelOf([
      ...repeat(300, hourOf(10_000, 100)),
      ...repeat(12, hourOf(10_000, 300)),
      ...repeat(48, hourOf(10_000, 100)),
    ]);
    expect(level[299]).toBe(1);
    expect(level[301]).toBeGreaterThan(2);
    expect(level[311]).toBeGreaterThan(2.4);
    expect(level[311]).toBeLessThan(3);
    expect(level[312]).toBeLessThan(1.4);
    expect(level[340]).toBeLessThan(1.2);
  });

  it('hardly follows them where one comes an hour', () => {
    const level = levelOf([
      ...repeat(300, hourOf(100, 1)),
      ...repeat(12, hourOf(100, 3)),
      ...repeat(48, hourOf(100, 1)),
    ]);
    expect(Math.max(...level.slice(300, 303))).toBeLessThan(1.5);
    expect(Math.max(...level.slice(303, 312))).toBeLessThan(2.4);
    expect(level.at(-1)).toBeLessThan(1.2);
  });

  it('says less than the hours do: it moves only as far as it must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), (x) => {
        const [level] = levelOf([hourOf(10_000, x)]);
        const [low, high] = [Math.min(1, (x + 0.5) / 100.5), Math.max(1, (x + 0.5) / 100.5)];
        expect(level).toBeGreaterThanOrEqual(low * (1 - 1e-12));
        expect(level).toBeLessThanOrEqual(high * (1 + 1e-12));
      }),
    );
  });

  it('knows a usual day: more errors in the cells that have more are no rise', () => {
    const season = Array.from({ length: 48 }, (_, cell) => (cell % 24 < 12 ? 0.5 : 1.5));
    const hours = Array.from({ length: 300 }, (_, t) => ({ n: 10_000, x: t % 24 < 12 ? 50 : 150, cell: t % 24 }));
    expect(upstreamLevel([{ baseline: { ...flat(0.01), season }, hours }], 300)).toEqual(new Array(300).fill(1));
  });

  it('does not look ahead, and keeps what it knew through unknown hours', () => {
    const risen = [...repeat(100, hourOf(10_000, 100)), ...repeat(6, hourOf(10_000, 300)), ...repeat(3, unknown)];
    const level = levelOf(risen);
    expect(levelOf(risen.slice(0, 106))).toEqual(level.slice(0, 106));
    expect(level[106]).toBeGreaterThan(2);
    expect(level[108]).toBeGreaterThan(2);
  });

  it('pools several controls: two with half of the requests tell what one with all of them does, in any order', () => {
    const all = chance(1, [...new Array(200).fill(100), ...new Array(100).fill(250)]);
    const halves = [0, 1].map((side) =>
      control(all.map(({ n, x }) => hourOf(n / 2, side === 0 ? Math.floor(x / 2) : Math.ceil(x / 2)))),
    );
    const exact = (baseline: Baseline) => ({ ...baseline, rho: 0 });
    const without = (controls: Control[]) =>
      upstreamLevel(
        controls.map(({ baseline, hours }) => ({ baseline: exact(baseline), hours })),
        300,
      );
    const whole = without([control(all)]);
    without(halves).forEach((one, t) => {
      expect(one).toBeCloseTo(whole[t]!, 9);
    });
    without(halves.toReversed()).forEach((one, t) => {
      expect(one).toBeCloseTo(whole[t]!, 9);
    });
  });

  it('is not moved by a control that knows nothing', () => {
    const hours = chance(2, [...new Array(200).fill(100), ...new Array(100).fill(300)]);
    expect(upstreamLevel([control(hours), control(repeat(300, unknown))], 300)).toEqual(levelOf(hours));
  });

  it('is a number above 0, of any hours at all', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyHour, anyHour), { maxLength: 60 }),
        fc.double({ min: 1e-7, max: 0.9, noNaN: true }),
        (pairs, p0) => {
          const controls = [0, 1].map((side) =>
            control(
              pairs.map((pair) => pair[side]!),
              p0,
            ),
          );
          expect(upstreamLevel(controls, pairs.length).every((one) => Number.isFinite(one) && one > 0)).toBe(true);
        },
      ),
    );
  });
});

describe('the baseline beside controls', () => {
  /** What the upstream does in four weeks: three of them as usual, and one with twice the errors. */
  const level = Array.from({ length: MONTH }, (_, t) => (t >= WEEK && t < 2 * WEEK ? 2 : 1));
  const weeks = (seed: number, follows: boolean) =>
    simulatedHours(seed, {
      hours: MONTH,
      requestsPerHour: 1000,
      rate: (t) => 0.012 * (follows ? level[t]! : 1),
      rho: 0.002,
    });

  it('of an endpoint that follows them has what the upstream did taken out', () => {
    const hours = weeks(1, true);
    const baseline = baselineBeside(hours, level)!;
    expect(baseline.followsUpstream).toBe(true);
    expect(baseline.p0).toBeCloseTo(0.012, 3);
    expect(baseline.spread).toBeLessThan(0.1);
    expect(fitBaseline(hours)!.spread).toBeGreaterThan(0.2);
    expect(baseline.raw).toBe(fitBaseline(hours)!.raw);
  });

  it('of one that does not is the one without them', () => {
    const hours = weeks(1, false);
    expect(baselineBeside(hours, level)).toEqual(fitBaseline(hours));
  });

  it('of a quiet upstream is the one without them but for the word', () => {
    const hours = weeks(2, true);
    const quiet = new Array(MONTH).fill(1);
    const { usual, ...baseline } = baselineBeside(hours, quiet)!;
    const { usual: without, ...alone } = fitBaseline(hours)!;
    expect(baseline).toEqual({ ...alone, followsUpstream: true });
    expect(usual).toEqual(without.map((hour) => ({ ...hour, drift: 1 })));
  });

  it('without a level is the one without controls, and none where there is none', () => {
    const hours = weeks(3, true);
    expect(baselineBeside(hours, undefined)).toEqual(fitBaseline(hours));
    expect(baselineBeside(hours.slice(0, WEEK - 1), level)).toBeUndefined();
    expect(baselineBeside(repeat(WEEK, unknown), level)).toBeUndefined();
  });

  it('reads the newest whole weeks, each hour with its own level', () => {
    const hours = weeks(4, true);
    const longer = [...repeat(50, hourOf(1000, 500)), ...hours];
    expect(baselineBeside(longer, [...new Array(50).fill(7), ...level])).toEqual(baselineBeside(hours, level));
  });
});
