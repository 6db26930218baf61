import { type Series, toggleOffName } from '../facts/series';
import type { Release } from './schema';
import { hasToggleOff } from './source-section';

/**
 * All series of a release: its endpoints, its controls and, where the source tells requests with the toggle off,
 * those of each endpoint that is compared with its baseline.
 */
export function seriesOf(release: Release): Series[] {
  const { endpoints, controls } = release;
  const compared = endpoints.filter(({ criteria }) => criteria.some((one) => 'consistentWithBaseline' in one));
  return [
    ...[...endpoints, ...controls].map(({ name, tag }) => ({ name, tag, toggleOff: false })),
    ...(hasToggleOff(release) ? compared : []).map(({ name, tag }) => ({
      name: toggleOffName(name),
      tag,
      toggleOff: true,
    })),
  ];
}
