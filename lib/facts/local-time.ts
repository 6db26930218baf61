import { type Hour, type Instant, startOf } from './hour';

/** A moment as the clocks of a time zone show it. */
export interface LocalTime {
  /** e.g. 2026-03-08 */
  date: string;
  hour: number;
  minute: number;
  /** One of {@link WEEKDAYS}. */
  weekday: string;
  weekend: boolean;
  /** e.g. EST */
  zoneName: string;
}

/** As English abbreviates them; an index is a day of the local week. */
export const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      weekday: 'short',
      timeZoneName: 'short',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** @example localTime(Date.parse('2026-03-08T07:00Z'), 'America/New_York') → 2026-03-08 03:00 EDT: the clocks have just jumped */
export function localTime(instant: Instant, timeZone: string): LocalTime {
  const part = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  );
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    hour: Number(part.hour),
    minute: Number(part.minute),
    weekday: part.weekday!,
    weekend: part.weekday === 'Sat' || part.weekday === 'Sun',
    zoneName: part.timeZoneName ?? timeZone,
  };
}

/** Of each time zone, the cells of the hours of a day of UTC. */
const cells = new Map<string, Map<number, (number | undefined)[]>>();
/** Hours are mostly asked for one after another. */
let last: { timeZone: string; day: number; cells: (number | undefined)[] } = { timeZone: '', day: 0, cells: [] };

/** The hour of the day, 0 to 23, plus 24 at weekends, in a time zone: the cells of the daily pattern. */
export function cellOf(hour: Hour, timeZone: string): number {
  const day = Math.floor(hour / 24);
  if (last.day !== day || last.timeZone !== timeZone) {
    const known = cells.get(timeZone) ?? new Map<number, (number | undefined)[]>();
    cells.set(timeZone, known);
    const ofDay = known.get(day) ?? cellsOfDay(day, timeZone);
    known.set(day, ofDay);
    last = { timeZone, day, cells: ofDay };
  }
  last.cells[hour - 24 * day] ??= cellIn(localTime(startOf(hour), timeZone));
  return last.cells[hour - 24 * day]!;
}

const cellIn = ({ hour, weekend }: Pick<LocalTime, 'hour' | 'weekend'>) => hour + (weekend ? 24 : 0);

/**
 * The cells of a day of UTC: where the clocks show the same time at its end as at its start, a weekday later, they were not
 * changed in between. Of another day each hour is asked for by itself. To ask for each of a baseline's 2,000 hours would take
 * longer than to fit it.
 */
function cellsOfDay(day: number, timeZone: string): (number | undefined)[] {
  const [start, end] = [24 * day, 24 * day + 24].map((one) => localTime(startOf(one), timeZone)) as [
    LocalTime,
    LocalTime,
  ];
  const isNextDay = WEEKDAYS.indexOf(end.weekday) === (WEEKDAYS.indexOf(start.weekday) + 1) % 7;
  if (start.hour !== end.hour || start.minute !== end.minute || !isNextDay) return [];
  return Array.from({ length: 24 }, (_, index) => {
    const since = start.hour + index;
    const { weekend } = since < 24 ? start : end;
    return cellIn({ hour: since % 24, weekend });
  });
}

/** Whether an hour of the day, 0 to 23, lies in quiet hours, which may cross midnight. */
export function isHourIn(hour: number, quietHours: { from: string; to: string }): boolean {
  const [from, to] = [quietHours.from, quietHours.to].map((text) => Number.parseInt(text, 10)) as [number, number];
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}
