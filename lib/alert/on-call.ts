import { clock } from '../facts/format';
import type { Hour, Instant } from '../facts/hour';
import type { Member } from './member';
import { isSame, memberNames } from './member';

/** What a person on call said; a log that only grows. It says nothing about the release: the judge never reads it. */
export type OnCallEvent = Silence | SilenceEnd | Ack;

/** From `at` up to `until` no change of these endpoints, or of the whole release, makes a message. */
export interface Silence {
  kind: 'silence';
  at: Instant;
  until: Instant;
  by: string;
  reason: string;
  endpoints?: string[];
}

/** Ends every silence that is on. */
export interface SilenceEnd {
  kind: 'silence-end';
  at: Instant;
  by: string;
}

/** Somebody works on what was open as of `hour`: it is not repeated. */
export interface Ack {
  kind: 'ack';
  at: Instant;
  hour: Hour;
  members: Member[];
  by: string;
  note?: string;
}

/** The silences of a log, oldest first; one that was ended early ends then. */
export function silencesOf(log: readonly OnCallEvent[]): Silence[] {
  const ends = log.filter((event) => event.kind === 'silence-end').map((event) => event.at);
  return log
    .filter((event) => event.kind === 'silence')
    .map((silence) => ({ ...silence, until: Math.min(silence.until, ...ends.filter((end) => end > silence.at)) }));
}

/**
 * The newest acknowledgement of what is open. What closed and opened again since, or became bad enough to roll back, is
 * not what was acknowledged.
 */
export function ackOf(member: Member, log: readonly OnCallEvent[]): Ack | undefined {
  return log
    .filter((event) => event.kind === 'ack')
    .findLast(
      ({ hour, members }) =>
        member.since <= hour && members.some((one) => isSame(one, member) && (one.rollBack || !member.rollBack)),
    );
}

/** One event as people read it, without its time. */
export function onCallText(event: OnCallEvent, timeZone: string): string {
  if (event.kind === 'silence-end') return `silence ended by ${event.by}`;
  if (event.kind === 'silence')
    return `silence of ${event.endpoints?.join(', ') ?? 'the release'} until ${clock(event.until, timeZone)}, by ${event.by}: ${event.reason}`;
  return `${memberNames(event.members)} acknowledged by ${event.by}${event.note ? `: ${event.note}` : ''}`;
}

/**
 * What on-call said, for a tick that comes late: a silence that began since then and is on in the present holds its messages
 * back, as if it had been on at the tick's own time.
 *
 * @example saidUntil([], 0, 1) // []
 */
export const saidUntil = (said: readonly OnCallEvent[], now: Instant, present: Instant): OnCallEvent[] =>
  said.map((event) => {
    const beganSince = event.kind === 'silence' && event.at > now && event.at <= present && event.until > present;
    return beganSince ? { ...event, at: now } : event;
  });
