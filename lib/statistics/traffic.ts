/**
 * How many requests there are, against the same hours of the weeks before. Series are requests hour by hour, index 0
 * being some hour weeks before `launch`, an index too; undefined is an hour that nobody knows. Weeks are counted back
 * from the launch, so nothing here depends on a clock.
 */
export type Hourly = readonly (number | undefined)[];

const WEEK = 168;
const DAY = 24;
const BASELINE_WEEKS = 4;
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

/** @example median([3, 1, 2]) === 2 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Where the hours [from, from + hours) stood in each of the baseline's weeks, newest first; one week further back where
 * they would reach over the launch.
 *
 * @example sameHours(680, 24, 672) // [512, 344, 176, 8]
 */
export function sameHours(from: number, hours: number, launch: number): number[] {
  const back = Math.max(1, Math.ceil((from + hours - launch) / WEEK));
  return Array.from({ length: BASELINE_WEEKS }, (_, week) => from - (back + week) * WEEK).filter((start) => start >= 0);
}

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
): { start: number; starts: number[]; offsets: readonly number[] } | undefined {
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
  return offsets.length >= KNOWN_HOURS && weeks.length >= weeksNeeded ? { start, starts: weeks, offsets } : undefined;
}

function compared(
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
): Block | undefined => compared(hours, from, sameHours(from + shift, DAY, launch), 2, reference);

/** How far a healthy week, and a day of it, went from the median of the others: low ends at most 1, high ends at least 1. */
interface Reach {
  low: { week: number; day: number };
  high: { week: number; day: number };
}

/** The baseline's own spread, of requests and of their share in the reference. */
export interface Spread {
  own: Reach;
  share: Reach;
  /** So many days of the baseline tell something. */
  days: number;
}

/** Each of the baseline's weeks, and each of its days, against the other weeks. */
export function spreadBefore(hours: Hourly, launch: number, reference?: Reference): Spread {
  const weeks = Array.from({ length: BASELINE_WEEKS }, (_, index) => launch - (index + 1) * WEEK).filter(
    (start) => start >= 0,
  );
  const days = weeks.map((week) =>
    Array.from({ length: 7 }, (_, day) => {
      const others = weeks.filter((other) => other !== week).map((other) => other + day * DAY);
      return compared(hours, week + day * DAY, others, 1, reference);
    }).filter((block) => block !== undefined),
  );
  const reach = (of: 'own' | 'share'): Reach => {
    const ratios = days.map((blocks) => blocks.map((block) => block[of]).filter((ratio) => ratio !== undefined));
    const whole = ratios.filter((week) => week.length > 0).map(median);
    return {
      low: { week: Math.min(1, ...whole), day: Math.min(1, ...ratios.flat()) },
      high: { week: Math.max(1, ...whole), day: Math.max(1, ...ratios.flat()) },
    };
  };
  return { own: reach('own'), share: reach('share'), days: days.flat().length };
}

/** The median ratios of some days; that of the share only if each day has one. */
function middle(blocks: readonly Block[]): { own: number; share: number | undefined } {
  const shares = blocks.map(({ share }) => share).filter((share) => share !== undefined);
  return {
    own: median(blocks.map(({ own }) => own)),
    share: shares.length === blocks.length ? median(shares) : undefined,
  };
}

/**
 * The median day against the baseline's lowest week or day: 1 is as low as it ever was. A loss counts only if the share
 * shows it too.
 */
export function lowest(blocks: readonly Block[], { own, share }: Spread, by: 'week' | 'day'): number {
  const at = middle(blocks);
  const alone = at.own / own.low[by];
  return at.share === undefined ? alone : Math.max(alone, at.share / share.low[by]);
}

/** From here on a surplus counts whatever the reference does. */
const SURPLUS_ALONE = 3;

/** The median day against the baseline's highest week; a surplus counts only if the share shows it too, or from 3 on. */
export function highest(blocks: readonly Block[], { own, share }: Spread): number {
  const at = middle(blocks);
  const alone = at.own / own.high.week;
  if (at.share === undefined || alone >= SURPLUS_ALONE) return alone;
  return Math.min(alone, at.share / share.high.week);
}

