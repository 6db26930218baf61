import { HOURS_PER_WEEK } from '../../lib/facts/hour';
import { requestsIn, usualRequests } from '../../lib/facts/usual';
import { byStatus } from '../worlds/by-status';
import { LAUNCH } from '../worlds/moments';
import { type HourFact, hoursOf } from '../worlds/rollout-facts';

const FROM = LAUNCH - 4 * HOURS_PER_WEEK;
const baseline = { from: FROM, to: LAUNCH };
/** The weeks of a baseline, the first one first, each with so many requests an hour. */
const weeks = (...requests: (number | 'unknown')[]) =>
  hoursOf(FROM, LAUNCH, (at): HourFact => {
    const of = requests[Math.floor((at - FROM) / HOURS_PER_WEEK)]!;
    return of === 'unknown' ? of : [of, 0];
  });

test('what is usual at an hour is the median of the same hour of the week, which one odd week does not move', () => {
  const known = weeks(100, 0, 110, 104);
  for (const later of [0, 5, HOURS_PER_WEEK, 3 * HOURS_PER_WEEK + 167])
    expect(usualRequests(known, LAUNCH + later, baseline)).toBe(102);
  expect(usualRequests(weeks(100, 'unknown', 110, 104), LAUNCH, baseline)).toBe(104);
});

test('is that of the other weeks within the baseline, and of the same hour only', () => {
  expect(usualRequests(weeks(7, 100, 110, 104), FROM, baseline)).toBe(104);
  const known = hoursOf(FROM, LAUNCH, (at): HourFact => [at % HOURS_PER_WEEK, 0]);
  for (const hour of [FROM - 1, FROM, LAUNCH - 1, LAUNCH, LAUNCH + 1000])
    expect(usualRequests(known, hour, baseline)).toBe(hour % HOURS_PER_WEEK);
});

test('is not known from fewer than two weeks', () => {
  expect(usualRequests(weeks('unknown', 'unknown', 'unknown', 100), LAUNCH, baseline)).toBeUndefined();
  expect(usualRequests(weeks('unknown', 'unknown', 90, 100), LAUNCH, baseline)).toBe(95);
  expect(usualRequests(new Map(), 492_232, { from: 491_560, to: 492_232 })).toBeUndefined();
});

test('requests count whatever their status', () => {
  expect(requestsIn(byStatus({ 200: 5, 401: 2, 'N/A': 1 }))).toBe(8);
  expect(requestsIn(byStatus({}))).toBe(0);
});
