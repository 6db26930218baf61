import { type Hour, startOf } from '../../../lib/facts/hour';
import { judge } from '../../../lib/judge/judge';
import { gapNotices } from '../../../lib/judge/notices/gap-notices';
import { LAUNCH } from '../../worlds/moments';
import { hoursOf, RELEASE, steady } from '../../worlds/rollout-facts';

describe('a gap that was closed', () => {
  const newest = LAUNCH + 100;
  const filledAt = startOf(newest) + 20 * 60_000;
  const filled = (hours: Hour[], at = filledAt, endpoint = '#show') => {
    const known = hoursOf(newest - 400, newest + 1, steady, endpoint);
    for (const one of hours) known.set(one, { ...known.get(one)!, filledAt: at });
    return known;
  };
  const notices = (...known: Map<Hour, never>[] | ReturnType<typeof filled>[]) =>
    gapNotices(RELEASE, new Map(known.map((one, index) => [`#${index}`, one])), newest);

  it('is told with its hours, once for all endpoints', () => {
    const hours = [newest - 5, newest - 4, newest - 3];
    expect(notices(filled(hours), filled(hours, filledAt, '#index'))).toEqual([
      {
        key: `gap/${new Date(filledAt).toISOString().slice(0, 16)}Z`,
        kind: 'gap-closed',
        waits: true,
        text: '3 hours without data were counted after all, from 2026-02-15 10:00 EST to 2026-02-15 13:00 EST',
      },
    ]);
  });

  it('is told once for each time at which hours were counted', () => {
    const known = filled([newest - 5]);
    known.set(newest - 9, { ...known.get(newest - 9)!, filledAt: filledAt + 60_000 });
    expect(new Set(notices(known).map(({ key }) => key)).size).toBe(2);
  });

  it('waits for a check-in two weeks at most', () => {
    const since = (hours: number) => notices(filled([newest - 335], startOf(newest - hours))).length;
    expect(since(335)).toBe(1);
    expect(since(336)).toBe(0);
  });

  it('is told while nobody is exposed too', () => {
    const verdict = judge(RELEASE, [], new Map([['#show', filled([newest - 5])]]), newest);
    expect(verdict).toMatchObject({ recommendation: 'not exposed', notices: [{ kind: 'gap-closed' }] });
  });

  it('is none where every hour was counted at once', () => {
    expect(notices(filled([]))).toEqual([]);
  });
});
