import { AHEAD_MS, ClockError, isAhead, refuseAhead } from '../../lib/facts/clock';

const now = Date.parse('2026-03-02T16:20Z');

it('is ahead from a millisecond more than five minutes on', () => {
  expect(isAhead(now + AHEAD_MS, now)).toBe(false);
  expect(isAhead(now + AHEAD_MS + 1, now)).toBe(true);
  expect(isAhead(now - 1_000 * AHEAD_MS, now)).toBe(false);
});

it('is refused with how far it is ahead, and of whom', () => {
  const refused = (ours: number) => () => refuseAhead(ours, now, "the source's clock");
  expect(refused(now + AHEAD_MS)).not.toThrow();
  expect(() => refuseAhead(now, undefined, "the source's clock")).not.toThrow();
  expect(refused(now + AHEAD_MS + 1)).toThrow(ClockError);
  expect(refused(Date.parse('2026-04-01T16:20Z'))).toThrow(
    "clock - got 2026-04-01T16:20Z, 30 days ahead of the source's clock, expected at most 5 minutes",
  );
  expect(refused(now + 90 * 60_000)).toThrow('90 minutes ahead');
  expect(refused(now + 5 * 3_600_000)).toThrow('5 hours ahead');
});
