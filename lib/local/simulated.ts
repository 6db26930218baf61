import type { Release } from '../release/schema';
import { RESOURCES, SERVICE } from './traffic';

/**
 * What a release asks of Datadog that the simulated service does not have, all of it. A play would find no request there:
 * every hour would be unknown or empty, and nothing would ever be judged.
 *
 * @returns nothing for a release that can be played
 */
export function notSimulated({ datadog, endpoints, controls }: Release): string[] {
  const { metric, scope, endpointTag, statusTag, toggleOff } = datadog;
  const tags = Object.values(RESOURCES).map(({ tag }) => tag);
  const differs = (path: string, got: string, expected: string) =>
    got === expected ? [] : [`${path} - got ${got}, expected ${expected}`];
  return [
    ...differs('datadog.metric', metric, SERVICE.metric),
    ...differs('datadog.scope', scope.join(', '), SERVICE.scope),
    ...differs('datadog.endpointTag', endpointTag, SERVICE.endpointTag),
    ...differs('datadog.statusTag', statusTag, SERVICE.statusTag),
    ...(toggleOff ? differs('datadog.toggleOff', toggleOff.join(', '), `${SERVICE.featureTag}:off`) : []),
    ...[...endpoints, ...controls].flatMap(({ name, tag }) =>
      tags.includes(tag) ? [] : [`tag of ${name} - got ${tag}, expected one of ${tags.join(', ')}`],
    ),
  ];
}
