import { fitBaseline } from '../../lib/statistics/baseline';
import { HourLikelihood, logBetaBinomial, logGamma, Rate } from '../../lib/statistics/beta-binomial';
import { gateEvidence, gateLevel, hoursStillNeeded, provenLevel } from '../../lib/statistics/gate';
import { regressionEvidence } from '../../lib/statistics/regression';
import { toleratedLevel } from '../../lib/statistics/spread';
import { belowEvidence, thresholdEvidence } from '../../lib/statistics/threshold';
import { BASELINE_HOURS, exposureAt, golden, goldenStream } from '../worlds/golden-stream';

const THETA = 0.05;
const PLANNED_HOURS = 336;
const WEEK = 168;

function expectClose(actual: number | undefined, expected: number, tolerance: number): void {
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

const scalars = (fn: string) =>
  golden.scalars
    .filter((row) => row.fn.startsWith(fn))
    .map((row) => ({ args: row.args.map(Number), value: Number(row.value) }));

describe('golden scalars, from 50-digit arithmetic', () => {
  it.each(scalars('lgamma'))('log gamma of $args is exact to 13 digits', ({ args, value }) => {
    expectClose(logGamma(args[0]!), value, 1e-13);
  });

  it.each(scalars('logBetaBinomial'))('the log beta-binomial of $args is exact to 9 digits', ({ args, value }) => {
    const [x, n, mu, rho] = args as [number, number, number, number];
    expectClose(logBetaBinomial(x, n, mu, rho), value, 1e-9);
  });

  it.each(scalars('hourLR'))('the likelihood ratio of an hour $args is exact to 9 digits', ({ args, value }) => {
    const [x, n, before, after, rho] = args as [number, number, number, number, number];
    const likelihood = new HourLikelihood({ x, n }, rho, 0.005);
    expectClose(likelihood.at(new Rate(after, rho)) / likelihood.at(new Rate(before, rho)), value, 1e-9);
  });
});

it('fits four weeks of 100 requests an hour without an error as the reference does', () => {
  const cells = goldenStream(golden.traces[0]!.stream).slice(0, BASELINE_HOURS);
  const baseline = fitBaseline(cells.map(({ cell }) => ({ n: 100, x: 0, cell })))!;
  const level = toleratedLevel(baseline, { allowed: 0.25, floor: 0.001 }, THETA);
  for (const [name, value] of Object.entries(golden.cleanBaseline)) {
    expectClose({ ...baseline, level }[name as keyof typeof golden.cleanBaseline], value, 1e-9);
  }
});

describe.each(golden.traces)('golden trace of $stream', (trace) => {
  const all = goldenStream(trace.stream);
  const before = all.slice(0, BASELINE_HOURS);
  const hours = all.slice(BASELINE_HOURS);
  const baseline = fitBaseline(before)!;
  const level = toleratedLevel(baseline, { allowed: 0.25, floor: 0.001 }, THETA);
  const exposures = hours.map((_, t) => exposureAt(t));

  it('is computed on the same stream', () => {
    const sum = (list: typeof all, of: 'n' | 'x') => list.reduce((total, hour) => total + hour[of], 0);
    expect({ n: sum(all, 'n'), x: sum(all, 'x'), baselineN: sum(before, 'n'), baselineX: sum(before, 'x') }).toEqual(
      trace.sums,
    );
    expect(all.slice(0, 6).map(({ n, x, cell }) => [n, x, cell])).toEqual(trace.first);
    expect([baseline.requests, baseline.errors, baseline.weeks]).toEqual([
      trace.sums.baselineN,
      trace.sums.baselineX,
      4,
    ]);
  });

  it('has the same fit', () => {
    for (const [name, value] of Object.entries(trace.fit)) {
      expectClose({ ...baseline, level }[name as keyof typeof trace.fit], value, 1e-7);
    }
    trace.season.forEach((value, cell) => {
      expectClose(baseline.season[cell], value, 1e-7);
    });
  });

  it.each([
    ['page', () => regressionEvidence(hours, baseline, level, PLANNED_HOURS)],
    ['notice', () => regressionEvidence(hours, baseline, baseline.noticeLevel, PLANNED_HOURS)],
    ['threshold', () => thresholdEvidence(hours, THETA, baseline.rho)],
    ['below', () => belowEvidence(hours, THETA, baseline.rho)],
    ['gate', () => gateEvidence(hours, baseline, exposures, THETA)],
  ] as const)('has the same %s evidence at every hour picked', (name, evidence) => {
    const values = evidence();
    trace.pick.forEach((hour, index) => {
      expectClose(values[hour], trace[name][index]!, 1e-7);
    });
  });

  it('has the same gate levels, proven level and hours still needed', () => {
    const week = hours.slice(0, WEEK);
    expectClose(gateLevel(baseline, THETA, 0.25), trace.gateLevel[0], 1e-7);
    expectClose(gateLevel(baseline, THETA, 0.5), trace.gateLevel[1], 1e-7);
    expectClose(provenLevel(week, baseline), trace.provenLevelAt168, 1e-7);
    expectClose(hoursStillNeeded(1, baseline, gateLevel(baseline, THETA, 0.25), week), trace.hoursMoreFrom1At25, 1e-7);
  });
});