/** Whether more requests are missing than chance takes: 30, and four standard deviations. */
export function isShort(blocks: readonly Block[], { own }: Spread): boolean {
  const usual = blocks.reduce((sum, block) => sum + block.usual, 0);
  const seen = blocks.reduce((sum, block) => sum + block.seen, 0);
  return usual * own.low.week - seen > 30 + 4 * Math.sqrt(usual);
}

/** The usual requests of an hour: the median of the same hour of the weeks that know it. */
export function usualAt(hours: Hourly, at: number, launch: number): number | undefined {
  const known = sameHours(at, 1, launch).flatMap((hour) => hours[hour] ?? []);
  return known.length > 0 ? median(known) : undefined;
}

/**
 * The share of the usual requests of the hours [from, to) that fall into hours that are known: 1 when all are. Hours of
 * which the baseline knows nothing count as the mean one; without any baseline all hours are alike.
 *
 * @param counts whether an hour counts at all
 */
export function coverage(
  hours: Hourly,
  from: number,
  to: number,
  launch: number,
  counts: (hour: number) => boolean = () => true,
): number {
  if (!hours.slice(from, to).includes(undefined)) return 1;
  const usual = Array.from({ length: Math.max(0, to - from) }, (_, index) => usualAt(hours, from + index, launch));
  const known = usual.filter((one) => one !== undefined);
  const sum = known.reduce((total, one) => total + one, 0);
  const mean = sum > 0 ? sum / known.length : 1;
  let all = 0;
  let counted = 0;
  usual.forEach((one, index) => {
    if (!counts(from + index)) return;
    const weight = sum > 0 ? (one ?? mean) : 1;
    all += weight;
    if (hours[from + index] !== undefined) counted += weight;
  });
  return all > 0 ? counted / all : 1;
}

/** Requests of the hours [from, from + hours) against the least that the weeks' same hours had. */
export interface Least {
  seen: number;
  least: number;
  /** The same of the share in the reference, as a ratio. */
  share?: number;
}

/** The clocks may have changed since the baseline: what is usual an hour earlier or later is usual, too. */
export const CLOCK_SHIFTS = [0, -1, 1];

/**
 * Some hours against the least of the same hours in each of the weeks, an hour earlier or later included.
 *
 * @returns undefined when one of the hours is unknown, and below two weeks in which all are known
 */
export function leastBefore(
  hours: Hourly,
  from: number,
  length: number,
  launch: number,
  reference?: Reference,
): Least | undefined {
  const whole = (series: Hourly, start: number) => {
    if (start < 0) return undefined;
    let sum = 0;
    for (let at = start; at < start + length; at++) {
      const one = series[at];
      if (one === undefined) return undefined;
      sum += one;
    }
    return sum;
  };
  const seen = whole(hours, from);
  if (seen === undefined) return undefined;
  const places: number[] = [];
  let weeks = 0;
  for (const start of sameHours(from, length, launch)) {
    if (whole(hours, start) !== undefined) weeks++;
    for (const shift of CLOCK_SHIFTS) if (start + shift + length <= launch) places.push(start + shift);
  }
  const sums = places.map((start) => whole(hours, start)).filter((sum) => sum !== undefined);
  if (weeks < 2) return undefined;
  const found = { seen, least: Math.min(...sums) };
  const all = reference && whole(reference.hours, from);
  if (!reference || !all) return found;
  const beside = places.flatMap((start) => {
    const [part, whole_] = [whole(hours, start), whole(reference.hours, start)];
    return part !== undefined && whole_ ? [{ part, whole: whole_ }] : [];
  });
  if (beside.length === 0 || median(beside.map((one) => one.whole)) < reference.atLeast * found.least) return found;
  const share = Math.min(...beside.map((one) => one.part / one.whole));
  return share > 0 ? { ...found, share: seen / all / share } : found;
}
