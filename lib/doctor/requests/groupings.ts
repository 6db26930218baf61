import type { Release } from '../../release/schema';
import { taggedSeriesOf } from '../../release/series-of';
import type { Grouping } from './counts';
import { namedEnvironment } from './environment';

/** The same requests, counted in the ways that must agree, and what stands beside them. */
export function groupingsOf(
  release: Release,
): Record<'all' | 'endpoint' | 'status' | 'toggleOff' | 'siblings' | 'names' | 'environments', Grouping> {
  const { scope, endpointTag, statusTag, toggleOff = [] } = release.datadog;
  const tags = [...new Set(taggedSeriesOf(release).map(({ tag }) => `${endpointTag}:${tag}`))];
  const oneOf = tags.length === 1 ? tags[0]! : `(${tags.join(' OR ')})`;
  const { key, others } = namedEnvironment(scope);
  return {
    all: { filter: scope, by: [] },
    endpoint: { filter: [...scope, oneOf], by: [endpointTag] },
    status: { filter: [...scope, oneOf], by: [endpointTag, statusTag] },
    toggleOff: { filter: [...scope, ...toggleOff, oneOf], by: [endpointTag] },
    siblings: { filter: scope, by: [endpointTag, statusTag] },
    names: { filter: scope, by: [endpointTag] },
    environments: { filter: [...others, oneOf], by: [key] },
  };
}
