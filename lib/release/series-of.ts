import { classesName, type Series, scopeName, toggleOffName } from '../facts/series';
import { criterionOf } from './criteria';
import type { Endpoint, Release } from './schema';
import { hasClasses, hasToggleOff } from './source-section';

/**
 * The series that a release names: its endpoints, its controls and, where the source tells requests with the toggle off,
 * those of each endpoint that is compared with its baseline.
 */
export function namedSeriesOf(release: Release): Series[] {
  const { endpoints, controls } = release;
  const compared = endpoints.filter((one) => criterionOf(one, 'consistentWithBaseline'));
  return [
    ...[...endpoints, ...controls].map((one) => seriesFor(one.name, one, false)),
    ...(hasToggleOff(release) ? compared : []).map((one) => seriesFor(toggleOffName(one.name), one, true)),
  ];
}

const seriesFor = (
  name: string,
  { tag, tags, filter, counters, slow }: Omit<Endpoint, 'criteria'>,
  toggleOff: boolean,
): Series => ({
  name,
  ...(tag !== undefined && { tag }),
  ...(tags && { tags }),
  ...(filter && { filter }),
  ...(counters && { counters }),
  ...(slow && { slow }),
  toggleOff,
});

/**
 * All series of a release: those that it names, then the errors by class of its endpoints, where the metrics
 * tell them, and last the whole scope's. Nobody is shown the latter two as an endpoint.
 */
export const seriesOf = (release: Release): Series[] => [
  ...namedSeriesOf(release),
  ...(hasClasses(release) ? release.endpoints.filter(({ slow }) => !slow) : []).map(
    (one): Series => ({ ...seriesFor(classesName(one.name), one, false), classes: true }),
  ),
  { name: scopeName, toggleOff: false },
];
