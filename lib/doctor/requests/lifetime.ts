import { HOURS_PER_WEEK } from '../../facts/hour';
import { type SeenHours, sumIn } from './seen';

/** What an endpoint's requests show of its lifetime over the hours; all are indices into them. */
export interface Lifetime {
  /** Of its first and last request. */
  first: number;
  last: number;
  /** It did not exist, or not under this name, before its first request. */
  young: boolean;
  /** Requests that are usual after its last one, or in the last day: what is missing cannot be chance. */
  missing?: { kind: 'gone' | 'thinned'; from: number; usual: number; found: number };
  /** Hours [from, to) in between without any request, a week or more, which cannot be chance. */
  hole?: { from: number; to: number };
}

/** Requests come in visits: those of six hours are taken for one, and visits to be independent of each other. */
const VISIT_HOURS = 6;
/** A thousand endpoints looked at every day are right for years. */
const NO_CHANCE = 1e-4;
/** Fewer usual requests may be missing by chance, when all are, and so may those of one or two visitors. */
const MISSED_ALL = 10;
const MISSED_HOURS = 3;
/** Of a thin endpoint, visits that a week or more should have had: that none came has a chance of one in a thousand. */
const MISSED_VISITS = 7;
/** The same when some requests are left. */
const MISSED_SOME = 30;
const THIN_SHARE = 0.1;
/** The clocks may have changed: what is usual an hour earlier or later is usual, too. */
const CLOCK_SHIFTS = [0, -1, 1];

/**
 * Reads the lifetime of an endpoint from its hours; undefined without a request. Nights, weekends and thin endpoints prove
 * nothing: what is missing is held against the same hours of the weeks before, or of the days where it is too young for
 * that, and a late first request against how often it is visited since.
 *
 * @param shortest hours without a request below which nothing is missing
 */
export function lifetimeOf(
  { requests, heard }: Pick<SeenHours, 'requests' | 'heard'>,
  shortest: number,
): Lifetime | undefined {
  const first = requests.findIndex((value) => value > 0);
  if (first < 0) return undefined;
  const last = requests.findLastIndex((value) => value > 0);
  const end = heard.lastIndexOf(true) + 1;
  const known = (from: number, to: number) => heard.slice(from, to).filter(Boolean).length;
  const visits = visitsOf(requests);
  const unlikely = (without: number) => (1 - without / known(0, end)) ** visits < NO_CHANCE;
  const longest = longestGap(requests, first, last);
  const emptyHours = longest ? known(longest.from, longest.to) : 0;
  return {
    first,
    last,
    young: unlikely(known(0, first)),
    missing: missingOf(requests, heard, first, last, shortest),
    ...(longest && emptyHours >= HOURS_PER_WEEK && unlikely(emptyHours) && { hole: longest }),
  };
}

function visitsOf(requests: readonly number[]): number {
  let visits = 0;
  for (let index = 0; index < requests.length; index += VISIT_HOURS)
    if (sumIn(requests, index, index + VISIT_HOURS) > 0) visits++;
  return visits;
}

function missingOf(
  requests: readonly number[],
  heard: readonly boolean[],
  first: number,
  last: number,
  shortest: number,
): Lifetime['missing'] {
  const end = heard.lastIndexOf(true) + 1;
  const silent = heard.slice(last + 1, end).filter(Boolean).length;
  if (silent >= shortest) {
    const usual = usualOf(requests, heard, last + 1, end, first);
    const gone = usual !== undefined && usual.requests >= MISSED_ALL && usual.hours >= MISSED_HOURS;
    const visits = (visitsOf(requests) * silent) / (last + 1);
    if (gone || (silent >= HOURS_PER_WEEK && visits >= MISSED_VISITS)) {
      const before = (sumIn(requests) * silent) / (last + 1);
      return { kind: 'gone', from: last + 1, usual: gone ? usual.requests : before, found: 0 };
    }
  }
  const usual = usualOf(requests, heard, end - 24, end, first)?.requests ?? 0;
  const found = sumIn(requests, end - 24, end);
  if (found < THIN_SHARE * usual && usual - found >= MISSED_SOME)
    return { kind: 'thinned', from: end - 24, usual, found };
  return undefined;
}

/**
 * The least that the hours of [from, to) which are known had in any of the three weeks before, or the days for what is too
 * young: requests, and hours with one. Undefined when none of those lies between the first request and `from`.
 */
function usualOf(
  requests: readonly number[],
  heard: readonly boolean[],
  from: number,
  to: number,
  first: number,
): { requests: number; hours: number } | undefined {
  for (const step of [HOURS_PER_WEEK, 24]) {
    const earlier = [1, 2, 3]
      .map((times) => times * step)
      .filter((back) => from - back >= first && to - back <= from)
      .flatMap((back) => CLOCK_SHIFTS.map((shift) => back - shift))
      .map((back) => requests.slice(from - back, to - back).filter((_, index) => heard[from + index]));
    if (earlier.length === 0) continue;
    return {
      requests: Math.min(...earlier.map((some) => sumIn(some))),
      hours: Math.min(...earlier.map((some) => some.filter((value) => value > 0).length)),
    };
  }
  return undefined;
}

/** The longest run of hours without a request between the first and the last. */
function longestGap(requests: readonly number[], first: number, last: number): Lifetime['hole'] {
  let longest: Lifetime['hole'];
  let from = first + 1;
  for (let index = first + 1; index <= last; index++) {
    if (requests[index]! <= 0) continue;
    if (index - from > (longest ? longest.to - longest.from : 0)) longest = { from, to: index };
    from = index + 1;
  }
  return longest;
}
