import fc from 'fast-check';
import { startOf } from '../../lib/facts/hour';
import { exposedUsers, exposedUsersOf } from '../../lib/judge/exposed-users';
import type { Finding } from '../../lib/judge/verdict';
import { LAUNCH } from '../worlds/moments';

describe('the rate of the exposed users', () => {
  it('is what a rise of the overall rate means for their share', () => {
    const example = exposedUsers({ requests: 15_762, errors: 368 }, 0.0126, 0.5)!;
    expect(example.rate).toBeCloseTo(0.0341, 4);
    expect(example.low).toBeCloseTo(0.0303, 4);
    expect(example.high).toBeCloseTo(0.0382, 4);
    expect(example.othersToo).toBe(false);
  });

  it('has the interval of Wilson, which for 5 of 50 is 4.95 to 19.15 % by hand', () => {
    const { rate, low, high } = exposedUsers({ requests: 50, errors: 5 }, 0, 0.5)!;
    expect(rate).toBeCloseTo(0.2, 10);
    expect(low / 2).toBeCloseTo(0.0495, 4);
    expect(high / 2).toBeCloseTo(0.1915, 4);
  });

  it('covers the truth in at least 88 of 100 cases of independent requests', () => {
    // Sums over every outcome of 400 requests, of which the exposed quarter fails at 8 % and the others at 1 %.
    const [n, e, b, r] = [400, 0.25, 0.01, 0.08];
    const o = e * r + (1 - e) * b;
    let chance = (1 - o) ** n;
    let covered = 0;
    for (let x = 0; x <= n; x++) {
      const { low, high } = exposedUsers({ requests: n, errors: x }, b, e)!;
      if (low <= r && r <= high) covered += chance;
      chance *= ((n - x) / (x + 1)) * (o / (1 - o));
    }
    expect(covered).toBeGreaterThan(0.88);
  });

  it('is not given where there is no rate, nobody is exposed, or everybody is', () => {
    expect(exposedUsers({ requests: 0, errors: 0 }, 0.01, 0.25)).toBeUndefined();
    expect(exposedUsers({ requests: 10, errors: 1 }, 0.01, 0)).toBeUndefined();
    expect(exposedUsers({ requests: 10, errors: 1 }, 0.01, 1)).toBeUndefined();
    expect(exposedUsers({ requests: 10, errors: 1 }, 0.01, 0.99)).toBeDefined();
  });

  it('says when even all of them could not explain it', () => {
    expect(exposedUsers({ requests: 10_000, errors: 3000 }, 0.01, 0.25)).toMatchObject({ rate: 1, othersToo: true });
    // 25.75 % is what all of them and the baseline make: within the noise of it nothing is said.
    expect(exposedUsers({ requests: 10_000, errors: 2600 }, 0.01, 0.25)).toMatchObject({ rate: 1, othersToo: false });
  });

  it('lies in its interval, the interval within 0 and 1, and narrows with the requests', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), share, share, share, (requests, failing, baseline, exposure) => {
        const errors = Math.round(requests * failing);
        const { rate, low, high } = exposedUsers({ requests, errors }, baseline, exposure)!;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(rate + 1e-9);
        expect(rate).toBeLessThanOrEqual(high + 1e-9);
        expect(high).toBeLessThanOrEqual(1);
        const more = exposedUsers({ requests: 100 * requests, errors: 100 * errors }, baseline, exposure)!;
        expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-9);
      }),
    );
  });
});

describe('of a finding', () => {
  const finding = {
    baselineRate: 0.01,
    pooled: { requests: 1000, errors: 50 },
    window: { name: 'last 24 hours', from: LAUNCH, to: LAUNCH + 24 },
  } as Finding;
  const stage = { name: 'A', exposure: 0.25, since: startOf(LAUNCH) };

  it('is that of its window and stage', () => {
    expect(exposedUsersOf(finding, stage)).toEqual(exposedUsers(finding.pooled, 0.01, 0.25));
  });

  it('is not given without a baseline or stage, nor when the window began before the stage', () => {
    expect(exposedUsersOf({ ...finding, baselineRate: undefined }, stage)).toBeUndefined();
    expect(exposedUsersOf(finding, undefined)).toBeUndefined();
    expect(exposedUsersOf(finding, { ...stage, since: startOf(LAUNCH + 1) })).toBeUndefined();
    // The hour of the change itself counts no request.
    expect(exposedUsersOf(finding, { ...stage, since: startOf(LAUNCH) + 30 * 60_000 })).toBeDefined();
  });
});
