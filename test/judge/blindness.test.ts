import { type Hour, startOf } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import { blindness } from '../../lib/judge/blindness';
import { LAUNCH } from '../worlds/moments';
import { CONSISTENT, hoursOf, releaseWith, snapshot } from '../worlds/rollout-facts';

const release = releaseWith([CONSISTENT]);
const DARK = LAUNCH + 40;

/** What each verdict knew: hours that come `late(hour)` hours after their own verdict were unknown until then. */
const known = (newest: Hour, late: (hour: Hour) => number): Map<Hour, Snapshot> => {
  const hours = hoursOf(LAUNCH - 672, newest + 1, () => [1000, 10]);
  for (let hour = LAUNCH; hour <= newest; hour++) {
    if (late(hour) === 0) continue;
    const isHere = hour + late(hour) <= newest;
    // The run of a verdict comes at 20 minutes past.
    const filledAt = startOf(hour + late(hour) + 1) + 20 * 60_000;
    hours.set(hour, isHere ? { ...snapshot('#show', hour, [1000, 10]), filledAt } : snapshot('#show', hour, 'unknown'));
  }
  return hours;
};
const blindAt = (newest: Hour, late: (hour: Hour) => number) =>
  blindness(release, new Map([['#show', known(newest, late)]]), newest, LAUNCH);
const since = (newest: Hour, late: (hour: Hour) => number) => blindAt(newest, late)?.since;

describe('blindness', () => {
  it('begins with three unknown hours, and ends after six verdicts with data', () => {
    const gone = (hour: Hour) => (hour >= DARK && hour < DARK + 5 ? 1000 : 0);
    const all = Array.from({ length: 14 }, (_, index) => since(DARK + index, gone));
    expect(all).toEqual([undefined, undefined, ...Array(8).fill(DARK), ...Array(4).fill(undefined)]);
    const overSince = DARK - 1;
    expect(blindAt(DARK + 4, gone)).toEqual({ since: DARK, hours: 5, reason: 'Datadog has no data', overSince });
    expect(blindAt(DARK + 6, gone)).toEqual({
      since: DARK,
      hours: 7,
      reason: 'data came back, 2 hours in a row so far; it may only be late',
      overSince,
    });
  });

  it('says up to when an earlier one was over, and nothing where it began with the launch', () => {
    const twice = (hour: Hour) => ((hour >= DARK && hour < DARK + 5) || hour >= DARK + 12 ? 1000 : 0);
    expect(blindAt(DARK + 14, twice)).toMatchObject({ since: DARK + 12, overSince: DARK + 11 });
    expect(blindness(release, new Map([['#show', new Map()]]), LAUNCH + 5, LAUNCH)).toMatchObject({ since: LAUNCH });
    expect(blindness(release, new Map([['#show', new Map()]]), LAUNCH + 5, LAUNCH)).not.toHaveProperty('overSince');
  });

  it('of a source that is always late is one, with one beginning', () => {
    for (const lag of [3, 4, 5, 10]) {
      const late = (hour: Hour) => (hour >= DARK ? lag : 0);
      for (let newest = DARK + 2; newest < DARK + 60; newest += 3)
        expect([lag, newest, since(newest, late)]).toEqual([lag, newest, DARK]);
    }
  });

  it('of a source that brings four hours at a time is one, too', () => {
    const late = (hour: Hour) => (hour >= DARK ? 3 - ((hour - DARK) % 4) : 0);
    for (let newest = DARK + 2; newest < DARK + 60; newest++)
      expect([newest, since(newest, late)]).toEqual([newest, DARK]);
  });

  it('is none while a source is late by less', () => {
    for (let newest = LAUNCH; newest < LAUNCH + 30; newest++)
      expect([newest, since(newest, () => 2)]).toEqual([newest, undefined]);
  });

  it('that was caught up by one run is over six verdicts after it', () => {
    const caughtUp = (hour: Hour) => (hour >= DARK && hour < DARK + 30 ? DARK + 30 - hour : 0);
    expect(since(DARK + 29, caughtUp)).toBe(DARK);
    expect(since(DARK + 34, caughtUp)).toBe(DARK);
    expect(since(DARK + 35, caughtUp)).toBeUndefined();
  });
});
