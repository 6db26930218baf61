import fc from 'fast-check';
import type { Baseline } from '../../lib/statistics/baseline';
import { comparisonOf, comparisonsOf } from '../../lib/statistics/comparison';
import { gateEvidence, gateLevelIn } from '../../lib/statistics/gate';
import type { HourCount } from '../../lib/statistics/hour-count';
import { pageEvidence } from '../../lib/statistics/page';
import { regressionEvidence } from '../../lib/statistics/regression';
import { toleratedLevels } from '../../lib/statistics/spread';
import { flatBaseline } from '../worlds/flat-baseline';

const THETA = 0.05;
const PLANNED_HOURS = 504;
const baselineAt = (p0: number, rho = 0.00002) =>
  flatBaseline(p0, { rho, season: Array.from({ length: 48 }, (_, cell) => 0.5 + cell / 47) });
const flat = baselineAt(0.001);
const levelsOf = (baseline: Baseline) => toleratedLevels(baseline, { allowed: 0.25, floor: 0.001 }, THETA);
/** An hour of which `on` of the requests, with `failed` errors, had the toggle on. */
const split = (n: number, on: number, failed: number, failedOff: number): HourCount => ({
  n,
  x: failed + failedOff,
  cell: 0,
  toggleOff: { n: n - on, x: failedOff },
});
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const gate = (hours: readonly HourCount[], baseline = flat) =>
  gateEvidence(
    hours,
    baseline,
    hours.map(() => 0.25),
    THETA,
  );
const anySplit = fc
  .tuple(fc.integer({ min: 2, max: 100_000 }), fc.nat(), fc.nat(), fc.nat(), fc.integer({ min: 0, max: 47 }))
  .map(([n, a, b, c, cell]) => {
    const on = 1 + (a % (n - 1));
    return { ...split(n, on, b % (on + 1), c % (n - on + 1)), cell };
  });
const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const ratio = fc.double({ min: 0.1, max: 20, noNaN: true });

test('hours of a course are compared once for a baseline, and those without a request not at all', () => {
  const hours = [{ n: 100, x: 2, cell: 3 }, { n: 0, x: 0, cell: 4 }, split(100, 50, 1, 1)];
  const found = comparisonsOf(hours, flat);
  expect(found).toEqual([comparisonOf(hours[0]!, flat), undefined, comparisonOf(hours[2]!, flat)]);
  expect(comparisonsOf(hours, flat)).toBe(found);
  const other = baselineAt(0.002);
  expect(comparisonsOf(hours, other)[0]).toEqual(comparisonOf(hours[0]!, other));
  expect(comparisonsOf([...hours], other)).not.toBe(comparisonsOf(hours, other));
});

describe('an hour after a baseline', () => {
  it('expects a level times the daily pattern and what the upstream does', () => {
    expect(comparisonOf({ n: 100, x: 2, cell: 47, drift: 3 }, flat).shareAt(0.01)).toBeCloseTo(0.01 * 1.5 * 3, 15);
  });

  it('looks at the level that is meant for it', () => {
    const level = { before: 0.02, toggleOff: 0.01 };
    expect(comparisonOf({ n: 100, x: 2, cell: 0 }, flat).levelIn(level)).toBe(0.02);
    expect(comparisonOf(split(100, 50, 1, 1), flat).levelIn(level)).toBe(0.01);
  });
});

