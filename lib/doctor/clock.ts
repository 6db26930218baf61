import { plural } from '../facts/format';
import type { Instant } from '../facts/hour';
import { type Check, ok, skipped, wrong } from './check';

/** Seconds; AWS refuses requests that are five minutes off, and a tick that comes early judges an hour too soon. */
const MOST_SECONDS = 60;
const TIMEOUT_MS = 10_000;

/** A server's clock, and this machine's when its answer came. */
export interface ClockReading {
  server: string;
  theirs: Instant;
  ours: Instant;
}

/** The clock of whoever answers at an address, by the Date of the answer; undefined when it says none. No key is sent. */
export async function readClock(server: string, url: string, now: () => Instant): Promise<ClockReading | undefined> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(
    () => undefined,
  );
  await response?.body?.cancel();
  return readingOf(server, response?.headers.get('date'), now());
}

export function readingOf(server: string, date: string | null | undefined, ours: Instant): ClockReading | undefined {
  const theirs = Date.parse(date ?? '');
  return Number.isNaN(theirs) ? undefined : { server, theirs, ours };
}

/** Whether this machine's clock is that of the servers. */
export function clockCheck(readings: readonly ClockReading[]): Check {
  const off = readings.map(({ server, theirs, ours }) => ({ server, seconds: Math.round((ours - theirs) / 1000) }));
  const wrongOnes = off.filter(({ seconds }) => Math.abs(seconds) > MOST_SECONDS);
  const text = (some: typeof off) =>
    some
      .map(
        ({ server, seconds }) =>
          `${plural(Math.abs(seconds), 'second')} ${seconds < 0 ? 'behind' : 'ahead of'} ${server}`,
      )
      .join(', ');
  if (off.length === 0) return skipped('clock', 'no server said what time it is');
  if (wrongOnes.length === 0) return ok('clock', text(off));
  return wrong(
    'clock',
    `clock - got ${text(wrongOnes)}, expected at most ${MOST_SECONDS} seconds; set this machine's clock by NTP`,
  );
}
