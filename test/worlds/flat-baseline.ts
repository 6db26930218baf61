import type { Baseline } from '../../lib/statistics/baseline';

/** A baseline that is alike in every hour of four weeks. The notice level is 2 % above the rate unless it is given. */
export const flatBaseline = (p0: number, change: Partial<Baseline> = {}): Baseline => ({
  p0,
  spread: 0,
  spreadWeeks: 12,
  se: 0.02,
  noticeLevel: p0 * 1.02,
  rho: 0.002,
  eps: 0.005,
  eta: 1,
  season: new Array(48).fill(1),
  habits: new Array(48).fill(0),
  incidentHours: 0,
  raw: p0,
  requests: 1,
  errors: 0,
  weeks: 4,
  usual: [],
  ...change,
});
