import type { HourCount } from '../../lib/statistics/hour-count';
import { hourlyEpisodes } from '../../lib/statistics/hourly-limit';

const hours = (...counts: [n: number, x: number][]): HourCount[] => counts.map(([n, x], cell) => ({ n, x, cell }));
const RULE = { limit: 0.05, minRequests: 50 };

test('the plain rule is broken by an hour that is not below the limit, until an hour of as many requests is', () => {
  expect(hourlyEpisodes(hours([50, 3], [49, 0], [50, 2]), RULE)).toEqual([{ from: 0, newest: 0, to: 2 }]);
});

test.each([
  [499, []],
  [500, [{ from: 0, newest: 0 }]],
  [501, [{ from: 0, newest: 0 }]],
])('%i of 10,000 beside "below 5 %"', (errors, episodes) => {
  expect(hourlyEpisodes(hours([10_000, errors]), RULE)).toEqual(episodes);
});

test('an hour counts from so many requests on, both to break it and to close it', () => {
  expect(hourlyEpisodes(hours([49, 49]), RULE)).toEqual([]);
  expect(hourlyEpisodes(hours([50, 50], [49, 0]), RULE)).toEqual([{ from: 0, newest: 0 }]);
  expect(hourlyEpisodes(hours([50, 50], [0, 0], [10, 0], [60, 6], [0, 0]), RULE)).toEqual([{ from: 0, newest: 3 }]);
});

test('it may be broken again and again', () => {
  expect(hourlyEpisodes(hours([50, 5], [50, 0], [50, 5], [50, 5], [50, 0], [50, 5]), RULE)).toEqual([
    { from: 0, newest: 0, to: 1 },
    { from: 2, newest: 3, to: 4 },
    { from: 5, newest: 5 },
  ]);
});

test.each([
  [{ limit: 0, minRequests: 50 }, 'limit - got 0'],
  [{ limit: 0.05, minRequests: 0 }, 'requests from which an hour counts - got 0, expected a whole number from 1'],
  [{ limit: 0.05, minRequests: 0.5 }, 'requests from which an hour counts - got 0.5'],
])('%j is refused', (rule, message) => {
  expect(() => hourlyEpisodes([], rule)).toThrow(message);
});
