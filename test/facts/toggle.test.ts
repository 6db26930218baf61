import { afterReading, type ToggleFacts, type ToggleState } from '../../lib/facts/toggle';

/** Readings of one toggle, one after the other, as [instant, state, since]. */
const known = (...readings: [at: number, state: ToggleState, since?: number][]) => {
  let facts: ToggleFacts | undefined;
  for (const [at, state, since] of readings)
    facts = afterReading(facts, at, [{ toggle: 'one', at, state, ...(since !== undefined && { since }) }]);
  return facts!.toggles[0]!.known;
};

test('a first share began at an unknown time, unless the service knows', () => {
  expect(known([10, { unknown: 'x' }])).toBeUndefined();
  expect(known([10, { partial: 'x' }], [20, { share: 0.25 }])).toEqual({ share: 0.25, by: 20, seen: 20 });
  expect(known([10, { share: 0.25 }, 4])).toEqual({ share: 0.25, by: 4, exact: true, seen: 10 });
});

test('a change began after the last reading of another share, whatever could not be read between', () => {
  expect(known([10, { share: 0 }], [20, { unknown: 'x' }], [30, { partial: 'x' }], [40, { share: 0.25 }])).toEqual({
    share: 0.25,
    after: 10,
    by: 40,
    seen: 40,
  });
});

test('a share that goes on keeps its beginning', () => {
  expect(
    known(
      [10, { share: 0 }],
      [20, { share: 0.25 }],
      [30, { share: 0.25, besides: '1 single actor' }],
      [40, { unknown: 'x' }],
    ),
  ).toEqual({ share: 0.25, besides: '1 single actor', after: 10, by: 20, seen: 30 });
});

test('an exact instant counts if no reading speaks against it', () => {
  expect(known([10, { share: 0 }], [20, { share: 0.25 }, 15])).toMatchObject({ after: 10, by: 15, exact: true });
  expect(known([10, { share: 0 }], [20, { share: 0.25 }, 9])).toEqual({ share: 0.25, after: 10, by: 20, seen: 20 });
});
