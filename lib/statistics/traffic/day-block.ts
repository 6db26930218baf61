import { DAY, type Hourly, median, sameHours } from './hourly';

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
}

const isWhole = (hours: Hourly, start: number) => {
  for (let at = start; at < start + DAY; at++) if (hours[at] === undefined) return false;
  return true;
};

/** Requests in the hours of `offsets` after `start`. */
const sumAt = (hours: Hourly, start: number, offsets: readonly number[]) => {
  let sum = 0;
  for (const offset of offsets) sum += hours[start + offset]!;
  return sum;
};

/** The day from `start` against those from `starts`; undefined when too little is known, or usual, to tell. */
function against(
  series: readonly Hourly[],
  start: number,
  starts: readonly number[],
  weeksNeeded: number,
): { starts: readonly number[]; offsets: readonly number[] } | undefined {
  if (starts.length >= weeksNeeded && series.every((hours) => [start, ...starts].every((at) => isWhole(hours, at))))
    return { starts, offsets: HOURS_OF_DAY };
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
  return offsets.length >= KNOWN_HOURS && weeks.length >= weeksNeeded ? { starts: weeks, offsets } : undefined;
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
  const found = against([hours], start, starts, weeksNeeded);
  if (!found) return undefined;
  const seen = sumAt(hours, start, found.offsets);
  const usual = median(found.starts.map((week) => sumAt(hours, week, found.offsets)));
  if (usual < TELLING) return undefined;
  const block = { seen, usual, own: seen / usual };
  const beside = reference && against([hours, reference.hours], start, starts, weeksNeeded);
  if (!beside) return block;
  const pairs = [start, ...beside.starts].map((at) => ({
    part: sumAt(hours, at, beside.offsets),
    all: sumAt(reference.hours, at, beside.offsets),
  }));
  const [now, ...before] = pairs as [(typeof pairs)[0], ...typeof pairs];
  if (now.all === 0 || median(before.map(({ all }) => all)) < reference.atLeast * usual) return block;
  const usualShare = median(before.map(({ part, all }) => part / Math.max(1, all)));
  return usualShare > 0 ? { ...block, share: now.part / now.all / usualShare } : block;
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
