import { scopeName } from '../../../lib/facts/series';
import { referencesOf } from '../../../lib/judge/traffic/reference';
import { byStatus } from '../../worlds/by-status';
import { releaseOf } from '../../worlds/small-release';

const LAUNCH = 500_000;
const criteria = [{ below: '5%' }];
const show = { name: '#show', tag: 'show', criteria };
const poll = { name: '#poll', counters: { errors: 'a', requests: 'b' }, criteria };
const slow = { name: '#slow', tag: 'show', slow: { metric: 'latency', over: 2 }, criteria };

/** What the rest of a scope of 100 had in the newest hour, where each endpoint had 10. */
const rest = (...endpoints: object[]) => {
  const release = releaseOf('small', { endpoints });
  const snapshot = (endpoint: string, requests: number) =>
    new Map([
      [
        LAUNCH,
        {
          endpoint,
          hour: LAUNCH,
          kind: 'counted' as const,
          counts: byStatus({ 200: requests }),
          revision: 1,
          final: true,
        },
      ],
    ]);
  const known = new Map(release.endpoints.map(({ name }) => [name, snapshot(name, 10)]));
  const snapshots = new Map([...known, [scopeName, snapshot(scopeName, 100)]]);
  return referencesOf(release, snapshots, { first: LAUNCH, launch: LAUNCH, newest: LAUNCH })[0]!.hours.at(-1);
};

test('the rest of the scope is all of it without the endpoints that are a part of it', () => {
  expect(rest(show)).toBe(90);
  expect(rest(show, poll, slow, { ...show, name: '#other', filter: ['env:gov'] })).toBe(90);
  expect(rest(poll)).toBe(100);
});
