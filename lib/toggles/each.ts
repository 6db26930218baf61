import { plain } from '../facts/format';
import type { Instant } from '../facts/hour';
import type { ToggleReading } from '../facts/toggle';
import type { ToggleService } from '../ports';
import { ToggleError } from './answer';

/** What one toggle says: its state and, where the service knows it, since when; of what is no answer of now, as of when. */
export type ToggleAnswer = Pick<ToggleReading, 'state' | 'since'> & { at?: Instant };

/** Clocks may differ by so much; what began later has not begun. */
const AHEAD_MS = 5 * 60_000;

/** Reads toggles one by one, at the same time: what cannot be had of one is its own unknown. */
export const readEach =
  (said: (name: string, signal?: AbortSignal) => Promise<ToggleAnswer>): ToggleService['read'] =>
  (names, now, signal) =>
    Promise.all(
      names.map(async (toggle): Promise<ToggleReading> => {
        const {
          state,
          since,
          at = now,
        } = await said(toggle, signal).catch((error: Error): ToggleAnswer => {
          // Whatever it is, a toggle never stops a run. Only our own errors are known to quote nothing.
          const why = error instanceof ToggleError ? error.message : `it could not be read (${error.name})`;
          const gone = error instanceof ToggleError && error.isGone;
          return { state: { unknown: plain(why), ...(gone && { gone }) } };
        });
        return { toggle, at: Math.min(at, now), state, ...(isPast(since, now) && { since: Math.min(since, now) }) };
      }),
    );

const isPast = (since: Instant | undefined, now: Instant): since is Instant =>
  since !== undefined && since <= now + AHEAD_MS;

/**
 * A toggle's name as one part of an address.
 *
 * @throws ToggleError for the two names that mean another folder
 */
export function pathPart(name: string): string {
  if (name === '.' || name === '..')
    throw new ToggleError(`got ${name} as a toggle's name, expected one that stands in an address`);
  return encodeURIComponent(name);
}

/** An address below another one. @example below('https://a.test/api/', 'features') // https://a.test/api/features */
export const below = (url: string, path: string): URL => {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/${path}`;
  return address;
};
