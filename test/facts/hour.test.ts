import fc from 'fast-check';
import {
  HOUR_MS,
  hourFrom,
  hourOf,
  hourText,
  instantText,
  newestSettledHour,
  parseHour,
  parseInstant,
  startOf,
} from '../../lib/facts/hour';

const instant = (text: string) => Date.parse(text);
/** Whole milliseconds of the years 1000 to 9999, which every calendar text can hold. */
const anyInstant = fc.integer({ min: instant('1000-01-01T00:00:00Z'), max: instant('9999-12-31T23:59:59.999Z') });

describe('an hour', () => {
  it('contains its first instant and not that of the next', () => {
    expect(hourOf(instant('2026-02-11T16:59:59Z'))).toBe(parseHour('2026-02-11T16:00Z'));
    expect(hourOf(instant('2026-02-11T16:00:00Z'))).toBe(parseHour('2026-02-11T16:00Z'));
    expect(hourOf(instant('2026-02-11T17:00:00Z') - 1)).toBe(parseHour('2026-02-11T16:00Z'));
    expect(hourOf(instant('1969-12-31T23:59:59Z'))).toBe(-1);
  });

  it('starts at or after an instant', () => {
    expect(hourFrom(instant('2026-02-11T16:00:00Z'))).toBe(parseHour('2026-02-11T16:00Z'));
    expect(hourFrom(instant('2026-02-11T16:00:00Z') + 1)).toBe(parseHour('2026-02-11T17:00Z'));
  });

  it('holds every instant between its start and the next', () => {
    fc.assert(
      fc.property(anyInstant, (at) => {
        const hour = hourOf(at);
        expect(startOf(hour)).toBeLessThanOrEqual(at);
        expect(at).toBeLessThan(startOf(hour + 1));
        expect(hourFrom(at) - hour).toBe(at === startOf(hour) ? 0 : 1);
      }),
    );
  });

  it('is written and read as in its examples', () => {
    expect(hourText(492232)).toBe('2026-02-25T16:00Z');
    expect(parseHour('2026-02-25T16:00Z')).toBe(492232);
    expect(parseHour('2026-02-25T16:00:00.001Z')).toBeUndefined();
    expect(parseHour('2026-02-25T16:01Z')).toBeUndefined();
    expect(parseHour('2026-02-25T16:30+05:30')).toBe(parseHour('2026-02-25T11:00Z'));
    expect(parseHour('yesterday')).toBeUndefined();
  });
});

describe('the newest settled hour', () => {
  const at = (text: string) => hourText(newestSettledHour(instant(text), 15));

  it('ended as many minutes ago as it takes to settle, to the millisecond', () => {
    expect(at('2026-02-11T17:14:59.999Z')).toBe('2026-02-11T15:00Z');
    expect(at('2026-02-11T17:15:00Z')).toBe('2026-02-11T16:00Z');
    expect(at('2026-02-11T18:14:00Z')).toBe('2026-02-11T16:00Z');
  });

  it('is never the hour that still runs, even with nothing to settle', () => {
    expect(newestSettledHour(instant('2026-02-11T16:59:59Z'), 0)).toBe(parseHour('2026-02-11T15:00Z'));
    expect(newestSettledHour(instant('2026-02-11T17:00:00Z'), 0)).toBe(parseHour('2026-02-11T16:00Z'));
  });
});

describe('instantText', () => {
  it('is as short as it is exact', () => {
    expect(instantText(0)).toBe('1970-01-01T00:00Z');
    expect(instantText(30_000)).toBe('1970-01-01T00:00:30Z');
    expect(instantText(30_250)).toBe('1970-01-01T00:00:30.250Z');
    expect(instantText(instant('2026-02-11T16:30:00Z'))).toBe('2026-02-11T16:30Z');
  });

  it('is read back as the same instant', () => {
    fc.assert(fc.property(anyInstant, (at) => expect(parseInstant(instantText(at))).toBe(at)));
    const wholeHours = anyInstant.map(hourOf);
    fc.assert(fc.property(wholeHours, (hour) => expect(parseHour(hourText(hour))).toBe(hour)));
  });
});

