import type { Instant } from '../../facts/hour';
import type { Series } from '../../facts/series';
import type { Sample } from '../../facts/snapshot';
import type { MetricSource } from '../../ports';
import { readAnswer } from './answer';
import { type DatadogOptions, datadogApi, QuestionError } from './api';
import { batchesOf, questionParts, together } from './batches';
import { type Span, spansOf, timeseriesRequest } from './query';

/**
 * Request counts from Datadog by series and what became of them: one request for all series that are counted in the same
 * way, for up to a week of hours, and several where their tags are too long for one. What Datadog refuses to count is
 * unknown, as long as it counts anything else.
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
  const sampleBatch = async (batch: readonly Series[], span: Span, signal?: AbortSignal): Promise<Sample[]> => {
    const parts: Sample[][] = [];
    for (const part of questionParts(datadog, batch)) {
      const body = timeseriesRequest(datadog, part, span);
      const answer = await ask((api) => api.queryTimeseriesData({ body }), signal);
      parts.push(readAnswer(answer, datadog, part, span));
    }
    return parts.length > 1 ? together(parts, batch) : parts[0]!;
  };
  return {
    clock: () => date,
    async sample(series, from, to, signal) {
      if (series.length === 0) return [];
      // Lists, and not one that they are pushed into: a week of a thousand endpoints is more than a call takes.
      const samples: Sample[][] = [];
      const batches = batchesOf(datadog, series);
      for (const span of spansOf(from, to)) {
        const refusals: QuestionError[] = [];
        for (const batch of batches) {
          try {
            samples.push(await sampleBatch(batch, span, signal));
          } catch (error) {
            if (!(error instanceof QuestionError)) throw error;
            refusals.push(error);
            samples.push(unanswered(batch, span, error));
          }
        }
        if (refusals.length === batches.length) throw refusals[0]!;
      }
      return samples.flat();
    },
  };
}

const unanswered = (batch: readonly Series[], { wantedFrom, to }: Span, { got }: QuestionError): Sample[] =>
  Array.from({ length: to - wantedFrom }, (_, index) => wantedFrom + index).flatMap((hour) =>
    batch.map(({ name }): Sample => {
      const reason = `Datadog refused to count it: got ${got}`;
      return { endpoint: name, hour, kind: 'unknown', reason };
    }),
  );
