import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { factsFrom } from '../../lib/judge/rollout';
import type { Criterion } from '../../lib/release/schema';
import { LAUNCH } from '../worlds/moments';
import { BELOW, CONSISTENT, releaseWith } from '../worlds/rollout-facts';

/** Weeks before the launch by which a release of so many endpoints is judged. */
const weeksOf = (criterion: Criterion, count = 1) => {
  const endpoints = Array.from({ length: count }, (_, i) => ({ name: `#${i}`, tag: `${i}`, criteria: [criterion] }));
  return (LAUNCH - factsFrom(releaseWith([], { endpoints }), LAUNCH)) / HOURS_PER_WEEK;
};

test('twelve weeks show how weeks differ where that is asked, and four are the baseline of a limit', () => {
  expect([weeksOf(CONSISTENT), weeksOf(BELOW)]).toEqual([12, 4]);
});

test.each([
  [332, 12],
  [333, 11],
  [500, 7],
  [1000, 4],
])('a release of %i endpoints is judged by %i weeks before its launch, as many as a run can read', (count, weeks) => {
  expect(weeksOf(CONSISTENT, count)).toBe(weeks);
  expect((count + 1) * weeks).toBeLessThanOrEqual(4_004);
});
