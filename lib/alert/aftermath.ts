import { partsOf } from '../facts/counts';
import { type Hour, startOf } from '../facts/hour';
import type { Counts, Snapshot, Snapshots } from '../facts/snapshot';
import { exposedStays, launchOf, type StageEvent, stays } from '../facts/stage';
import { usualRequests } from '../facts/usual';
import { judgedFindings } from '../judge/judge';
import { baselineFrom, rolloutOf, unexposedRollout } from '../judge/rollout';
import type { Finding } from '../judge/verdict';
import type { Release } from '../release/schema';

/**
 * One endpoint's findings as if the stay in which it broke had never been left: by the same evidence, against the same
 * levels. An entry in the log is no evidence that errors ended, so what broke in an earlier stay is judged on by this.
 *
 * @param since hour in which it broke
 * @returns none when the release does not watch the endpoint
 */
export function judgedOn(
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  hour: Hour,
  endpoint: string,
  since: Hour,
): Finding[] {
  const before = log.filter((event) => event.at < startOf(since + 1));
  const rollout = rolloutOf(before) ?? unexposedRollout(before, since);
  const alone = { ...release, endpoints: release.endpoints.filter(({ name }) => name === endpoint) };
  return judgedFindings(alone, { ...rollout, log }, snapshots, hour);
}

/** Hours since the release was taken back to exposure 0; undefined while users are exposed and before the launch. */
export function hoursSinceRollBack(log: readonly StageEvent[], hour: Hour): number | undefined {
  const seen = log.filter((event) => event.at < startOf(hour + 1));
  const last = seen.at(-1);
  if (!launchOf(seen) || !last || exposedStays(seen).length > 0) return undefined;
  const first = stays(seen).findLast(
    (stay, index) => stay.exposure === 0 && (stays(seen)[index - 1]?.exposure ?? 0) > 0,
  );
  return hour + 1 - (first ?? stays(seen).at(-1)!).from;
}

/** So long after a breach the requests that failed are looked for; by then the traffic of whole days tells. */
const LOOKED_FOR_HOURS = 72;
/** Gone are a quarter of the usual requests at least, and half of as many as failed; fewer than 30 are chance. */
const LOST_SHARE = 0.25;
const HALF = 0.5;
const LOST_REQUESTS = 30;
/** They are back when the newest hours have them, so many at most. */
const BACK_HOURS = 6;

/** Whether a breach was over so long ago that its requests are looked for no more; not while nobody measures them. */
export const isLongOver = (snapshots: ReadonlyMap<Hour, Snapshot>, over: Hour, hour: Hour): boolean =>
  hour + 1 - over > LOOKED_FOR_HOURS &&
  Array.from({ length: BACK_HOURS }, (_, back) => hour - back).some((at) => snapshots.get(at)?.kind === 'counted');

/**
 * The share of an endpoint's usual requests that are no longer answered since a breach was over, where it may hide what
 * failed: refused, redirected, without a status or gone. The measure is the same hours of the weeks before the launch, and
 * what was answered of them during the breach, if that was less. Hours that nobody knows bring none of them back.
 *
 * @param since the hour in which it broke
 * @param over the hour from which on it was over; the last hours before it showed that, so they are looked at as well
 * @returns undefined where enough requests are left, or nobody knows what is usual
 */
export function lostSince(
  release: Release,
  snapshots: ReadonlyMap<Hour, Snapshot>,
  launch: Hour,
  { since, over, hour }: { since: Hour; over: Hour; hour: Hour },
): number | undefined {
  const before = { from: baselineFrom(launch), to: launch };
  const answeredOf = (counts: Counts) => {
    const { requests, redirects } = partsOf(counts, release);
    return requests - redirects;
  };
  const sums = (from: Hour, to: Hour) => {
    const sum = { answered: 0, usual: 0, requests: 0, errors: 0 };
    for (let at = from; at < to; at++) {
      const usual = usualRequests(snapshots, at, before, answeredOf);
      const snapshot = snapshots.get(at);
      if (usual === undefined || snapshot?.kind !== 'counted') continue;
      const { requests, redirects, errors } = partsOf(snapshot.counts, release);
      sum.answered += requests - redirects;
      sum.requests += requests;
      sum.errors += errors;
      sum.usual += usual;
    }
    return sum;
  };
  const rateIn = (from: Hour, to: Hour) => {
    const { errors, requests } = sums(from, to);
    return errors / requests;
  };
  const bad = HALF * rateIn(since, over);
  let end = over;
  while (end > since + 1 && !(rateIn(end - 1, end) >= bad)) end--;
  const broken = sums(since, end);
  const missing = (from: Hour) => {
    const { answered, usual } = sums(from, hour + 1);
    const expected = usual * Math.min(1, broken.answered / broken.usual);
    return { requests: expected - answered, share: 1 - answered / expected };
  };
  const least = Math.max(LOST_SHARE, (HALF * broken.errors) / broken.requests);
  const [all, lately] = [missing(end), missing(Math.max(end, hour + 1 - BACK_HOURS))];
  if (lately.share < least) return undefined;
  return all.share >= least && all.requests >= LOST_REQUESTS ? all.share : undefined;
}
