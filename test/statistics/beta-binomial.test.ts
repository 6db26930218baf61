import fc from 'fast-check';
import {
  boundedRate,
  HourLikelihood,
  logBetaBinomial,
  logGamma,
  Rate,
  variationOf,
} from '../../lib/statistics/beta-binomial';
import { checkHours } from '../../lib/statistics/hour-count';

const rate = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
const rho = fc.double({ min: 1e-6, max: 0.5, noNaN: true });
const requests = fc.integer({ min: 0, max: 80 });
const counts = (n: number) => Array.from({ length: n + 1 }, (_, x) => x);

describe('logGamma', () => {
  it('has the value of its example', () => {
    expect(logGamma(0.5)).toBeCloseTo(0.5723649429247001, 14);
  });

  it('obeys the recurrence of the factorial', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e6, noNaN: true }), (z) => {
        expect(Math.abs(logGamma(z + 1) - logGamma(z) - Math.log(z))).toBeLessThanOrEqual(
          1e-14 * (1 + logGamma(z + 1)) + 1e-13,
        );
      }),
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %p', (z) => {
    expect(() => logGamma(z)).toThrow(new RangeError(`logGamma - got ${z}, expected a number above 0`));
  });
});

describe('logBetaBinomial', () => {
  it('has the value of its example', () => {
    expect(logBetaBinomial(7, 200, 0.02, 0.01)).toBeCloseTo(-2.943177844638841, 9);
  });

  it('is a distribution with the mean and the variance that it claims', () => {
    fc.assert(
      fc.property(requests, rate, rho, (n, mu, correlation) => {
        const p = counts(n).map((x) => Math.exp(logBetaBinomial(x, n, mu, correlation)));
        const moment = (k: number) => p.reduce((sum, one, x) => sum + one * (x - n * mu) ** k, 0);
        expect(moment(0)).toBeCloseTo(1, 8);
        expect(moment(1)).toBeCloseTo(0, 6);
        const variance = n * mu * (1 - mu) * (1 + (n - 1) * correlation);
        expect(Math.abs(moment(2) - variance)).toBeLessThanOrEqual(1e-6 * (1 + variance));
      }),
    );
  });

  it('of errors at mu is that of successes at 1 - mu', () => {
    fc.assert(
      fc.property(requests, rate, rho, fc.nat(), (n, mu, correlation, pick) => {
        const x = pick % (n + 1);
        expect(logBetaBinomial(x, n, mu, correlation)).toBeCloseTo(logBetaBinomial(n - x, n, 1 - mu, correlation), 6);
      }),
    );
  });

  it('comes to the binomial as rho goes to 0', () => {
    expect(Math.exp(logBetaBinomial(0, 59, 0.05, 1e-9))).toBeCloseTo(0.95 ** 59, 7);
  });

  it('is 0 for an hour without requests', () => {
    expect(logBetaBinomial(0, 0, 0.05, 0.002)).toBeCloseTo(0, 14);
  });

  it.each([
    [2, 1, 0.05, 0.002, 'errors of an hour - got 2, expected a whole number from 0 to its 1 requests'],
    [-1, 1, 0.05, 0.002, 'errors of an hour - got -1, expected a whole number from 0 to its 1 requests'],
    [0, 1.5, 0.05, 0.002, 'requests of an hour - got 1.5, expected a whole number from 0'],
    [0, Number.NaN, 0.05, 0.002, 'requests of an hour - got NaN, expected a whole number from 0'],
    [0, 1, 0, 0.002, 'mu - got 0, expected a fraction above 0 and below 1'],
    [0, 1, 1, 0.002, 'mu - got 1, expected a fraction above 0 and below 1'],
    [0, 1, 0.05, Number.NaN, 'rho - got NaN, expected a fraction above 0 and below 1'],
  ])('refuses %p errors in %p requests at rate %p and rho %p', (x, n, mu, correlation, message) => {
    expect(() => logBetaBinomial(x, n, mu, correlation)).toThrow(new RangeError(message));
  });
});

