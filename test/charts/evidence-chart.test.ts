import type { ChartedEvidence } from '../../lib/charts/charted';
import { evidenceChart } from '../../lib/charts/evidence-chart';
import { svg } from '../../lib/charts/plot';
import { LAUNCH } from '../worlds/moments';

const counted = { requests: 100, errors: 1 };
const chartOf = (breach: number[], hours: ChartedEvidence['hours'] = breach.map(() => counted)) => {
  const evidence = [{ criterion: 'ceiling', breach, pass: [], passesAt: 20 }] as ChartedEvidence['evidence'];
  const span = { from: LAUNCH, to: LAUNCH + hours.length, timeZone: 'UTC', stays: [] };
  const { markup } = svg(evidenceChart(span, { hours, evidenceFrom: LAUNCH, evidence }, 900));
  return /<path d="([^"]*)"[^>]* stroke="var\(--other\)"/.exec(markup)![1]!;
};
const heightsOf = (line: string) => [...line.matchAll(/(?:M[\d.]+ |V)([\d.]+)/g)].map(([, y]) => Number(y));

test('odds stand on a log scale from 0.1 to 10,000, and at its edges beyond it', () => {
  expect(heightsOf(chartOf([0.1, 1, 10_000]))).toEqual([190, 156, 20]);
  expect(heightsOf(chartOf([0.0001, 1e9]))).toEqual([190, 20]);
});

test('no line crosses an hour that is unknown, and none is drawn before there is evidence', () => {
  expect(chartOf([1, 2, 3], [counted, undefined, counted]).match(/M/g)).toHaveLength(2);
  expect(chartOf([], [counted])).toBe('');
});
