import { limitOf, plannedHours } from '../../lib/domain/release';
import { BELOW, CONSISTENT, RELEASE, releaseOf } from './rollout-facts';

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
    const own = releaseOf([CONSISTENT, { ...BELOW, below: 0.02 }]);
    expect(limitOf(own, own.endpoints[0]!)).toBe(0.02);
    const none = releaseOf([CONSISTENT]);
    expect(limitOf(none, none.endpoints[0]!)).toBe(0.05);
  });
});
