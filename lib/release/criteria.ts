import type { Endpoint, Release } from './schema';

/** The rate that an endpoint must stay below: its own limit, or the release's ceiling. */
export function limitOf(release: Release, endpoint: Endpoint): number {
  const own = endpoint.criteria.find((criterion) => 'below' in criterion);
  return own ? own.below : release.ceiling;
}
