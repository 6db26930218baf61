import { type Counted, keyOf } from '../../../lib/doctor/requests/counts';
import { lifetimeOf } from '../../../lib/doctor/requests/lifetime';
import { presenceChecks, trafficCheck } from '../../../lib/doctor/requests/presence';
import { nothingSeen, see } from '../../../lib/doctor/requests/seen';
import { NO_SIBLINGS } from '../../../lib/doctor/requests/siblings';
import { statusChecks, sumsCheck } from '../../../lib/doctor/requests/statuses';
import { HOURS_PER_WEEK } from '../../../lib/facts/hour';
import { seriesOf } from '../../../lib/release/series-of';
import { questionOf } from '../../../lib/sources/datadog/question';
import { MONTH } from '../../worlds/moments';
import { releaseOf } from '../../worlds/small-release';

const release = releaseOf('small', { endpoints: [{ name: '#show', tag: 'show', criteria: [{ below: '5%' }] }] });
const series = seriesOf(release);

const scope: Counted = new Map([[keyOf(), new Map(Array.from({ length: MONTH }, (_, hour) => [hour, 10_000]))]]);

/** Four weeks with requests by status in the newest week, and some visits in the three weeks before it, evenly. */
function seen(byStatus: Record<string, number>, earlier = 0, all = 0) {
  const points = (sum: number) => new Map([[MONTH - 30, sum]]);
  const status = new Map(Object.entries(byStatus).map(([label, sum]) => [keyOf('show', label), points(sum)]));
  const every = Math.floor((3 * HOURS_PER_WEEK) / earlier);
  const visits = Array.from({ length: earlier }, (_, index): [number, number] => [
    MONTH - HOURS_PER_WEEK - 1 - index * every,
    1,
  ]);
  if (earlier > 0) status.set(keyOf('show', '204'), new Map(visits));
  const whole = new Map([[keyOf('show'), points(all)]]);
  const found = nothingSeen(0, MONTH);
  const counted: Record<string, Counted> = { requests: status, sums: whole, canary: scope };
  const answers = questionOf(release.datadog, series).map((query) => ({ query, counted: counted[query.name]! }));
  see(found, release, series, answers);
  return found;
}

const outcomes = (checks: { outcome: string }[]) => checks.map(({ outcome }) => outcome);
const checked = (all: number, byStatus: Record<string, number>) => {
  const hours = seen(byStatus, 0, all);
  return outcomes([sumsCheck(release, hours), ...statusChecks(release, hours)]);
};

test.each([
  [10_000, 9_990, 'ok'],
  [10_000, 9_989, 'wrong'],
  [10_000, 10_011, 'wrong'],
  [10, 9, 'ok'],
  [10, 8, 'wrong'],
])('%d requests of which %d have a status: sums %s', (all, sum, outcome) => {
  expect(checked(all, { 200: sum })).toEqual([outcome, 'ok']);
});

test.each([
  [{ 200: 90, 'N/A': 10 }, 'ok'],
  [{ 200: 89, 'N/A': 11 }, 'wrong'],
  [{ 200: 50, 999: 50 }, 'wrong'],
  [{ 200: 3, 'N/A': 2 }, 'ok'],
  [{ 200: 3, 'N/A': 3 }, 'wrong'],
])('statuses %j are %s', (byStatus, outcome) => {
  const all = Object.values(byStatus).reduce((a, b) => a + b);
  expect(checked(all, byStatus)).toEqual(['ok', outcome]);
});

test('without a request there is nothing to compare, and nothing is ok', () => {
  expect(checked(0, {})).toEqual(['skipped', 'skipped']);
});

test.each([
  [0, 'wrong'],
  [10, 'ok'],
  [20, 'ok'],
  [21, 'wrong'],
])('no request in a week after %d in three is %s', (earlier, outcome) => {
  const hours = seen({}, earlier);
  const lifetime = lifetimeOf(hours.bySeries.get('#show')!, 3);
  const lifetimes = new Map(lifetime ? [['#show', lifetime]] : []);
  expect(trafficCheck(release, hours).outcome).toBe('ok');
  expect(outcomes(presenceChecks(release, hours, lifetimes, () => NO_SIBLINGS))).toEqual([outcome]);
});