describe('parseInstant', () => {
  it('reads the offset that the text says', () => {
    expect(parseInstant('2026-02-11T11:00-05:00')).toBe(instant('2026-02-11T16:00:00Z'));
    expect(parseInstant('2026-02-11T11:00+00:00')).toBe(instant('2026-02-11T11:00:00Z'));
    expect(parseInstant('2026-02-11T11:00+05:45')).toBe(instant('2026-02-11T05:15:00Z'));
    expect(parseInstant('2026-01-01T00:30+14:00')).toBe(instant('2025-12-31T10:30:00Z'));
    expect(parseInstant('2026-12-31T23:00-12:00')).toBe(instant('2027-01-01T11:00:00Z'));
  });

  it('agrees with the JavaScript engine on every offset', () => {
    const anyOffset = fc
      .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 59 }))
      .map(([sign, hours, minutes]) => `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`);
    fc.assert(
      fc.property(anyInstant, anyOffset, (at, offset) => {
        const text = new Date(at).toISOString().replace('Z', offset);
        expect(parseInstant(text)).toBe(Date.parse(text));
      }),
    );
  });

  it('reads seconds and fractions of them', () => {
    expect(parseInstant('2026-02-11T11:00:07Z')).toBe(instant('2026-02-11T11:00:07Z'));
    expect(parseInstant('2026-02-11T11:00:07.5Z')).toBe(instant('2026-02-11T11:00:07.500Z'));
    expect(parseInstant('2026-02-11T11:00:07.025Z')).toBe(instant('2026-02-11T11:00:07.025Z'));
  });

  it('reads a local time that the clocks of a zone skip, as it says its own offset', () => {
    expect(parseInstant('2026-03-08T02:30-05:00')).toBe(instant('2026-03-08T07:30:00Z'));
  });

  it('knows which days there are', () => {
    expect(parseInstant('2028-02-29T00:00Z')).toBe(instant('2028-02-29T00:00:00Z'));
    for (const day of [
      '2026-02-29',
      '2026-02-30',
      '2100-02-29',
      '2026-04-31',
      '2026-00-10',
      '2026-13-01',
      '2026-01-00',
    ])
      expect(parseInstant(`${day}T11:00Z`)).toBeUndefined();
  });

  it('never moves a year of the first century into the last one', () => {
    expect(parseInstant('0026-02-11T11:00Z')).toBeUndefined();
    expect(parseInstant('0099-12-31T11:00Z')).toBeUndefined();
  });

  it('refuses a text without offset, out of range, or of another shape', () => {
    const refused = [
      '',
      ' ',
      '2026-02-11',
      '2026-02-11T11:00',
      '2026-02-11 11:00Z',
      '2026-02-11T11Z',
      '2026-02-11T24:00Z',
      '2026-02-11T11:60Z',
      '2026-02-11T11:00:60Z',
      '2026-02-11T11:00:00.1234Z',
      '2026-02-11T11:00z',
      '2026-02-11T11:00-0500',
      '2026-02-11T11:00+15:00',
      '2026-02-11T11:00+05:60',
      ' 2026-02-11T11:00Z',
      '2026-02-11T11:00Z\n',
      '12026-02-11T11:00Z',
      '1770807600000',
      'NaN',
    ];
    expect(refused.filter((text) => parseInstant(text) !== undefined)).toEqual([]);
  });

  it('gives a real instant or nothing, whatever the text', () => {
    const nearly = fc.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly), (text) => {
        const at = parseInstant(text);
        if (at === undefined) return;
        expect(Number.isInteger(at)).toBe(true);
        expect(parseInstant(instantText(at)) ?? at).toBe(at);
      }),
      { numRuns: 250 },
    );
  });
});

it('an hour has 3.6 million milliseconds', () => expect(HOUR_MS).toBe(60 * 60 * 1000));
