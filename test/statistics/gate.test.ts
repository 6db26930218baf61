import fc from 'fast-check';
import { type Baseline, fitBaseline, toleratedLevel } from '../../lib/statistics/baseline';
import { exposedRate, gateEvidence, gateLevel, hoursStillNeeded, provenLevel } from '../../lib/statistics/gate';
import type { HourCount } from '../../lib/statistics/hour-count';
import { simulatedHours } from '../worlds/golden-stream';

const THETA = 0.05;
const LEVEL = 0.016;
const hourOf = (n: number, x: number): HourCount => ({ n, x, cell: 0 });
const unknown = hourOf(0, 0);
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const flat: Baseline = {
  p0: 0.012,
  worst: 0.012,
  se: 0.02,
  noticeLevel: 0.0125,
  rho: 0.002,
  eps: 0.005,
  eta: 1,
  season: new Array(48).fill(1),
  incidentHours: 0,
  raw: 0.012,
  requests: 1,
  errors: 0,
  weeks: 4,
  usual: repeat(168, hourOf(1000, 12)),
};
const anyHour = fc
  .tuple(
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })),
    fc.nat(),
    fc.integer({ min: 0, max: 47 }),
  )
  .map(([n, pick, cell]) => ({ n, x: pick % (n + 1), cell }));
const anyHours = fc.array(anyHour, { maxLength: 40 });
const evidenceOf = (hours: HourCount[], exposure = 0.25) =>
  gateEvidence(hours, flat, new Array(hours.length).fill(exposure), LEVEL, THETA);

describe('gateLevel', () => {
  it('has the value of its example', () => {
    expect(gateLevel({ p0: 0.02 }, 0.021, THETA, 0.25)).toBeCloseTo(0.025, 12);
  });

  it('is one point for exposed users where the baseline is small, and never below what is tolerated', () => {
    expect(gateLevel({ p0: 0.004 }, 0.006, THETA, 1)).toBeCloseTo(0.014, 12);
    expect(gateLevel({ p0: 0.004 }, 0.006, THETA, 0.01)).toBe(0.006);
    expect(gateLevel({ p0: 0.004 }, 0.006, THETA, 0)).toBe(0.006);
  });

  it('keeps exposed users below theta while the baseline is below it', () => {
    expect(gateLevel({ p0: 0.04 }, 0.045, THETA, 1)).toBe(THETA);
    expect(gateLevel({ p0: 0.08 }, 0.101, THETA, 1)).toBe(0.101);
  });

  it('grows with exposure', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.double({ min: 1e-6, max: 0.2, noNaN: true }), (one, other, p0) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(gateLevel({ p0 }, p0, THETA, more)).toBeGreaterThanOrEqual(gateLevel({ p0 }, p0, THETA, less));
      }),
    );
  });

  it.each([1.01, -0.1, Number.NaN])('refuses an exposure of %p', (exposure) => {
    expect(() => gateLevel(flat, LEVEL, THETA, exposure)).toThrow(
      new RangeError(`exposure - got ${exposure}, expected a fraction from 0 to 1`),
    );
  });
});

describe('gateEvidence', () => {
  it('is finite and above 0 for any hours, and does not depend on their order at one exposure', () => {
    fc.assert(
      fc.property(anyHours, fc.double({ min: 0, max: 1, noNaN: true }), (hours, exposure) => {
        const evidence = evidenceOf(hours, exposure);
        expect(evidence.every((one) => Number.isFinite(one) && one > 0)).toBe(true);
        const reversed = evidenceOf(hours.toReversed(), exposure);
        expect(Math.abs(Math.log(evidence.at(-1) ?? 1) - Math.log(reversed.at(-1) ?? 1))).toBeLessThan(1e-6);
      }),
    );
  });

  it('does not overflow over a long release', () => {
    const last = (x: number) => {
      const hours = repeat(2000, hourOf(50_000, x));
      return gateEvidence(hours, { ...flat, rho: 0.00002 }, new Array(2000).fill(1), LEVEL, THETA).at(-1)!;
    };
    expect(last(600)).toBeCloseTo(Math.exp(690), -290);
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

  // No law says that a further error lowers it: an hour far above every level is taken for an incident, which tells nothing.
  it('takes an outage for an incident', () => {
    expect(evidenceOf([hourOf(1000, 300)])[0]).toBeCloseTo(1, 6);
    expect(evidenceOf([hourOf(1000, 24)])[0]).toBeLessThan(1);
  });

  it('refuses exposures of other hours', () => {
    expect(() => gateEvidence([unknown], flat, [], LEVEL, THETA)).toThrow(RangeError);
  });
});

describe('hoursStillNeeded', () => {
  it('is about what steady hours at the baseline take', () => {
    const q = gateLevel(flat, LEVEL, THETA, 0.5);
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
    const hours = repeat(168, hourOf(1000, 12));
    const level = provenLevel(hours, flat)!;
    const at = (q: number) => gateEvidence(hours, flat, new Array(168).fill(0), q, THETA).at(-1)!;
    expect(at(level * (1 + 1e-9))).toBeGreaterThanOrEqual(20);
    expect(at(level * (1 - 1e-6))).toBeLessThan(20);
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
    const level = toleratedLevel(baseline, { allowed: 0.25, floor: 0.001 }, THETA);
    const hours = all.slice(672);
    return gateEvidence(hours, baseline, new Array(168).fill(0.25), level, THETA);
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
