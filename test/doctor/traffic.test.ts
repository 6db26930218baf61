import { keyOf, type Sums } from '../../lib/doctor/counts';
import { statusChecks, trafficChecks } from '../../lib/doctor/traffic';
import { releaseOf } from '../worlds/small-release';

const release = releaseOf('small', { endpoints: [{ name: '#show', tag: 'show', criteria: [{ below: '5%' }] }] });

/** Counts of the endpoint: all its requests, and those by status. */
function counted(all: number, byStatus: Record<string, number>, earlier = 0) {
  const status: Sums = new Map(Object.entries(byStatus).map(([label, sum]) => [keyOf('show', label), sum]));
  return {
    all: new Map([[keyOf(), 1_000_000]]),
    endpoint: new Map(all > 0 ? [[keyOf('show'), all]] : []),
    status,
    toggleOff: new Map(),
    earlier: new Map([['#show', earlier]]),
    known: [],
  };
}

const outcomes = (checks: { outcome: string }[]) => checks.map(({ outcome }) => outcome);

test.each([
  [10_000, 9_990, 'ok'],
  [10_000, 9_989, 'wrong'],
  [10_000, 10_011, 'wrong'],
  [10, 9, 'ok'],
  [10, 8, 'wrong'],
])('%d requests of which %d have a status: sums %s', (all, sum, outcome) => {
  expect(outcomes(statusChecks(release, counted(all, { 200: sum })))).toEqual([outcome, 'ok']);
});

test.each([
  [{ 200: 90, 'N/A': 10 }, 'ok'],
  [{ 200: 89, 'N/A': 11 }, 'wrong'],
  [{ 200: 50, 999: 50 }, 'wrong'],
])('statuses %j are %s', (byStatus, outcome) => {
  expect(outcomes(statusChecks(release, counted(100, byStatus)))).toEqual(['ok', outcome]);
});

test('without a request there is nothing to compare, and nothing is ok', () => {
  expect(outcomes(statusChecks(release, counted(0, {})))).toEqual(['skipped', 'skipped']);
});

test.each([
  [0, 'wrong'],
  [9, 'ok'],
  [10, 'wrong'],
])('no request in a week after %d in three is %s', (earlier, outcome) => {
  expect(outcomes(trafficChecks(release, counted(0, {}, earlier)))).toEqual(['ok', outcome]);
});
