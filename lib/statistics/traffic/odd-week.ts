import { HOURS_PER_WEEK } from '../../facts/hour';
import { BASELINE_WEEKS } from '../../facts/usual';
import { DAY, type Hourly, median } from './hourly';

/** A week that is far off the others: so many times the highest of them, or the lowest of them so many times it. */
export interface OddWeek {
  /** Index of its first hour. */
  from: number;
  what: 'errors' | 'requests';
  /** Of errors the rate of its ordinary days, of requests those of its median day. */
  value: number;
  /** The nearest of the other weeks. */
  nearest: number;
}

/** Weeks differ by a fifth or so without any reason, and hardly ever by a half. */
export const FAR = 1.5;
/** One week beside another is not the odd one. */
const FEWEST_WEEKS = 3;
/** Fewer errors differ by chance. */
const TELLING_ERRORS = 30;
/** Fewer requests a day do. */
const TELLING_REQUESTS = 100;
/** What lasts a day or two is found and left out hour by hour. */
const ORDINARY_DAYS = 5;

interface Day {
  requests: number;
  errors: number;
}

/**
 * The one week of a baseline, counted back from the launch, whose error rate or requests are 1.5 times as far up or down
 * as in any other; undefined where none is, where two are, and below three weeks with requests.
 *
 * @param requests hour by hour, and those of them that failed; undefined where nobody knows
 * @param launch index of the first hour after the baseline
 */
export function oddWeek(requests: Hourly, errors: Hourly, launch: number): OddWeek | undefined {
  const weeks: { from: number; days: Day[] }[] = [];
  const first = Math.max(0, launch - BASELINE_WEEKS * HOURS_PER_WEEK);
  for (let from = launch - HOURS_PER_WEEK; from >= first; from -= HOURS_PER_WEEK) {
    const days = Array.from({ length: HOURS_PER_WEEK / DAY }, (_, day) => dayFrom(requests, errors, from + day * DAY));
    const known = days.filter((day) => day.requests > 0);
    if (known.length >= ORDINARY_DAYS) weeks.push({ from, days: known });
  }
  if (weeks.length < FEWEST_WEEKS) return undefined;
  return (
    farOff(weeks, 'errors', (days) => ordinaryRate(days, 1)) ??
    farOff(weeks, 'errors', (days) => ordinaryRate(days, -1), -1) ??
    farOff(weeks, 'requests', (days) => median(days.map((day) => day.requests))) ??
    farOff(weeks, 'requests', (days) => median(days.map((day) => day.requests)), -1)
  );
}

function dayFrom(requests: Hourly, errors: Hourly, from: number): Day {
  const day = { requests: 0, errors: 0 };
  for (let at = from; at < from + DAY; at++) {
    day.requests += requests[at] ?? 0;
    day.errors += errors[at] ?? 0;
  }
  return day;
}

/** The rate of the five days with the lowest rates (`order` 1), or the highest: an outage of a day or two makes no odd week. */
function ordinaryRate(days: readonly Day[], order: 1 | -1): number | undefined {
  const ordinary = days
    .toSorted((a, b) => order * (a.errors / a.requests - b.errors / b.requests))
    .slice(0, ORDINARY_DAYS);
  const errors = ordinary.reduce((sum, day) => sum + day.errors, 0);
  return errors / ordinary.reduce((sum, day) => sum + day.requests, 0);
}

/** The highest week if it is far above all others, or with `order` -1 the lowest if it is far below. */
function farOff(
  weeks: readonly { from: number; days: readonly Day[] }[],
  what: OddWeek['what'],
  valueIn: (days: readonly Day[]) => number | undefined,
  order: 1 | -1 = 1,
): OddWeek | undefined {
  const all = weeks.map(({ from, days }) => ({ from, days, value: valueIn(days) ?? 0 }));
  const [odd, next] = all.toSorted((a, b) => order * (b.value - a.value)) as [(typeof all)[0], (typeof all)[0]];
  const isFar = order === 1 ? odd.value > FAR * next.value : FAR * odd.value < next.value;
  const errors = (order === 1 ? odd : next).days.reduce((sum, day) => sum + day.errors, 0);
  const tells = what === 'errors' ? errors >= TELLING_ERRORS : Math.max(odd.value, next.value) >= TELLING_REQUESTS;
  return isFar && tells ? { from: odd.from, what, value: odd.value, nearest: next.value } : undefined;
}
