import type { Hour } from '../../facts/hour';
import { type Series, scopeName } from '../../facts/series';
import type { Sample } from '../../facts/snapshot';
import { requestsIn } from '../../facts/usual';
import { type Ratio, ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { isAlike } from './groups';
import { isMeasured } from './question';

type Datadog = Release['datadog'];

/**
 * Characters of the tags in one query. No limit is documented; a thousand endpoints in one query are 75,000, and gateways
 * that refuse a long text do it from 16,000 on.
 */
const MOST_CHARACTERS = 8_000;

/**
 * Series that one question can be asked for: those that are counted in the same way, of the same filter, and differ in the
 * values of their tags alone. That of the scope stands with those of the release's own metric and scope. Classes are
 * asked for by themselves, so that a question about them that is refused costs nothing else.
 */
export function batchesOf(datadog: Datadog, series: readonly Series[]): Series[][] {
  const batches = new Map<string, Series[]>();
  for (const one of series) {
    const { filter, tags, scope: _, ...ratio } = ratioOf(datadog, { ...one, toggleOff: false });
    const how = ratio.kind === 'counters' ? [ratio.kind] : Object.values(ratio);
    const keys = isMeasured(one) ? tags.map(([key]) => key) : undefined;
    const key = JSON.stringify([how, filter, keys, one.classes]);
    batches.set(key, [...(batches.get(key) ?? []), one]);
  }
  const all = [...batches.values()];
  const isScope = (batch: readonly Series[]) => !isMeasured(batch[0]!);
  const isOwn = ([one]: readonly Series[]) =>
    isMeasured(one!) && ratioOf(datadog, one!).kind === 'status' && !one!.filter && !one!.classes;
  const [scope, own] = [all.find(isScope), all.find(isOwn)];
  if (!scope || !own) return all;
  own.push(...scope);
  return all.filter((batch) => batch !== scope);
}

/**
 * The parts of a batch, each short enough for a query. Requests with the toggle off stand with all of their endpoint, which
 * they are a part of; the scope stands in each of several parts, as what they have in common.
 */
export function questionParts(datadog: Datadog, batch: readonly Series[]): Series[][] {
  const endpoints = new Map<string, Series[]>();
  for (const one of batch.filter(isMeasured)) {
    const key = JSON.stringify(ratioOf(datadog, { ...one, toggleOff: false }));
    endpoints.set(key, [...(endpoints.get(key) ?? []), one]);
  }
  const parts: Set<Series>[] = [];
  let characters = MOST_CHARACTERS;
  for (const series of endpoints.values()) {
    const length = lengthOf(ratioOf(datadog, series[0]!));
    if (characters + length > MOST_CHARACTERS) {
      parts.push(new Set());
      characters = 0;
    }
    characters += length;
    for (const one of series) parts.at(-1)!.add(one);
  }
  if (parts.length < 2) return [[...batch]];
  return parts.map((part) => [...batch.filter((one) => part.has(one)), { name: scopeName, toggleOff: false }]);
}

/** Characters that an endpoint adds to the queries of its question. */
function lengthOf(ratio: Ratio): number {
  const tags = ratio.tags.flat().join(':').length + ' OR '.length;
  if (ratio.kind !== 'counters') return tags;
  // Each counter is a query of its own, with its filter.
  const metrics = [...ratio.errors, ...ratio.requests];
  return metrics.reduce((sum, metric) => sum + metric.length + tags + ratio.filter.join(' AND ').length, 0);
}

/**
 * The samples of a batch that was asked for in parts. Each part counted the whole scope, too: an hour for which these counts
 * differ was read from different states of Datadog, and is unknown.
 */
export function together(parts: readonly Sample[][], batch: readonly Series[]): Sample[] {
  const scopes = new Map<Hour, number[]>();
  for (const sample of parts.flat().filter(isOfScope))
    scopes.set(sample.hour, [...(scopes.get(sample.hour) ?? []), requestsOf(sample)]);
  const wanted = batch.some(({ name }) => name === scopeName);
  return parts.flatMap((part, index) =>
    part
      .filter((sample) => !isOfScope(sample) || (index === 0 && wanted))
      .map((sample): Sample => {
        const counts = scopes.get(sample.hour)!;
        const [least, most] = [Math.min(...counts), Math.max(...counts)];
        if (isAlike(least, most)) return sample;
        const { endpoint, hour } = sample;
        const reason = `the parts of the question do not belong together: ${least} requests of the scope in one, ${most} in another`;
        return { endpoint, hour, kind: 'unknown', reason };
      }),
  );
}

const isOfScope = ({ endpoint }: Sample) => endpoint === scopeName;

const requestsOf = (sample: Sample) => (sample.kind === 'counted' ? requestsIn(sample.counts) : 0);
