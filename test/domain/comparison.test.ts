import type { Baseline } from '../../lib/domain/baseline';
import type { HourCount } from '../../lib/domain/beta-binomial';
import { gateEvidence } from '../../lib/domain/gate';
import { pageEvidence, pageLevels } from '../../lib/domain/page';

const THETA = 0.05;
const PLANNED_HOURS = 504;
const flat: Baseline = {
  p0: 0.001,
  worst: 0.001,
  noticeLevel: 0.00102,
  rho: 0.00002,
  eps: 0.005,
  eta: 1,
  season: new Array(48).fill(1),
  incidentHours: 0,
  raw: 0.001,
  requests: 1,
  errors: 0,
  weeks: 4,
  usual: [],
};
const LEVELS = pageLevels(flat, { allowed: 0.25, floor: 0.001 }, THETA);
/** An hour of which `on` of the requests, with `failed` errors, had the toggle on. */
const split = (n: number, on: number, failed: number, failedOff: number): HourCount => ({
  n,
  x: failed + failedOff,
  cell: 0,
  off: { n: n - on, x: failedOff },
});
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const gate = (hours: HourCount[]) =>
  gateEvidence(
    hours,
    flat,
    hours.map(() => 0.25),
    LEVELS,
    THETA,
  );

describe('an hour beside a control query', () => {
  it('stays a number when more errors are on one side than a double could hold the chance of', () => {
    for (const scale of [1, 10, 100]) {
      const broken = repeat(4, split(100_000 * scale, 25_000 * scale, 7_500 * scale, 75 * scale));
      expect(Math.max(...pageEvidence(broken, flat, LEVELS, PLANNED_HOURS))).toBeGreaterThanOrEqual(100);
      expect(Math.max(...gate(broken))).toBeLessThan(1e-100);
      const cured = repeat(4, split(100_000 * scale, 25_000 * scale, 0, 7_500 * scale));
      expect(pageEvidence(cured, flat, LEVELS, PLANNED_HOURS).every((one) => one < 20)).toBe(true);
      expect(gate(cured).at(-1)).toBeGreaterThanOrEqual(100);
    }
  });
});
