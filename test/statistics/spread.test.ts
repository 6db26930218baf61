import fc from 'fast-check';
import { indistinctUpTo, spreadOf, toleratedLevel, toleratedLevels } from '../../lib/statistics/spread';

const THETA = 0.05;
const CRITERION = { allowed: 0.25, floor: 0.001 };
const week = (errors: number, expected = 100) => ({ errors, expected });

describe('spreadOf', () => {
  it('has the value of its example', () => {
    expect(spreadOf([week(100), week(200)], 1)).toEqual({ spread: expect.closeTo(0.478, 3), spreadWeeks: 2 });
  });

  it('is 0 with less than two weeks, and where chance explains all', () => {
    expect(spreadOf([], 1)).toEqual({ spread: 0, spreadWeeks: 0 });
    expect(spreadOf([week(500)], 1)).toEqual({ spread: 0, spreadWeeks: 1 });
    expect(spreadOf([week(90), week(105), week(97), week(110)], 1).spread).toBe(0);
    expect(spreadOf([week(100), week(200)], 60).spread).toBe(0);
  });

  it('is finite where a week has no error at all', () => {
    expect(spreadOf([week(0), week(100_000, 100_000)], 1).spread).toBeGreaterThan(3);
  });
});

describe('toleratedLevels', () => {
  it('tolerates no spread beside a control query, which shares it', () => {
    expect(toleratedLevels({ p0: 0.01, spread: 0.2, spreadWeeks: 12 }, CRITERION, THETA)).toEqual({
      before: expect.closeTo(0.0187, 4),
      toggleOff: expect.closeTo(0.0135, 12),
    });
  });

  it('asks for more where fewer weeks show the spread', () => {
    const levels = [12, 8, 4, 2].map((spreadWeeks) =>
      toleratedLevel({ p0: 0.01, spread: 0.1, spreadWeeks }, CRITERION, THETA),
    );
    expect(levels).toEqual(levels.toSorted((a, b) => a - b));
    expect(new Set(levels).size).toBe(4);
  });
});

describe('indistinctUpTo', () => {
  it('has the value of its example, and stays a rate', () => {
    expect(indistinctUpTo({ p0: 0.02, spread: 0.1, spreadWeeks: 12, se: 0.02 })).toBeCloseTo(0.0251, 4);
    expect(indistinctUpTo({ p0: 0.3, spread: 2, spreadWeeks: 2, se: 1.4 })).toBe(0.95);
    expect(indistinctUpTo({ p0: 0.02, spread: 0, spreadWeeks: 12, se: 0 })).toBe(0.02);
  });
});

describe('toleratedLevel', () => {
  it('has the value of its example', () => {
    expect(toleratedLevel({ p0: 0.02, spread: 0, spreadWeeks: 4 }, CRITERION, THETA)).toBeCloseTo(0.026, 12);
    expect(toleratedLevel({ p0: 0.02, spread: 0.1, spreadWeeks: 12 }, CRITERION, THETA)).toBeCloseTo(0.02735, 5);
  });

  it('is at least what the criterion allows, and at most theta while the baseline is below it', () => {
    const rate = fc.double({ min: 1e-6, max: 0.4, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, rate, share, share, rate, (one, other, allowed, floor, theta) => {
        const p0 = one;
        const level = toleratedLevel({ p0, spread: other, spreadWeeks: 4 }, { allowed, floor }, theta);
        const asked = p0 * (1 + allowed) + floor;
        expect(level).toBeGreaterThanOrEqual(Math.min(asked, p0 < theta ? theta : 1));
        expect(level).toBeLessThanOrEqual(p0 < theta ? theta : 1);
      }),
    );
  });

  it('is not held down by a theta that the baseline is above', () => {
    expect(toleratedLevel({ p0: 0.08, spread: 0, spreadWeeks: 1 }, CRITERION, THETA)).toBeCloseTo(0.101, 12);
  });

  it.each([
    [{ allowed: Number.NaN, floor: 0 }, THETA, 'allowed and floor - got NaN and 0, expected numbers from 0'],
    [{ allowed: 0, floor: -1 }, THETA, 'allowed and floor - got 0 and -1, expected numbers from 0'],
    [CRITERION, Number.NaN, 'theta - got NaN, expected a fraction above 0 and below 1'],
    [CRITERION, 1, 'theta - got 1, expected a fraction above 0 and below 1'],
  ])('refuses %j with theta %p', (criterion, theta, message) => {
    expect(() => toleratedLevel({ p0: 0.02, spread: 0, spreadWeeks: 12 }, criterion, theta)).toThrow(
      new RangeError(message),
    );
  });
});
