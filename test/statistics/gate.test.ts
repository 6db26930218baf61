import fc from 'fast-check';
import { fitBaseline } from '../../lib/statistics/baseline';
import { exposedRate, gateEvidence, gateLevel, hoursStillNeeded, provenLevel } from '../../lib/statistics/gate';
import type { HourCount } from '../../lib/statistics/hour-count';
import { indistinctUpTo } from '../../lib/statistics/spread';
import { flatBaseline } from '../worlds/flat-baseline';
import { simulatedHours } from '../worlds/golden-stream';

const THETA = 0.05;
const hourOf = (n: number, x: number): HourCount => ({ n, x, cell: 0 });
const unknown = hourOf(0, 0);
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const flat = flatBaseline(0.012, { noticeLevel: 0.0125, usual: repeat(168, hourOf(1000, 12)) });
const anyHour = fc
  .tuple(
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })),
    fc.nat(),
    fc.integer({ min: 0, max: 47 }),
  )
  .map(([n, pick, cell]) => ({ n, x: pick % (n + 1), cell }));
const anyHours = fc.array(anyHour, { maxLength: 40 });
const evidenceOf = (hours: HourCount[], exposure = 0.25) =>
  gateEvidence(hours, flat, new Array(hours.length).fill(exposure), THETA);

describe('gateLevel', () => {
  const steady = (p0: number) => ({ p0, se: 0, spread: 0, spreadWeeks: 12 });

  it('has the value of its example', () => {
    expect(gateLevel({ p0: 0.02, se: 0.02, spread: 0, spreadWeeks: 12 }, THETA, 0.25)).toBeCloseTo(0.025, 12);
  });

  it('is one point or double for exposed users, whatever is tolerated of the overall rate', () => {
    expect(gateLevel(steady(0.004), THETA, 1)).toBeCloseTo(0.014, 12);
    expect(gateLevel(steady(0.004), THETA, 0.01)).toBeCloseTo(0.0041, 12);
    expect(gateLevel(steady(0.02), THETA, 0.5)).toBeCloseTo(0.03, 12);
  });

  it('is at least what a week may have by chance, and at most theta while the baseline is below it', () => {
    const uneven = { p0: 0.02, se: 0.03, spread: 0.1, spreadWeeks: 12 };
    expect(gateLevel(uneven, THETA, 0.01)).toBe(indistinctUpTo(uneven));
    expect(gateLevel({ ...uneven, spread: 1 }, THETA, 0.01)).toBe(THETA);
    expect(gateLevel(steady(0.04), THETA, 1)).toBe(THETA);
    expect(gateLevel(steady(0.08), THETA, 1)).toBeCloseTo(0.16, 12);
  });

  it('grows with exposure', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 1e-6, max: 0.2, noNaN: true }), (one, other, p0) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(gateLevel(steady(p0), THETA, more)).toBeGreaterThanOrEqual(gateLevel(steady(p0), THETA, less));
      }),
    );
  });

  it.each([1.01, -0.1, Number.NaN])('refuses an exposure of %p', (exposure) => {
    expect(() => gateLevel(flat, THETA, exposure)).toThrow(
      new RangeError(`exposure - got ${exposure}, expected a fraction from 0 to 1`),
    );
  });
});

describe('gateEvidence', () => {
  it('is above 0 and at most 10,000 for any hours', () => {
    fc.assert(
      fc.property(anyHours, fc.double({ min: 0, max: 1, noNaN: true }), (hours, exposure) => {
        const evidence = evidenceOf(hours, exposure);
        expect(evidence.every((one) => one > 0 && one <= 10_000 * (1 + 1e-9))).toBe(true);
      }),
    );
  });

  it('does not overflow over a long release', () => {
    const last = (x: number) => {
      const hours = repeat(2000, hourOf(50_000, x));
      return gateEvidence(hours, { ...flat, rho: 0.00002 }, new Array(2000).fill(1), THETA).at(-1)!;
    };
    expect(last(600)).toBeGreaterThan(5000);
    expect(last(600)).toBeLessThanOrEqual(10_000);
    expect(last(1200)).toBeCloseTo(0, 290);
    expect(last(1200)).toBeGreaterThan(0);
  });

  it('is not raised by unknown hours, so that missing data never passes', () => {
    fc.assert(
      fc.property(anyHours, fc.integer({ min: 1, max: 20 }), (hours, gap) => {
        const evidence = evidenceOf([...hours, ...repeat(gap, unknown)]);
        expect(evidence.at(-1)).toBe(evidence[hours.length - 1] ?? 1);
      }),
    );
    expect(new Set(evidenceOf(repeat(504, unknown)))).toEqual(new Set([1]));
  });

  it('is not hoarded: after a thousand good hours harm is seen within a day, as after a hundred', () => {
    const harmful = (before: number) => {
      const evidence = evidenceOf([...repeat(before, hourOf(1000, 12)), ...repeat(24, hourOf(1000, 24))], 1);
      return evidence.slice(before).findIndex((one) => one < 1);
    };
    expect(harmful(1000)).toBeGreaterThan(0);
    expect(harmful(1000)).toBe(harmful(100));
  });

  it('begins anew when a page closes: what was before, and the closing hour itself, say no more', () => {
    const good = repeat(48, hourOf(1000, 12));
    const evidence = gateEvidence([...good, ...good], flat, new Array(96).fill(0.5), THETA, [47]);
    expect(evidence[46]).toBeGreaterThan(100);
    expect(evidence[47]).toBe(1);
    expect(evidence.slice(48)).toEqual(evidenceOf(good, 0.5));
  });

  // No law says that a further error lowers it: an hour far above every level is taken for an incident, which tells nothing.
  it('takes an outage for an incident', () => {
    expect(evidenceOf([hourOf(1000, 300)])[0]).toBeCloseTo(1, 6);
    expect(evidenceOf([hourOf(1000, 24)])[0]).toBeLessThan(1);
  });

  it('refuses exposures of other hours', () => {
    expect(() => gateEvidence([unknown], flat, [], THETA)).toThrow(RangeError);
  });
});

