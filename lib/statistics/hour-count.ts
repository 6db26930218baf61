import type { Pooled } from '../facts/window';

/**
 * One endpoint in one hour: n requests, x of them errors, in a cell of the daily pattern: hour of day + 24 on Saturdays
 * and Sundays, in the release's zone. An unknown or empty hour has n = 0 and keeps its slot.
 */
export interface HourCount {
  readonly n: number;
  readonly x: number;
  readonly cell: number;
  /** What endpoints that share the upstream say of the hour: the rate is expected to be so many times its usual one. */
  readonly drift?: number;
  /** The part of n and x that had the toggle off, where that is counted. */
  readonly toggleOff?: { readonly n: number; readonly x: number };
}

/** Hours of a weekday, then those of a weekend day. */
export const CELLS = 48;

/** @throws RangeError for the first hour whose counts or cell cannot be */
export function checkHours(hours: readonly HourCount[]): void {
  for (const { n, x, cell } of hours) {
    checkCount(x, n);
    if (!(Number.isInteger(cell) && cell >= 0 && cell < CELLS)) {
      throw new RangeError(`cell of an hour - got ${cell}, expected a whole number from 0 to ${CELLS - 1}`);
    }
  }
}

/** @throws RangeError for 0 and 1, and for what is within 1e-9 of them, where doubles would run out */
export function checkFraction(name: string, value: number): void {
  if (!(value >= 1e-9 && value <= 1 - 1e-9)) {
    throw new RangeError(`${name} - got ${value}, expected a fraction above 0 and below 1`);
  }
}

/** Requests and errors of some hours. */
export function pool(hours: readonly HourCount[]): Pooled {
  const pooled = { requests: 0, errors: 0 };
  for (const { n, x } of hours) {
    pooled.requests += n;
    pooled.errors += x;
  }
  return pooled;
}

export function checkCount(x: number, n: number): void {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new RangeError(`requests of an hour - got ${n}, expected a whole number from 0`);
  }
  if (!Number.isSafeInteger(x) || x < 0 || x > n) {
    throw new RangeError(`errors of an hour - got ${x}, expected a whole number from 0 to its ${n} requests`);
  }
}
