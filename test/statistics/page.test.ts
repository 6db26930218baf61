import type { HourCount } from '../../lib/statistics/hour-count';
import { pageEvidence } from '../../lib/statistics/page';
import { regressionEvidence } from '../../lib/statistics/regression';
import { toleratedLevel } from '../../lib/statistics/spread';
import { flatBaseline } from '../worlds/flat-baseline';

const PLANNED_HOURS = 504;
const SETTINGS = { allowed: 0.25, floor: 0.001 };
const flat = flatBaseline(0.02, { noticeLevel: 0.0205 });
const LEVEL = toleratedLevel(flat, SETTINGS, 0.05);
const repeat = (count: number, x: number, n = 1000) => new Array<HourCount>(count).fill({ n, x, cell: 0 });
const acts = (evidence: readonly number[]) => evidence.findIndex((one) => one >= 20);

describe('pageEvidence', () => {
  it('acts earlier than the evidence against the tolerated level alone, and never later', () => {
    for (const x of [30, 32, 35, 40, 60]) {
      const hours = repeat(168, x);
      const page = pageEvidence(hours, flat, LEVEL, PLANNED_HOURS);
      const alone = regressionEvidence(hours, flat, LEVEL, PLANNED_HOURS);
      expect(acts(page)).toBeGreaterThanOrEqual(0);
      if (acts(alone) >= 0) expect(acts(page)).toBeLessThanOrEqual(acts(alone));
      page.forEach((now, t) => {
        expect(now).toBe(alone[t]! >= 3 && now !== alone[t] ? 20 : alone[t]);
      });
    }
    const clear = repeat(48, 35);
    expect(acts(pageEvidence(clear, flat, LEVEL, PLANNED_HOURS))).toBeLessThan(
      acts(regressionEvidence(clear, flat, LEVEL, PLANNED_HOURS)),
    );
  });

  it('does not act on a rise that is certain but tolerated', () => {
    const hours = repeat(PLANNED_HOURS, 24);
    expect(Math.max(...regressionEvidence(hours, flat, flat.noticeLevel, PLANNED_HOURS))).toBeGreaterThan(20);
    expect(acts(pageEvidence(hours, flat, LEVEL, PLANNED_HOURS))).toBe(-1);
  });

  it('does not act on the baseline, on unknown hours or on one bad hour', () => {
    expect(acts(pageEvidence(repeat(PLANNED_HOURS, 20), flat, LEVEL, PLANNED_HOURS))).toBe(-1);
    expect(acts(pageEvidence(repeat(PLANNED_HOURS, 0, 0), flat, LEVEL, PLANNED_HOURS))).toBe(-1);
    const once = [...repeat(100, 20), ...repeat(1, 60), ...repeat(100, 20)];
    expect(acts(pageEvidence(once, flat, LEVEL, PLANNED_HOURS))).toBe(-1);
  });
});
