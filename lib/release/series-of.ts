import { type Series, toggleOffName } from '../facts/series';
import type { Release } from './schema';

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
