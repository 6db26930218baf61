import { checkFraction, checkHours, type HourCount } from './hour-count';

/** "Below 5 %" as a contract may mean it: one hour with enough requests that is not below it breaks it. */
export interface HourlyRule {
  limit: number;
  /** An hour with fewer requests says nothing, neither for nor against. */
  minRequests: number;
}

export interface HourlyEpisode {
  /** The hour that opened it. */
  from: number;
  /** The hour that closed it; absent while it is open. */
  to?: number;
  /** The newest hour in it that was not below the limit. */
  newest: number;
}

/**
 * When the plain rule was broken: from an hour with at least `minRequests` whose rate is the limit or more, until an hour
 * with at least as many is below it. Unknown, empty and thin hours change nothing. It weighs no evidence: an endpoint near
 * its limit breaks it by chance, the more often the fewer requests an hour has.
 *
 * @param minRequests a whole number from 1
 * @returns the episodes, oldest first; only the last one can be open
 * @throws RangeError for counts that cannot be, a limit outside (0, 1), or another number of requests
 *
 * @example hourlyEpisodes([{ n: 50, x: 3, cell: 0 }, { n: 49, x: 0, cell: 1 }, { n: 50, x: 2, cell: 2 }], { limit: 0.05, minRequests: 50 }) // [{ from: 0, newest: 0, to: 2 }]
 */
export function hourlyEpisodes(hours: readonly HourCount[], { limit, minRequests }: HourlyRule): HourlyEpisode[] {
  checkHours(hours);
  checkFraction('limit', limit);
  if (!Number.isSafeInteger(minRequests) || minRequests < 1)
    throw new RangeError(`requests from which an hour counts - got ${minRequests}, expected a whole number from 1`);
  const episodes: HourlyEpisode[] = [];
  let open: HourlyEpisode | undefined;
  hours.forEach(({ n, x }, t) => {
    if (n < minRequests) return;
    if (x / n < limit) {
      if (open) open.to = t;
      open = undefined;
    } else if (open) open.newest = t;
    else {
      open = { from: t, newest: t };
      episodes.push(open);
    }
  });
  return episodes;
}