it.each([0, 1, 12, 18, 19, 20, 30, 31])('the largest count that there is has a likelihood with %i errors', (x) => {
  const n = Number.MAX_SAFE_INTEGER;
  for (const correlation of [1e-9, 0.002, 0.5]) {
    expect(Number.isFinite(logBetaBinomial(x, n, 0.02, correlation))).toBe(true);
    expect(Number.isFinite(logBetaBinomial(n - x, n, 0.02, correlation))).toBe(true);
  }
});

describe('the likelihood of an hour', () => {
  it('is a distribution over the counts of an hour', () => {
    fc.assert(
      fc.property(requests, rate, rho, fc.double({ min: 0.005, max: 0.05, noNaN: true }), (n, mu, correlation, eps) => {
        const total = counts(n).reduce(
          (sum, x) => sum + new HourLikelihood({ n, x }, correlation, eps).at(new Rate(mu, correlation)),
          0,
        );
        expect(total).toBeCloseTo(1, 8);
      }),
    );
  });

  it('is that of its logarithm, and of an incident, however few or many errors and requests there are', () => {
    const errors = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 20_000_000_000 }));
    const passed = fc.oneof(requests, fc.integer({ min: 0, max: 20_000_000_000 }));
    fc.assert(
      fc.property(errors, passed, rate, rho, (x, rest, mu, correlation) => {
        const n = x + rest;
        const expected = 0.99 * Math.exp(logBetaBinomial(x, n, mu, correlation)) + 0.01 / (n + 1);
        const found = new HourLikelihood({ n, x }, correlation, 0.01).at(new Rate(mu, correlation));
        expect(Math.abs(found / expected - 1)).toBeLessThan(1e-9 + 1e-13 * n);
      }),
      { numRuns: 500 },
    );
  });

  it('is never 0, so that an incident says nothing about any rate', () => {
    const inHour = new HourLikelihood({ n: 50_000, x: 50_000 }, 0.00002, 0.005);
    const likelihood = (mu: number) => inHour.at(new Rate(mu, 0.00002));
    expect(likelihood(0.0001)).toBeGreaterThan(0);
    expect(likelihood(0.01) / likelihood(0.0001)).toBeCloseTo(1, 12);
  });

  it('keeps a rate between 1 in ten million and 95 %', () => {
    expect([boundedRate(0), boundedRate(0.02), boundedRate(7)]).toEqual([1e-7, 0.02, 0.95]);
  });
});

it('refuses a cell outside the daily pattern', () => {
  expect(() => checkHours([{ n: 1, x: 0, cell: 48 }])).toThrow(
    new RangeError('cell of an hour - got 48, expected a whole number from 0 to 47'),
  );
});

const hours = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.integer({ min: 0, max: 1_000_000 })),
  {
    minLength: 1,
    maxLength: 30,
  },
);

describe('variationOf', () => {
  it('is 0 where chance alone explains the squares, and half where nothing does', () => {
    expect(variationOf([1, 1], [100, 100], 2, 0.1)).toBe(0);
    expect(variationOf([3, 3], [0, 0], 1, 0.1)).toBeCloseTo(0.5, 12);
  });

  it('is where the sum crosses its target, to eleven digits, from wherever it is looked for', () => {
    fc.assert(
      fc.property(hours, fc.double({ min: 0, max: 0.5, noNaN: true }), (some, near) => {
        const [squares, others] = [some.map(([square]) => square), some.map(([, n]) => n)];
        const target = Math.max(1, squares.length - 1);
        const tooMuch = (rho: number) => squares.reduce((sum, z2, i) => sum + z2 / (1 + others[i]! * rho), 0) > target;
        let [low, high] = [0, 0.5];
        for (let step = 0; step < 50; step++) {
          const middle = (low + high) / 2;
          if (tooMuch(middle)) low = middle;
          else high = middle;
        }
        const found = variationOf(squares, others, target, near);
        const exact = tooMuch(0) ? (low + high) / 2 : 0;
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(1e-11 * exact + 1e-15);
      }),
    );
  });
});
