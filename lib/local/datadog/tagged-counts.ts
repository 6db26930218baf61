import type { Hour } from '../../facts/hour';
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

/** The requests of an hour; told apart by the feature only where that is asked for, as it takes some time. */
export function taggedCounts(traffic: Traffic, hour: Hour, split: boolean): TaggedCount[] {
  return (Object.keys(RESOURCES) as ResourceName[]).flatMap((resource) => {
    const all = traffic.counts(resource, hour);
    const off = split ? traffic.toggleOff(resource, hour) : undefined;
    return [...all].flatMap(([status, count]): TaggedCount[] => {
      const { all: tags, on: withFeature, off: withoutFeature } = knownTags(resource, status);
      if (!off) return [{ hour, tags, count }];
      const without = off.get(status) ?? 0;
      return [
        { hour, tags: withoutFeature, count: without },
        { hour, tags: withFeature, count: count - without },
      ].filter((one) => one.count > 0);
    });
  });
}
