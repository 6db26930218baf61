import { HOURS_PER_WEEK } from '../../facts/hour';
import { BASELINE_WEEKS } from '../../facts/usual';
import { type Block, dayAgainst, type Reference } from './day-block';
import { DAY, type Hourly, median } from './hourly';
import { FAR } from './odd-week';

/** How far a healthy week, and a day of it, went from the median of the others: low ends at most 1, high ends at least 1. */
interface Reach {
  /** `expected`: as low as a week must be expected to be, as all weeks before the launch differ. */
  low: { week: number; day: number; expected: number };
  high: { week: number; day: number };
}

/** How much requests, and their share in the reference, differ before the launch. */
export interface Spread {
  own: Reach;
  share: Reach;
  /** So many days of the baseline tell something. */
  days: number;
}

/** So many standard deviations of weeks below the median are still to be expected. */
const DEVIATIONS = 1.9;
/** Few weeks do not show how much weeks differ: it is as if two more had differed by so much. A share differs by half. */
const SUPPOSED = { weeks: 2, own: 0.08, share: 0.04 };
/** A week without any request would be infinitely low. */
const LEAST_LEVEL = 0.01;

/**
 * Each of the baseline's weeks, and each of its days, against the other weeks; and how low a week must be expected to be,
 * by all weeks of `hours` before the launch, back to the first that was half as much again as the baseline, or more, or as
 * far below it: before that it was another time, say a roll-out to its first users.
 */
export function spreadBefore(hours: Hourly, launch: number, reference?: Reference): Spread {
  const weeks = Array.from(
    { length: Math.floor(launch / HOURS_PER_WEEK) },
    (_, index) => launch - (index + 1) * HOURS_PER_WEEK,
  );
  const baseline = weeks.slice(0, BASELINE_WEEKS);
  const days = daysOf(hours, baseline, reference);
  const earlier = weeks.slice(BASELINE_WEEKS);
  const other = earlier.findIndex((week) => {
    const ratios = daysAgainst(hours, week, baseline).map(({ own }) => own);
    return ratios.length > 0 && Math.abs(Math.log(Math.max(LEAST_LEVEL, median(ratios)))) > Math.log(FAR);
  });
  const alike = [...baseline, ...(other < 0 ? earlier : earlier.slice(0, other))];
  const all = alike.length > BASELINE_WEEKS ? daysOf(hours, alike, reference) : days;
  const reach = (of: 'own' | 'share'): Reach => {
    const ratios = ratiosOf(days, of);
    const whole = ratios.map(median);
    const levels = ratiosOf(all, of).map(median);
    return {
      low: {
        week: Math.min(1, ...whole),
        day: Math.min(1, ...ratios.flat()),
        expected: Math.exp(-DEVIATIONS * deviationOf(levels, SUPPOSED[of])),
      },
      high: { week: Math.max(1, ...whole), day: Math.max(1, ...ratios.flat()) },
    };
  };
  return { own: reach('own'), share: reach('share'), days: days.flat().length };
}

/** Of each week the days that tell something, each against the same day of the others. */
const daysOf = (hours: Hourly, weeks: readonly number[], reference: Reference | undefined): Block[][] =>
  weeks.map((week) =>
    daysAgainst(
      hours,
      week,
      weeks.filter((other) => other !== week),
      reference,
    ),
  );

function daysAgainst(hours: Hourly, week: number, others: readonly number[], reference?: Reference): Block[] {
  return Array.from({ length: 7 }, (_, day) =>
    dayAgainst(
      hours,
      week + day * DAY,
      others.map((other) => other + day * DAY),
      1,
      reference,
    ),
  ).filter((block) => block !== undefined);
}

const ratiosOf = (weeks: readonly Block[][], of: 'own' | 'share'): number[][] =>
  weeks
    .map((blocks) => blocks.map((block) => block[of]).filter((ratio) => ratio !== undefined))
    .filter((week) => week.length > 0);

/** The standard deviation of the weeks' logs, with what is supposed of weeks in general. */
function deviationOf(levels: readonly number[], supposed: number): number {
  const logs = levels.map((level) => Math.log(Math.max(LEAST_LEVEL, level)));
  const mean = logs.reduce((sum, one) => sum + one, 0) / logs.length;
  const squares = logs.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const free = Math.max(0, logs.length - 1);
  return Math.sqrt((squares + SUPPOSED.weeks * supposed ** 2) / (free + SUPPOSED.weeks));
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
 * The median day against the baseline's lowest week or day, or the lowest week to expect: 1 is as low as that. A loss
 * counts only if the share shows it too.
 */
export function lowest(blocks: readonly Block[], { own, share }: Spread, by: keyof Reach['low']): number {
  const at = middle(blocks);
  const alone = at.own / own.low[by];
  return at.share === undefined ? alone : Math.max(alone, at.share / share.low[by]);
}

/** The share of the usual at which {@link lowest} is 1: where both have lost so much. */
export const lowShare = (blocks: readonly Block[], { own, share }: Spread, by: keyof Reach['low']): number =>
  middle(blocks).share === undefined ? own.low[by] : Math.min(own.low[by], share.low[by]);

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
