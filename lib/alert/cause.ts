import { plural } from '../facts/format';
import { HOUR_MS, type Instant } from '../facts/hour';
import type { Verdict } from '../judge/verdict';
import type { Member } from './member';
import { isSame, memberNames } from './member';
import { ackOf, type OnCallEvent } from './on-call';
import { covers, type Hush } from './quiet';
import type { AlertRecord, PageChange } from './record';

/** One reason to page, and the members that it is about. */
export interface Cause {
  change: PageChange;
  reason: string;
  about: readonly Member[];
}

/** The reasons to page, the most urgent first: Alertmanager's rules, and what silences and acknowledgements add to them. */
export function causesOf(
  previous: AlertRecord | undefined,
  open: readonly Member[],
  verdict: Verdict,
  repeatHours: number,
  now: Instant,
  onCall: readonly OnCallEvent[],
  hushes: readonly Hush[],
): Cause[] {
  const before = previous?.open ?? [];
  if (open.length === 0)
    return before.length === 0 ? [] : [{ change: 'resolved', reason: closingReason(before, verdict), about: before }];
  if (before.length === 0) return [{ change: 'firing', reason: 'first firing', about: open }];
  const pagedAt = previous!.pagedAt ?? 0;
  const fresh = open.filter((member) => isFresh(member, previous));
  const worse = open.filter((member) => member.rollBack && !knownAs(member, previous)?.rollBack);
  const untold = open.filter((member) => knownAs(member, previous)?.untold);
  const repeated = open.filter((member) => !ackOf(member, onCall));
  const freed = repeated.filter((member) =>
    hushes.some((hush) => covers(hush, member) && hush.to > pagedAt && hush.to <= now),
  );
  const causes: Cause[] = [
    { change: 'firing', reason: `new: ${memberNames(fresh)}`, about: fresh },
    { change: 'worse', reason: `bad enough to roll back: ${memberNames(worse)}`, about: worse },
    { change: 'firing', reason: `still open after a silence: ${memberNames(untold)}`, about: untold },
    { change: 'repeat', reason: `still open after a silence: ${memberNames(freed)}`, about: freed },
  ];
  if (now - pagedAt >= repeatHours * HOUR_MS)
    causes.push({ change: 'repeat', reason: `still open after ${plural(repeatHours, 'hour')}`, about: repeated });
  return causes.filter(({ about }) => about.length > 0);
}

export const knownAs = (member: Member, previous: AlertRecord | undefined) =>
  previous?.open.find((one) => isSame(one, member));

/** Not in the last record, closed since and opened again, or bad enough to roll back since. */
export const isNew = (member: Member, previous: AlertRecord | undefined) =>
  isFresh(member, previous) || (member.rollBack && !knownAs(member, previous)!.rollBack);

const isFresh = (member: Member, previous: AlertRecord | undefined) =>
  !knownAs(member, previous) || member.since > previous!.verdict.hour;

function closingReason(before: readonly Member[], verdict: Verdict): string {
  if (before.every((member) => member.what === 'blind')) return 'data is back';
  if (verdict.recommendation === 'not exposed') return 'rolled back: nobody is exposed';
  return `recovered: ${memberNames(before)}`;
}
