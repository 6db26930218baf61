import fc from 'fast-check';
import { pool } from '../../../lib/statistics/hour-count';
import {
  BASELINE_HOURS,
  cellAt,
  errorPattern,
  expectedVolume,
  simulate,
  type Traffic,
} from '../../../scripts/bench/traffic';

const steady: Traffic = { hours: 504, perHour: 1_000, rate: () => 0.02, rho: 0.002 };
const all = (name: string, traffic: Traffic) => {
  const { baseline, hours } = simulate(name, traffic);
  return [...baseline, ...hours];
};
const week = Array.from({ length: 168 }, (_, hour) => hour);

/** Variance of x / n over rate (1 - rate), less the 1 / n that chance gives. */
function betweenHours(traffic: Traffic): number {
  const spread = all('spread', traffic).map(({ n, x, cell }) => {
    const rate = 0.02 * errorPattern(cell);
    return (x / n - rate) ** 2 / (rate * (1 - rate)) - 1 / n;
  });
  return spread.reduce((sum, one) => sum + one, 0) / spread.length;
}

/** Correlation of the error rate with that of the hour before. */
function lagOne(traffic: Traffic): number {
  const rates = all('lag', traffic).map(({ n, x, cell }) => Math.log((x + 0.5) / n / errorPattern(cell)));
  const mean = rates.reduce((sum, one) => sum + one, 0) / rates.length;
  const product = (lag: number) =>
    rates.reduce((sum, one, t) => sum + (one - mean) * ((rates[t + lag] ?? mean) - mean), 0);
  return product(1) / product(0);
}

describe('simulate', () => {
  it('is a function of the name: the same name gives the same hours, another name others', () => {
    expect(simulate('a', steady)).toEqual(simulate('a', steady));
    expect(simulate('a', steady)).not.toEqual(simulate('b', steady));
  });

  it('gives four weeks of baseline, then the hours asked for, with no more errors than requests', () => {
    fc.assert(
      fc.property(
        fc.record({
          hours: fc.integer({ min: 0, max: 50 }),
          perHour: fc.double({ min: 0.1, max: 50_000, noNaN: true }),
          base: fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
          rho: fc.constantFrom(0, 0.002, 0.05),
          drift: fc.constantFrom(0, 0.3),
        }),
        ({ base, ...traffic }) => {
          const { baseline, hours } = simulate('any', { ...traffic, rate: () => base });
          expect(baseline).toHaveLength(BASELINE_HOURS);
          expect(hours).toHaveLength(traffic.hours);
          expect([...baseline, ...hours].every(({ n, x }) => Number.isInteger(n) && x >= 0 && x <= n)).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has the volume, the rate and the variance that were asked for', () => {
    const { requests, errors } = pool(all('means', steady));
    expect(requests / (BASELINE_HOURS + 504) / 1_000).toBeCloseTo(1, 1);
    expect(errors / requests / 0.02).toBeCloseTo(1, 1);
    expect(betweenHours({ ...steady, rho: 0 })).toBeLessThan(0.0001);
    expect(betweenHours(steady) / 0.002).toBeCloseTo(1, 0);
    expect(betweenHours({ ...steady, rho: 0.01 }) / 0.01).toBeCloseTo(1, 0);
  });

  it('keeps the variance when hours are correlated, and correlates them', () => {
    const correlated = { ...steady, rho: 0.01, perHour: 20_000, correlation: 0.8 };
    expect(betweenHours(correlated) / 0.01).toBeCloseTo(1, 0);
    expect(lagOne(correlated)).toBeGreaterThan(0.65);
    expect(Math.abs(lagOne({ ...correlated, correlation: undefined }))).toBeLessThan(0.1);
  });

  it('changes the level of whole weeks only, counted from the launch', () => {
    const { hours } = simulate('drift', { ...steady, rho: 0, perHour: 50_000, drift: 0.3 });
    const rates = [0, 1, 2].map((index) => {
      const { requests, errors } = pool(hours.slice(index * 168, (index + 1) * 168));
      return errors / requests;
    });
    expect(Math.max(...rates) / Math.min(...rates)).toBeGreaterThan(1.1);
    const halves = [hours.slice(0, 84), hours.slice(84, 168)].map(pool).map((one) => one.errors / one.requests);
    expect(halves[0]! / halves[1]!).toBeCloseTo(1, 1);
  });

  it('raises the rate in an outage, and only there', () => {
    const { hours } = simulate('outage', { ...steady, outage: { from: 100, hours: 2, rate: 0.3 } });
    const high = hours.flatMap(({ n, x }, t) => (x / n > 0.15 ? [t] : []));
    expect(high).toEqual([100, 101]);
  });
});

describe('the patterns', () => {
  it('have a mean of 1 over a week: volume by hours, errors by requests', () => {
    const volumes = week.map((hour) => expectedVolume(1, hour));
    const errors = week.map((hour, index) => volumes[index]! * errorPattern(cellAt(hour)));
    expect(volumes.reduce((sum, one) => sum + one) / 168).toBeCloseTo(1, 12);
    expect(errors.reduce((sum, one) => sum + one) / 168).toBeCloseTo(1, 12);
  });

  it('begin at a launch on a Wednesday at 11:00', () => {
    expect([cellAt(0), cellAt(12), cellAt(13), cellAt(61), cellAt(-1)]).toEqual([11, 23, 0, 24, 10]);
  });
});
