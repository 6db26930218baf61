import type { Release } from '../release/schema';

export type { Release };
export type Endpoint = Release['endpoints'][number];
export type Criterion = Endpoint['criteria'][number];

/** What is sampled every hour under a name of its own: the requests of a tag, all of them or those with the toggle off. */
export interface Series {
  name: string;
  tag: string;
  toggleOff: boolean;
}

/**
 * The name of an endpoint's requests with the toggle off; no endpoint or control has one that ends so.
 *
 * @example toggleOffName('#show') === '#show (toggle off)'
 */
export const toggleOffName = (endpoint: string): string => `${endpoint} (toggle off)`;

/**
 * All series of a release: its endpoints, its controls and, where `datadog.control` tells requests with the toggle off,
 * those of each endpoint that is compared with its baseline.
 */
export function seriesOf({ endpoints, controls, datadog }: Release): Series[] {
  const compared = endpoints.filter(({ criteria }) => criteria.some((one) => 'consistentWithBaseline' in one));
  return [
    ...[...endpoints, ...controls].map(({ name, tag }) => ({ name, tag, toggleOff: false })),
    ...(datadog.control ? compared : []).map(({ name, tag }) => ({ name: toggleOffName(name), tag, toggleOff: true })),
  ];
}

/** Planned hours of the whole release: its stages, and the longest check that follows the last stage's entry. */
export function plannedHours(release: Release): number {
  const stages = release.stages.slice(0, -1).reduce((sum, stage) => sum + (stage.length ?? 0), 0);
  const lastStage = release.stages.at(-1)!.length ?? 0;
  return stages + Math.max(lastStage, HOURS_OF_A_LONE_STAGE, ...release.checks.map((check) => check.length));
}

/** A release whose last stage has neither a length nor a check is watched for a day. */
const HOURS_OF_A_LONE_STAGE = 24;

/** The rate that an endpoint must stay below: its own limit, or the release's ceiling. */
export function limitOf(release: Release, endpoint: Endpoint): number {
  const own = endpoint.criteria.find((criterion) => 'below' in criterion);
  return own ? own.below : release.ceiling;
}
