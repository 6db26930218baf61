import type { Hour } from '../../facts/hour';
import { type Counted, NO_TAG, sumOf } from './counts';
import type { Lifetime } from './lifetime';
import { isNameless } from './nameless';
import { type Seen, sumIn } from './seen';
import { closest } from './spelling';

/** What else has the endpoint tag in the scope. */
export interface Siblings {
  /** Its values in the last day. */
  names: readonly string[];
  /** Names that began about when an endpoint's requests ended, likeliest first. */
  after(tag: string): readonly string[];
  /** Names that ended about when its requests began. */
  before(tag: string): readonly string[];
}

/** Requests by name, in a day. */
type Day = ReadonlyMap<string, number>;

/** The sums of a day for each value of the first tag that was grouped by. */
export function dayFrom(counted: Counted): Day {
  const day = new Map<string, number>();
  for (const [key, points] of counted) {
    const name = (JSON.parse(key) as string[])[0]!;
    if (name !== NO_TAG) day.set(name, (day.get(name) ?? 0) + sumOf(points));
  }
  return day;
}

/** The hours at which an endpoint's requests ended or began, each once: the day before each tells who was there. */
export function momentsOf(lifetimes: ReadonlyMap<string, Lifetime>, { from }: Seen, most: number): Hour[] {
  const moments = [...lifetimes.values()].flatMap((lifetime) => momentOf(lifetime) ?? []).map((index) => from + index);
  return [...new Set(moments)].slice(0, most);
}

const momentOf = ({ first, young, missing }: Lifetime): number | undefined =>
  missing?.from ?? (young ? first : undefined);

/** A renamed endpoint has as many requests as before, give or take what the hour of day does to it. */
const ALIKE = 10;

/** @param days the days before the moments, by the hour that they end with */
export function siblingsOf(
  lifetimes: ReadonlyMap<string, Lifetime>,
  seen: Seen,
  lastDay: Day,
  days: ReadonlyMap<Hour, Day>,
): Siblings {
  const around = (tag: string, which: 'came' | 'went') => {
    const lifetime = lifetimes.get(tag);
    const moment = lifetime && momentOf(lifetime);
    const before = moment === undefined ? undefined : days.get(seen.from + moment);
    if (!lifetime || !before) return [];
    const [there, notThere] = which === 'came' ? [lastDay, before] : [before, lastDay];
    const last = lifetime.last + 1;
    const own = sumIn(seen.byTag.get(tag)!.requests, last - 24, last);
    const alike = [...there]
      .filter(
        ([name, requests]) => !notThere.has(name) && !lifetimes.has(name) && !isNameless(name) && near(requests, own),
      )
      .map(([name]) => name);
    return closest(tag, alike);
  };
  return {
    names: [...lastDay.keys()],
    after: (tag) => around(tag, 'came'),
    before: (tag) => around(tag, 'went'),
  };
}

const near = (a: number, b: number) => a <= ALIKE * b && b <= ALIKE * a;
