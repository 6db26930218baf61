import { type Series, scopeName, type TaggedSeries, toggleOffName } from '../facts/series';
import { criterionOf } from './criteria';
import type { Release } from './schema';
import { hasToggleOff } from './source-section';

/**
 * The series that a release names: its endpoints, its controls and, where the source tells requests with the toggle off,
 * those of each endpoint that is compared with its baseline.
 */
export function taggedSeriesOf(release: Release): TaggedSeries[] {
  const { endpoints, controls } = release;
  const compared = endpoints.filter((one) => criterionOf(one, 'consistentWithBaseline'));
  return [
    ...[...endpoints, ...controls].map(({ name, tag }) => ({ name, tag, toggleOff: false })),
    ...(hasToggleOff(release) ? compared : []).map(({ name, tag }) => ({
      name: toggleOffName(name),
      tag,
      toggleOff: true,
    })),
  ];
}

/** All series of a release: those that it names, and last the whole scope's, which nobody is shown as an endpoint. */
export const seriesOf = (release: Release): Series[] => [
  ...taggedSeriesOf(release),
  { name: scopeName, toggleOff: false },
];
