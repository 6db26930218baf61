import { createHash } from 'node:crypto';
import type { Series } from '../../facts/series';
import type { Release } from '../schema';
import { type Ratio, ratioOf } from './ratio-of';

const digest = (what: unknown) => createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 6);

/** What the parts of {@link countedByOf} are about, in their order. */
const PARTS = ['metric', 'scope', 'tag'];

/**
 * By what a series is counted, as a short text that differs when it does: a digest of site and metrics, one of the tags
 * that all its requests have, and one of those that tell endpoints and statuses apart. What its statuses count as is no
 * part of it, since that is decided when they are judged. Undefined for a release of another source.
 */
export function countedByOf({ datadog }: Partial<Pick<Release, 'datadog'>>, series: Series): string | undefined {
  if (!datadog) return undefined;
  const ratio = ratioOf(datadog, series);
  const { filter, tags } = ratio;
  const byClass = series.classes ? [datadog.classTag] : [];
  return [[datadog.site, ...metricsOf(ratio)], filter.toSorted(), [...tagsOf(ratio, tags.flat()), ...byClass]]
    .map(digest)
    .join('.');
}

function metricsOf(ratio: Ratio): unknown[] {
  if (ratio.kind === 'counters') return [ratio.kind, ratio.errors.toSorted(), ratio.requests.toSorted()];
  return ratio.kind === 'slow' ? [ratio.kind, ratio.metric, ratio.over] : [ratio.metric];
}

const tagsOf = (ratio: Ratio, tags: readonly string[]) =>
  ratio.kind === 'status' && tags.length > 0 ? [...tags, ratio.statusTag] : tags;

/** What differs between two of {@link countedByOf}. @example changesIn('a.b.c', 'a.x.y') // ['scope', 'tag'] */
export function changesIn(before: string, now: string): string[] {
  const [old, present] = [before.split('.'), now.split('.')];
  return PARTS.filter((_, index) => old[index] !== present[index]);
}
