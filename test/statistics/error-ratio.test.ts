import type { Baseline } from '../../lib/statistics/baseline';
import { errorRatio } from '../../lib/statistics/error-ratio';
import type { HourCount } from '../../lib/statistics/hour-count';

const baseline = {
  p0: 0.01,
  season: Array.from({ length: 48 }, (_, cell) => (cell < 24 ? 1 : 2)),
} as unknown as Baseline;
const hourOf = (n: number, x: number, rest: Partial<HourCount> = {}): HourCount => ({ n, x, cell: 0, ...rest });

describe('errorRatio', () => {
  it('is errors over those that the pattern of the day and the upstream let one expect', () => {
    expect(errorRatio([hourOf(1000, 10), hourOf(1000, 30)], baseline)).toBeCloseTo(2, 12);
    expect(errorRatio([hourOf(1000, 20, { cell: 30 })], baseline)).toBeCloseTo(1, 12);
    expect(errorRatio([hourOf(1000, 30, { drift: 3 })], baseline)).toBeCloseTo(1, 12);
  });

  it('is that of the exposed users beside those with the toggle off', () => {
    expect(errorRatio([hourOf(1000, 40, { toggleOff: { n: 750, x: 15 } })], baseline)).toBeCloseTo(5, 12);
  });

  it('leaves out the hours with most too many errors, neither the busiest nor the worst of a few requests', () => {
    const hours = [hourOf(1000, 300), hourOf(50_000, 500), hourOf(3, 3), hourOf(1000, 10)];
    expect(errorRatio(hours, baseline, 1)).toBeCloseTo(513 / 510.03, 9);
    expect(errorRatio(hours, baseline, 2)).toBeCloseTo(1, 9);
  });

  it('leaves out as many of the hours that are alike as are asked for, wherever the worse ones are', () => {
    const alike = [hourOf(1000, 50), hourOf(1000, 50), hourOf(1000, 50)];
    const worse = hourOf(1000, 90);
    for (const hours of [
      [worse, ...alike],
      [...alike, worse],
    ]) {
      expect(errorRatio(hours, baseline, 1)).toBeCloseTo(5, 12);
      expect(errorRatio(hours, baseline, 2)).toBeCloseTo(5, 12);
      expect(errorRatio([...hours, hourOf(1000, 10)], baseline, 3)).toBeCloseTo(3, 12);
    }
  });

  it('counts no unknown hour, and says where there is nothing to compare', () => {
    expect(errorRatio([hourOf(0, 0), hourOf(1000, 10)], baseline, 1)).toBeNaN();
    expect(errorRatio([], baseline)).toBeNaN();
    expect(errorRatio([hourOf(1000, 2, { toggleOff: { n: 750, x: 0 } })], baseline)).toBe(Number.POSITIVE_INFINITY);
  });
});
