import fc from 'fast-check';
import { dueHours, isCaughtUp, ranges, revise } from '../../lib/facts/due';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { Sample, Snapshot } from '../../lib/facts/snapshot';
import { byStatus } from '../worlds/by-status';
import { hour } from '../worlds/moments';
import { counts } from '../worlds/rollout-facts';

const HOUR = hour('2026-02-11T16:00Z');
const MINUTE = 60_000;
/** So many minutes after the hour has settled. */
const settled = (minutes: number) => startOf(HOUR + 1) + (15 + minutes) * MINUTE;
const counted = (requests = 100, errors = 1): Sample => ({
  endpoint: '#show',
  hour: HOUR,
  kind: 'counted',
  counts: counts(requests, errors),
});
const unknown = (reason = 'no answer'): Sample => ({ endpoint: '#show', hour: HOUR, kind: 'unknown', reason });
const stored = (sample: Sample, rest: { final: boolean } = { final: false }): Snapshot => ({
  ...sample,
  revision: 1,
  ...rest,
});
const SIX_HOURS = 6 * 60;
const FOURTEEN_DAYS = 14 * 24 * 60;

describe('revise', () => {
  it('keeps a first reading as it is', () => {
    expect(revise(undefined, counted(), settled(0))).toEqual({ ...counted(), revision: 1, final: false });
    expect(revise(undefined, unknown(), settled(0))).toEqual({ ...unknown(), revision: 1, final: false });
  });

  it('changes nothing for the same counts', () => {
    expect(revise(stored(counted()), counted(), settled(60))).toBeUndefined();
    expect(revise(stored(unknown()), unknown(), settled(60))).toBeUndefined();
    expect(revise(stored(unknown()), unknown('another reason'), settled(60))).toBeUndefined();
  });

  it('makes a revision of different counts, of a status that is new and of one that is gone', () => {
    const next = revise(stored(counted()), counted(100, 2), settled(60));
    expect(next).toEqual({ ...counted(100, 2), revision: 2, final: false });
    const base = stored({
      endpoint: '#show',
      hour: HOUR,
      kind: 'counted',
      counts: byStatus({ 200: 9, 500: 1 }),
    });
    const read = (by: Record<string, number>) =>
      revise(base, { endpoint: '#show', hour: HOUR, kind: 'counted', counts: byStatus(by) }, settled(1))?.revision;
    expect(read({ 200: 9, 500: 1, 502: 1 })).toBe(2);
    expect(read({ 200: 9 })).toBe(2);
    expect(read({ 200: 9, 502: 1 })).toBe(2);
    expect(read({ 500: 1, 200: 9 })).toBeUndefined();
  });

  it('counts an unknown hour after all, and keeps when', () => {
    const next = revise(stored(unknown()), counted(), settled(90));
    expect(next).toEqual({ ...counted(), revision: 2, final: false, filledAt: settled(90) });
    const later = revise(next, counted(100, 5), settled(150));
    expect(later).toEqual({ ...counted(100, 5), revision: 3, final: false, filledAt: settled(90) });
  });

  it('never takes a counted hour back to unknown', () => {
    expect(revise(stored(counted()), unknown(), settled(60))).toBeUndefined();
    expect(revise(stored(counted()), unknown(), settled(SIX_HOURS + 1))).toBeUndefined();
    expect(revise(stored(counted()), unknown(), settled(FOURTEEN_DAYS))).toEqual(stored(counted(), { final: true }));
  });

  it('keeps an hour that has less than half of its usual requests open until it is 14 days old', () => {
    const finalAt = (requests: number, usual: number | undefined, minutes: number) =>
      revise(undefined, counted(requests, 0), settled(minutes), usual)!.final;
    expect(finalAt(49, 100, SIX_HOURS)).toBe(false);
    expect(finalAt(50, 100, SIX_HOURS)).toBe(true);
    expect(finalAt(0, 30, SIX_HOURS)).toBe(false);
    expect(finalAt(0, 29.5, SIX_HOURS)).toBe(true);
    expect(finalAt(0, undefined, SIX_HOURS)).toBe(true);
    expect(finalAt(0, 100, FOURTEEN_DAYS - 1)).toBe(false);
    expect(finalAt(0, 100, FOURTEEN_DAYS)).toBe(true);
  });

  it('takes late counts for such an hour as a revision, and is final with them', () => {
    const short = stored(counted(0, 0));
    expect(revise(short, counted(0, 0), settled(SIX_HOURS), 100)).toBeUndefined();
    expect(revise(short, counted(100, 2), settled(10 * 60), 100)).toEqual({
      ...counted(100, 2),
      revision: 2,
      final: true,
    });
    expect(revise(short, counted(0, 0), settled(FOURTEEN_DAYS), 100)).toEqual(stored(counted(0, 0), { final: true }));
  });

  it('is final for counts six hours after the hour has settled, to the minute', () => {
    expect(revise(undefined, counted(), settled(SIX_HOURS - 1))!.final).toBe(false);
    expect(revise(undefined, counted(), settled(SIX_HOURS))!.final).toBe(true);
    expect(revise(stored(counted()), counted(), settled(SIX_HOURS - 1))).toBeUndefined();
    expect(revise(stored(counted()), counted(), settled(SIX_HOURS))).toEqual(stored(counted(), { final: true }));
    expect(revise(stored(counted()), counted(100, 2), settled(SIX_HOURS))).toEqual({
      ...counted(100, 2),
      revision: 2,
      final: true,
    });
  });

  it('is final for an unknown hour after fourteen days, to the minute', () => {
    expect(revise(undefined, unknown(), settled(FOURTEEN_DAYS - 1))!.final).toBe(false);
    expect(revise(undefined, unknown(), settled(FOURTEEN_DAYS))!.final).toBe(true);
    expect(revise(stored(unknown()), unknown(), settled(FOURTEEN_DAYS - 1))).toBeUndefined();
    expect(revise(stored(unknown()), unknown(), settled(FOURTEEN_DAYS))!.final).toBe(true);
  });

  it('keeps what was read before where a fifth of the requests are gone since: the source has lost some', () => {
    const before = stored(counted(1000, 400));
    expect(revise(before, counted(799, 0), settled(60))).toBeUndefined();
    expect(revise(before, counted(800, 0), settled(60))).toMatchObject({ ...counted(800, 0), revision: 2 });
    expect(revise(before, counted(799, 0), settled(SIX_HOURS))).toEqual({ ...before, final: true });
    expect(revise(before, counted(1000, 0), settled(60))).toMatchObject({ revision: 2 });
    // What is counted by something else may be less.
    const otherwise = { ...counted(100, 0), countedBy: 'another metric' } as Sample;
    const known = { ...before, countedBy: 'a metric' } as Snapshot;
    expect(revise(known, otherwise, settled(60), undefined, true)).toMatchObject({ revision: 2 });
  });

  it('never changes what is final', () => {
    const samples = [counted(), counted(500, 50), unknown()];
    for (const before of samples)
      for (const now of samples)
        expect(revise(stored(before, { final: true }), now, settled(FOURTEEN_DAYS * 2))).toBeUndefined();
  });

  it('goes one way whatever is read: revisions grow, counts stay counts, final stays final', () => {
    const anySample = fc.oneof(
      fc.constant(unknown()),
      fc.integer({ min: 0, max: 3 }).map((errors) => counted(100, errors)),
    );
    const anyReading = fc.tuple(anySample, fc.integer({ min: 0, max: FOURTEEN_DAYS + 60 }));
    fc.assert(
      fc.property(fc.array(anyReading, { minLength: 1, maxLength: 12 }), (readings) => {
        let known: Snapshot | undefined;
        for (const [sample, minutes] of readings.toSorted((a, b) => a[1] - b[1])) {
          const next = revise(known, sample, settled(minutes));
          if (next && known) {
            expect(known.final).toBe(false);
            const sameFact = next.revision === known.revision;
            expect(sameFact ? next : next.revision).toEqual(sameFact ? { ...known, final: true } : known.revision + 1);
            if (known.kind === 'counted') expect(next.kind).toBe('counted');
          }
          known = next ?? known;
          expect(revise(known, sample, settled(minutes))).toBeUndefined();
        }
      }),
    );
  });
});

