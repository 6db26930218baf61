import { isOutcome, isStatus } from '../../facts/counts';
import { plain } from '../../facts/format';
import { classLabel, classOf } from '../../facts/series';
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

/** Characters of a class' name, and labels of an hour that are kept: a tag may have a sentence with numbers in it. */
const LONGEST_CLASS = 100;
const MOST_LABELS = 10;

/** The values of an endpoint's tags, in the order of the query's keys, as text. */
export const identityOf = (values: readonly string[]): string => JSON.stringify(values);

/**
 * The counts of a query's groups, by the identity of an endpoint and place in the answer. A group that is odd makes unknown only what it
 * may be about: one without a status counts as such; one that stands twice, or has a count that is none, its endpoint in
 * that hour; one of no endpoint that was asked for every endpoint in the hours in which it has requests, as it may be
 * anyone's.
 */
export function groupsOf(
  groups: readonly Group[],
  asked: ReadonlySet<string>,
  { keys, statusTag, classTag }: { keys: readonly string[]; statusTag?: string; classTag?: string },
): (identity: string, index: number) => KnownCounts {
  const byIdentity = new Map<string, Map<string, Values[]>>();
  const strays: Group[] = [];
  for (const group of groups) {
    const identity = identityOf(keys.map((key) => onlyValue(group.tags, key) ?? ''));
    if (!asked.has(identity)) {
      strays.push(group);
      continue;
    }
    const status = statusTag === undefined ? undefined : statusIn(group, statusTag);
    const label = classTag === undefined ? (status ?? NO_STATUS) : classIn(group, classTag, status);
    if (label === undefined) continue;
    const byLabel = byIdentity.get(identity) ?? new Map<string, Values[]>();
    byIdentity.set(identity, byLabel.set(label, [...(byLabel.get(label) ?? []), group.values]));
  }
  return (identity, index) => {
    const stray = strays.find(({ values }) => values[index]);
    if (stray) return unknown(`requests of ${seen(stray.tags)}, which is none of the series asked for`);
    const counts = new Map<string, number>();
    for (const [label, lists] of byIdentity.get(identity) ?? []) {
      const found = lists.map((values) => values[index] ?? 0).filter((count) => count !== 0);
      if (found.some((count) => !(count > 0 && count <= Number.MAX_SAFE_INTEGER)))
        return unknown(`a count of ${found.join(' and ')}, expected 0 or more`);
      if (found.length > 1 && label !== NO_STATUS && classTag === undefined)
        return unknown(`two counts of ${seen(label)}`);
      const count = Math.round(found.reduce((sum, one) => sum + one, 0));
      if (count > 0) counts.set(label, count);
    }
    return { kind: 'counted', counts };
  };
}

/** Whether two counts of the same requests can be: an instant lay between them. */
export const isAlike = (some: number, whole: number): boolean => {
  const apart = Math.abs(some - whole);
  return apart <= SUMS_REQUESTS || apart <= SUMS_SHARE * Math.max(some, whole);
};

/** The counts of an hour, unless its statuses do not add up to all its requests: then one of them may be missing. */
export function checkedAgainst(all: KnownCounts, known: KnownCounts): KnownCounts {
  if (known.kind === 'unknown') return known;
  if (all.kind === 'unknown') return all;
  const [some, whole] = [requestsIn(known.counts), requestsIn(all.counts)];
  if (isAlike(some, whole)) return known;
  return unknown(`its statuses add up to ${some} requests, of ${whole} in all`);
}

/** A label as it is; a word that stands for an outcome elsewhere says nothing as a status. */
function statusIn({ tags }: Group, statusTag: string): string {
  const label = onlyValue(tags, statusTag);
  return label === undefined || (isOutcome(label) && !isStatus(label)) ? NO_STATUS : label;
}

/**
 * The label of a class; undefined where the request has none, or no status that says whether it failed. What is not told
 * apart by status is a counter of errors.
 */
function classIn({ tags }: Group, classTag: string, status = 'failed'): string | undefined {
  const name = plain(onlyValue(tags, classTag) ?? '', LONGEST_CLASS);
  return name === '' || !isOutcome(status) ? undefined : classLabel(status, name);
}

/** The most frequent classes of an hour; what is left out is then an error without one. */
export function mostFrequent(known: KnownCounts): KnownCounts {
  if (known.kind === 'unknown') return known;
  const all = [...known.counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1));
  return { kind: 'counted', counts: new Map(all.slice(0, MOST_LABELS)) };
}

/** Classes of an hour that its statuses do not bear out are unknown: they cannot be a part of these requests. */
export function classesWithin(classes: KnownCounts, all: KnownCounts): KnownCounts {
  if (classes.kind === 'unknown') return classes;
  if (all.kind === 'unknown') return all;
  const sums = new Map<string, number>();
  for (const [label, count] of classes.counts) {
    const { status } = classOf(label);
    sums.set(status, (sums.get(status) ?? 0) + count);
  }
  for (const [status, sum] of sums) {
    const whole = all.counts.get(status) ?? 0;
    if (sum > whole && !isAlike(sum, whole))
      return unknown(`${sum} of its requests of status ${status} have a class, of ${whole} in all`);
  }
  return classes;
}

/**
 * A part of the requests and the rest of them under two labels. A part that is larger than the whole is unknown: the rest
 * would be less than none.
 */
export function partedBy([part, rest]: readonly [string, string], some: KnownCounts, all: KnownCounts): KnownCounts {
  if (some.kind === 'unknown') return some;
  if (all.kind === 'unknown') return all;
  const [failed, whole] = [requestsIn(some.counts), requestsIn(all.counts)];
  if (failed > whole) return unknown(`${failed} of its requests ${part}, of ${whole} in all`);
  const counts = [[part, failed] as const, [rest, whole - failed] as const].filter(([, count]) => count > 0);
  return { kind: 'counted', counts: new Map(counts) };
}

/** What several counters counted together, label by label. */
export function addedUp(several: readonly KnownCounts[]): KnownCounts {
  const counts = new Map<string, number>();
  for (const one of several) {
    if (one.kind === 'unknown') return one;
    for (const [label, count] of one.counts) counts.set(label, (counts.get(label) ?? 0) + count);
  }
  return { kind: 'counted', counts };
}

/**
 * The one value of a tag; undefined where it is missing, which Datadog shows as `N/A` or not at all, and where there are
 * several. Tags are `key:value`; the value may contain colons, and their order is not documented.
 */
function onlyValue(tags: readonly string[], key: string): string | undefined {
  const values = tags.filter((tag) => tag.startsWith(`${key}:`)).map((tag) => tag.slice(key.length + 1));
  return values.length === 1 && !/^(n\/a)?$/i.test(values[0]!) ? values[0] : undefined;
}
