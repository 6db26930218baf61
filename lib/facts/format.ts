import { HOURS_PER_WEEK, type Hour, type Instant, startOf } from './hour';
import { localTime } from './local-time';
import type { Pooled } from './window';

/**
 * The only place where a fraction becomes a percent: three significant digits, never more than three decimals.
 *
 * @example percent(0.00336) === '0.336 %'
 * @example percent(0.012325) === '1.23 %'
 */
export const percent = (rate: number): string => `${digits(rate)} %`;

/** @example percents(0.064, 0.077) === '6.4 to 7.7 %' */
export const percents = (low: number, high: number): string => `${digits(low)} to ${digits(high)} %`;

function digits(rate: number): string {
  const value = rate * 100;
  if (value > 0 && value < 0.001) return '< 0.001';
  const decimals = value === 0 || value >= 100 ? 0 : Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(value))));
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** @example points(0.001) === '0.1 points' */
export const points = (difference: number): string => percent(difference).replace(' %', ' points');

const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** @example count(24104) === '24,104' */
export const count = (value: number): string => integer.format(value);

/** @example plural(1, 'error') === '1 error' */
export const plural = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** "1.37 % (12 of 876)"; "no requests" where there is no rate. */
export const rateOf = ({ requests, errors }: Pooled): string =>
  requests === 0 ? 'no requests' : `${percent(errors / requests)} (${count(errors)} of ${count(requests)})`;

/** @example times(2.14) === '2.1 times' */
export const times = (factor: number): string =>
  `${factor >= 10 ? count(factor) : Number(factor.toPrecision(2))} times`;

const two = (value: number) => String(value).padStart(2, '0');

/** @example clock(Date.parse('2026-02-11T16:00Z'), 'America/New_York') === '2026-02-11 11:00 EST' */
export function clock(instant: Instant, timeZone: string): string {
  const { date, hour, minute, zoneName } = localTime(instant, timeZone);
  return `${date} ${two(hour)}:${two(minute)} ${zoneName}`;
}

/** "2026-02-11 11:00 EST - 2026-02-18 10:00 EST" for the hours [from, to). */
export const span = (from: Hour, to: Hour, timeZone: string): string =>
  `${clock(startOf(from), timeZone)} - ${clock(startOf(to), timeZone)}`;

/** @example lasting(71) === 'about 3 days' */
export function lasting(hours: number): string {
  const rounded = Math.max(1, Math.round(hours));
  if (rounded < 36) return `about ${plural(rounded, 'hour')}`;
  if (rounded < 2 * HOURS_PER_WEEK) return `about ${plural(Math.round(rounded / 24), 'day')}`;
  return `about ${plural(Math.round(rounded / HOURS_PER_WEEK), 'week')}`;
}

/**
 * Text from outside on one line: control, bidirectional and other invisible characters out, and halves of characters,
 * which SNS refuses; at most `max` characters.
 *
 * @example plain('a\nb\u202e', 80) === 'a b'
 */
export function plain(text: string, max = 300): string {
  const clean = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .trim();
  return clean.length > max ? `${clean.slice(0, max - 3).replace(/\p{Cs}$/u, '')}...` : clean;
}
