import type { Instant } from '../../facts/hour';
import type { Sample } from '../../facts/snapshot';
import type { MetricSource } from '../../ports';
import { readAnswer } from './answer';
import { type DatadogOptions, datadogApi } from './api';
import { batchesOf, questionParts } from './batches';
import { spansOf, timeseriesRequest } from './query';
import { together } from './together';

/**
 * Request counts from Datadog by series and what became of them: one request for all series that are counted in the same
 * way, for up to a week of hours, and several where their tags are too long for one.
 *
 * @throws Error when `url` is not plain http on loopback; `sample` throws SourceError when an answer cannot be had or
 * trusted, and Error when the release names a tag that cannot stand in a query
 */
export function datadogSource(options: DatadogOptions): MetricSource {
  const { datadog } = options;
  let date: Instant | undefined;
  const ask = datadogApi({
    ...options,
    onDate: (at) => {
      date = at;
    },
  });
  return {
    clock: () => date,
    async sample(series, from, to, signal) {
      if (series.length === 0) return [];
      const samples: Sample[] = [];
      for (const span of spansOf(from, to)) {
        for (const batch of batchesOf(datadog, series)) {
          const parts: Sample[][] = [];
          for (const part of questionParts(datadog, batch)) {
            const body = timeseriesRequest(datadog, part, span);
            const answer = await ask((api) => api.queryTimeseriesData({ body }), signal);
            parts.push(readAnswer(answer, datadog, part, span));
          }
          samples.push(...(parts.length > 1 ? together(parts, batch) : parts[0]!));
        }
      }
      return samples;
    },
  };
}
