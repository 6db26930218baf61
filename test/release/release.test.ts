import { toggleOffName } from '../../lib/facts/series';
import { limitOf, ruleText } from '../../lib/release/criteria';
import { plannedHours } from '../../lib/release/schedule';
import { namedSeriesOf, seriesOf } from '../../lib/release/series-of';
import { BELOW, CONSISTENT, RELEASE, releaseWith } from '../worlds/rollout-facts';

describe('the planned hours of a release', () => {
  it('are its stages and the longest check after the last one', () => {
    expect(plannedHours(RELEASE)).toBe(168 + 336 + 720);
  });

  it('are those of the last stage when no check is longer', () => {
    const stages = [
      { name: 'A', exposure: 0.5, length: 24 },
      { name: 'B', exposure: 1, length: 336 },
    ];
    expect(plannedHours({ ...RELEASE, stages, checks: [{ name: 'x', length: 168 }] })).toBe(24 + 336);
  });

  it('are a day when nothing says how long', () => {
    expect(plannedHours({ ...RELEASE, stages: [{ name: 'A', exposure: 1 }], checks: [] })).toBe(24);
  });
});

describe('the limit of an endpoint', () => {
  it('is its own, or the ceiling of the release', () => {
    const own = releaseWith([CONSISTENT, { ...BELOW, below: 0.02 }]);
    expect(limitOf(own, own.endpoints[0]!)).toBe(0.02);
    const none = releaseWith([CONSISTENT]);
    expect(limitOf(none, none.endpoints[0]!)).toBe(0.05);
  });
});

test('what an endpoint is held to says that one hour alone counts', () => {
  const plain = releaseWith([CONSISTENT, { ...BELOW, alarm: 'hourly', minRequests: 50 }]);
  expect(ruleText(plain, '#show', 'below')).toBe('below 5 %, also in each hour of 50 requests or more');
  expect(ruleText(releaseWith([BELOW]), '#show', 'below')).toBe('below 5 %');
  expect(ruleText(releaseWith([CONSISTENT]), '#show', 'ceiling')).toBe('below 5 %');
});

describe('the series of a release', () => {
  const scope = { name: '(scope)', toggleOff: false };
  const endpoints = [
    { name: '#below', tag: 'a', criteria: [BELOW] },
    { name: '#both', tag: 'b', criteria: [BELOW, CONSISTENT] },
    { name: '#compared', tag: 'c', criteria: [CONSISTENT] },
  ];
  const controls = [{ name: 'search', tag: 'd' }];
  const all = (name: string, tag: string) => ({ name, tag, toggleOff: false });
  const off = (name: string, tag: string) => ({ name, tag, toggleOff: true });

  it('are its endpoints and its controls, and last the scope', () => {
    expect(seriesOf({ ...RELEASE, endpoints, controls })).toEqual([
      all('#below', 'a'),
      all('#both', 'b'),
      all('#compared', 'c'),
      all('search', 'd'),
      scope,
    ]);
  });

  it('are, with a toggle-off query, also the endpoints with the toggle off that are compared with their baseline', () => {
    const datadog = { ...RELEASE.datadog, toggleOff: ['feature:off'] };
    expect(seriesOf({ ...RELEASE, endpoints, controls, datadog }).slice(4)).toEqual([
      off('#both (toggle off)', 'b'),
      off('#compared (toggle off)', 'c'),
      scope,
    ]);
    expect(namedSeriesOf({ ...RELEASE, endpoints, controls, datadog })).toEqual(
      seriesOf({ ...RELEASE, endpoints, controls, datadog }).slice(0, -1),
    );
    expect(toggleOffName('#show')).toBe('#show (toggle off)');
  });

  it('are, with a tag of error classes, also those of each endpoint by status, before the scope and named nowhere', () => {
    const datadog = { ...RELEASE.datadog, classTag: 'error_class' };
    const slow = { name: '#slow', tag: 'a', slow: { metric: 'm', over: 2 }, criteria: [BELOW] };
    const release = { ...RELEASE, endpoints: [endpoints[0]!, slow], controls, datadog };
    expect(seriesOf(release).slice(3)).toEqual([{ ...all('#below (error classes)', 'a'), classes: true }, scope]);
    expect(namedSeriesOf(release)).toHaveLength(3);
  });
});
