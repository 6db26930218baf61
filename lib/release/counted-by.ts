import { createHash } from 'node:crypto';
import type { Series } from '../facts/series';
import type { Release } from './schema';

const digest = (what: unknown) => createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 6);

/** What the parts of {@link countedByOf} are about, in their order. */
const PARTS = ['metric', 'scope', 'tag'];

/**
 * By what a series is counted, as a short text that differs when it does: a digest of site and metric, one of the tags
 * that all its requests have, and one of those that tell endpoints and statuses apart. What its statuses count as is no
 * part of it, since that is decided when they are judged. Undefined for a release of another source.
 */
export function countedByOf(
  { datadog }: Partial<Pick<Release, 'datadog'>>,
  { tag, toggleOff }: Series,
): string | undefined {
  if (!datadog) return undefined;
  const { site, metric, scope, endpointTag, statusTag } = datadog;
  const all = [...scope, ...(toggleOff ? (datadog.toggleOff ?? []) : [])].toSorted();
  return [[site, metric], all, tag === undefined ? [] : [endpointTag, tag, statusTag]].map(digest).join('.');
}

/** What differs between two of {@link countedByOf}. @example changesIn('a.b.c', 'a.x.y') // ['scope', 'tag'] */
export function changesIn(before: string, now: string): string[] {
  const [old, present] = [before.split('.'), now.split('.')];
  return PARTS.filter((_, index) => old[index] !== present[index]);
}
