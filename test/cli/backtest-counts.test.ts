import { rangeOf } from '../../lib/cli/backtest-counts';
import { HOURS_PER_WEEK, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { plannedHours } from '../../lib/release/schedule';
import { LAUNCH } from '../worlds/moments';
import { RELEASE } from '../worlds/rollout-facts';

const YEAR = 52 * HOURS_PER_WEEK;
const PAST = 12 * HOURS_PER_WEEK;
const source = { sample: async () => [] };
const years = { source, from: LAUNCH - YEAR, to: LAUNCH + YEAR };
const at = (hour: number, stage = 'A'): StageEvent => ({ at: startOf(hour), stage, exposure: 0.25, by: 'test' });
const ended = (checks: typeof RELEASE.checks, log = [at(LAUNCH)]) =>
  rangeOf({ ...RELEASE, checks }, years, log, undefined).to;

test('twelve weeks before the launch are loaded, or as many as there are', () => {
  expect(rangeOf(RELEASE, years, [at(LAUNCH)], undefined).from).toBe(LAUNCH - PAST);
  expect(rangeOf(RELEASE, { ...years, from: LAUNCH - 5 }, [at(LAUNCH)], undefined).from).toBe(LAUNCH - 5);
});

test('without --until the replay ends with the counts, but 8 weeks or the planned time after the last stage', () => {
  expect(rangeOf(RELEASE, { ...years, to: LAUNCH + 30 }, [at(LAUNCH)], undefined).to).toBe(LAUNCH + 30);
  expect(ended([])).toBe(LAUNCH + 8 * HOURS_PER_WEEK);
  expect(ended([], [at(LAUNCH), at(LAUNCH + 400, 'B')])).toBe(LAUNCH + 400 + 8 * HOURS_PER_WEEK);
  const checks = [{ name: 'half a year', length: 26 * HOURS_PER_WEEK }];
  expect(ended(checks)).toBe(LAUNCH + plannedHours({ ...RELEASE, checks }));
});

test('--until goes as far as there are counts', () => {
  expect(rangeOf(RELEASE, years, [at(LAUNCH)], startOf(LAUNCH + YEAR)).to).toBe(LAUNCH + YEAR);
  expect(() => rangeOf(RELEASE, years, [at(LAUNCH)], startOf(LAUNCH + YEAR + 1))).toThrow('the counts end at');
});

test('a replay of over a year is refused, as one row with a wrong year would ask for thousands', () => {
  const century = { ...years, to: LAUNCH + 100 * YEAR };
  expect(rangeOf(RELEASE, century, [at(LAUNCH)], startOf(LAUNCH + 366 * 24)).to).toBe(LAUNCH + 366 * 24);
  expect(() => rangeOf(RELEASE, century, [at(LAUNCH)], startOf(LAUNCH + 366 * 24 + 1))).toThrow(
    '--until - got an end 8,785 hours after the launch, expected at most 8,784',
  );
});
