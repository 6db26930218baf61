import type { Hour } from '../../facts/hour';
import { type Series, scopeName } from '../../facts/series';
import type { Sample } from '../../facts/snapshot';
import { requestsIn } from '../../facts/usual';
import { isAlike } from './groups';

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
