import { timeAxis } from '../../lib/charts/time-axis';
import { hour } from '../worlds/moments';

const NEW_YORK = 'America/New_York';
const labels = (from: string, to: string, most: number, zone = NEW_YORK) =>
  timeAxis(hour(from), hour(to), zone, most).ticks.map(({ label }) => label);

describe('the axis of time', () => {
  it('has its ticks at the local midnights, also where the clocks change', () => {
    const { ticks, zone } = timeAxis(hour('2026-03-07T05:00Z'), hour('2026-03-10T04:00Z'), NEW_YORK, 3);
    expect(ticks).toEqual([
      { hour: hour('2026-03-07T05:00Z'), label: 'Mar 7' },
      { hour: hour('2026-03-08T05:00Z'), label: 'Mar 8' },
      { hour: hour('2026-03-09T04:00Z'), label: 'Mar 9' },
    ]);
    expect(zone).toBe('America/New_York (EST), clocks change 2026-03-08 03:00 EDT');
  });

  it('shows the hour that comes twice in autumn twice, and not the one that spring leaves out', () => {
    expect(labels('2026-11-01T04:00Z', '2026-11-01T08:00Z', 10)).toEqual(['Nov 1', '01:00', '01:00', '02:00']);
    expect(labels('2026-03-08T05:00Z', '2026-03-08T08:00Z', 10)).toEqual(['Mar 8', '01:00', '03:00']);
  });

  it('begins a day where the date changes, in a zone whose clocks skip midnight', () => {
    expect(labels('2026-09-05T03:00Z', '2026-09-08T03:00Z', 4, 'America/Santiago')).toContain('Sep 6');
  });

  it('has no more ticks than there is room for, however long it is', () => {
    for (const days of [1, 3, 10, 21, 60, 365]) {
      const { ticks } = timeAxis(0, days * 24, NEW_YORK, 6);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(7);
    }
  });

  it('knows zones that are half an hour off', () => {
    expect(labels('2026-02-11T18:00Z', '2026-02-11T21:00Z', 10, 'Asia/Kolkata')).toEqual(['23:30', 'Feb 12', '01:30']);
  });
});
