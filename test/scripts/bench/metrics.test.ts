import { divergence, informationBound } from '../../../scripts/bench/bound';
import { detection, geometricMean, mean, median, share } from '../../../scripts/bench/metrics';

describe('the metrics', () => {
  it('are the usual ones', () => {
    expect(mean([1, 2, 6])).toBe(3);
    expect(geometricMean([1, 100])).toBeCloseTo(10, 12);
    expect(median([9, 1, 3])).toBe(3);
    expect(median([9, 1, 3, 5])).toBe(4);
    expect(share([true, false, false, false])).toBe(0.25);
  });

  it('of nothing are no number', () => {
    expect([mean([]), geometricMean([]), median([]), share([])]).toEqual([NaN, NaN, NaN, NaN]);
  });
});

describe('detection', () => {
  it.each([
    [[20], { delay: 1, missed: false }],
    [[30, 40], { delay: 11, missed: false }],
    [[119], { delay: 100, missed: false }],
    [[120], { delay: 100, missed: true }],
    [[], { delay: 100, missed: true }],
  ])('with alarms at %p is %p', (alarms, expected) => {
    expect(detection(alarms, 20, 100)).toEqual(expected);
  });

  it('is unknown when the rule fired before the onset', () => {
    expect(detection([19, 30], 20, 100)).toBeUndefined();
  });
});

describe('divergence', () => {
  it('of a binomial hour is n times that of one request', () => {
    const one = 0.04 * Math.log(2) + 0.96 * Math.log(0.96 / 0.98);
    expect(divergence(500, 0.04, 0.02, 0) / (500 * one)).toBeCloseTo(1, 4);
    expect(divergence(50_000, 0.04, 0.02, 0) / (50_000 * one)).toBeCloseTo(1, 2);
  });

  it('is 0 without requests or without a difference, and less where hours vary', () => {
    expect(divergence(0, 0.04, 0.02, 0.002)).toBe(0);
    expect(divergence(500, 0.02, 0.02, 0.002)).toBe(0);
    expect(divergence(500, 0.04, 0.02, 0.01)).toBeLessThan(divergence(500, 0.04, 0.02, 0.002));
  });
});

describe('informationBound', () => {
  const traffic = { hours: 168, perHour: 200, rho: 0.002, rate: () => 0.035 };

  it('is about ln 100 over the divergence of an hour', () => {
    const rough = Math.log(100) / divergence(200, 0.035, 0.02, 0.002);
    expect(informationBound(traffic, 0, 0.02) / rough).toBeGreaterThan(0.5);
    expect(informationBound(traffic, 0, 0.02) / rough).toBeLessThan(2);
  });

  it('is an hour at least, and infinite when the hours do not suffice', () => {
    expect(informationBound({ ...traffic, perHour: 50_000, rate: () => 0.3 }, 0, 0.02)).toBe(1);
    expect(informationBound({ ...traffic, rate: () => 0.0201 }, 0, 0.02)).toBe(Number.POSITIVE_INFINITY);
  });
});
