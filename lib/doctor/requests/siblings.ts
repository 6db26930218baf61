import type { Hour } from '../../facts/hour';
import { type Counted, NO_TAG, sumOf } from './counts';
import type { Lifetime } from './lifetime';
import { isNameless } from './nameless';
import { type Seen, sumIn } from './seen';
import { closest } from './spelling';
import { tagValuesText } from './tag-values';

/** What else has the tags of endpoints in their filter. */
export interface Siblings {
  /** Their values in the last day. */
  names: readonly string[];
  /** Names that began about when an endpoint's requests ended, likeliest first; of an endpoint by its own name. */
  after(series: string): readonly string[];
  /** Names that ended about when its requests began. */
  before(series: string): readonly string[];
}

/** Where nothing stands beside an endpoint. */
export const NO_SIBLINGS: Siblings = { names: [], after: () => [], before: () => [] };

/** Requests by name, in a day. */
type Day = ReadonlyMap<string, number>;

/** The sums of a day for the values of the tags that come first in its groups. */
export function dayFrom(counted: Counted, keys: readonly string[]): Day {
  const day = new Map<string, number>();
  for (const [key, points] of counted) {
    const values = (JSON.parse(key) as string[]).slice(0, keys.length);
    if (values.includes(NO_TAG)) continue;
    const name = tagValuesText(keys, values);
    day.set(name, (day.get(name) ?? 0) + sumOf(points));
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

/**
 * @param own the names of the endpoints that stand beside each other, by what they are called in the release
 * @param days the days before the moments, by the hour that they end with
 */
export function siblingsOf(
  own: ReadonlyMap<string, string>,
  lifetimes: ReadonlyMap<string, Lifetime>,
  seen: Seen,
  lastDay: Day,
  days: ReadonlyMap<Hour, Day>,
): Siblings {
  const taken = new Set([...own].flatMap(([series, name]) => (lifetimes.has(series) ? [name] : [])));
  const around = (series: string, which: 'came' | 'went') => {
    const lifetime = lifetimes.get(series);
    const moment = lifetime && momentOf(lifetime);
    const before = moment === undefined ? undefined : days.get(seen.from + moment);
    if (!lifetime || !before) return [];
    const [there, notThere] = which === 'came' ? [lastDay, before] : [before, lastDay];
    const last = lifetime.last + 1;
    const requests = sumIn(seen.bySeries.get(series)!.requests, last - 24, last);
    const alike = [...there]
      .filter(([name, found]) => !notThere.has(name) && !taken.has(name) && !isNameless(name) && near(found, requests))
      .map(([name]) => name);
    return closest(own.get(series)!, alike);
  };
  return {
    names: [...lastDay.keys()],
    after: (series) => around(series, 'came'),
    before: (series) => around(series, 'went'),
  };
}

const near = (a: number, b: number) => a <= ALIKE * b && b <= ALIKE * a;
