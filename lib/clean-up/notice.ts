import { isInNoticeHours, withTold } from '../alert/due-notices';
import { toldEnd } from '../alert/finish';
import type { OnCallEvent } from '../alert/on-call';
import { inQuietHours, isOn, mutesOf } from '../alert/quiet';
import type { AlertRecord } from '../alert/record';
import { percent, plain, plural } from '../facts/format';
import { HOUR_MS, type Instant, instantText } from '../facts/hour';
import type { StageEvent } from '../facts/stage';
import { isGone, type ToggleFact, type ToggleFacts } from '../facts/toggle';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';

const DAY_MS = 24 * HOUR_MS;
const MONTH_DAYS = 30;

/** That people are told what is left to do with the toggles of a finished release: by which key, and how long it is over. */
export interface CleanUpDue {
  key: string;
  doneKey: string;
  days: number;
}

/**
 * Whether people are to be told now what is left to do with the toggles of a finished release: once in each 30 days from
 * its end on, at the hour of its notices, until they heard that the toggles are gone.
 */
export function cleanUpDue(
  release: Pick<Release, 'toggleService' | 'timeZone' | 'alerts'>,
  log: readonly StageEvent[],
  last: AlertRecord,
  onCall: readonly OnCallEvent[],
  now: Instant,
): CleanUpDue | undefined {
  const end = toldEnd(last, log);
  if (!release.toggleService || end === undefined) return undefined;
  const days = Math.floor((now - end) / DAY_MS);
  const month = Math.floor(days / MONTH_DAYS);
  const about = `clean-up/${log.at(-1)!.at}`;
  const [key, doneKey] = [`${about}/${month}`, `${about}/done`];
  const isTold = last.told.some((told) => told.key === key || told.key === doneKey);
  const isQuiet =
    inQuietHours(release, now) || mutesOf(release, onCall).some((mute) => isOn(mute, now) && !mute.endpoints);
  return month < 1 || isTold || isQuiet || !isInNoticeHours(release, now) ? undefined : { key, doneKey, days };
}

/**
 * The message that says what is left to do with the toggles, by what they said; undefined while one of them is gone by the
 * word of one reading, so that the next run asks again.
 */
export function cleanUpAlert(
  { key, doneKey, days }: CleanUpDue,
  last: AlertRecord,
  verdict: Verdict,
  release: Pick<Release, 'name'>,
  { toggles }: ToggleFacts,
  now: Instant,
): AlertRecord | undefined {
  if (toggles.some((fact) => fact.goneSince !== undefined && !isGone(fact))) return undefined;
  const isDone = toggles.every(isGone);
  const text = isDone
    ? `the toggle service has no toggle of the release any more (${toggles.map(({ toggle }) => plain(toggle, 100)).join(', ')}): nothing is left to do with them, and they are asked for no more`
    : `toggles to take out of the code, ${plural(days, 'day')} after the release was finished: ${toggles.map(leftText).join('; ')}`;
  const notices: AlertRecord['notices'] = [{ key: isDone ? doneKey : key, kind: 'clean-up', text, atOnce: true }];
  return {
    seq: last.seq + 1,
    at: now,
    severity: 'notice',
    change: 'notice',
    reason: 'monthly notice',
    changes: [],
    dedupKey: `${release.name}/${instantText(now)}`,
    open: [],
    ...(last.pagedAt !== undefined && { pagedAt: last.pagedAt }),
    noticedAt: now,
    told: withTold(last.told, notices),
    notices,
    verdict,
    status: 'pending',
  };
}

/** How a toggle is left; what cannot be read is never taken for gone. */
function leftText(fact: ToggleFact): string {
  const { toggle, state, known } = fact;
  const name = plain(toggle, 100);
  if (isGone(fact)) return `${name} is gone`;
  if ('share' in state) return `${name} is still at ${percent(state.share)}`;
  if ('partial' in state) return `${name} is still ${state.partial}`;
  const before = known ? `; it was at ${percent(known.share)} when it was read last` : '';
  return `${name} cannot be read, so nobody knows whether it is gone (${plain(state.unknown, 200)})${before}`;
}
