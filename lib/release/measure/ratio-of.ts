import type { Series } from '../../facts/series';
import type { Release } from '../schema';

/**
 * A series as Datadog is asked for it: which requests, by the pairs that all of its filter have and the tags that are its
 * own, and the two counts that make its ratio.
 */
export type Ratio = {
  /** Pairs `key:value` of the environment that it is in, whose requests show that anybody was heard. */
  readonly scope: readonly string[];
  /** Those and the pairs of its own filter. */
  readonly filter: readonly string[];
  readonly tags: readonly (readonly [key: string, value: string])[];
} & (
  | { readonly kind: 'status'; readonly metric: string; readonly statusTag: string }
  | { readonly kind: 'counters'; readonly errors: readonly string[]; readonly requests: readonly string[] }
  | { readonly kind: 'slow'; readonly metric: string; readonly over: number }
);

type Datadog = Pick<Release['datadog'], 'metric' | 'scope' | 'toggleOff' | 'endpointTag' | 'statusTag'>;

/** The ratio of a series; that of the scope has no tags. */
export function ratioOf(datadog: Datadog, { tag, tags, filter, counters, slow, toggleOff }: Series): Ratio {
  const { metric, scope, endpointTag, statusTag } = datadog;
  const which = {
    ...environmentOf(scope, filter, toggleOff ? datadog.toggleOff : []),
    tags: tag === undefined ? Object.entries(tags ?? {}).toSorted() : [[endpointTag, tag] as const],
  };
  if (counters) return { ...which, kind: 'counters', ...counters };
  if (slow) return { ...which, kind: 'slow', ...slow };
  return { ...which, kind: 'status', metric, statusTag };
}

/** The pairs of the scope and those of an endpoint's own, which stand in the place of those with the same key. */
function environmentOf(scope: readonly string[], own: readonly string[] = [], more: readonly string[] = []) {
  const keyOf = (pair: string) => pair.slice(0, pair.indexOf(':'));
  const instead = new Map(own.map((pair) => [keyOf(pair), pair]));
  const environment = scope.map((pair) => instead.get(keyOf(pair)) ?? pair);
  return {
    scope: environment,
    filter: [...environment, ...own.filter((pair) => !environment.includes(pair)), ...more],
  };
}
