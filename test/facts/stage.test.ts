import fc from 'fast-check';
import { hourFrom, hourOf } from '../../lib/facts/hour';
import {
  changedHours,
  exposedStays,
  launchOf,
  type StageEvent,
  stayOf,
  stays,
  timelineOf,
  undoneIn,
} from '../../lib/facts/stage';
import { entered, hour } from '../worlds/moments';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const B = entered('2026-02-18T16:30Z', 'B', 0.5);
const off = entered('2026-02-20T10:00Z', 'off', 0);
const again = entered('2026-02-21T10:00Z', 'A', 0.25);
const relaunch = entered('2026-06-01T10:00Z', 'A', 0.25, { relaunch: true });
const names = (log: readonly StageEvent[]) => exposedStays(log).map((stay) => stay.stage);

/** Logs of events at any minute, oldest first, as the history keeps them. */
const anyLog = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 * 24 * 3 }), { minLength: 1, maxLength: 8 })
  .chain((minutes) => {
    const sorted = minutes.toSorted((a, b) => a - b);
    return fc.tuple(
      ...sorted.map((minute) => fc.record({ minute: fc.constant(minute), exposure: fc.constantFrom(0, 0.25, 1) })),
    );
  })
  .map((events) =>
    events.map(
      ({ minute, exposure }): StageEvent => ({
        at: A.at + minute * 60_000,
        stage: exposure === 0 ? 'off' : 'A',
        exposure,
        by: 'test',
      }),
    ),
  );

describe('the timeline of a stage log', () => {
  const undone = (entry: StageEvent) => ({ at: entry.at, undoneAt: entry.at + 60_000, by: 'Ada' });

  it('has no entry that was undone, as if it had never been', () => {
    expect(timelineOf([A, B, undone(B)])).toEqual([A]);
    expect(timelineOf([A, undone(A), B, undone(B)])).toEqual([]);
    expect(timelineOf([A, undone(A), B])).toEqual([B]);
  });

  it('leaves out just those entries that are listed as undone', () => {
    const right = { ...B, stage: 'C' };
    expect(undoneIn([A, B, undone(B), right])).toEqual([{ entry: B, undo: undone(B) }]);
    expect(undoneIn([A, B, undone(B), right, undone(right)]).map(({ entry }) => entry.stage)).toEqual(['B', 'C']);
    expect(undoneIn([A, B])).toEqual([]);
  });

  it('has what was entered anew at the instant of an entry that was undone', () => {
    const right = { ...B, stage: 'C' };
    expect(timelineOf([A, B, undone(B), right])).toEqual([A, right]);
    expect(timelineOf([A, B, undone(B), right, undone(right)])).toEqual([A]);
  });
});

describe('the stays of a stage log', () => {
  it('have the hours of the example', () => {
    const example = [entered('1970-01-01T16:00Z', 'A', 0.25), entered('1970-01-01T20:30Z', 'B', 0.5)];
    expect(stays(example).map(({ stage, from, to }) => [stage, from, to])).toEqual([
      ['A', 16, 20],
      ['B', 21, Number.POSITIVE_INFINITY],
    ]);
  });

  it('last from an event to the next, half-open, and the last one for ever', () => {
    const [first, second] = stays([A, B]);
    expect(first).toMatchObject({ stage: 'A', exposure: 0.25, from: hour('2026-02-11T16:00Z') });
    expect(second).toMatchObject({ stage: 'B', exposure: 0.5, to: Number.POSITIVE_INFINITY });
  });

  it('lose the hour inside which something changed, on both sides', () => {
    const [first, second] = stays([A, B]);
    expect(first!.to).toBe(hour('2026-02-18T16:00Z'));
    expect(second!.from).toBe(hour('2026-02-18T17:00Z'));
    expect(stayOf([A, B], hour('2026-02-18T16:00Z'))).toBeUndefined();
  });

  it('lose no hour to an event on the full hour', () => {
    const onTheHour = entered('2026-02-18T16:00Z', 'B', 0.5);
    const [first, second] = stays([A, onTheHour]);
    expect(first!.to).toBe(second!.from);
    expect(changedHours([A, onTheHour]).size).toBe(0);
    expect(stayOf([A, onTheHour], hour('2026-02-18T15:00Z'))!.stage).toBe('A');
    expect(stayOf([A, onTheHour], hour('2026-02-18T16:00Z'))!.stage).toBe('B');
  });

  it('have no hour, rather than a negative number of them, when the next event falls into the same one', () => {
    const [first, second] = stays([entered('2026-02-18T16:10Z', 'A', 0.25), B]);
    expect(first).toMatchObject({ from: hour('2026-02-18T17:00Z'), to: hour('2026-02-18T17:00Z') });
    expect(second!.from).toBe(hour('2026-02-18T17:00Z'));
  });

  it('hold no hour before the first event', () => {
    expect(stayOf([A], hour('2026-02-11T15:00Z'))).toBeUndefined();
    expect(stayOf([], hour('2026-02-11T16:00Z'))).toBeUndefined();
  });

  it('divide the hours: each is in one stay, or holds a change, or comes before all', () => {
    fc.assert(
      fc.property(anyLog, fc.integer({ min: -2, max: 80 }), (log, index) => {
        const one = hourOf(A.at) + index;
        const holding = stays(log).filter(({ from, to }) => one >= from && one < to);
        const changed = changedHours(log).has(one);
        const before = one < hourFrom(log[0]!.at) && !changed;
        expect(holding.length + Number(changed) + Number(before)).toBe(1);
        expect(stays(log).every(({ from, to }) => from <= to)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the launch', () => {
  it('is the first event that exposes anybody', () => {
    expect(launchOf([])).toBeUndefined();
    expect(launchOf([entered('2026-02-01T10:00Z', 'off', 0)])).toBeUndefined();
    expect(launchOf([entered('2026-02-01T10:00Z', 'off', 0), A, B])).toBe(A);
  });

  it('stays the same when a release comes back after a roll-back', () => {
    expect(launchOf([A, B, off, again])).toBe(A);
  });

  it('starts anew from a relaunch, and from the newest of several', () => {
    const twice = entered('2026-09-01T10:00Z', 'A', 0.1, { relaunch: true });
    expect(launchOf([A, off, relaunch])).toBe(relaunch);
    expect(launchOf([A, off, relaunch, twice])).toBe(twice);
  });

  it('comes after a relaunch that exposes nobody yet', () => {
    const prepared = entered('2026-06-01T10:00Z', 'off', 0, { relaunch: true });
    const later = entered('2026-06-02T10:00Z', 'A', 0.25);
    expect(launchOf([A, off, prepared])).toBeUndefined();
    expect(launchOf([A, off, prepared, later])).toBe(later);
  });
});

describe('the exposed stays', () => {
  it('are those since users were last exposed without a break', () => {
    expect(names([A, B])).toEqual(['A', 'B']);
    expect(names([A, B, off])).toEqual([]);
    expect(names([A, B, off, again])).toEqual(['A']);
    expect(names([A, B, off, again, { ...B, at: again.at + 1 }])).toEqual(['A', 'B']);
  });

  it('do not go back before a relaunch', () => {
    expect(names([A, B, relaunch])).toEqual(['A']);
  });

  it('do not mind a skipped stage', () => {
    expect(names([A, entered('2026-02-18T16:00Z', 'C', 1)])).toEqual(['A', 'C']);
  });
});
