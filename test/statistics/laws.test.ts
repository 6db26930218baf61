import fc from 'fast-check';
import type { Baseline } from '../../lib/statistics/baseline';
import { HourLikelihood, Rate } from '../../lib/statistics/beta-binomial';
import { gateEvidence, gateLevel } from '../../lib/statistics/gate';
import type { HourCount } from '../../lib/statistics/hour-count';
import { regressionEvidence } from '../../lib/statistics/regression';
import { belowEvidence, thresholdEvidence } from '../../lib/statistics/threshold';
import { flatBaseline } from '../worlds/flat-baseline';

// Laws of one hour or of any hours. What concerns one function alone stands beside it, controls in comparison.test.ts.

const THETA = 0.05;
const LEVEL = 0.016;
const PLANNED_HOURS = 504;
const ONSET = 0.5 / PLANNED_HOURS;
const flat = flatBaseline(0.012, { noticeLevel: 0.0125 });
const hourOf = (n: number, x: number): HourCount => ({ n, x, cell: 0 });
const anyHour = fc
  .tuple(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 0.1, noNaN: true }))
  .map(([n, rate]) => hourOf(n, Math.floor(n * rate)));
const anyHours = fc.array(anyHour, { maxLength: 30 });
const pages = (hours: readonly HourCount[], change: Partial<Baseline> = {}, level = LEVEL, planned = PLANNED_HOURS) =>
  regressionEvidence(hours, { ...flat, ...change }, level, planned);
const page = (...given: Parameters<typeof pages>) => pages(...given).at(-1)!;
const gate = (hours: readonly HourCount[], exposure = 0.25, change: Partial<Baseline> = {}) =>
  gateEvidence(
    hours,
    { ...flat, ...change },
    hours.map(() => exposure),
    THETA,
  ).at(-1)!;
/** What evidence of one hour is on average when its errors are drawn at a rate. */
function average(n: number, rate: number, change: Partial<Baseline>, evidence: (hour: HourCount) => number): number {
  const { rho, eps } = { ...flat, ...change };
  let sum = 0;
  for (let x = 0; x <= n; x++)
    sum += new HourLikelihood(hourOf(n, x), rho, eps).at(new Rate(rate, rho)) * evidence(hourOf(n, x));
  return sum;
}
const FITS = [0.00002, 0.002, 0.05].flatMap((rho) =>
  [0.005, 0.05].flatMap((eps) => [1, 0.4].map((eta) => ({ rho, eps, eta }))),
);

describe('a law that holds:', () => {
  it('at the tolerated rate an hour raises PAGE and NOTICE by nothing on average, summed over all that chance may do', () => {
    for (const fit of FITS)
      for (const n of [1, 30, 300])
        for (const level of [0.0005, 0.016, 0.1]) {
          const mean = average(n, level, fit, (hour) => page([hour], fit, level));
          expect(mean).toBeLessThanOrEqual((0.5 + ONSET) * (1 + 1e-9));
        }
  });

  it('at the harm that the gate must rule out an hour raises GATE by nothing on average', () => {
    for (const fit of FITS)
      for (const n of [1, 30, 300])
        for (const exposure of [0.05, 0.5, 1]) {
          const harm = gateLevel(flat, THETA, exposure);
          expect(average(n, harm, fit, (hour) => gate([hour], exposure, fit))).toBeLessThanOrEqual(1 + 1e-9);
        }
  });

  it('while hours are alike, one at or below the tolerated rate never raises PAGE, but for the chance that something began', () => {
    const spread = fc.double({ min: 0.00002, max: 0.002, noNaN: true });
    fc.assert(
      fc.property(anyHours, fc.integer({ min: 1, max: 5000 }), fc.nat(), spread, (hours, n, pick, rho) => {
        const evidence = pages([...hours, hourOf(n, pick % (Math.floor(n * LEVEL) + 1))], { rho });
        expect(evidence.at(-1)).toBeLessThanOrEqual(((evidence.at(-2) ?? 0.5) + ONSET) * (1 + 1e-9));
      }),
    );
  });

  it('an hour at or below the limit never raises THRESHOLD, but for the chance that something began', () => {
    fc.assert(
      fc.property(anyHours, fc.integer({ min: 1, max: 5000 }), fc.nat(), (hours, n, pick) => {
        const good = hourOf(n, pick % (Math.floor(n * THETA) + 1));
        const evidence = thresholdEvidence([...hours, good], THETA, flat.rho, []);
        expect(evidence.at(-1)).toBeLessThanOrEqual(((evidence.at(-2) ?? 0) + 1 / 168) * (1 + 1e-9));
      }),
    );
  });

  it('a request without an error brings "below its limit" nearer, and one that fails takes it further away', () => {
    fc.assert(
      fc.property(anyHours, (hours) => {
        const now = belowEvidence([hourOf(0, 0), ...hours], THETA, flat.rho).at(-1)!;
        const [good, bad] = [0, 1].map((x) => belowEvidence([...hours, hourOf(1, x)], THETA, flat.rho).at(-1)!);
        fc.pre(now > 1e-290 && now < 1e290);
        expect(good).toBeGreaterThan(now);
        expect(bad).toBeLessThan(now);
      }),
    );
  });

  it('a longer plan never brings a page sooner', () => {
    fc.assert(
      fc.property(
        anyHours,
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 0, max: 2000 }),
        (hours, plan, more) => {
          const short = pages(hours, {}, LEVEL, plan);
          const long = pages(hours, {}, LEVEL, plan + more);
          const until = short.findIndex((one) => one >= 100);
          for (let t = 0; t < (until < 0 ? short.length : until + 1); t++)
            expect(long[t]).toBeLessThanOrEqual(short[t]! * (1 + 1e-12));
        },
      ),
    );
  });

  it('hours that count for less move GATE less, in either direction', () => {
    fc.assert(
      fc.property(anyHour, fc.double({ min: 0.2, max: 1, noNaN: true }), (hour, eta) => {
        const [full, less] = [gate([hour]), gate([hour], 0.25, { eta })];
        expect(less).toBeLessThanOrEqual(Math.max(1, full) * (1 + 1e-12));
        expect(less).toBeGreaterThanOrEqual(Math.min(1, full) * (1 - 1e-12));
      }),
    );
  });

  it('beside a toggle-off query an hour and its two halves tell the gate the same', () => {
    const beside = (n: number, x: number) => ({ ...hourOf(n, x), toggleOff: { n: (n * 3) / 4, x: x / 2 } });
    const exact = { rho: 0, p0: 0.012 };
    expect(gate([beside(2000, 24)], 0.25, exact)).toBeCloseTo(
      gate([beside(1000, 12), beside(1000, 12)], 0.25, exact),
      9,
    );
  });
});

