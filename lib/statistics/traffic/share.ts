import { HOURS_PER_WEEK } from '../../facts/hour';
import { BASELINE_WEEKS } from '../../facts/usual';
import { DAY, type Hourly, median } from './hourly';

/** Hours of a piece, and of one where there are few requests: an attack has gaps between them, a release has none. */
const PIECES = [6, 12] as const;
/** A share of fewer requests tells nothing. */
const TELLING = 100;
/** Fewer days tell nothing of what is usual. */
const DAYS_NEEDED = 7;
/** Fewer pieces tell nothing of what lasts. */
const PIECES_NEEDED = 4;
/** So many of the pieces must be above. */
const LASTING = 0.9;
const HIGH_DAYS = 0.9;

/** What share of all requests one kind of them usually has, by the baseline's days. */
export interface UsualShare {
  median: number;
  /** The 90 % quantile of the days, the next higher day. */
  high: number;
  /** From here on it is not usual. */
  limit: number;
}

/** Part and whole in the known hours of [from, to). */
export function shareIn(part: Hourly, all: Hourly, from: number, to: number): { part: number; all: number } {
  const sums = { part: 0, all: 0 };
  for (let at = Math.max(0, from); at < to; at++) {
    const whole = all[at];
    if (whole === undefined) continue;
    sums.all += whole;
    sums.part += part[at] ?? 0;
  }
  return sums;
}

/** The share of [from, to), or undefined below 100 requests. */
function telling(part: Hourly, all: Hourly, from: number, to: number): number | undefined {
  const sums = shareIn(part, all, from, to);
  return sums.all >= TELLING ? sums.part / sums.all : undefined;
}

/**
 * The usual share by the days before the launch, with a limit that an exposure of some users is held against: a release
 * can move at most the exposed ones' requests.
 *
 * @returns undefined below seven days of 100 requests
 */
export function usualShare(part: Hourly, all: Hourly, launch: number, exposure: number): UsualShare | undefined {
  const days: number[] = [];
  const from = Math.max(0, launch - BASELINE_WEEKS * HOURS_PER_WEEK);
  for (let to = launch; to - DAY >= from; to -= DAY) {
    const share = telling(part, all, to - DAY, to);
    if (share !== undefined) days.push(share);
  }
  if (days.length < DAYS_NEEDED) return undefined;
  const middle = median(days);
  const high = days.toSorted((a, b) => a - b)[Math.ceil(HIGH_DAYS * (days.length - 1))]!;
  return { median: middle, high, limit: middle + 2 * (high - middle) + Math.max(0.01, Math.min(0.025, exposure / 10)) };
}

/**
 * Whether nine of ten pieces of [from, to), taken back from its end, are above a share: pieces of six hours if four of them
 * tell, else of twelve.
 */
export function isLastingAbove(part: Hourly, all: Hourly, from: number, to: number, share: number): boolean {
  for (const piece of PIECES) {
    let [pieces, above] = [0, 0];
    for (let end = to; end - piece >= from; end -= piece) {
      const found = telling(part, all, end - piece, end);
      if (found === undefined) continue;
      pieces++;
      if (found > share) above++;
    }
    if (pieces >= PIECES_NEEDED) return above >= LASTING * pieces;
  }
  return false;
}

/** The share of the 24 hours before `to`; undefined below 100 requests. */
export const dayShare = (part: Hourly, all: Hourly, to: number): number | undefined => telling(part, all, to - DAY, to);
