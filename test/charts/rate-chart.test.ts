import type { ChartedRates, CountedHour } from '../../lib/charts/charted';
import { svg } from '../../lib/charts/plot';
import { rateChart } from '../../lib/charts/rate-chart';
import { LAUNCH } from '../worlds/moments';

const span = (hours: readonly CountedHour[]) => ({
  from: LAUNCH,
  to: LAUNCH + hours.length,
  timeZone: 'UTC',
  stays: [],
});
const counted = (requests: number, errors: number) => ({ requests, errors });
const chartOf = (hours: readonly CountedHour[], more: Partial<ChartedRates> = {}) =>
  svg(rateChart(span(hours), { hours, incidents: [], ...more }, 900)).markup;
const pathsOf = (chart: string, stroke: string) =>
  [...chart.matchAll(/<path d="([^"]*)"[^>]* stroke="var\(--(\w+)\)"/g)]
    .filter(([, , is]) => is === stroke)
    .map(([, d]) => d!);

test('an unknown hour is grey in both plots, and no line crosses it', () => {
  const chart = chartOf([counted(100, 1), undefined, counted(100, 1)]);
  expect(chart.match(/fill="var\(--unknown\)"/g)).toHaveLength(2);
  expect(pathsOf(chart, 'hourly')[0]!.match(/M/g)).toHaveLength(2);
  expect(pathsOf(chart, 'rate')[0]!.match(/M/g)).toHaveLength(2);
});

test('an hour without an error is drawn at 0, and one without requests has no rate', () => {
  const bottom = /M\S+ 210H/;
  expect(pathsOf(chartOf([counted(100, 0)]), 'hourly')[0]).toMatch(bottom);
  expect(pathsOf(chartOf([counted(0, 0)]), 'hourly')[0]).toBe('');
});

test('a limit is drawn where it is near, at most twice as high as what is shown', () => {
  const hours = Array.from({ length: 48 }, () => counted(1000, 10));
  expect(chartOf(hours, { limit: 0.02 })).toContain('>limit 2 %<');
  expect(chartOf(hours, { limit: 0.0201 })).not.toContain('>limit');
});

test.each([
  ['nothing', []],
  ['unknown hours', [undefined, undefined]],
  ['no requests', [counted(0, 0)]],
  ['no errors', [counted(5, 0)]],
])('of %s, nothing is divided by zero', (_, hours) => {
  expect(chartOf(hours)).not.toMatch(/NaN|Infinity|undefined/);
});

test('a stage that a toggle said is marked so, where there is room', () => {
  const hours = Array.from({ length: 24 }, () => counted(100, 1));
  const labelled = (byToggle: boolean, left: number) =>
    svg(
      rateChart(
        {
          ...span(hours),
          stays: [
            {
              stage: 'A',
              exposure: 0.25,
              from: LAUNCH,
              to: LAUNCH + left,
              ...(byToggle && { byToggle: true as const }),
            },
            { stage: 'B', exposure: 0.5, from: LAUNCH + left, to: LAUNCH + 24 },
          ],
        },
        { hours, incidents: [] },
        900,
      ),
    ).markup;
  expect(labelled(true, 12)).toContain('>A 25 % by the toggle<');
  expect(labelled(true, 2)).toContain('>A 25 %<');
  expect(labelled(false, 12)).toContain('>A 25 %<');
  expect(labelled(true, 12)).toContain('>B 50 %<');
});

test('what was alerted before or after these hours is not drawn', () => {
  const hours = Array.from({ length: 4 }, () => counted(100, 1));
  const bars = (from: number, to?: number) =>
    chartOf(hours, { incidents: [{ from: LAUNCH + from, ...(to !== undefined && { to: LAUNCH + to }) }] }).match(
      /height="6" fill="var\(--broken\)"/g,
    )?.length ?? 0;
  expect([bars(-2, 0), bars(-2, 1), bars(3), bars(4)]).toEqual([0, 1, 1, 0]);
});
