import type { Series } from '../facts/series';
import { type Ratio, ratioOf } from '../release/measure/ratio-of';
import type { Release } from '../release/schema';
import { namedSeriesOf } from '../release/series-of';
import { meets, parseFilter } from './datadog/filter';
import { CLASS_TAG, KIND_METRICS, KINDS, LATENCY } from './datadog/kinds';
import { RESOURCES, SERVICE } from './traffic';

/**
 * What a release asks of Datadog that the simulated service does not have, all of it. A play would find no request there:
 * every hour would be unknown or empty, and nothing would ever be judged.
 *
 * @returns nothing for a release that can be played
 */
export function notSimulated(release: Release): string[] {
  const { metric, scope, endpointTag, statusTag, classTag, toggleOff } = release.datadog;
  const differs = (path: string, got: string, expected: string) =>
    got === expected ? [] : [`${path} - got ${got}, expected ${expected}`];
  const byResource = !KIND_METRICS.has(metric);
  return [
    ...(byResource ? differs('datadog.metric', metric, SERVICE.metric) : []),
    ...(classTag === undefined ? [] : differs('datadog.classTag', classTag, byResource ? 'none' : CLASS_TAG)),
    ...differs('datadog.scope', scope.join(', '), SERVICE.scope),
    ...(byResource
      ? [
          ...differs('datadog.endpointTag', endpointTag, SERVICE.endpointTag),
          ...differs('datadog.statusTag', statusTag, SERVICE.statusTag),
          ...(toggleOff ? differs('datadog.toggleOff', toggleOff.join(', '), `${SERVICE.featureTag}:off`) : []),
        ]
      : differs('datadog.toggleOff', toggleOff?.join(', ') ?? '', '')),
    ...namedSeriesOf(release)
      .filter((one) => !one.toggleOff)
      .flatMap((one) => absent(release, one)),
  ];
}

function absent({ datadog }: Release, one: Series): string[] {
  const ratio = ratioOf(datadog, one);
  const byResource = ratio.kind === 'status' && !KIND_METRICS.has(ratio.metric);
  if (byResource && one.tag !== undefined && !one.filter) {
    const tags = Object.values(RESOURCES).map(({ tag }) => tag);
    return tags.includes(one.tag) ? [] : [`tag of ${one.name} - got ${one.tag}, expected one of ${tags.join(', ')}`];
  }
  const metrics = ratio.kind === 'counters' ? [...ratio.errors, ...ratio.requests] : [ratio.metric];
  const isThere = metrics.every((metric) => tagsIn(metric, ratio).some((tags) => has(tags, ratio)));
  const shown = [...ratio.filter, ...ratio.tags.map((tag) => tag.join(':'))].join(', ');
  return isThere
    ? []
    : [`${one.name} - got ${metrics.join(' and ')} of ${shown}, expected one of docs/examples/kinds/release.yaml`];
}

type Tags = Readonly<Record<string, string>>;

/** The tags that requests of a metric have, where it is of the type that the ratio asks for. */
function tagsIn(metric: string, { kind }: Ratio): Tags[] {
  if ((metric === LATENCY) !== (kind === 'slow')) return [];
  const [scopeKey, scopeValue] = SERVICE.scope.split(':') as [string, string];
  const some = new Map([
    ['200', 1],
    ['500', 1],
  ]);
  const ofKinds = Object.values(KINDS).flatMap(({ metrics }) => metrics[metric]?.(some) ?? []);
  const ofResources = metric === SERVICE.metric ? Object.values(RESOURCES) : [];
  return [...ofKinds.map(({ tags }) => tags), ...ofResources.map(({ tag }) => ({ [SERVICE.endpointTag]: tag }))].map(
    (tags) => ({ ...tags, [scopeKey]: scopeValue }),
  );
}

const has = (tags: Tags, ratio: Ratio) =>
  meets({ all: [...ratio.filter.map(parseFilter), ...ratio.tags.map(([key, value]) => ({ key, value }))] }, tags);
