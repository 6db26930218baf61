import fc from 'fast-check';
import { fitBaseline, toleratedLevel } from '../../lib/statistics/baseline';
import type { HourCount } from '../../lib/statistics/hour-count';
import { golden, goldenStream, simulatedHours } from '../worlds/golden-stream';

const THETA = 0.05;
const CRITERION = { allowed: 0.25, floor: 0.001 };
const constant = (length: number, n: number, x: number): HourCount[] =>
  Array.from({ length }, (_, t) => ({ n, x, cell: (t % 24) + (Math.floor(t / 24) % 7 >= 5 ? 24 : 0) }));

/** Weeks of arbitrary hours: a few kinds of them, in any order. */
const anyHours = fc
  .tuple(
    fc.array(
      fc.record({
        n: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 }), fc.integer({ max: 100_000, min: 1 })),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    fc.integer({ min: 168, max: 700 }),
    fc.integer(),
  )
  .map(([kinds, length, seed]) =>
    constant(length, 0, 0).map(({ cell }, t) => {
      const { n, share } = kinds[Math.abs(Math.imul(t + 1, seed | 1) >> 7) % kinds.length]!;
      return { n, x: Math.floor(n * share), cell };
    }),
  );

describe('fitBaseline', () => {
  it('is unknown without one whole week of hours', () => {
    expect(fitBaseline([])).toBeUndefined();
    expect(fitBaseline(constant(167, 100, 1))).toBeUndefined();
    expect(fitBaseline(constant(168, 100, 1))).toMatchObject({ weeks: 1, requests: 16_800, errors: 168, raw: 0.01 });
  });

  it('is unknown when every hour is unknown', () => {
    expect(fitBaseline(constant(672, 0, 0))).toBeUndefined();
  });

  it('reads the whole weeks that end with the newest hour', () => {
    const baseline = fitBaseline([...constant(100, 100, 50), ...constant(336, 100, 1)])!;
    expect(baseline).toMatchObject({ weeks: 2, requests: 33_600, errors: 336 });
    expect(baseline.usual).toHaveLength(168);
  });

  it('has no rate of 0 where no error was ever seen, and still tolerates the floor', () => {
    const baseline = fitBaseline(constant(672, 100, 0))!;
    expect(baseline).toMatchObject({ raw: 0, errors: 0, eta: 1, incidentHours: 0 });
    expect(baseline.p0).toBeGreaterThan(0);
    expect(toleratedLevel(baseline, CRITERION, THETA)).toBeCloseTo(0.00101, 5);
  });

  it('has levels that can be rates, however few requests it rests on', () => {
    for (const first of [
      { n: 1, x: 0 },
      { n: 1, x: 1 },
      { n: 2, x: 1 },
      { n: 7, x: 7 },
    ]) {
      const [hour, ...rest] = constant(672, 0, 0);
      const { p0, se, noticeLevel } = fitBaseline([{ ...hour!, ...first }, ...rest])!;
      expect(se).toBeGreaterThan(0.3);
      expect(noticeLevel).toBeGreaterThanOrEqual(Math.min(p0, 0.95));
      expect(noticeLevel).toBeLessThanOrEqual(0.95);
    }
  });

  it('leaves an outage out of the rate and counts it in the raw rate', () => {
    const hours = simulatedHours(1, {
      hours: 672,
      requestsPerHour: 500,
      rate: () => 0.01,
      rho: 0.001,
      outage: (t) => t === 300 || t === 301,
    });
    const baseline = fitBaseline(hours)!;
    expect(baseline.incidentHours).toBe(2);
    expect(baseline.p0).toBeCloseTo(0.01, 3);
    expect(baseline.raw).toBeGreaterThan(baseline.p0 * 1.05);
  });

  it('knows a daily pattern only from two weeks on', () => {
    const day = (length: number) =>
      constant(length, 1000, 5).map((hour) => ({ ...hour, x: hour.cell % 24 < 12 ? 10 : 30 }));
    expect(new Set(fitBaseline(day(335))!.season)).toEqual(new Set([1]));
    const { season } = fitBaseline(day(336))!;
    expect(season[3]).toBeCloseTo(0.5, 1);
    expect(season[36]).toBeCloseTo(1.5, 1);
  });

  it('leaves the season of a cell that had no request at 1', () => {
    const hours = constant(672, 1000, 5).map((hour) => {
      if (hour.cell === 3) return { ...hour, n: 0, x: 0 };
      return { ...hour, x: hour.cell % 24 < 12 ? 10 : 30 };
    });
    expect(fitBaseline(hours)!.season[3]).toBe(1);
  });

  it('discounts hours that fail together', () => {
    const [independent, , correlated] = golden.traces.map(
      (trace) => fitBaseline(goldenStream(trace.stream).slice(0, 672))!,
    );
    expect(independent!.eta).toBe(1);
    expect(correlated!.eta).toBeLessThan(0.5);
  });

  it('reports the worst week, and tolerates as much again', () => {
    const hours = simulatedHours(2, {
      hours: 672,
      requestsPerHour: 1000,
      rate: (t) => (t < 168 ? 0.016 : 0.01),
      rho: 0.001,
    });
    const baseline = fitBaseline(hours)!;
    expect(baseline.worst).toBeGreaterThan(0.015);
    expect(baseline.worst).toBeLessThan(0.018);
    expect(toleratedLevel(baseline, CRITERION, THETA)).toBeCloseTo(2 * baseline.worst - baseline.p0, 12);
  });

  it('is finite and within its limits for any hours at all', () => {
    fc.assert(
      fc.property(anyHours, (hours) => {
        const baseline = fitBaseline(hours);
        const newest = hours.slice(-168 * Math.floor(hours.length / 168));
        if (!baseline) {
          expect(newest.every((hour) => hour.n === 0)).toBe(true);
          return;
        }
        const { p0, worst, noticeLevel, rho, eps, eta, season } = baseline;
        expect(p0 > 0 && p0 < 1).toBe(true);
        expect(worst >= p0 && noticeLevel > Math.min(p0, 0.9)).toBe(true);
        expect(noticeLevel).toBeLessThanOrEqual(0.95);
        expect(rho >= 0.00002 && rho <= 0.5).toBe(true);
        expect(eps >= 0.005 && eps <= 0.05).toBe(true);
        expect(eta >= 0.2 && eta <= 1).toBe(true);
        expect(season.every((factor) => factor >= 0.25 && factor <= 4)).toBe(true);
        const level = toleratedLevel(baseline, CRITERION, THETA);
        expect(level > 0 && level <= 1).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses more errors than requests', () => {
    expect(() => fitBaseline(constant(168, 1, 2))).toThrow(RangeError);
  });
});

describe('toleratedLevel', () => {
  it('has the value of its example', () => {
    expect(toleratedLevel({ p0: 0.02, worst: 0.021 }, CRITERION, THETA)).toBeCloseTo(0.026, 12);
  });

  it('is at least what the criterion allows, and at most theta while the baseline is below it', () => {
    const rate = fc.double({ min: 1e-6, max: 0.4, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, rate, share, share, rate, (one, other, allowed, floor, theta) => {
        const p0 = Math.min(one, other);
        const level = toleratedLevel({ p0, worst: Math.max(one, other) }, { allowed, floor }, theta);
        const asked = p0 * (1 + allowed) + floor;
        expect(level).toBeGreaterThanOrEqual(Math.min(asked, p0 < theta ? theta : 1));
        expect(level).toBeLessThanOrEqual(p0 < theta ? theta : 1);
      }),
    );
  });

  it('is not held down by a theta that the baseline is above', () => {
    expect(toleratedLevel({ p0: 0.08, worst: 0.08 }, CRITERION, THETA)).toBeCloseTo(0.101, 12);
  });

  it.each([
    [{ allowed: Number.NaN, floor: 0 }, THETA, 'allowed and floor - got NaN and 0, expected numbers from 0'],
    [{ allowed: 0, floor: -1 }, THETA, 'allowed and floor - got 0 and -1, expected numbers from 0'],
    [CRITERION, Number.NaN, 'theta - got NaN, expected a fraction above 0 and below 1'],
    [CRITERION, 1, 'theta - got 1, expected a fraction above 0 and below 1'],
  ])('refuses %j with theta %p', (criterion, theta, message) => {
    expect(() => toleratedLevel({ p0: 0.02, worst: 0.02 }, criterion, theta)).toThrow(new RangeError(message));
  });
});
