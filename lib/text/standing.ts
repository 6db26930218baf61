import { type MemberId, memberKey, memberText } from '../alert/member';
import { ackOf, type OnCallEvent } from '../alert/on-call';
import { inQuietHours, isOn, mutesOf } from '../alert/quiet';
import type { AlertRecord, Change } from '../alert/record';
import { isToCome } from '../facts/due';
import { clock } from '../facts/format';
import { type Hour, hourText, type Instant, instantText } from '../facts/hour';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import { type LinkedWindow, linkedWindow } from './verdict-windows';

/**
 * Where a release stands with on-call, beside the verdict: what is open and who works on it, what keeps messages back now,
 * and what people have not heard of. Plain data, as `check --json` and `status --json` have it; times are ISO text in UTC.
 */
export interface Standing {
  /** Each with the window from its beginning to the newest settled hour. */
  open: (LinkedWindow &
    MemberId & {
      key: string;
      text: string;
      since: string;
      rollBack: boolean;
      acknowledged?: { at: string; by: string; note?: string };
    })[];
  /** Silences and maintenance that are on; without endpoints they are about the whole release. */
  quiet: { from: string; to: string; why: string; endpoints?: readonly string[] }[];
  /** Set while they are on. */
  quietHours?: { from: string; to: string };
  heldBack: { at: string; what: string; why: string }[];
  /** The newest message, where it could not be delivered yet. */
  undelivered?: { at: string; change: Change; reason: string };
  /** The newest verdict's hour, where it has not come by this machine's clock: one of the two clocks is wrong. */
  ahead?: string;
  /** The release is finished: people heard so, and nothing is judged any more. */
  finished?: true;
}

/** What {@link Standing} is made of. */
export interface StandingFacts {
  /** The newest record. */
  last: AlertRecord | undefined;
  onCall: readonly OnCallEvent[];
  /** The newest one that was recorded. */
  verdict?: Pick<Verdict, 'hour'> | undefined;
  now: Instant;
  finished?: boolean | undefined;
}

/** The standing at `now`, for numbers that end before the hour `to`. */
export function standingOf(
  { last, onCall, verdict, now, finished }: StandingFacts,
  release: Release,
  to: Hour,
): Standing {
  return {
    open: (last?.open ?? []).map((member) => {
      const { endpoint, what, since, rollBack } = member;
      const ack = ackOf(member, onCall);
      return {
        key: memberKey(member),
        ...(endpoint !== undefined && { endpoint }),
        what,
        text: memberText(member),
        since: hourText(since),
        rollBack,
        ...linkedWindow({ name: 'since it opened', from: since, to }, release),
        ...(ack && { acknowledged: { at: instantText(ack.at), by: ack.by, ...(ack.note && { note: ack.note }) } }),
      };
    }),
    quiet: mutesOf(release, onCall)
      .filter((mute) => isOn(mute, now))
      .map((mute) => ({ ...mute, from: instantText(mute.from), to: instantText(mute.to) })),
    ...(inQuietHours(release, now) && { quietHours: release.alerts.quietHours! }),
    // What a message tells of was not heard before it is delivered.
    heldBack: (last && last.status !== 'sent' ? (last.heldBack ?? []) : []).map((held) => ({
      ...held,
      at: instantText(held.at),
    })),
    ...(finished && { finished }),
    ...(verdict && isToCome(verdict.hour, now) && { ahead: hourText(verdict.hour) }),
    ...(last?.status === 'pending' && {
      undelivered: { at: instantText(last.at), change: last.change, reason: last.reason },
    }),
  };
}

const time = (iso: string, timeZone: string) => clock(Date.parse(iso), timeZone);

type Open = Standing['open'][number];

/** The words of something open that lead to its window. */
export const sinceText = ({ since }: Open, timeZone: string): string => `since ${time(since, timeZone)}`;

/** How bad it is, and who works on it; follows {@link sinceText}. */
export function handledText({ rollBack, acknowledged: ack }: Open, timeZone: string): string {
  const bad = rollBack ? ', bad enough to roll back' : '';
  if (!ack) return bad;
  return `${bad}; acknowledged ${time(ack.at, timeZone)} by ${ack.by}${ack.note ? `: ${ack.note}` : ''}`;
}

/** One thing in a sentence; of what is open, its window. */
export interface StandingLine {
  label: 'open' | 'quiet' | 'held back' | 'undelivered' | 'clock' | 'finished';
  text: string;
  window?: LinkedWindow;
}

/** The standing in sentences; none where nothing is open, quiet or untold. */
export function standingLines(standing: Standing, timeZone: string): StandingLine[] {
  const { open, quiet, quietHours, heldBack, undelivered, ahead, finished } = standing;
  const at = (iso: string) => time(iso, timeZone);
  return [
    ...open.map((one) => ({
      label: 'open' as const,
      text: `${one.text} ${sinceText(one, timeZone)}${handledText(one, timeZone)}`,
      window: one,
    })),
    ...quiet.map(({ why, endpoints, to }) => ({
      label: 'quiet' as const,
      text: `${why}; ${endpoints?.join(', ') ?? 'the whole release'} until ${at(to)}`,
    })),
    ...(quietHours ? [{ label: 'quiet' as const, text: `quiet hours, ${quietHours.from} to ${quietHours.to}` }] : []),
    ...heldBack.map((held) => ({ label: 'held back' as const, text: `${at(held.at)}: ${held.what}; ${held.why}` })),
    ...(undelivered
      ? [
          {
            label: 'undelivered' as const,
            text: `${at(undelivered.at)}: ${undelivered.change} (${undelivered.reason}); every run tries again`,
          },
        ]
      : []),
    ...(finished
      ? [
          {
            label: 'finished' as const,
            text: 'the last check-in is told; nothing is judged and no page comes any more',
          },
        ]
      : []),
    ...(ahead === undefined
      ? []
      : [
          {
            label: 'clock' as const,
            text: `the newest verdict is of ${at(ahead)}, which has not come: a run's clock was ahead, or this machine's is behind; stagewatch run asks the source what time it is, and takes the verdict back`,
          },
        ]),
  ];
}