describe('a law that one would expect and that does not hold:', () => {
  it('more errors are more evidence - no: an hour far from every alternative is an incident, and tells nothing', () => {
    expect(page([hourOf(5000, 150)])).toBeGreaterThan(page([hourOf(5000, 3000)]));
    expect(gate([hourOf(1000, 24)])).toBeLessThan(0.61);
    expect(gate([hourOf(1000, 300)])).toBeCloseTo(1, 6);
  });

  it('fewer errors speak more for advancing - no: 0 of 5,000 is as odd as an outage, and tells less than 5 or 10', () => {
    const [none, five, ten, usual] = [0, 5, 10, 60].map((x) => gate([hourOf(5000, x)])) as [
      number,
      number,
      number,
      number,
    ];
    expect(none).toBeLessThan(2);
    expect(five).toBeGreaterThan(5);
    expect(ten).toBeGreaterThan(5);
    expect(usual).toBeLessThan(none);
  });

  it('an outage hurts the gate more than a bad hour - no: a pass with an outage in it loses that one hour', () => {
    const with1 = (x: number) => gate([...new Array<HourCount>(29).fill(hourOf(1000, 12)), hourOf(1000, x)]);
    expect(with1(400)).toBeGreaterThan(with1(24));
    expect(with1(400)).toBeCloseTo(gate(new Array<HourCount>(29).fill(hourOf(1000, 12))), 6);
  });

  it('hours at the tolerated rate never raise PAGE - no: where hours differ much, so few far below their mean are odd', () => {
    const hours = new Array<HourCount>(30).fill(hourOf(4443, 71));
    expect(71 / 4443).toBeLessThan(LEVEL);
    expect(Math.max(...pages(hours, { rho: 0.05 }))).toBeGreaterThan(20);
    expect(Math.max(...pages(hours, { rho: 0.002 }))).toBeLessThan(1);
  });

  it('an hour and its two halves tell the same - no: an hour is one draw of its rate, and capped', () => {
    expect(page([hourOf(1000, 32), hourOf(1000, 32)])).toBeGreaterThan(4 * page([hourOf(2000, 64)]));
    expect(gate([hourOf(1000, 12), hourOf(1000, 12)])).toBeGreaterThan(gate([hourOf(2000, 24)]));
  });

  it('the order of the hours is all one to PAGE - no: it looks for what began and lasts', () => {
    expect(page([hourOf(1000, 12), hourOf(1000, 40)])).toBeGreaterThan(page([hourOf(1000, 40), hourOf(1000, 12)]));
  });

  it('who tolerates more has less evidence - no: the alternatives move with the level, and one may meet the hour', () => {
    expect(page([hourOf(1000, 100)], {}, 0.03)).toBeGreaterThan(page([hourOf(1000, 100)], {}, 0.016));
  });

  it('a noisier baseline makes for less evidence - no: what was an incident then is a bad hour', () => {
    expect(page([hourOf(5000, 250)], { rho: 0.002 })).toBeGreaterThan(page([hourOf(5000, 250)], { rho: 0.00002 }));
    expect(page([hourOf(1000, 30)], { rho: 0.002 })).toBeLessThan(page([hourOf(1000, 30)], { rho: 0.00002 }));
  });

  it('at rates well below the tolerated one PAGE falls on average - no: incidents there may raise it by 2 % an hour', () => {
    const fit = { rho: 0.00002, eps: 0.05 };
    const mean = average(800, 0.03, fit, (hour) => page([hour], fit, 0.1)) / (0.5 + ONSET);
    expect(mean).toBeGreaterThan(1.01);
    expect(mean).toBeLessThan(1.03);
  });

  it('at a rate that harms more the gate falls on average - no: beyond incidents it stays where it is', () => {
    const fit = { rho: 0.00002, eps: 0.05 };
    const mean = average(800, 0.108, fit, (hour) => gate([hour], 1, fit));
    expect(mean).toBeGreaterThan(1);
    expect(mean).toBeLessThan(1.01);
  });

  it('more errors never lower THRESHOLD later - no: it starts anew after it acted, however far it went', () => {
    const last = (x: number) =>
      thresholdEvidence([hourOf(1000, 60), hourOf(1000, x), hourOf(1000, 70)], THETA, 0.002)[2]!;
    expect(last(110)).toBeGreaterThan(100 * last(200));
  });

  it('more exposure makes the same hours prove less harm - no: the gate asks for less where harm would be larger', () => {
    expect(gate([hourOf(1000, 16)], 1)).toBeGreaterThan(gate([hourOf(1000, 16)], 0.25));
    expect(gate([hourOf(1000, 22)], 0.5)).toBeLessThan(gate([hourOf(1000, 22)], 0.25));
  });
});
