import {
  type ExclusionEvent,
  exclusionOf,
  exclusionsIn,
  leavingOut,
  leftOutIn,
  leftOutOfAll,
  leftOutTexts,
} from '../../lib/facts/exclusion';
import { hourOf, type Instant } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import { readWeekly } from '../../lib/release/planned-times';

const NEW_YORK = 'America/New_York';
const at = (text: string): Instant => Date.parse(text);
const hour = (text: string) => hourOf(at(text));
const once = (from: string, to: string) => ({ from: at(from), to: at(to), reason: 'outage' });
const every = (weekly: string, reason = 'nightly') => ({ weekly: readWeekly(weekly)!, reason });

describe('an exclusion', () => {
  it('takes each hour of which it has a part, and no other', () => {
    const of = exclusionOf([once('2026-02-13T02:30Z', '2026-02-13T04:01Z')], NEW_YORK);
    const taken = ['01', '02', '03', '04', '05'].map((one) => of(hour(`2026-02-13T${one}:00Z`)));
    expect(taken).toEqual([undefined, 'outage', 'outage', 'outage', undefined]);
    const whole = exclusionOf([once('2026-02-13T02:00Z', '2026-02-13T03:00Z')], NEW_YORK);
    expect(['01', '02', '03'].map((one) => whole(hour(`2026-02-13T${one}:00Z`)))).toEqual([
      undefined,
      'outage',
      undefined,
    ]);
  });

  it('of every week follows the clocks of the zone, also when they change', () => {
    const of = exclusionOf([every('Sun 01:00-04:00')], NEW_YORK);
    const on = (day: string) =>
      Array.from({ length: 24 }, (_, index) => index).filter((index) => of(hour(`${day}T00:00Z`) + index));
    expect(on('2026-02-15')).toEqual([6, 7, 8]);
    // One hour is skipped on 8 March, and one comes twice on 1 November.
    expect(on('2026-03-08')).toEqual([6, 7]);
    expect(on('2026-11-01')).toEqual([5, 6, 7, 8]);
    expect(on('2026-02-16')).toEqual([]);
  });

  it('of every week may cross midnight and the end of the week, and takes hours that begin at half past in part', () => {
    const of = exclusionOf([every('Sat 22:00-02:00')], 'UTC');
    const from = hour('2026-02-14T21:00Z');
    expect(Array.from({ length: 6 }, (_, index) => of(from + index) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
      true,
      false,
    ]);
    // 02:00 to 03:00 in Kolkata is 20:30 to 21:30 of the day before in UTC.
    const india = exclusionOf([every('Sun 02:00-03:00')], 'Asia/Kolkata');
    expect(['19', '20', '21', '22'].map((one) => india(hour(`2026-02-14T${one}:00Z`)) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('is taken back by what was said after it: all, or what begins at that time', () => {
    const said = (from: number, index: number): ExclusionEvent => ({
      kind: 'exclusion',
      at: index,
      by: 'Ada',
      from,
      to: from + 1,
      reason: 'x',
    });
    const end = (index: number, from?: number): ExclusionEvent => ({
      kind: 'exclusion-end',
      at: index,
      by: 'Bo',
      ...(from !== undefined && { from }),
    });
    const left = (log: ExclusionEvent[]) => exclusionsIn(log).map(({ from }) => from);
    expect(left([said(7, 1), said(8, 2), end(3, 7)])).toEqual([8]);
    expect(left([said(7, 1), said(8, 2), end(3)])).toEqual([]);
    expect(left([end(0), said(7, 1), end(2, 8)])).toEqual([7]);
    expect(left([said(7, 1), end(2), said(7, 3)])).toEqual([7]);
  });
});

describe('snapshots without what is left out', () => {
  const counted = (index: number): Snapshot => ({
    endpoint: '#show',
    hour: index,
    kind: 'counted',
    counts: new Map([['200', 5]]),
    revision: 2,
    final: true,
    filledAt: 7,
  });
  const known = new Map([10, 11, 12].map((index) => [index, counted(index)]));
  const seen = leavingOut('#show', known, (one) => (one === 11 || one === 20 ? { reason: 'outage' } : undefined));

  it('have the hour as unknown, with the reason, and whether it had been heard', () => {
    expect(seen.get(10)).toEqual(counted(10));
    expect(seen.get(11)).toEqual({
      endpoint: '#show',
      hour: 11,
      kind: 'unknown',
      reason: 'left out: outage',
      revision: 2,
      final: true,
      filledAt: 7,
      leftOut: { reason: 'outage', heard: true },
    });
    expect(seen.get(20)).toMatchObject({ kind: 'unknown', leftOut: { reason: 'outage', heard: false } });
    expect([...seen.values()].map(({ kind }) => kind)).toEqual(['counted', 'unknown', 'counted']);
    expect([...seen].length).toBe(seen.size);
    expect([seen.has(11), seen.has(13)]).toEqual([true, false]);
    for (const one of [10, 11, 13, 20]) expect(seen.glance(one)).toEqual(seen.get(one));
  });

  it('are told by reason, once for all endpoints of which it is the same', () => {
    const found = leftOutIn(seen, { from: 10, to: 21 });
    expect(found).toEqual([{ reason: 'outage', hours: 2, from: 11, to: 21 }]);
    const other = { ...found[0]!, reason: 'upgrade' };
    expect(
      leftOutOfAll(
        new Map([
          ['#a', found],
          ['#b', [...found, other]],
        ]),
      ),
    ).toEqual([found[0], { ...other, endpoints: ['#b'] }]);
  });

  it('are told in a few sentences, however many reasons there are', () => {
    const one = { reason: 'database outage', hours: 4, from: 492240, to: 492244 };
    expect(leftOutTexts([one], 'UTC')).toEqual([
      '4 hours left out, 2026-02-26 00:00 UTC - 2026-02-26 04:00 UTC: database outage',
    ]);
    expect(leftOutTexts([{ ...one, endpoints: ['#a'] }], 'UTC')[0]).toMatch(/^#a: 4 hours left out/);
    const many = leftOutTexts(
      Array.from({ length: 9 }, () => one),
      'UTC',
    );
    expect(many).toHaveLength(6);
    expect(many.at(-1)).toBe('16 more hours left out');
  });
});