describe('hoursStillNeeded', () => {
  it('is about what steady hours at the baseline take', () => {
    const q = gateLevel(flat, THETA, 0.5);
    const needed = hoursStillNeeded(1, flat, q)!;
    const steady = evidenceOf(repeat(200, hourOf(1000, 12)), 0.5).findIndex((one) => one >= 20) + 1;
    expect(needed).toBeGreaterThan(0.5 * steady);
    expect(needed).toBeLessThan(1.5 * steady);
  });

  it('is 0 once the evidence is there', () => {
    expect(hoursStillNeeded(20, flat, 0.02)).toBe(0);
    expect(hoursStillNeeded(1e300, flat, 0.02)).toBe(0);
  });

  it('is unknown where the usual traffic is none, or the level leaves no room', () => {
    expect(hoursStillNeeded(1, { ...flat, usual: repeat(168, unknown) }, 0.02)).toBeUndefined();
    expect(hoursStillNeeded(1, { ...flat, usual: [] }, 0.02)).toBeUndefined();
    expect(hoursStillNeeded(1, flat, flat.p0)).toBeUndefined();
    expect(hoursStillNeeded(1, flat, flat.p0 / 2)).toBeUndefined();
    expect(hoursStillNeeded(0, flat, 0.02)).toBeUndefined();
  });

  it('counts unknown hours of the usual week as nothing', () => {
    const half = [...repeat(84, hourOf(1000, 12)), ...repeat(84, unknown)];
    expect(hoursStillNeeded(1, flat, 0.02, half)).toBeCloseTo(2 * hoursStillNeeded(1, flat, 0.02)!, 9);
  });

  it('refuses unknown evidence', () => {
    expect(() => hoursStillNeeded(Number.NaN, flat, 0.02)).toThrow(
      new RangeError('evidence - got NaN, expected odds from 0'),
    );
  });
});

describe('provenLevel', () => {
  it('is unknown without evidence', () => {
    expect(provenLevel([], flat)).toBeUndefined();
    expect(provenLevel(repeat(168, unknown), flat)).toBeUndefined();
    expect(provenLevel([hourOf(1, 0)], flat)).toBeUndefined();
  });

  it('comes down to the baseline as requests come in, and never below it', () => {
    const after = [2, 24, 168, 504].map((count) => provenLevel(repeat(count, hourOf(1000, 12)), flat)!);
    expect(after).toEqual(after.toSorted((a, b) => b - a));
    expect(after.at(-1)).toBeGreaterThan(flat.p0);
    expect(after.at(-1)).toBeLessThan(0.014);
  });

  it('is the level at which the gate would pass', () => {
    const hours = repeat(30, hourOf(1000, 12));
    const level = provenLevel(hours, flat)!;
    // With no user exposed the gate asks for no more than what weeks have by chance.
    const spread = (q: number) => Math.log(q / flat.p0) / (2 * Math.sqrt(1.25));
    const exact = (q: number) => gateEvidence(hours, { ...flat, se: 0, spread: spread(q) }, new Array(30).fill(0), 0.9);
    expect(exact(level * (1 + 1e-9)).at(-1)).toBeGreaterThanOrEqual(20);
    expect(exact(level * (1 - 1e-6)).at(-1)).toBeLessThan(20);
  });
});

describe('exposedRate', () => {
  it('has the value of its example', () => {
    expect(exposedRate({ p0: 0.02 }, 0.024, 0.25)).toBeCloseTo(0.036, 12);
  });

  it('is unknown without exposure, and at most all requests', () => {
    expect(exposedRate(flat, 0.024, 0)).toBeUndefined();
    expect(exposedRate(flat, 0.5, 0.01)).toBe(1);
  });
});

describe('calibration on simulated stages of a week, a quarter of the users, 1,000 requests an hour', () => {
  const stage = (seed: number, factor: number) => {
    const rate = (t: number) => (t < 672 ? 0.012 : 0.012 * (1 + 0.25 * (factor - 1)));
    const all = simulatedHours(seed, { hours: 672 + 168, requestsPerHour: 1000, rate, rho: 0.002 });
    const baseline = fitBaseline(all.slice(0, 672))!;
    const hours = all.slice(672);
    return gateEvidence(hours, baseline, new Array(168).fill(0.25), THETA);
  };

  it('never promotes four times the errors, at any hour after the first day', () => {
    for (let seed = 0; seed < 50; seed++) expect(Math.max(...stage(7000 + seed, 4).slice(24))).toBeLessThan(20);
  });

  it('promotes nearly always when nothing is wrong', () => {
    let promoted = 0;
    for (let seed = 0; seed < 50; seed++) if (stage(7000 + seed, 1).at(-1)! >= 20) promoted++;
    expect(promoted).toBeGreaterThanOrEqual(48);
  });
});
