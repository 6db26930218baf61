import { afterReading, isConfirmed, isGone, type ToggleFacts, type ToggleState } from '../../lib/facts/toggle';

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

const HALF = 1_800_000;

test('a change began after the last reading of another share, whatever could not be read between', () => {
  expect(known([10, { share: 0 }], [20, { unknown: 'x' }], [30, { partial: 'x' }], [40, { share: 0.25 }])).toEqual({
    share: 0.25,
    after: 10,
    by: 40,
    seen: 40,
    before: { share: 0, by: 10, seen: 10 },
  });
});

test('a change is confirmed by a reading of the same half an hour later, and a share that goes on keeps its beginning', () => {
  const soon = known([10, { share: 0 }], [20, { share: 0.25 }], [20 + HALF - 1, { share: 0.25 }]);
  expect(soon).toMatchObject({ before: { share: 0 } });
  expect(isConfirmed(soon!)).toBe(false);
  const later = known(
    [10, { share: 0 }],
    [20, { share: 0.25 }],
    [20 + HALF, { share: 0.25, besides: '1 single actor' }],
    [40 + HALF, { unknown: 'x' }],
  );
  expect(later).toEqual({ share: 0.25, besides: '1 single actor', after: 10, by: 20, seen: 20 + HALF });
  expect(isConfirmed(later!)).toBe(true);
});

test('what the next reading contradicts was never so, and is known for a day', () => {
  const lied: Parameters<typeof known> = [
    [0, { share: 0.25 }],
    [HALF, { share: 0 }],
    [2 * HALF, { share: 0.25 }],
  ];
  const contradicted = { share: 0, at: HALF };
  expect(known(...lied)).toEqual({ share: 0.25, by: 0, seen: 2 * HALF, contradicted });
  expect(known(...lied, [49 * HALF, { share: 0.25 }])).toMatchObject({ contradicted });
  expect(known(...lied, [49 * HALF + 1, { share: 0.25 }])).not.toHaveProperty('contradicted');
  // Another change, not the way back: it began after the last share that was sure.
  expect(known(...lied.slice(0, 2), [2 * HALF, { share: 0.5 }], [3 * HALF, { share: 0.5 }])).toEqual({
    share: 0.5,
    after: 0,
    by: 2 * HALF,
    seen: 3 * HALF,
  });
});

test('an exact instant counts at once if no reading speaks against it', () => {
  const exact = known([10, { share: 0 }], [20, { share: 0.25 }, 15]);
  expect(exact).toEqual({ share: 0.25, after: 10, by: 15, exact: true, seen: 20 });
  expect(isConfirmed(exact!)).toBe(true);
  expect(known([10, { share: 0 }], [20, { share: 0.25 }, 9])).toMatchObject({
    after: 10,
    by: 20,
    before: { share: 0 },
  });
});

test('a toggle is gone when its service had it, and says half an hour later or more that it still has none', () => {
  const read = (before: ToggleFacts | undefined, at: number, state: ToggleState, service = 'a') =>
    afterReading(before, at, [{ toggle: 'one', at, state }], service);
  const none: ToggleState = { unknown: 'none of that name', gone: true };
  const gone = (facts: ToggleFacts) => isGone(facts.toggles[0]!);
  const had = read(undefined, 10, { share: 1 });
  const first = read(had, 20, none);
  expect(gone(first)).toBe(false);
  expect(gone(read(first, 20 + HALF - 1, none))).toBe(false);
  expect(gone(read(first, 20 + HALF, none))).toBe(true);
  // It did not answer in between, or was there again.
  for (const state of [{ unknown: 'no answer' }, { share: 1 }] as const)
    expect(gone(read(read(first, 30, state), 30 + HALF, none))).toBe(false);
  // A name that was always wrong, and another service.
  expect(gone(read(read(undefined, 10, none), 10 + HALF, none))).toBe(false);
  const elsewhere = read(had, 20, none, 'b');
  expect(gone(read(elsewhere, 20 + HALF, none, 'b'))).toBe(false);
  expect(elsewhere.toggles[0]!.known).toBeUndefined();
});
