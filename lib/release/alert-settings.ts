import * as z from 'zod/mini';
import { isHourIn } from '../facts/local-time';
import { plannedTimeProblems, plannedTimes } from './planned-times';

const fullHour = (example: string) =>
  z.string().check(z.regex(/^([01]\d|2[0-3]):00$/, `expected a full hour such as "${example}"`));

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
      /** A breach that only says hold waits for the end of the quiet hours. */
      holdWaits: z._default(z.boolean(), true),
      /** Planned times in which nothing is published; they may overlap. */
      maintenance: plannedTimes(reason),
    }),
    { blindAfter: 3, repeatEvery: 24, noticeAt: '09:00', holdWaits: true, maintenance: [] },
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
  plannedTimeProblems('maintenance', maintenance, problem);
}