describe('an hour beside a toggle-off query', () => {
  it('expects the share of the errors that a ratio of the rates makes, whatever raises both', () => {
    fc.assert(
      fc.property(share, ratio, fc.double({ min: 0.01, max: 100, noNaN: true }), (exposure, factor, drift) => {
        const on = Math.round(10_000 * exposure);
        const rate = flat.p0 * drift;
        const expected = (rate * factor * on) / (rate * factor * on + rate * (10_000 - on));
        const compared = comparisonOf({ ...split(10_000, on, 1, 1), drift }, flat);
        expect(compared.shareAt(flat.p0 * factor)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('does not look at the daily pattern, nor at the upstream', () => {
    fc.assert(
      fc.property(fc.array(anySplit, { maxLength: 8 }), fc.double({ min: 1, max: 50, noNaN: true }), (hours, drift) => {
        const other = hours.map((hour) => ({ ...hour, drift, cell: 47 - hour.cell }));
        const level = levelsOf(flat);
        expect(regressionEvidence(other, flat, level, PLANNED_HOURS)).toEqual(
          regressionEvidence(hours, flat, level, PLANNED_HOURS),
        );
        expect(gate(other)).toEqual(gate(hours));
      }),
    );
  });

  it('says of one side what the other says of the inverse ratio', () => {
    fc.assert(
      fc.property(anySplit, ratio, ratio, (hour, one, other) => {
        const off = hour.toggleOff!;
        const swapped = { ...hour, toggleOff: { n: hour.n - off.n, x: hour.x - off.x } };
        const gain = (of: HourCount, from: number, to: number) => {
          const compared = comparisonOf(of, flat);
          const at = (level: number) => compared.logLikelihood(compared.shareAt(level));
          return at(flat.p0 * to) - at(flat.p0 * from);
        };
        // Rounding, of terms as large as the errors are many.
        const exact = 1e-9 * (1 + hour.x);
        expect(Math.abs(gain(hour, one, other) - gain(swapped, 1 / one, 1 / other))).toBeLessThanOrEqual(exact);
      }),
    );
  });

  it('tells nothing without an error', () => {
    fc.assert(
      fc.property(anySplit, ({ n, toggleOff }) => {
        const quiet = split(n, n - toggleOff!.n, 0, 0);
        const before = [split(1000, 250, 9, 3)];
        const level = levelsOf(flat);
        const evidence = regressionEvidence([...before, quiet], flat, level, PLANNED_HOURS);
        expect(evidence[1]! - evidence[0]!).toBeCloseTo(0.5 / PLANNED_HOURS, 12);
        expect(gate([...before, quiet])[1]).toBe(gate(before)[0]);
      }),
    );
  });

  it('counts errors that come in clusters as so many fewer', () => {
    const n = 10_000;
    const threes = baselineAt(0.01, 2 / (n - 1));
    const one = comparisonOf(split(n, 2_500, 30, 60), baselineAt(0.01, 0));
    const three = comparisonOf(split(n, 2_500, 90, 180), threes);
    expect([three.x, three.n]).toEqual([30, 90]);
    expect(three.logLikelihood(0.3)).toBeCloseTo(one.logLikelihood(0.3), 9);
    expect(comparisonOf(split(n, 2_500, 90, 180), baselineAt(0.01, 0.5)).n).toBe(270 / 5);
  });

  it('adds up to the same for the gate in any order, while it is below what is kept', () => {
    fc.assert(
      fc.property(fc.array(anySplit, { minLength: 1, maxLength: 4 }), (hours) => {
        const there = gate(hours).at(-1)!;
        const back = gate(hours.toReversed()).at(-1)!;
        expect(Math.abs(Math.log(there) - Math.log(back))).toBeLessThan(1e-6);
      }),
    );
  });

  it('stays a number, of any hours at all', () => {
    fc.assert(
      fc.property(
        fc.array(anySplit, { maxLength: 20 }),
        fc.double({ min: 1e-6, max: 0.04, noNaN: true }),
        (hours, p0) => {
          const baseline = baselineAt(p0);
          const page = pageEvidence(hours, baseline, levelsOf(baseline), PLANNED_HOURS);
          expect(page.every((one) => Number.isFinite(one) && one >= 0)).toBe(true);
          expect(gate(hours, baseline).every((one) => Number.isFinite(one) && one > 0)).toBe(true);
        },
      ),
    );
  });

  it('stays a number when more errors are on one side than a double could hold the chance of', () => {
    for (const scale of [1, 10, 100]) {
      const broken = repeat(4, split(100_000 * scale, 25_000 * scale, 7_500 * scale, 75 * scale));
      expect(Math.max(...pageEvidence(broken, flat, levelsOf(flat), PLANNED_HOURS))).toBeGreaterThanOrEqual(100);
      expect(Math.max(...gate(broken))).toBeLessThan(1e-100);
      const cured = repeat(4, split(100_000 * scale, 25_000 * scale, 0, 7_500 * scale));
      expect(pageEvidence(cured, flat, levelsOf(flat), PLANNED_HOURS).every((one) => one < 20)).toBe(true);
      expect(gate(cured).at(-1)).toBeGreaterThanOrEqual(100);
    }
  });

  it('tolerates at 90 % exposure what it tolerates at 10 %', () => {
    const small = baselineAt(0.0002);
    const factor = levelsOf(small).toggleOff / small.p0;
    for (const exposure of [0.1, 0.5, 0.9]) {
      const hours = repeat(
        168,
        split(100_000, 100_000 * exposure, Math.round(20 * exposure * factor), 20 * (1 - exposure)),
      );
      const evidence = regressionEvidence(hours, small, levelsOf(small), PLANNED_HOURS);
      expect(Math.max(...evidence)).toBeLessThan(2);
    }
  });
});

/** ln of the probability of y among m, at a share. */
function logBinomial(y: number, m: number, p: number): number {
  let sum = y * Math.log(p) + (m - y) * Math.log1p(-p);
  for (let i = 0; i < y; i++) sum += Math.log((m - i) / (i + 1));
  return sum;
}

const REQUESTS = 100_000;
const SITUATIONS = [0.0002, 0.02].flatMap((p0) =>
  [0.01, 0.25, 0.5, 0.9].flatMap((exposure) =>
    [1, 2, 5, 40].flatMap((events) =>
      ['1 as 1', '2 as 2', '3 as 3', '5 as 5', '1 as 5', '2 as 3.7'].map((clusters) => {
        const [cluster, assumed] = clusters.split(' as ').map(Number) as [number, number];
        return { p0, exposure, events, cluster, assumed };
      }),
    ),
  ),
);

/** What evidence of one hour is on average, summed over all the ways in which events of `cluster` errors may fall. */
function expectation(
  { p0, exposure, events, cluster, assumed }: (typeof SITUATIONS)[number],
  trueRatio: (baseline: Baseline, on: number) => number,
  evidence: (hour: HourCount, baseline: Baseline) => number,
): number {
  const on = REQUESTS * exposure;
  const baseline = baselineAt(p0, (assumed - 1) / (REQUESTS - 1));
  const expected = trueRatio(baseline, on) * on;
  let sum = 0;
  for (let y = 0; y <= events; y++) {
    const chance = Math.exp(logBinomial(y, events, expected / (expected + REQUESTS - on)));
    if (chance > 0) sum += chance * evidence(split(REQUESTS, on, cluster * y, cluster * (events - y)), baseline);
  }
  return sum;
}

const firstHour = (hour: HourCount, baseline: Baseline) =>
  regressionEvidence([hour], baseline, levelsOf(baseline), PLANNED_HOURS)[0]!;

describe('evidence beside a toggle-off query, averaged exactly over all that chance may do', () => {
  it('is at most the chance that something began, at any ratio that is tolerated, clusters of errors included', () => {
    const began = 0.5 + 0.5 / PLANNED_HOURS;
    for (const situation of SITUATIONS) {
      for (const part of [1, 0.7, 0.1]) {
        const tolerated = (baseline: Baseline) => (part * levelsOf(baseline).toggleOff) / baseline.p0;
        const average = expectation(situation, tolerated, firstHour);
        expect({ situation, part, fair: average <= began * (1 + 1e-9) }).toEqual({ situation, part, fair: true });
      }
    }
  });

  it('for the gate is at most 1 where exposed users are harmed, by the margin or by more', () => {
    for (const situation of SITUATIONS) {
      for (const part of [1, 1.5, 10]) {
        const harmed = (baseline: Baseline, on: number) =>
          (part * gateLevelIn(split(REQUESTS, on, 0, 0), baseline, THETA, 1)) / baseline.p0;
        const average = expectation(situation, harmed, (hour, baseline) => gate([hour], baseline)[0]!);
        expect({ situation, part, fair: average <= 1 + 1e-9 }).toEqual({ situation, part, fair: true });
      }
    }
  });

  it('is more than that where errors come in larger clusters than the baseline lets one think', () => {
    const situation = { p0: 0.02, exposure: 0.25, events: 1, cluster: 5, assumed: 1 };
    const tolerated = (baseline: Baseline) => levelsOf(baseline).toggleOff / baseline.p0;
    const average = expectation(situation, tolerated, firstHour);
    expect(average).toBeGreaterThan(1);
  });
});
