import type { Hour } from '../../facts/hour';
import type { Counts } from '../../facts/snapshot';
import { RESOURCES, type ResourceName, SERVICE, type Traffic } from '../traffic';
import { KIND_METRICS, KINDS, type KindName } from './kinds';

/** Requests of an hour that carry the same tags. */
export interface TaggedCount {
  hour: Hour;
  tags: Readonly<Record<string, string>>;
  count: number;
  /** What each of them has in a distribution. */
  value?: number;
}

/** The type of a metric of the service as Datadog says it; undefined for one that it does not have. */
export const metricType = (metric: string) => (metric === SERVICE.metric ? 'count' : KIND_METRICS.get(metric));

const [SCOPE_KEY, SCOPE_VALUE] = SERVICE.scope.split(':') as [string, string];

/** What a metric has of an hour; `split` as in {@link taggedCounts}. */
export function countsOfMetric(traffic: Traffic, metric: string, hour: Hour, split: boolean): TaggedCount[] {
  if (metric === SERVICE.metric) return taggedCounts(traffic, hour, split);
  return (Object.keys(KINDS) as KindName[]).flatMap((kind) => {
    const rows = KINDS[kind].metrics[metric]?.(traffic.kind(kind, hour)) ?? [];
    return rows
      .filter(({ count }) => count > 0)
      .map((row) => ({ ...row, hour, tags: { ...row.tags, [SCOPE_KEY]: SCOPE_VALUE } }));
  });
}

type Tags = TaggedCount['tags'];

/** Of each resource and status, those without the feature's tag, and with it. */
const tagsOf = new Map<string, { all: Tags; on: Tags; off: Tags }>();

function knownTags(resource: ResourceName, status: string) {
  const name = `${resource} ${status}`;
  const known = tagsOf.get(name);
  if (known) return known;
  const all = {
    [SCOPE_KEY]: SCOPE_VALUE,
    [SERVICE.endpointTag]: RESOURCES[resource].tag,
    [SERVICE.statusTag]: status,
  };
  const made = { all, on: { ...all, [SERVICE.featureTag]: 'on' }, off: { ...all, [SERVICE.featureTag]: 'off' } };
  tagsOf.set(name, made);
  return made;
}

/** The rows of counts that are not told apart: whoever asks hour after hour asks for the same. */
const known = new WeakMap<Counts, { resource: ResourceName; hour: Hour; rows: TaggedCount[] }>();

function rowsOf(counts: Counts, resource: ResourceName, hour: Hour): TaggedCount[] {
  const found = known.get(counts);
  if (found?.resource === resource && found.hour === hour) return found.rows;
  const rows = [...counts].map(([status, count]) => ({ hour, tags: knownTags(resource, status).all, count }));
  known.set(counts, { resource, hour, rows });
  return rows;
}

/** The requests of an hour; told apart by the feature only where that is asked for, as it takes some time. */
export function taggedCounts(traffic: Traffic, hour: Hour, split: boolean): TaggedCount[] {
  return (Object.keys(RESOURCES) as ResourceName[]).flatMap((resource) => {
    const all = traffic.counts(resource, hour);
    if (!split) return rowsOf(all, resource, hour);
    const off = traffic.toggleOff(resource, hour);
    return [...all].flatMap(([status, count]): TaggedCount[] => {
      const { on: withFeature, off: withoutFeature } = knownTags(resource, status);
      const without = off.get(status) ?? 0;
      return [
        { hour, tags: withoutFeature, count: without },
        { hour, tags: withFeature, count: count - without },
      ].filter((one) => one.count > 0);
    });
  });
}
