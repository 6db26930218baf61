import * as z from 'zod/mini';
import type { WeeklySpan } from '../facts/exclusion';
import { HOUR_MS, parseInstant } from '../facts/hour';
import { WEEKDAYS } from '../facts/local-time';

/** A silence forgotten is a release unguarded, and hours that do not count are no measurement. */
export const LONGEST_SPAN_HOURS = 30 * 24;
/** What does not count every week must leave more than it takes. */
const MOST_OF_WEEK = 84;

const INSTANT = 'expected an instant with its offset, such as 2026-02-11T22:00-05:00';
const instant = z.pipe(
  z.string(INSTANT).check(z.refine((value) => parseInstant(value) !== undefined, INSTANT)),
  z.transform((value: string) => parseInstant(value)!),
);

const SPAN = /^(Sun|Mon|Tue|Wed|Thu|Fri|Sat) ([01]\d|2[0-3]):00-([01]\d|2[0-4]):00$/;

/**
 * Reads a weekly time; one that ends before it begins ends on the next day. Undefined for anything else, and for a time of
 * no length.
 *
 * @example readWeekly('Sat 22:00-02:00') // { from: 166, to: 170 }
 */
export function readWeekly(text: string): WeeklySpan | undefined {
  const [, day, first, last] = SPAN.exec(text) ?? [];
  if (day === undefined || first === last) return undefined;
  const midnight = WEEKDAYS.indexOf(day) * 24;
  const [from, to] = [Number(first), Number(last)];
  return { from: midnight + from, to: midnight + to + (to < from ? 24 : 0) };
}

/** What {@link readWeekly} reads. @example weeklyText({ from: 166, to: 170 }) === 'Sat 22:00-02:00' */
export function weeklyText({ from, to }: WeeklySpan): string {
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
  const end = to % 24 === 0 ? 24 : to % 24;
  return `${WEEKDAYS[Math.floor(from / 24)]} ${clock(from % 24)}-${clock(end)}`;
}

const WEEKLY = 'expected a day and full hours such as "Sun 02:00-04:00"';
const weekly = z.pipe(
  z.string(WEEKLY).check(
    z.refine((value) => readWeekly(value) !== undefined, {
      error: ({ input }) => `got ${JSON.stringify(input)}, ${WEEKLY}`,
    }),
  ),
  z.transform((value: string) => readWeekly(value)!),
);

type Reason = z.ZodMiniType<string, string>;

const once = (reason: Reason) => z.strictObject({ from: instant, to: instant, reason });

/** Planned times, each with its reason; they may overlap. */
export const plannedTimes = (reason: Reason) => z._default(z.array(once(reason)).check(z.maxLength(100)), []);

/** The same, once or every week by the clocks of the release's zone. */
export const excludedTimes = (reason: Reason) =>
  z._default(
    z
      .array(
        z.union(
          [once(reason), z.strictObject({ weekly, reason })],
          'expected { from, to, reason } or { weekly: "Sun 02:00-04:00", reason }',
        ),
      )
      .check(z.maxLength(100)),
    [],
  );

type Fields = Record<string, unknown>;

/** What is wrong with each of these times; a field that is malformed itself is left to its own error. */
export function plannedTimeProblems(
  list: string,
  times: readonly Fields[],
  problem: (path: (string | number)[], message: string) => void,
): void {
  times.forEach(({ from, to }, index) => {
    if (typeof from !== 'number' || typeof to !== 'number') return;
    const path = [list, index, 'to'];
    if (to <= from) problem(path, 'got an instant that is not after "from", expected a later one');
    if (to - from > LONGEST_SPAN_HOURS * HOUR_MS)
      problem(path, 'got more than 30 days after "from", expected 30 days at most');
  });
}

/** What is wrong with the times that are excluded every week, all together. */
export function weeklyProblems(
  times: readonly Fields[],
  problem: (path: (string | number)[], message: string) => void,
): void {
  const hours = times
    .map((time) => time.weekly as { from?: unknown; to?: unknown } | undefined)
    .reduce((sum, span) => sum + (Number(span?.to) - Number(span?.from) || 0), 0);
  if (hours > MOST_OF_WEEK)
    problem(
      ['exclude'],
      `got ${hours} hours every week, expected ${MOST_OF_WEEK} at most; what is left must be most of it`,
    );
}
