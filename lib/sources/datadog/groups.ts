import { requestsIn } from '../../facts/usual';
import { type KnownCounts, unknown } from '../known-counts';
import { seen } from './malformed';

export type Values = readonly (number | null)[];

/** A series of the answer, as the query grouped it. */
export interface Group {
  tags: readonly string[];
  values: Values;
}

/** The label of requests without a status: how Datadog shows a missing tag, where it does not leave it out. */
const NO_STATUS = 'N/A';
/** Hours grow while they are asked for, and sampled counters come as fractions: so much the sums may differ. */
const SUMS_SHARE = 0.01;
const SUMS_REQUESTS = 5;

/**
 * The counts of a query's groups, by endpoint tag and place in the answer. A group that is odd makes unknown only what it
 * may be about: one without a status counts as such; one that stands twice, or has a count that is none, its endpoint in
 * that hour; one of no endpoint that was asked for every endpoint in the hours in which it has requests, as it may be
 * anyone's.
 */
export function groupsOf(
  groups: readonly Group[],
  asked: ReadonlySet<string>,
  { endpointTag, statusTag }: { endpointTag: string; statusTag: string },
): (tag: string, index: number) => KnownCounts {
  const byTag = new Map<string, Map<string, Values[]>>();
  const strays: Group[] = [];
  for (const group of groups) {
    const tag = onlyValue(group.tags, endpointTag);
    if (tag === undefined || !asked.has(tag)) {
      strays.push(group);
      continue;
    }
    const label = onlyValue(group.tags, statusTag) ?? NO_STATUS;
    const byLabel = byTag.get(tag) ?? new Map<string, Values[]>();
    byTag.set(tag, byLabel.set(label, [...(byLabel.get(label) ?? []), group.values]));
  }
  return (tag, index) => {
    const stray = strays.find(({ values }) => values[index]);
    if (stray) return unknown(`requests of ${seen(stray.tags)}, which is none of the series asked for`);
    const counts = new Map<string, number>();
    for (const [label, lists] of byTag.get(tag) ?? []) {
      const found = lists.map((values) => values[index] ?? 0).filter((count) => count !== 0);
      if (found.some((count) => !(count > 0 && count <= Number.MAX_SAFE_INTEGER)))
        return unknown(`a count of ${found.join(' and ')}, expected 0 or more`);
      if (found.length > 1 && label !== NO_STATUS) return unknown(`two counts of ${seen(label)}`);
      const count = Math.round(found.reduce((sum, one) => sum + one, 0));
      if (count > 0) counts.set(label, count);
    }
    return { kind: 'counted', counts };
  };
}

/** The counts of an hour, unless its statuses do not add up to all its requests: then one of them may be missing. */
export function checkedAgainst(all: KnownCounts, known: KnownCounts): KnownCounts {
  if (known.kind === 'unknown') return known;
  if (all.kind === 'unknown') return all;
  const [some, whole] = [requestsIn(known.counts), requestsIn(all.counts)];
  const apart = Math.abs(some - whole);
  if (apart <= SUMS_REQUESTS || apart <= SUMS_SHARE * Math.max(some, whole)) return known;
  return unknown(`its statuses add up to ${some} requests, of ${whole} in all`);
}

/**
 * The one value of a tag; undefined where it is missing, which Datadog shows as `N/A` or not at all, and where there are
 * several. Tags are `key:value`; the value may contain colons, and their order is not documented.
 */
function onlyValue(tags: readonly string[], key: string): string | undefined {
  const values = tags.filter((tag) => tag.startsWith(`${key}:`)).map((tag) => tag.slice(key.length + 1));
  return values.length === 1 && !/^(n\/a)?$/i.test(values[0]!) ? values[0] : undefined;
}
