import { isStatus, tallyOf } from '../../facts/counts';
import type { Hour } from '../../facts/hour';
import type { Release } from '../../release/schema';
import type { Counted } from './counts';

/** What an endpoint had in each hour, by how many hours after the first one that was asked for. */
export interface SeenHours {
  requests: number[];
  /** Of these, how many have no HTTP status. */
  unlabelled: number[];
  /** Errors, and the requests that they are a part of, as the judge counts them. */
  errors: number[];
  judged: number[];
}

/** The raw counts of [from, to): of the whole scope, and of each endpoint by its tag. */
export interface Seen {
  from: Hour;
  to: Hour;
  /** Whether the scope had a request in an hour: else nothing of that hour is known. */
  heard: boolean[];
  all: number[];
  byTag: ReadonlyMap<string, SeenHours>;
  /** How many points are no whole number of requests, or below none, of how many. */
  points: { all: number; fractions: number; negative: number };
}

const zeros = (hours: number): number[] => new Array(hours).fill(0);

/** Puts together what was counted in all and by tag and status. */
export function seenOf(rules: Release, all: Counted, status: Counted, from: Hour, to: Hour): Seen {
  const seen = { all: zeros(to - from), points: { all: 0, fractions: 0, negative: 0 } };
  const byTag = new Map<string, SeenHours>();
  const inside = (hour: Hour) => hour >= from && hour < to;
  for (const points of all.values())
    for (const [hour, value] of points) if (inside(hour)) seen.all[hour - from]! += value;
  for (const [key, points] of status) {
    const [tag, label] = JSON.parse(key) as [string, string];
    const hours = byTag.get(tag) ?? hoursOf(to - from);
    byTag.set(tag, hours);
    const one = tallyOf(new Map([[label, 1]]), rules);
    for (const [hour, value] of points) {
      if (!inside(hour)) continue;
      const index = hour - from;
      seen.points.all++;
      if (!Number.isInteger(value)) seen.points.fractions++;
      if (value < 0) seen.points.negative++;
      hours.requests[index]! += value;
      if (!isStatus(label)) hours.unlabelled[index]! += value;
      hours.errors[index]! += value * one.errors;
      hours.judged[index]! += value * one.requests;
    }
  }
  return { from, to, ...seen, heard: seen.all.map((value) => value > 0), byTag };
}

export const hoursOf = (hours: number): SeenHours => ({
  requests: zeros(hours),
  unlabelled: zeros(hours),
  errors: zeros(hours),
  judged: zeros(hours),
});

/** The sum of [from, to) of a list of hours. */
export function sumIn(list: readonly number[], from = 0, to = list.length): number {
  let sum = 0;
  for (let index = Math.max(0, from); index < Math.min(to, list.length); index++) sum += list[index]!;
  return sum;
}
