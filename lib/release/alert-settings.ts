import * as z from 'zod/mini';
import { HOUR_MS, parseInstant } from '../facts/hour';

import { isHourIn } from '../facts/local-time';

/** A silence forgotten is a release unguarded. */
export const LONGEST_SILENCE_HOURS = 30 * 24;

const fullHour = (example: string) =>
  z.string().check(z.regex(/^([01]\d|2[0-3]):00$/, `expected a full hour such as "${example}"`));

const INSTANT = 'expected an instant with its offset, such as 2026-02-11T22:00-05:00';
const instant = z.pipe(
  z.string(INSTANT).check(z.refine((value) => parseInstant(value) !== undefined, INSTANT)),
  z.transform((value: string) => parseInstant(value)!),
);

/** The `alerts` section of a release file. Hours of the day are those of the release's zone. */
export const alertSettings = (duration: z.ZodMiniType<number, string>, reason: z.ZodMiniType<string, string>) =>
  z._default(
    z.strictObject({
      blindAfter: z._default(duration, 3),
      repeatEvery: z._default(duration, 24),
      /** When the day's notice goes out. */
      noticeAt: z._default(fullHour('09:00'), '09:00'),
      /** In these hours of the day only what cannot wait is published; they may cross midnight. */
      quietHours: z.optional(z.strictObject({ from: fullHour('22:00'), to: fullHour('07:00') })),
      /** Planned times in which nothing is published; they may overlap. */
      maintenance: z._default(
        z.array(z.strictObject({ from: instant, to: instant, reason })).check(z.maxLength(100)),
        [],
      ),
    }),
    { blindAfter: 3, repeatEvery: 24, noticeAt: '09:00', maintenance: [] },
  );

type Fields = Record<string, unknown>;

/** What is wrong between the times of the `alerts` section; a field that is malformed itself is left to its own error. */
export function alertTimeProblems(
  {
    noticeAt,
    quietHours: { from, to },
    maintenance,
  }: { noticeAt?: unknown; quietHours: Fields; maintenance: Fields[] },
  problem: (path: (string | number)[], message: string) => void,
): void {
  if (typeof from === 'string' && typeof to === 'string' && typeof noticeAt === 'string') {
    if (from === to) problem(['quietHours'], `got ${from} twice, expected two different hours`);
    else if (isHourIn(Number.parseInt(noticeAt, 10), { from, to }))
      problem(['noticeAt'], `got ${noticeAt}, expected an hour outside the quiet hours ${from} to ${to}`);
  }
  maintenance.forEach((time, index) => {
    if (typeof time.from !== 'number' || typeof time.to !== 'number') return;
    const path = ['maintenance', index, 'to'];
    if (time.to <= time.from) problem(path, 'got an instant that is not after "from", expected a later one');
    if (time.to - time.from > LONGEST_SILENCE_HOURS * HOUR_MS)
      problem(path, 'got more than 30 days after "from", expected 30 days at most');
  });
}
