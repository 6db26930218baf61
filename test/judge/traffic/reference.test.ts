import { scopeName } from '../../../lib/facts/series';
import { referencesOf } from '../../../lib/judge/traffic/reference';
import { byStatus } from '../../worlds/by-status';
import { releaseOf } from '../../worlds/small-release';

const LAUNCH = 500_000;
const criteria = [{ below: '5%' }];
const show = { name: '#show', tag: 'show', criteria };
const poll = { name: '#poll', counters: { errors: 'a', requests: 'b' }, criteria };
const slow = { name: '#slow', tag: 'show', slow: { metric: 'latency', over: 2 }, criteria };

type Statuses = Parameters<typeof byStatus>[0];

/** An hour of a series. */
const hourOf = (endpoint: string, statuses: Statuses) => ({
  ...{ endpoint, hour: LAUNCH, kind: 'counted' as const, counts: byStatus(statuses) },
  ...{ revision: 1, final: true },
});
const newestOf = (file: object, series: Readonly<Record<string, Statuses>>) => {
  const snapshots = new Map(
    Object.entries(series).map(([name, statuses]) => [name, new Map([[LAUNCH, hourOf(name, statuses)]])]),
  );
  return referencesOf(releaseOf('small', file), { launch: LAUNCH }, snapshots, LAUNCH)[0]!.hours.at(-1);
};

/** What the rest of a scope of 100 had in the newest hour, where each endpoint had 10. */
const rest = (...endpoints: { name: string; [setting: string]: unknown }[]) =>
  newestOf(
    { endpoints },
    { ...Object.fromEntries(endpoints.map(({ name }) => [name, { 200: 10 }])), [scopeName]: { 200: 100 } },
  );

test('the rest of the scope is all of it without the endpoints that are a part of it', () => {
  expect(rest(show)).toBe(90);
  expect(rest(show, poll, slow, { ...show, name: '#other', filter: ['env:gov'] })).toBe(90);
  expect(rest(poll)).toBe(100);
});

test('requests that control endpoints refuse or send elsewhere are no measure: robots come and go', () => {
  const controls = [{ name: '#all', tag: 'all' }];
  const statuses = { 200: 90, 304: 4, 302: 20, 401: 500, 500: 6, 'N/A': 30 };
  expect(newestOf({ endpoints: [show], controls }, { '#show': { 200: 10 }, '#all': statuses })).toBe(100);
});
