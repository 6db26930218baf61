import type { Series } from '../../../lib/facts/series';
import { changesIn, countedByOf } from '../../../lib/release/measure/counted-by';
import type { Release } from '../../../lib/release/schema';
import { releaseOf } from '../../worlds/small-release';

const release = releaseOf('small');
const series = { name: '#show', tag: 'show', toggleOff: false };
const by = (datadog: Partial<Release['datadog']> = {}, of: Series = series) =>
  countedByOf({ datadog: { ...release.datadog, ...datadog } }, of)!;

test('what a series is counted by changes with metric, site, scope and tags, and names what changed', () => {
  const changes: [string[], string][] = [
    [['metric'], by({ metric: 'web.requests' })],
    [['metric'], by({ site: 'datadoghq.com' })],
    [['scope'], by({ scope: ['env:eks-prod', 'team:a'] })],
    [['tag'], by({ endpointTag: 'route' })],
    [['tag'], by({ statusTag: 'status' })],
    [['tag'], by({}, { ...series, tag: 'index' })],
    [['metric', 'tag'], by({ metric: 'web.requests', statusTag: 'status' })],
  ];
  for (const [what, now] of changes) expect(changesIn(by(), now)).toEqual(what);
  expect(by()).toMatch(/^[0-9a-f]{6}\.[0-9a-f]{6}\.[0-9a-f]{6}$/);
});

test('it does not change with an order, a name, or the tags of the toggle off, but for the series of those', () => {
  const scope = ['env:eks-prod', 'team:a'];
  expect(by({ scope })).toBe(by({ scope: scope.toReversed() }));
  expect(by({}, { ...series, name: '#other' })).toBe(by());
  expect(by({ toggleOff: ['flag:off'] })).toBe(by());
  const off = { ...series, toggleOff: true };
  expect(changesIn(by({ toggleOff: ['flag:off'] }, off), by({ toggleOff: ['flag:false'] }, off))).toEqual(['scope']);
});

test('counters, a limit, a filter and several tags are parts of it', () => {
  const counters = { errors: ['a'], requests: ['a', 'b'] };
  const pair = { name: '#poll', counters, toggleOff: false };
  const slow = { ...series, slow: { metric: 'latency', over: 2 } };
  const several = { name: '#show', tags: { action: 'show', controller: 'claims' }, toggleOff: false };
  const changes: [string[], Series, Series][] = [
    [['metric'], pair, { ...pair, counters: { ...counters, errors: ['b'] } }],
    [['metric'], pair, { ...pair, counters: { ...counters, requests: ['b'] } }],
    [['metric'], slow, { ...slow, slow: { metric: 'latency', over: 3 } }],
    [['scope'], series, { ...series, filter: ['service:a'] }],
    [['scope'], series, { ...series, filter: ['env:other'] }],
    [['tag'], several, { ...several, tags: { ...several.tags, action: 'index' } }],
    [[], several, { ...several, tags: { controller: 'claims', action: 'show' } }],
    [[], pair, { ...pair, counters: { ...counters, requests: ['b', 'a'] } }],
  ];
  for (const [what, before, now] of changes)
    expect([what, changesIn(by({}, before), by({}, now))]).toEqual([what, what]);
});

test('that of an endpoint with one tag is as earlier versions kept it', () => {
  expect(by()).toBe('1d92b3.5f89f9.29f8d6');
});
