import fc from 'fast-check';
import { startOf } from '../../lib/facts/hour';
import { cellOf, localTime } from '../../lib/facts/local-time';
import { hour } from '../worlds/moments';

const NEW_YORK = 'America/New_York';
const at = (text: string) => Date.parse(text);

describe('localTime', () => {
  it('has the value of its example: the clocks have just jumped', () => {
    expect(localTime(at('2026-03-08T07:00Z'), NEW_YORK)).toEqual({
      date: '2026-03-08',
      hour: 3,
      minute: 0,
      weekday: 'Sun',
      weekend: true,
      zoneName: 'EDT',
    });
    expect(localTime(at('2026-03-08T06:59Z'), NEW_YORK)).toMatchObject({ hour: 1, minute: 59, zoneName: 'EST' });
  });

  it('shows the hour that comes twice with the name of its zone', () => {
    expect(localTime(at('2026-11-01T05:30Z'), NEW_YORK)).toMatchObject({ hour: 1, minute: 30, zoneName: 'EDT' });
    expect(localTime(at('2026-11-01T06:30Z'), NEW_YORK)).toMatchObject({ hour: 1, minute: 30, zoneName: 'EST' });
  });

  it('calls midnight 0 of the new day', () => {
    expect(localTime(at('2026-02-12T04:59Z'), NEW_YORK)).toMatchObject({ date: '2026-02-11', hour: 23, minute: 59 });
    expect(localTime(at('2026-02-12T05:00Z'), NEW_YORK)).toMatchObject({ date: '2026-02-12', hour: 0, minute: 0 });
  });

  it('has a weekend of Saturday and Sunday, in the zone and not in UTC', () => {
    expect(localTime(at('2026-02-14T04:59Z'), NEW_YORK).weekend).toBe(false);
    expect(localTime(at('2026-02-14T05:00Z'), NEW_YORK).weekend).toBe(true);
    expect(localTime(at('2026-02-16T04:59Z'), NEW_YORK).weekend).toBe(true);
    expect(localTime(at('2026-02-16T05:00Z'), NEW_YORK).weekend).toBe(false);
  });

  it('knows zones that differ by parts of an hour', () => {
    expect(localTime(at('2026-02-11T16:00Z'), 'Asia/Kolkata')).toMatchObject({ hour: 21, minute: 30 });
    expect(localTime(at('2026-02-11T16:00Z'), 'Asia/Kathmandu')).toMatchObject({ hour: 21, minute: 45 });
  });
});

describe('cellOf', () => {
  it('is the hour of the day, plus 24 at weekends', () => {
    expect(cellOf(hour('2026-02-11T16:00Z'), NEW_YORK)).toBe(11);
    expect(cellOf(hour('2026-02-14T16:00Z'), NEW_YORK)).toBe(24 + 11);
    expect(cellOf(hour('2026-02-11T16:00Z'), 'UTC')).toBe(16);
  });

  it('leaves out the skipped hour and repeats the doubled one', () => {
    const from = (text: string, count: number) =>
      Array.from({ length: count }, (_, index) => cellOf(hour(text) + index, NEW_YORK) - 24);
    expect(from('2026-03-08T05:00Z', 4)).toEqual([0, 1, 3, 4]);
    expect(from('2026-11-01T04:00Z', 4)).toEqual([0, 1, 1, 2]);
  });

  it('is the cell of the hour as the clocks show it, asked once or again', () => {
    const anyHour = fc.integer({ min: hour('2020-01-01T00:00Z'), max: hour('2030-01-01T00:00Z') });
    const anyZone = fc.constantFrom(NEW_YORK, 'UTC', 'Asia/Kolkata', 'Pacific/Auckland', 'America/St_Johns');
    fc.assert(
      fc.property(anyHour, anyZone, (one, zone) => {
        const local = localTime(startOf(one), zone);
        expect(cellOf(one, zone)).toBe(local.hour + (local.weekend ? 24 : 0));
        expect(cellOf(one, zone)).toBe(cellOf(one, zone));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['New York in spring', NEW_YORK, '2026-03-08T00:00Z'],
    ['New York in autumn', NEW_YORK, '2026-11-01T00:00Z'],
    ['an island that sets them by half an hour', 'Australia/Lord_Howe', '2026-04-04T00:00Z'],
    ['a country that left out a Friday', 'Pacific/Apia', '2011-12-30T00:00Z'],
    ['a country that sets them for Ramadan', 'Africa/Casablanca', '2026-02-15T00:00Z'],
  ])('is that of every hour around a day on which clocks are set: %s', (_, zone, day) => {
    const hours = Array.from({ length: 3 * 24 }, (_, index) => hour(day) - 24 + index);
    const shown = hours.map((one) => localTime(startOf(one), zone));
    expect(hours.map((one) => cellOf(one, zone))).toEqual(shown.map((one) => one.hour + (one.weekend ? 24 : 0)));
  });
});
