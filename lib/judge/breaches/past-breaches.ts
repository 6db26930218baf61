import type { Hour, Instant } from '../../facts/hour';
import type { Pooled } from '../../facts/window';
import { criterionOf, limitOf } from '../../release/criteria';
import { type HourCount, pool } from '../../statistics/hour-count';
import type { Episode } from '../../statistics/regression';
import { isAbove, type Limit } from '../../statistics/threshold';
import { usualAt } from '../../statistics/traffic/hourly';
import type { Case } from '../case';
import { consistentEvidence, limitEvidence } from '../evidence';
import { silenceOf } from '../traffic/missing-requests';
import type { CriterionKind } from '../verdict';
import { limitBreaches } from './limit-breaches';

/** Something that broke and was over before anybody could look, in the words of a criterion. */
export interface PastBreach {
  criterion: CriterionKind | 'silent';
  /** The hours [from, to) in which it shows, and when they were known. */
  from: Hour;
  to: Hour;
  knownAt: Instant;
  /** Of these hours; and the rate that counts as broken. */
  pooled: Pooled;
  limit?: number;
}

/**
 * What of an endpoint broke and was over again in hours that were caught up at once: no run saw it open, so no message told
 * of it. What was known in time, hour by hour, is none of it.
 */
export function pastBreaches(about: Case): PastBreach[] {
  const { course, release, endpoint, rollout } = about;
  const { hours, baseline } = course;
  const theta = limitOf(release, endpoint);
  const consistent = criterionOf(endpoint, 'consistentWithBaseline');
  const { caughtUp } = course.volume.requests;
  const found: PastBreach[] = [];
  const add = (criterion: CriterionKind, limit: number, limitIn: Limit, episodes: readonly Episode[]) => {
    for (const { from, to } of episodes) {
      const knownAt = to === undefined ? undefined : untoldSince(about, rollout.from + from, rollout.from + to);
      if (knownAt === undefined) continue;
      // A run saw it open by what was known in time, though its first hour was known better later.
      const isSeen = (hour: HourCount, index: number) =>
        isAbove(hour, limitIn) && !caughtUp.has(rollout.from + from + index);
      if (hours.slice(from, to! + 1).some(isSeen)) continue;
      let start = from;
      while (start > 0 && isAbove(hours[start - 1]!, limitIn)) start--;
      const end = hours.slice(0, to! + 1).findLastIndex((hour) => isAbove(hour, limitIn)) + 1;
      const pooled = pool(hours.slice(start, Math.max(end, from + 1)));
      found.push({
        criterion,
        from: rollout.from + start,
        to: rollout.from + Math.max(end, from + 1),
        knownAt,
        pooled,
        limit,
      });
    }
  };
  if (consistent && baseline) {
    const { episodes, tolerated } = consistentEvidence(about, baseline, consistent, theta);
    add('consistentWithBaseline', tolerated.before, tolerated.before, episodes);
  }
  const kind = criterionOf(endpoint, 'below') ? 'below' : 'ceiling';
  const evidence = limitEvidence(about, theta);
  add(kind, theta, evidence.limit, limitBreaches(about, theta, evidence));
  return [...found, ...pastSilences(about)];
}

/** When hours that were caught up were all known, if no run between the first and the last of them gave a verdict. */
function untoldSince({ course }: Case, first: Hour, last: Hour): Instant | undefined {
  const { caughtUp } = course.volume.requests;
  const [begun, ended] = [caughtUp.get(first), caughtUp.get(last)];
  if (!begun || (ended?.judgedUpTo ?? last - 1) > begun.judgedUpTo) return undefined;
  return Math.max(begun.at, ended?.at ?? 0);
}

/** Hours further back are no news. */
const LOOKS_BACK = 14 * 24;
/** Below this share of what is usual, requests may be missing. */
const FEW = 0.4;

/** Hours of an endpoint without its usual requests that began and ended within what was caught up. */
function pastSilences(about: Case): PastBreach[] {
  const { release, rollout, newest, course } = about;
  const { requests } = course.volume;
  const { first, answered, caughtUp } = requests;
  const isFew = (hour: Hour) => {
    const usual = usualAt(answered, hour - first, rollout.launch - first);
    return usual !== undefined && (answered[hour - first] ?? usual) < FEW * usual;
  };
  const late = [...caughtUp.keys()].filter((hour) => hour >= rollout.from && hour > newest - LOOKS_BACK);
  if (!late.some(isFew)) return [];
  // By what is known now, not by what was known in the hole.
  const volume = { ...course.volume, requests: { ...requests, knownSince: new Map<Hour, Hour>() } };
  const found: PastBreach[] = [];
  let open: Hour | undefined;
  let closed = rollout.from - 1;
  for (const hour of late) {
    const silent = silenceOf(release, rollout, volume, hour, course.baseline);
    if (silent && open === undefined) open = hour;
    if (silent || open === undefined) continue;
    const knownAt = untoldSince(about, open, hour);
    const gone = late.filter((one) => one > closed && one <= hour && isFew(one));
    const [from, to] = [gone[0]!, gone.at(-1)! + 1];
    const pooled = { requests: gone.reduce((sum, one) => sum + answered[one - first]!, 0), errors: 0 };
    if (knownAt !== undefined) found.push({ criterion: 'silent', from, to, knownAt, pooled });
    open = undefined;
    closed = hour;
  }
  return found;
}
