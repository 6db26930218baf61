import { plural } from '../facts/format';
import type { Instant } from '../facts/hour';
import type { Verdict } from '../judge/verdict';
import type { Release } from '../release/schema';
import type { Member } from './member';
import { isSame, memberName, memberNames } from './member';
import { ackOf, type OnCallEvent } from './on-call';
import type { OpenNow } from './open-members';
import { GOES_ON_HOURS } from './outlook';
import { covers, isBreach, type Mute } from './quiet';
import type { AlertRecord, PageChange } from './record';
import { isRepeatDue, repeatText } from './repeat';

/** One reason to page, and the members that it is about. */
export interface Cause {
  change: PageChange;
  reason: string;
  about: readonly Member[];
  /** Of these, people hear that they go on after a roll-back. */
  goesOn?: readonly Member[];
}

/** The reasons to page, the most urgent first: Alertmanager's rules, and what silences and acknowledgements add to them. */
export function causesOf(
  previous: AlertRecord | undefined,
  { open, recovered, carried, goingOn }: OpenNow,
  { hour }: Pick<Verdict, 'hour'>,
  release: Pick<Release, 'timeZone' | 'alerts'>,
  now: Instant,
  onCall: readonly OnCallEvent[],
  mutes: readonly Mute[],
): Cause[] {
  const before = previous?.open ?? [];
  if (open.length === 0)
    return before.length === 0 ? [] : [{ change: 'resolved', reason: closingReason(recovered), about: before }];
  if (before.length === 0) {
    const reason = open.some(({ flapping }) => flapping) ? newText(open) : 'first firing';
    return [{ change: 'firing', reason, about: open }];
  }
  const pagedAt = previous!.pagedAt ?? 0;
  const isNews = (member: Member) => {
    const known = knownAs(member, previous);
    return known ? beganAnew(member, known) : !asksTheSame(member, previous);
  };
  const fresh = open.filter(isNews);
  const worse = open.filter((member) =>
    knownAs(member, previous)
      ? member.rollBack && !knownAs(member, previous)!.rollBack
      : member.rollBack && isNews(member),
  );
  const untold = open.filter((member) => knownAs(member, previous)?.untold);
  const news = carried
    .map(({ member }) => member)
    .filter((member) => member.unjudged && knownAs(member, previous)?.note !== member.note);
  const repeated = open.filter((member) => !member.unjudged && !ackOf(member, onCall));
  const freed = repeated.filter((member) =>
    mutes.some((mute) => covers(mute, member) && mute.to > pagedAt && mute.to <= now),
  );
  // What comes and goes is told again while it is there, not while its all-clear is near.
  const isAway = (member: Member) => member.flapping && carried.some((one) => isSame(one.member, member));
  const again = repeated.filter((member) => !isAway(member));
  const over = recovered.map(({ member }) => member);
  const causes: Cause[] = [
    { change: 'firing', reason: newText(fresh), about: fresh },
    { change: 'worse', reason: `bad enough to roll back: ${memberNames(worse)}`, about: worse },
    { change: 'firing', reason: `not told before: ${memberNames(untold)}`, about: untold },
    {
      change: 'worse',
      reason: `errors go on ${plural(GOES_ON_HOURS, 'hour')} after the roll-back: not the feature, or the toggle is not off: ${memberNames(goingOn)}`,
      about: goingOn,
      goesOn: goingOn,
    },
    { change: 'repeat', reason: news.map((member) => `${memberName(member)}: ${member.note}`).join('; '), about: news },
    { change: 'repeat', reason: `still open after a silence: ${memberNames(freed)}`, about: freed },
    { change: 'improved', reason: `${closingReason(recovered)}; still open: ${memberNames(open)}`, about: over },
  ];
  if (again.length > 0 && isRepeatDue(pagedAt, release, now))
    causes.push({ change: 'repeat', reason: repeatText(release.alerts.repeatEvery, again, hour), about: again });
  return causes.filter(({ about }) => about.length > 0);
}

export const knownAs = (member: Member, previous: AlertRecord | undefined) =>
  previous?.open.find((one) => isSame(one, member));

/**
 * Whether people were told of another broken criterion of the same endpoint, which asks for as much. The next message names
 * both, or says that only this one is left.
 */
function asksTheSame(member: Member, previous: AlertRecord | undefined): boolean {
  if (!isBreach(member) || !previous || previous.status === 'pending') return false;
  return previous.open.some(
    (known) =>
      isBreach(known) &&
      known.endpoint === member.endpoint &&
      !known.untold &&
      !known.unjudged &&
      (known.rollBack || !member.rollBack),
  );
}

/** Whether it was over and broke again since the last record: what is known keeps its beginning. */
const beganAnew = (member: Member, known: Member): boolean => member.since > known.since;

/** Not in the last record, broken again since, or bad enough to roll back since. */
export function isNew(member: Member, previous: AlertRecord | undefined): boolean {
  const known = knownAs(member, previous);
  return !known || beganAnew(member, known) || (member.rollBack && !known.rollBack);
}

/** What is new; of what comes and goes that it is told once. */
function newText(fresh: readonly Member[]): string {
  const flapping = fresh.filter((member) => member.flapping);
  const said =
    flapping.length === 0
      ? ''
      : `; ${memberNames(flapping)} broke again within a day of being over: it comes and goes, and stays open until it was over for a day`;
  return `new: ${memberNames(fresh)}${said}`;
}

function closingReason(recovered: OpenNow['recovered']): string {
  if (recovered.every(({ member }) => member.what === 'blind')) return 'data is back';
  const whys = recovered.flatMap(({ outlook }) => outlook.why ?? []);
  return [`recovered: ${memberNames(recovered.map(({ member }) => member))}`, ...new Set(whys)].join('; ');
}
