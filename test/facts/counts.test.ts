import fc from 'fast-check';
import { isOutcome, partsOf, tallyOf } from '../../lib/facts/counts';
import { byStatus } from '../worlds/by-status';

const rules = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };

test('excluded statuses leave errors and requests alike', () => {
  expect(tallyOf(byStatus({ '200': 90, '401': 5, '502': 10 }), rules)).toEqual({
    requests: 100,
    errors: 10,
    excluded: 5,
  });
});

test('both ends of the error statuses are errors, and their neighbours are not', () => {
  expect(tallyOf(byStatus({ '399': 1, '400': 2, '599': 4, '600': 8 }), rules)).toEqual({
    requests: 7,
    errors: 6,
    excluded: 0,
  });
});

test.each(['N/A', '', '5xx', '099', '600', '999', '0500', '50', ' 500', '__proto__'])(
  'the label %j is neither request nor error',
  (label) => {
    expect(tallyOf(new Map([[label, 7]]), rules)).toEqual({ requests: 0, errors: 0, excluded: 0 });
  },
);

test('an hour without counts has no request', () => {
  expect(tallyOf(new Map(), rules)).toEqual({ requests: 0, errors: 0, excluded: 0 });
});

test('errors never exceed requests, and every HTTP status is counted exactly once', () => {
  const counts = fc.dictionary(fc.integer({ min: 100, max: 599 }).map(String), fc.nat(1e6));
  fc.assert(
    fc.property(counts, (some) => {
      const { requests, errors, excluded } = tallyOf(byStatus(some), rules);
      expect(errors).toBeLessThanOrEqual(requests);
      expect(requests + excluded).toBe(Object.values(some).reduce((sum, count) => sum + count, 0));
    }),
  );
});

test('words for an outcome are requests, and some of them errors; other words are neither', () => {
  const counts = byStatus({ failed: 3, succeeded: 90, slow: 4, fast: 50, broken: 7, 401: 1 });
  expect(tallyOf(counts, rules)).toEqual({ requests: 147, errors: 7, excluded: 1 });
  expect(partsOf(counts, rules)).toMatchObject({ seen: 155, requests: 147, errors: 7, excluded: 1, withoutStatus: 7 });
  expect(['failed', '200', 'broken', 'N/A', '999'].map(isOutcome)).toEqual([true, true, false, false, false]);
});

test('what was counted before, by other rules or with other labels, changes nothing', () => {
  const other = { excludedStatuses: [404], errorStatuses: { from: 500, to: 599 } };
  const hours = [
    byStatus({ 200: 90, 401: 5, 404: 7, 502: 3 }),
    byStatus({ 404: 7, 200: 90, 502: 3 }),
    byStatus({ 200: 90, 'N/A': 5, 404: 7, 502: 3, 302: 2 }),
  ];
  const alone = (counts: (typeof hours)[number], by: typeof rules) => {
    const each = [...counts].map(([label, count]) => ({ ...partsOf(new Map([[label, count]]), by) }));
    return Object.fromEntries(
      Object.keys(each[0]!).map((key) => [key, each.reduce((sum, one) => sum + one[key as 'seen'], 0)]),
    );
  };
  for (const by of [rules, other, rules])
    for (const hour of hours) expect({ ...partsOf(hour, by) }).toEqual(alone(hour, by));
  expect({ ...partsOf(hours[0]!, rules) }).not.toEqual(partsOf(hours[0]!, other));
});
