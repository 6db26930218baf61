import type { Instant } from '../../facts/hour';
import type { Sample } from '../../facts/snapshot';
import type { MetricSource } from '../../ports';
import { readAnswer } from './answer';
import { type DatadogOptions, datadogApi } from './api';
import { spansOf, timeseriesRequest } from './query';

/**
 * Request counts from Datadog by series and status: one request for all series, for up to a week of hours.
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
      const parts: Sample[][] = [];
      for (const span of spansOf(from, to)) {
        const body = timeseriesRequest(datadog, series, span);
        const answer = await ask((api) => api.queryTimeseriesData({ body }), signal);
        parts.push(readAnswer(answer, datadog, series, span));
      }
      return parts.flat();
    },
  };
}