const all = (...series: Map<number, Snapshot>[]) => new Map(series.map((known, index) => [`#${index}`, known]));

describe('the due hours', () => {
  const from = HOUR - 3;
  const byHour = (entries: [Hour, Snapshot][]) => new Map(entries);
  const final = stored(counted(), { final: true });

  it('are the settled ones without a final snapshot, newest first', () => {
    const known = byHour([
      [HOUR - 1, final],
      [HOUR - 2, stored(counted())],
    ]);
    expect(dueHours(from, settled(0), all(known))).toEqual([HOUR, HOUR - 2, HOUR - 3]);
  });

  it('begin with an hour at the minute at which it has settled', () => {
    expect(dueHours(HOUR, settled(-1), all(byHour([])))).toEqual([]);
    expect(dueHours(HOUR, settled(0), all(byHour([])))).toEqual([HOUR]);
  });

  it('are due when one endpoint of several lacks them', () => {
    const complete = byHour([
      [HOUR, final],
      [HOUR - 1, final],
    ]);
    expect(dueHours(HOUR - 1, settled(0), all(complete, complete))).toEqual([]);
    expect(dueHours(HOUR - 1, settled(0), all(complete, byHour([[HOUR, final]])))).toEqual([HOUR - 1]);
  });

  it('are none before the first hour that is wanted', () => {
    expect(dueHours(HOUR + 1, settled(0), all(byHour([])))).toEqual([]);
  });
});

