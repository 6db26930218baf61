import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { estimatedShift, rankScore } from '../../lib/backtest/mann-whitney';
import { type Baseline, fitBaseline } from '../../lib/statistics/baseline';
import { logBetaBinomial, logGamma } from '../../lib/statistics/beta-binomial';
import { comparisonOf } from '../../lib/statistics/comparison';
import { gateEvidence, gateLevel } from '../../lib/statistics/gate';
import type { HourCount } from '../../lib/statistics/hour-count';
import { regressionEvidence } from '../../lib/statistics/regression';
import { spreadOf, toleratedLevel } from '../../lib/statistics/spread';
import { thresholdEvidence } from '../../lib/statistics/threshold';
import { divergence } from '../../scripts/bench/bound';

type Row = number[];
interface Trace {
  hours: [number, number][];
  page: Row;
  notice: Row;
  threshold: Row;
  gate: Row;
}
/** What reference.py, beside the file, computed from the formulas alone. */
const reference: {
  logGamma: Row[];
  logBetaBinomial: Row[];
  control: Row[];
  mannWhitney: { experiment: Row; control: Row; score: number; median: [number, number] }[];
  divergence: Row[];
  mandelPaule: { n: Row; x: Row; rho: number; p0: number };
  spread: [errors: Row, expected: Row, inflation: number, spread: number][];
  levels: Row[];
  evidence: Record<'planned' | 'theta' | 'exposure' | 'tolerated' | 'noticed', number> & {
    fit: Pick<Baseline, 'p0' | 'rho' | 'eps' | 'eta' | 'se' | 'spread' | 'spreadWeeks'>;
    season: Row;
    traces: Trace[];
    long: { hours: [number, number][]; exposure: number; gate: Row };
    beside: { hours: [number, number, number, number][]; page: Row; gate: Row };
  };
} = JSON.parse(readFileSync(join(__dirname, '../golden/reference.json'), 'utf8'));

/** Relative, and absolute where the value itself is near 0. */
function expectClose(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(expected)));
}
function expectAllClose(actual: readonly number[], expected: Row, tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, t) => {
    expect(Math.abs(actual[t]! / value - 1)).toBeLessThanOrEqual(tolerance);
  });
}

describe('the functions, against scipy and arithmetic of 50 digits', () => {
  it('the ln of gamma is exact to about 1e-14 from 1e-7 to 1e9', () => {
    for (const [z, value] of reference.logGamma) expectClose(logGamma(z!), value!, 2e-14);
  });

  it('the beta-binomial is that of scipy, and exact to 1e-9 at the ends of what a rate can be, to 1e-8 beyond a million requests', () => {
    for (const [x, n, mu, rho, value] of reference.logBetaBinomial)
      expectClose(logBetaBinomial(x!, n!, mu!, rho!), value!, n! > 1e6 ? 1e-8 : 1e-9);
  });

  it('the comparison with a toggle-off query is the conditional binomial, of events where errors come in clusters', () => {
    for (const [on, off, x1, x0, ratio, cluster, value] of reference.control) {
      const n = on! + off!;
      const hour: HourCount = { n, x: x1! + x0!, cell: 0, toggleOff: { n: off!, x: x0! } };
      const baseline = { p0: 0.01, rho: (cluster! - 1) / (n - 1) } as Baseline;
      const compared = comparisonOf(hour, baseline);
      expectClose(compared.logLikelihood(compared.shareAt(0.01 * ratio!)), value!, 1e-11);
    }
  });

  it('the rank-sum score is that of scipy with both corrections, and the shift the median of all differences', () => {
    for (const { experiment, control, score, median } of reference.mannWhitney) {
      expectClose(rankScore(experiment, control, 0), score, 1e-12);
      const [low, high] = median.map((one) => Math.max(0, one)) as [number, number];
      const shift = estimatedShift(experiment, control);
      expect(shift).toBeGreaterThanOrEqual(low - 1e-8);
      expect(shift).toBeLessThanOrEqual(high + 1e-8);
    }
    expect(reference.mannWhitney.some(({ score }) => score === 0)).toBe(true);
  });

  it('what an hour tells is the sum over every count, within half a percent', () => {
    for (const [n, mu, other, rho, value] of reference.divergence)
      expect(Math.abs(divergence(n!, mu!, other!, rho!) / value! - 1)).toBeLessThan(0.005);
  });

  it('rho is what another root finder says of the same week', () => {
    const { n, x, rho, p0 } = reference.mandelPaule;
    const fitted = fitBaseline(n.map((one, t) => ({ n: one, x: x[t]!, cell: 0 })))!;
    expect(fitted.incidentHours).toBe(0);
    expectAllClose([fitted.rho, fitted.p0], [rho, p0], 1e-7);
  });
});

describe('how much weeks differ', () => {
  it('is what their variance has beyond chance', () => {
    for (const [errors, expected, inflation, spread] of reference.spread) {
      const weeks = errors.map((one, week) => ({ errors: one, expected: expected[week]! }));
      expectClose(spreadOf(weeks, inflation).spread, spread, 1e-9);
    }
  });

  it('moves what is tolerated, and what the gate must rule out', () => {
    for (const [p0, spread, spreadWeeks, se, exposure, tolerated, harmful] of reference.levels as Required<Row>[]) {
      const weekly = { p0: p0!, spread: spread!, spreadWeeks: spreadWeeks!, se: se! };
      expectClose(toleratedLevel(weekly, { allowed: 0.25, floor: 0.001 }, 0.05), tolerated!, 1e-13);
      expectClose(gateLevel(weekly, 0.05, exposure!), harmful!, 1e-13);
    }
  });
});

describe('ten hours of evidence, with 50 digits from the formulas', () => {
  const { fit, planned, theta, exposure, tolerated, noticed, season, traces, long, beside } = reference.evidence;
  const baseline = { ...fit, season } as unknown as Baseline;

  it.each(traces.map((trace, index) => ({ name: ['mild', 'bad', 'good'][index], ...trace })))('$name', (trace) => {
    const hours = trace.hours.map(([n, x], cell): HourCount => ({ n, x, cell }));
    const exposures = hours.map(() => exposure);
    expectAllClose(regressionEvidence(hours, baseline, tolerated, planned), trace.page, 1e-10);
    expectAllClose(regressionEvidence(hours, baseline, noticed, planned), trace.notice, 1e-10);
    expectAllClose(thresholdEvidence(hours, theta, fit.rho, [0, 5]), trace.threshold, 1e-9);
    expectAllClose(gateEvidence(hours, baseline, exposures, theta), trace.gate, 1e-10);
  });

  it('of the gate is not hoarded over a hundred and twenty', () => {
    const hours = long.hours.map(([n, x], t): HourCount => ({ n, x, cell: t % 10 }));
    const evidence = gateEvidence(
      hours,
      baseline,
      hours.map(() => long.exposure),
      theta,
    );
    expect(Math.max(...evidence)).toBeGreaterThan(5000);
    expectAllClose(evidence, long.gate, 1e-9);
  });

  it('beside a toggle-off query', () => {
    const hours = beside.hours.map(
      ([on, x1, off, x0], cell): HourCount => ({ n: on + off, x: x1 + x0, cell, toggleOff: { n: off, x: x0 } }),
    );
    const exposures = hours.map(() => exposure);
    expectAllClose(regressionEvidence(hours, baseline, tolerated, planned), beside.page, 1e-10);
    expectAllClose(gateEvidence(hours, baseline, exposures, theta), beside.gate, 1e-10);
  });
});
