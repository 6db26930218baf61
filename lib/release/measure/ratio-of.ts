import type { Series } from '../../facts/series';
import type { Release } from '../schema';

/**
 * A series as Datadog is asked for it: which requests, by the pairs that all of its filter have and the tags that are its
 * own, and the two counts that make its ratio.
 */
export type Ratio = {
  /** Pairs `key:value`. */
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
    filter: [...filterOf(scope, filter), ...(toggleOff ? (datadog.toggleOff ?? []) : [])],
    tags: tag === undefined ? Object.entries(tags ?? {}).toSorted() : [[endpointTag, tag] as const],
  };
  if (counters) return { ...which, kind: 'counters', ...counters };
  if (slow) return { ...which, kind: 'slow', ...slow };
  return { ...which, kind: 'status', metric, statusTag };
}

/**
 * The pairs of the scope and those of an endpoint's own; of two with the same key its own.
 *
 * @example filterOf(['env:prod', 'team:a'], ['env:gov', 'service:b']) // ['env:gov', 'team:a', 'service:b']
 */
export function filterOf(scope: readonly string[], own: readonly string[] = []): string[] {
  const keyOf = (pair: string) => pair.slice(0, pair.indexOf(':'));
  const instead = new Map(own.map((pair) => [keyOf(pair), pair]));
  const kept = scope.map((pair) => instead.get(keyOf(pair)) ?? pair);
  return [...kept, ...own.filter((pair) => !kept.includes(pair))];
}
