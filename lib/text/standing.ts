import { memberKey, memberText } from '../alert/member';
import { ackOf, type OnCallEvent, onCallText } from '../alert/on-call';
import { inQuietHours, isOn, mutesOf } from '../alert/quiet';
import type { AlertRecord } from '../alert/record';
import { clock, plain } from '../facts/format';
import { type Hour, hourText, type Instant, instantText, startOf } from '../facts/hour';
import type { Release } from '../release/schema';

/** Where a release stands with on-call, apart from the verdict: what is open, who works on it, and what was not told. */
interface Standing {
  /** The newest record. */
  last: AlertRecord | undefined;
  onCall: readonly OnCallEvent[];
  now: Instant;
}

/** For machines. Instants and hours are ISO text; empty lists where there is nothing. */
export function standingJson({ last, onCall, now }: Standing, release: Release) {
  return {
    open: (last?.open ?? []).map((member) => {
      const ack = ackOf(member, onCall);
      return {
        key: memberKey(member),
        since: hourText(member.since),
        ...(ack && { acknowledged: { at: instantText(ack.at), by: ack.by, ...(ack.note && { note: ack.note }) } }),
      };
    }),
    quiet: mutesOf(release, onCall)
      .filter((mute) => isOn(mute, now))
      .map((mute) => ({ ...mute, from: instantText(mute.from), to: instantText(mute.to) })),
    quietHours: inQuietHours(release, now),
    heldBack: (last?.status === 'held' ? last.heldBack! : []).map((held) => ({ ...held, at: instantText(held.at) })),
    ...(last?.status === 'pending' && {
      undelivered: { at: instantText(last.at), change: last.change, reason: last.reason },
    }),
  };
}

/** One thing that is open, quiet or untold, in a sentence; what is open, since when. */
export interface StandingLine {
  label: 'open' | 'quiet' | 'held back' | 'undelivered';
  text: string;
  since?: Hour;
}

/** The same for people; none when nothing is open, quiet or untold. */
export function standingLines({ last, onCall, now }: Standing, release: Release): StandingLine[] {
  const { timeZone, alerts } = release;
  return [
    ...(last?.open ?? []).map((member): StandingLine => {
      const { since } = member;
      const ack = ackOf(member, onCall);
      const by = ack ? `; ${onCallText(ack, timeZone)}` : '';
      return { label: 'open', text: `${memberText(member)}, since ${clock(startOf(since), timeZone)}${by}`, since };
    }),
    ...mutesOf(release, onCall)
      .filter((mute) => isOn(mute, now))
      .map(({ to, why, endpoints }): StandingLine => {
        return {
          label: 'quiet',
          text: `${why}; ${endpoints?.join(', ') ?? 'the release'} until ${clock(to, timeZone)}`,
        };
      }),
    ...(inQuietHours(release, now)
      ? [{ label: 'quiet' as const, text: `quiet hours, ${alerts.quietHours!.from} to ${alerts.quietHours!.to}` }]
      : []),
    ...(last?.status === 'held' ? last.heldBack! : []).map(
      ({ at, what, why }): StandingLine => ({ label: 'held back', text: `${clock(at, timeZone)}: ${what}; ${why}` }),
    ),
    ...(last?.status === 'pending'
      ? [
          {
            label: 'undelivered' as const,
            text: `${clock(last.at, timeZone)}: ${last.change} (${last.reason}); every run tries again`,
          },
        ]
      : []),
  ];
}

/** {@link standingLines} for a terminal, under a verdict. */
export const standingText = (standing: Standing, release: Release): string[] =>
  standingLines(standing, release).map(
    ({ label, text }) => `  ${label.padEnd(12)} ${plain(text, Number.POSITIVE_INFINITY)}`,
  );
