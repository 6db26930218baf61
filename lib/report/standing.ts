import type { AlertRecord } from '../domain/alert';
import { clock, plain } from '../domain/format';
import { hourText, type Instant, instantText, startOf } from '../domain/hour';
import { ackOf, type OnCallEvent, onCallText } from '../domain/on-call';
import { hushesOf, inQuietHours, isOn } from '../domain/quiet';
import type { Release } from '../domain/release';

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
        key: member.key,
        since: hourText(member.since),
        ...(ack && { acknowledged: { at: instantText(ack.at), by: ack.by, ...(ack.note && { note: ack.note }) } }),
      };
    }),
    quiet: hushesOf(release, onCall)
      .filter((hush) => isOn(hush, now))
      .map((hush) => ({ ...hush, from: instantText(hush.from), to: instantText(hush.to) })),
    quietHours: inQuietHours(release, now),
    heldBack: (last?.status === 'held' ? last.heldBack! : []).map((held) => ({ ...held, at: instantText(held.at) })),
    ...(last?.status === 'pending' && {
      undelivered: { at: instantText(last.at), change: last.change, reason: last.reason },
    }),
  };
}

/** The same as lines under a verdict; none when nothing is open, quiet or untold. */
export function standingText({ last, onCall, now }: Standing, release: Release): string[] {
  const { timeZone, alerts } = release;
  const line = (label: string, text: string) => `  ${label.padEnd(12)} ${plain(text, Number.POSITIVE_INFINITY)}`;
  return [
    ...(last?.open ?? []).map((member) => {
      const ack = ackOf(member, onCall);
      const by = ack ? `; ${onCallText(ack, timeZone)}` : '';
      return line('open', `${member.key}, since ${clock(startOf(member.since), timeZone)}${by}`);
    }),
    ...hushesOf(release, onCall)
      .filter((hush) => isOn(hush, now))
      .map(({ to, why, endpoints }) =>
        line('quiet', `${why}; ${endpoints?.join(', ') ?? 'the release'} until ${clock(to, timeZone)}`),
      ),
    ...(inQuietHours(release, now)
      ? [line('quiet', `quiet hours, ${alerts.quietHours!.from} to ${alerts.quietHours!.to}`)]
      : []),
    ...(last?.status === 'held' ? last.heldBack! : []).map(({ at, what, why }) =>
      line('held back', `${clock(at, timeZone)}: ${what}; ${why}`),
    ),
    ...(last?.status === 'pending'
      ? [line('undelivered', `${clock(last.at, timeZone)}: ${last.change} (${last.reason}); every run tries again`)]
      : []),
  ];
}
