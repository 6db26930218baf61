import fc from 'fast-check';
import { clock, count, lasting, percent, percents, plain, plural, rateOf, span } from '../../lib/facts/format';
import { anyCharacter } from '../fuzz/any-character';
import { hour } from '../worlds/moments';

describe('percent', () => {
  it('has three significant digits, never more than three decimals', () => {
    expect(percent(0.00336)).toBe('0.336 %');
    expect(percent(0.012325)).toBe('1.23 %');
    expect(percent(0.25)).toBe('25 %');
    expect(percent(0.1234)).toBe('12.3 %');
    expect(percent(0.000123)).toBe('0.012 %');
    expect(percent(0.00001)).toBe('0.001 %');
    expect(percent(1)).toBe('100 %');
  });

  it('tells the rates on both sides of a limit from the limit', () => {
    expect([0.0499, 0.05, 0.0501].map(percent)).toEqual(['4.99 %', '5 %', '5.01 %']);
  });

  it('calls only zero zero', () => {
    expect(percent(0)).toBe('0 %');
    expect(percent(0.0000099)).toBe('< 0.001 %');
    expect(percent(1e-12)).toBe('< 0.001 %');
  });

  it('is a number close to the rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.00001, max: 1, noNaN: true }), (rate) => {
        const text = percent(rate);
        expect(text).toMatch(/^\d{1,3}(\.\d{1,3})? %$/);
        expect(Math.abs(Number.parseFloat(text) / 100 - rate)).toBeLessThanOrEqual(Math.max(0.0000051, rate * 0.00501));
      }),
    );
  });
});

describe('counts', () => {
  it('are grouped by thousands, with their noun in the right number', () => {
    expect(count(24104)).toBe('24,104');
    expect(plural(1, 'error')).toBe('1 error');
    expect(plural(0, 'error')).toBe('0 errors');
    expect(plural(2400, 'request')).toBe('2,400 requests');
  });

  it('stand beside every rate, and no request is no rate', () => {
    expect(rateOf({ requests: 876, errors: 12 })).toBe('1.37 % (12 of 876)');
    expect(rateOf({ requests: 3, errors: 0 })).toBe('0 % (0 of 3)');
    expect(rateOf({ requests: 0, errors: 0 })).toBe('no requests');
  });
});

describe('times', () => {
  it('are those of the zone, with its name', () => {
    expect(clock(Date.parse('2026-02-11T16:00Z'), 'America/New_York')).toBe('2026-02-11 11:00 EST');
    expect(clock(Date.parse('2026-07-01T04:05Z'), 'America/New_York')).toBe('2026-07-01 00:05 EDT');
  });

  it('span from the first hour to the end of the last, across a change of the clocks', () => {
    expect(span(hour('2026-03-04T15:00Z'), hour('2026-03-11T15:00Z'), 'America/New_York')).toBe(
      '2026-03-04 10:00 EST - 2026-03-11 11:00 EDT',
    );
  });

  it('last hours, days or weeks', () => {
    expect(lasting(71)).toBe('about 3 days');
    expect(lasting(0)).toBe('about 1 hour');
    expect(lasting(1.4)).toBe('about 1 hour');
    expect(lasting(35)).toBe('about 35 hours');
    expect(lasting(36)).toBe('about 2 days');
    expect(lasting(335)).toBe('about 14 days');
    expect(lasting(336)).toBe('about 2 weeks');
    expect(lasting(100_000)).toBe('about 595 weeks');
  });
});

describe('plain', () => {
  it('has the value of its example', () => {
    expect(plain('a\nb\u202e', 80)).toBe('a b');
  });

  it('keeps text of any script', () => {
    expect(plain('Größe 日本語 🙂 العربية')).toBe('Größe 日本語 🙂 العربية');
  });

  it('takes out every bidirectional control, and other characters that nobody sees', () => {
    const hidden = [0x61c, 0x200b, 0x200e, 0x200f, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0xad, 0xfeff, 0xe0041];
    for (const code of hidden) expect(plain(`a${String.fromCodePoint(code)}b`)).toBe('ab');
  });

  it('makes one line of many, without the escapes of terminals', () => {
    expect(plain('a\r\n\tb\u0085c\u2028d\u2029e\u001b[31mf\u0000')).toBe('a b c d e [31mf');
  });

  it('cuts at the length it is given, and says so', () => {
    expect(plain('abcdef', 6)).toBe('abcdef');
    expect(plain('abcdefg', 6)).toBe('abc...');
  });

  it('never leaves half a character, which SNS could not send', () => {
    expect(plain('a\ud800b')).toBe('ab');
    expect(plain('ab🙂cdefg', 6)).toBe('ab...');
  });

  it('is one well-formed line of bounded length, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 80 }), fc.integer({ min: 3, max: 40 }), (text, max) => {
        const line = plain(text, max);
        expect(line.length).toBeLessThanOrEqual(max);
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(() => encodeURIComponent(line)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});

it('a range of rates has one percent sign', () => {
  expect(percents(0.064, 0.077)).toBe('6.4 to 7.7 %');
  expect(percents(0.000001, 1)).toBe('< 0.001 to 100 %');
});
