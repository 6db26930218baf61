import type { Hour } from '../../facts/hour';
import { RESOURCES, type ResourceName, SERVICE, type Traffic } from '../traffic';

/** Requests of an hour that carry the same tags. */
export interface TaggedCount {
  hour: Hour;
  tags: Readonly<Record<string, string>>;
  count: number;
}

/** The counts of an hour; told apart by the feature only where that is asked for, as it takes some time. */
export function taggedCounts(traffic: Traffic, hour: Hour, split: boolean): TaggedCount[] {
  const [scopeKey, scopeValue] = SERVICE.scope.split(':') as [string, string];
  return (Object.keys(RESOURCES) as ResourceName[]).flatMap((resource) => {
    const all = traffic.counts(resource, hour);
    const off = split ? traffic.toggleOff(resource, hour) : undefined;
    return [...all].flatMap(([status, count]): TaggedCount[] => {
      const tags = {
        [scopeKey]: scopeValue,
        [SERVICE.endpointTag]: RESOURCES[resource].tag,
        [SERVICE.statusTag]: status,
      };
      if (!off) return [{ hour, tags, count }];
      const without = off.get(status) ?? 0;
      return [
        { hour, tags: { ...tags, [SERVICE.featureTag]: 'off' }, count: without },
        { hour, tags: { ...tags, [SERVICE.featureTag]: 'on' }, count: count - without },
      ].filter((one) => one.count > 0);
    });
  });
}
