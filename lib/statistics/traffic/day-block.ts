import { DAY, type Hourly, median, requestsOf, sameHours } from './hourly';

const HOURS_OF_DAY: readonly number[] = Array.from({ length: DAY }, (_, hour) => hour);
/** A day tells something when so many of its hours are known on both sides. */
const KNOWN_HOURS = 18;
/** Fewer usual requests in a day tell nothing. */
const TELLING = 100;

/** A day's requests against the usual ones of the same hours. */
export interface Block {
  seen: number;
  /** Median of the weeks'. */
  usual: number;
  /** seen / usual. */
  own: number;
  /** The same of the share in a reference, where there is one that is large enough. */
  share?: number;
}

/** Requests outside the release, and how many times an endpoint's they must be to be its measure. */
export interface Reference {
  hours: Hourly;
  atLeast: number;
  /** The same object as long as its hours before the launch are the same. */
  before?: object;
}

/** Requests in the hours of `offsets` after `start`. */
function sumAt(hours: Hourly, start: number, offsets: readonly number[]): number {
  let sum = 0;
  for (const offset of offsets) sum += hours[start + offset]!;
  return sum;
}

interface Sums {
  now: number;
  before: number[];
}

/**
 * What each series had in the day from `start`, and in those from `starts`, in the hours that all of them know.
 *
 * @returns undefined below 18 such hours, and below `weeksNeeded` days that have them
 */
function sumsIn(series: readonly Hourly[], start: number, starts: readonly number[], weeksNeeded: number) {
  const whole = starts.length < weeksNeeded ? undefined : wholeSums(series, start, starts);
  return whole ?? knownSums(series, start, starts, weeksNeeded);
}

/** The same where every hour is known: nearly always. */
function wholeSums(series: readonly Hourly[], start: number, starts: readonly number[]): Sums[] | undefined {
  const found: Sums[] = [];
  for (const hours of series) {
    const now = requestsOf(hours, start, start + DAY);
    if (now === undefined) return undefined;
    const before: number[] = [];
    for (const week of starts) {
      const one = requestsOf(hours, week, week + DAY);
      if (one === undefined) return undefined;
      before.push(one);
    }
    found.push({ now, before });
  }
  return found;
}

function knownSums(
  series: readonly Hourly[],
  start: number,
  starts: readonly number[],
  weeksNeeded: number,
): Sums[] | undefined {
  const knownAt = (place: number, offsets: readonly number[]) =>
    series.reduce<readonly number[]>(
      (known, hours) => known.filter((offset) => hours[place + offset] !== undefined),
      offsets,
    );
  let offsets = knownAt(start, HOURS_OF_DAY);
  const weeks: number[] = [];
  for (const week of starts) {
    const both = knownAt(week, offsets);
    if (both.length < KNOWN_HOURS) continue;
    offsets = both;
    weeks.push(week);
  }
  if (offsets.length < KNOWN_HOURS || weeks.length < weeksNeeded) return undefined;
  return series.map((hours) => ({
    now: sumAt(hours, start, offsets),
    before: weeks.map((week) => sumAt(hours, week, offsets)),
  }));
}

/**
 * The 24 hours from `start` on against those from `starts` on. Only hours that are known on both sides count.
 *
 * @returns undefined below 18 such hours, `weeksNeeded` weeks that have them, or 100 usual requests
 */
export function dayAgainst(
  hours: Hourly,
  start: number,
  starts: readonly number[],
  weeksNeeded: number,
  reference?: Reference,
): Block | undefined {
  const [own] = sumsIn([hours], start, starts, weeksNeeded) ?? [];
  if (!own) return undefined;
  const usual = median(own.before);
  if (usual < TELLING) return undefined;
  const block = { seen: own.now, usual, own: own.now / usual };
  const [part, all] = (reference && sumsIn([hours, reference.hours], start, starts, weeksNeeded)) ?? [];
  if (!reference || !part || !all || all.now === 0 || median(all.before) < reference.atLeast * usual) return block;
  const usualShare = median(part.before.map((one, week) => one / Math.max(1, all.before[week]!)));
  return usualShare > 0 ? { ...block, share: part.now / all.now / usualShare } : block;
}

/**
 * The 24 hours from `from` on against the usual. Only hours that are known on both sides count, at least 18 of them in at
 * least two weeks.
 *
 * @param shift hours by which the usual ones stood earlier or later
 * @returns undefined when fewer are, or when fewer than 100 requests are usual
 */
export const dayBlock = (
  hours: Hourly,
  from: number,
  launch: number,
  reference?: Reference,
  shift = 0,
): Block | undefined => dayAgainst(hours, from, sameHours(from + shift, DAY, launch), 2, reference);
