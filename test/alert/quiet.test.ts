import { memberIdOf } from '../../lib/alert/member';
import { covers, inQuietHours, mutesOf } from '../../lib/alert/quiet';
import { isHourIn } from '../../lib/facts/local-time';
import { RELEASE } from '../worlds/rollout-facts';

const NIGHT = { from: '22:00', to: '07:00' };
const quietIn =
  (timeZone: string, quietHours = NIGHT) =>
  (text: string) =>
    inQuietHours({ timeZone, alerts: { ...RELEASE.alerts, quietHours } }, Date.parse(text));

describe('quiet hours', () => {
  const inNewYork = quietIn('America/New_York');

  it('are those of the zone, from the first minute to before the last hour, across midnight', () => {
    const nights = ['2026-02-12T02:59:59Z', '2026-02-12T03:00Z', '2026-02-12T11:59:59Z', '2026-02-12T12:00Z'];
    expect(nights.map(inNewYork)).toEqual([false, true, true, false]);
  });

  it('begin and end an hour earlier by UTC in summer', () => {
    expect(['2026-07-01T01:59Z', '2026-07-01T02:00Z', '2026-07-01T10:59Z', '2026-07-01T11:00Z'].map(inNewYork)).toEqual(
      [false, true, true, false],
    );
  });

  it('that end at an hour that is skipped end with the hour before it', () => {
    // On 8 March 2026 the clocks go from 01:59 to 03:00, at 07:00 UTC.
    const quiet = quietIn('America/New_York', { from: '22:00', to: '02:00' });
    expect(['2026-03-08T06:59Z', '2026-03-08T07:00Z'].map(quiet)).toEqual([true, false]);
  });

  it('are quiet twice in an hour that comes twice', () => {
    // On 1 November 2026 01:00 to 01:59 comes at 05:00 and again at 06:00 UTC.
    const quiet = quietIn('America/New_York', { from: '22:00', to: '02:00' });
    expect(['2026-11-01T05:30Z', '2026-11-01T06:30Z', '2026-11-01T07:00Z'].map(quiet)).toEqual([true, true, false]);
  });

  it('may lie within a day', () => {
    expect([11, 12, 13, 14].map((hour) => isHourIn(hour, { from: '12:00', to: '14:00' }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('are none unless the release file has some', () => {
    expect(inQuietHours(RELEASE, Date.parse('2026-02-12T05:00Z'))).toBe(false);
  });
});

describe('a silence', () => {
  const silence = { kind: 'silence', at: 10, until: 100, by: 'Ada', reason: 'upgrade' } as const;
  const end = (at: number) => ({ kind: 'silence-end', at, by: 'Bob' }) as const;
  const endOf = (...log: Parameters<typeof mutesOf>[1]) => mutesOf(RELEASE, log).map(({ to }) => to);

  it('lasts as said, or to the first end after it began', () => {
    expect(endOf(silence)).toEqual([100]);
    expect(endOf(end(5), silence, end(50), end(60))).toEqual([50]);
    expect(endOf(silence, end(200))).toEqual([100]);
    expect(endOf(silence, { ...silence, at: 20, until: 90 }, end(50), { ...silence, at: 60 })).toEqual([50, 50, 100]);
  });

  it('of an endpoint covers its criteria, and neither blindness nor an endpoint of which its name is a part', () => {
    const [mute] = mutesOf(RELEASE, [{ ...silence, endpoints: ['a/b'] }]);
    const covered = ['a/b/below', 'a/b/silent', 'a/b/c/below', 'a/below', 'blind'].map((key) =>
      covers(mute!, memberIdOf(key)),
    );
    expect(covered).toEqual([true, true, false, false, false]);
  });
});