describe('ranges', () => {
  it('bridge what lies between', () => {
    expect(ranges([9, 7, 2], 168)).toEqual([{ from: 2, to: 10 }]);
    expect(ranges([], 168)).toEqual([]);
  });

  it('have at most the longest length and meet at midnight, the newest first', () => {
    expect(ranges([200, 33, 32], 177)).toEqual([{ from: 32, to: 201 }]);
    expect(ranges([200, 33, 32], 176)).toEqual([
      { from: 200, to: 201 },
      { from: 32, to: 34 },
    ]);
    expect(ranges([50, 49, 48, 47, 46], 24)).toEqual([
      { from: 48, to: 51 },
      { from: 46, to: 48 },
    ]);
  });

  it('hold every hour once, newest range first, none longer than allowed', () => {
    const anyHours = fc
      .uniqueArray(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 })
      .map((hours) => hours.toSorted((a, b) => b - a));
    fc.assert(
      fc.property(anyHours, fc.integer({ min: 24, max: 200 }), (hours, longest) => {
        const found = ranges(hours, longest);
        for (const one of hours) expect(found.filter(({ from, to }) => one >= from && one < to)).toHaveLength(1);
        for (const { from, to } of found) {
          expect(to - from).toBeLessThanOrEqual(longest);
          expect(hours).toContain(from);
          expect(hours).toContain(to - 1);
        }
        for (let index = 1; index < found.length; index++)
          expect(found[index]!.to).toBeLessThanOrEqual(found[index - 1]!.from);
      }),
    );
  });
});

describe('an hour that was counted by something else', () => {
  const by = (countedBy: string, counts = byStatus({ 200: 10 })): Sample => ({
    ...counted(),
    kind: 'counted',
    counts,
    countedBy,
  });
  const old: Snapshot = { ...by('a.b.c'), revision: 1, final: false };

  it('stays as it is, and becomes final in its time', () => {
    expect(revise(old, by('x.b.c', byStatus({ 200: 9 })), settled(1))).toBeUndefined();
    expect(revise(old, by('x.b.c', byStatus({ 200: 9 })), settled(SIX_HOURS))).toEqual({ ...old, final: true });
  });

  it('is counted anew on demand, also when it is final or has the same counts; a failure to measure changes nothing', () => {
    const final = { ...old, final: true };
    expect(revise(final, by('x.b.c'), settled(SIX_HOURS), undefined, true)).toEqual({
      ...by('x.b.c'),
      revision: 2,
      final: true,
    });
    expect(revise(final, by('a.b.c', byStatus({ 200: 9 })), settled(SIX_HOURS), undefined, true)).toBeUndefined();
    expect(revise(final, unknown(), settled(SIX_HOURS), undefined, true)).toBeUndefined();
    const { countedBy: _, ...nobodyKnows } = final as Extract<Snapshot, { kind: 'counted' }>;
    expect(revise(nobodyKnows, by('x.b.c'), settled(SIX_HOURS), undefined, true)).toBeUndefined();
  });

  it('is due only then', () => {
    const known = all(new Map([[HOUR, { ...old, final: true }]]));
    expect(dueHours(HOUR, settled(0), known)).toEqual([]);
    expect(dueHours(HOUR, settled(0), known, new Map([['#0', 'a.b.c']]))).toEqual([]);
    expect(dueHours(HOUR, settled(0), known, new Map([['#0', 'x.b.c']]))).toEqual([HOUR]);
  });
});

describe('an hour that is caught up', () => {
  it('is one whose first reading comes an hour late or more', () => {
    expect(isCaughtUp(undefined, counted(), settled(59))).toBe(false);
    expect(isCaughtUp(undefined, counted(), settled(60))).toBe(true);
    expect(isCaughtUp(undefined, unknown(), settled(60))).toBe(false);
    // What had been unknown is filled, which is a mark of its own.
    expect(isCaughtUp(stored(unknown()), counted(), settled(60))).toBe(false);
    expect(isCaughtUp(stored(counted(90)), counted(), settled(60))).toBe(false);
  });

  it('or whose run is the first since an hour without a verdict', () => {
    expect(isCaughtUp(undefined, counted(), settled(0), { judgedUpTo: HOUR - 1 })).toBe(false);
    expect(isCaughtUp(undefined, counted(), settled(0), { judgedUpTo: HOUR - 2 })).toBe(true);
    expect(isCaughtUp(undefined, unknown(), settled(0), { judgedUpTo: HOUR - 2 })).toBe(false);
  });

  it('or that had far too few requests until then, and keeps its mark through later readings', () => {
    expect(isCaughtUp(stored(counted(10, 0)), counted(), settled(60), { usual: 100 })).toBe(true);
    expect(isCaughtUp(stored(counted(60, 0)), counted(), settled(60), { usual: 100 })).toBe(false);
    expect(isCaughtUp(stored(counted(10, 0)), counted(20), settled(60), { usual: 100 })).toBe(false);
    const marked = { ...stored(counted()), caughtUpAt: 7, judgedUpTo: 3 };
    expect(revise(marked, counted(101), settled(61))).toMatchObject({ revision: 2, caughtUpAt: 7, judgedUpTo: 3 });
    expect(revise(marked, counted(), settled(SIX_HOURS))).toEqual({ ...marked, final: true });
  });
});
