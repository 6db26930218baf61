/** An exact point in time, in milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;

/** A whole UTC hour, counted since 1970-01-01T00:00Z; hour h covers [startOf(h), startOf(h + 1)). */
export type Hour = number;

export const HOUR_MS = 3_600_000;
export const HOURS_PER_DAY = 24;
export const HOURS_PER_WEEK = 168;

/** The hour that contains an instant. @example hourOf(Date.parse('2026-02-11T16:59:59Z')) === parseHour('2026-02-11T16:00Z') */
export const hourOf = (instant: Instant): Hour => Math.floor(instant / HOUR_MS);

/** The first instant of an hour. */
export const startOf = (hour: Hour): Instant => hour * HOUR_MS;

/** The first whole hour that starts at or after an instant. */
export const hourFrom = (instant: Instant): Hour => Math.ceil(instant / HOUR_MS);

/** The newest hour that ended at least `settleMinutes` before `now`, so that its late data has arrived. */
export const newestSettledHour = (now: Instant, settleMinutes: number): Hour =>
  hourOf(now - settleMinutes * 60_000) - 1;

/** @example hourText(492232) === '2026-02-25T16:00Z' */
export const hourText = (hour: Hour): string => instantText(startOf(hour));

/** An instant in UTC, as short as it is exact. @example instantText(0) === '1970-01-01T00:00Z' */
export function instantText(instant: Instant): string {
  return new Date(instant)
    .toISOString()
    .replace(/\.000Z$/, 'Z')
    .replace(/:00Z$/, 'Z');
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an ISO 8601 instant that says its own offset; undefined for anything else, a local time without an offset or
 * a day that no calendar has included.
 *
 * @example parseInstant('2026-02-11T11:00-05:00') === Date.parse('2026-02-11T16:00:00Z')
 * @example parseInstant('2026-02-30T11:00Z') === undefined
 */
export function parseInstant(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number);
  const offset = match[8] === 'Z' ? '+00:00' : match[8]!;
  const offsetHours = Number(offset.slice(1, 3));
  const offsetMinutes = Number(offset.slice(4));
  if (hour! > 23 || minute! > 59 || (second || 0) > 59 || offsetHours > 14 || offsetMinutes > 59) return undefined;
  const local = new Date(Date.UTC(year!, month! - 1, day!, hour!, minute!, second || 0));
  // Date.UTC takes the years 0 to 99 for those of the last century.
  if (local.getUTCFullYear() !== year || local.getUTCMonth() !== month! - 1 || local.getUTCDate() !== day)
    return undefined;
  const sign = offset.startsWith('-') ? -1 : 1;
  const millis = match[7] ? Math.round(Number(match[7]) * 1000) : 0;
  return local.getTime() + millis - sign * (offsetHours * 60 + offsetMinutes) * 60_000;
}

/** Reads the start of an hour, as {@link hourText} writes it; undefined for anything that is not on the hour. */
export function parseHour(text: string): Hour | undefined {
  const instant = parseInstant(text);
  return instant === undefined || instant % HOUR_MS !== 0 ? undefined : instant / HOUR_MS;
}
