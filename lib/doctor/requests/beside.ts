import type { Hour } from '../../facts/hour';
import { ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { namedSeriesOf } from '../../release/series-of';
import { batchesOf } from '../../sources/datadog/batches';
import { type Check, skipped, wrong } from '../check';
import { type Counted, type Grouping, groupingOf } from './counts';
import type { Lifetime } from './lifetime';
import { namelessCheck } from './nameless';
import type { Seen } from './seen';
import { sharedChecks, sharedGrouping } from './shared-tags';
import { dayFrom, momentsOf, NO_SIBLINGS, type Siblings, siblingsOf } from './siblings';
import { tagValuesText } from './tag-values';

/** Asks for the counts of [from, to). */
export type Ask = (groupings: readonly Grouping[], from: Hour, to: Hour, doing: string) => Promise<Counted[]>;

/** Endpoints that came or went at other hours than these are not asked after: each hour is a request. */
export const MOST_MOMENTS = 3;

/** Endpoints that are told apart by the same tags in the same filter, and by what the tags are called there. */
interface Neighbours {
  filter: readonly string[];
  keys: readonly string[];
  /** The values of their tags by their names in the release. */
  own: ReadonlyMap<string, string>;
  endpoints: ReadonlyMap<string, string>;
}

/** What stands beside neighbours, and whether their failures do. */
export interface Surroundings {
  own: ReadonlyMap<string, string>;
  around: Siblings;
  check: Check;
  /** What is wrong with the tags themselves. */
  shared: readonly Check[];
}

/** The endpoints of a release that have others beside them: those that are told apart by tags and status. */
export function neighboursOf(release: Release): Neighbours[] {
  const { datadog, endpoints } = release;
  const batches = batchesOf(
    datadog,
    namedSeriesOf(release).filter(({ toggleOff }) => !toggleOff),
  );
  return batches.flatMap((batch): Neighbours[] => {
    const { kind, filter, tags } = ratioOf(datadog, batch[0]!);
    if (kind !== 'status') return [];
    const keys = tags.map(([key]) => key);
    const nameIn = (one: (typeof batch)[number]) =>
      tagValuesText(
        keys,
        ratioOf(datadog, one).tags.map(([, value]) => value),
      );
    const own = new Map(batch.map((one) => [one.name, nameIn(one)]));
    const watched = new Map(endpoints.flatMap(({ name }) => (own.has(name) ? [[own.get(name)!, name] as const] : [])));
    return [{ filter, keys, own, endpoints: watched }];
  });
}

/** Looks at what else has the tags: in the last day, and in the days before endpoints came or went. */
export async function lookBeside(
  release: Release,
  { filter, keys, own, endpoints }: Neighbours,
  seen: Seen,
  lifetimes: ReadonlyMap<string, Lifetime>,
  ask: Ask,
): Promise<Surroundings> {
  const { metric, statusTag } = release.datadog;
  const ofOwn = new Map([...lifetimes].filter(([series]) => own.has(series)));
  const { to } = seen;
  try {
    const siblings = groupingOf({ metric, filter, by: [...keys, statusTag] });
    const names = groupingOf({ metric, filter, by: keys });
    const lastDay = (await ask([siblings], to - 24, to, 'what else the scope has'))[0]!;
    const days = new Map<Hour, ReturnType<typeof dayFrom>>();
    for (const moment of momentsOf(ofOwn, seen, MOST_MOMENTS))
      days.set(moment, dayFrom((await ask([names], moment - 24, moment, 'other names'))[0]!, keys));
    const around = siblingsOf(own, ofOwn, seen, dayFrom(lastDay, keys), days);
    const grouping = sharedGrouping(metric, filter, keys);
    const both = grouping && (await ask([grouping], to - 24, to, 'endpoints that share a tag'))[0]!;
    return {
      own,
      around,
      check: namelessCheck(release, keys, endpoints, lastDay),
      shared: both ? sharedChecks(keys, endpoints, both) : [],
    };
  } catch (error) {
    return { own, around: NO_SIBLINGS, check: wrong('siblings', (error as Error).message), shared: [] };
  }
}

/** What is wrong beside the endpoints, or that nothing is. */
export function siblingChecks(besides: readonly Surroundings[]): Check[] {
  const checks = besides.map(({ check }) => check);
  const faults = checks.filter(({ outcome }) => outcome === 'wrong');
  if (faults.length > 0) return faults;
  return checks.length > 0
    ? checks.slice(0, 1)
    : [skipped('siblings', 'no endpoint is told apart from others by tags and status')];
}
