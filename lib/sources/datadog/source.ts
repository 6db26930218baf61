import { plain } from '../../facts/format';
import type { Instant } from '../../facts/hour';
import { classesName, type Series } from '../../facts/series';
import type { Sample } from '../../facts/snapshot';
import { type MetricSource, SourceError } from '../../ports';
import { readAnswer } from './answer';
import { type DatadogOptions, datadogApi, QuestionError } from './api';
import { batchesOf, questionParts, together } from './batches';
import { classesWithin } from './groups';
import { type Span, spansOf, timeseriesRequest } from './query';

/**
 * Request counts from Datadog by series and what became of them: one request for all series that are counted in the same
 * way, for up to a week of hours, and several where their tags are too long for one. What Datadog refuses to count is
 * unknown, as long as it counts anything else. Error classes are asked for last: what keeps Datadog from telling them makes
 * only them unknown.
 *
 * @throws Error when `url` is not plain http on loopback; `sample` throws SourceError when an answer cannot be had or
 * trusted, and Error when the release names a tag that cannot stand in a query
 */
export function datadogSource(options: DatadogOptions): MetricSource {
  const { datadog } = options;
  let date: Instant | undefined;
  const onDate = (at: Instant | undefined) => {
    date = at;
  };
  const ask = datadogApi({ ...options, onDate });
  const askSoon = datadogApi({ ...options, onDate, timeoutMs: Math.min(CLASSES_MS, options.timeoutMs ?? CLASSES_MS) });
  const sampleBatch = async (batch: readonly Series[], span: Span, signal?: AbortSignal): Promise<Sample[]> => {
    const parts: Sample[][] = [];
    for (const part of questionParts(datadog, batch)) {
      const body = timeseriesRequest(datadog, part, span);
      const answer = await (isOfClasses(batch) ? askSoon : ask)((api) => api.queryTimeseriesData({ body }), signal);
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
      const [ofClasses, others] = [batches.filter(isOfClasses), batches.filter((batch) => !isOfClasses(batch))];
      let silent: SourceError | undefined;
      for (const span of spansOf(from, to)) {
        const refusals: QuestionError[] = [];
        const counted: Sample[][] = [];
        for (const batch of others) {
          try {
            counted.push(await sampleBatch(batch, span, signal));
          } catch (error) {
            if (!(error instanceof QuestionError)) throw error;
            refusals.push(error);
            counted.push(unanswered(batch, span, error));
          }
        }
        if (refusals.length > 0 && refusals.length === others.length) throw refusals[0]!;
        samples.push(...counted);
        for (const batch of ofClasses) {
          const found = silent ?? (await sampleBatch(batch, span, signal).catch(onlySourceErrors));
          // Who did not answer is not waited for again, hour after hour; a question that was refused is another for each batch.
          if (found instanceof SourceError && !(found instanceof QuestionError)) silent = found;
          samples.push(
            found instanceof SourceError ? unanswered(batch, span, found) : explaining(found, counted.flat()),
          );
        }
      }
      return samples.flat();
    },
  };
}

const isOfClasses = ([one]: readonly Series[]): boolean => one?.classes === true;

/** Milliseconds that the hours of all endpoints wait for their classes, by which nothing is judged. */
const CLASSES_MS = 15_000;

function onlySourceErrors(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  throw error;
}

/** Samples of classes as far as those of their endpoints bear them out. */
function explaining(classes: readonly Sample[], counted: readonly Sample[]): Sample[] {
  const placeOf = ({ endpoint, hour }: Pick<Sample, 'endpoint' | 'hour'>) => `${hour} ${endpoint}`;
  const known = new Map(
    counted.map((sample) => [placeOf({ ...sample, endpoint: classesName(sample.endpoint) }), sample]),
  );
  return classes.map((sample): Sample => {
    const all = known.get(placeOf(sample));
    const { endpoint, hour } = sample;
    return all ? { ...classesWithin(sample, all), endpoint, hour } : sample;
  });
}

const unanswered = (batch: readonly Series[], { wantedFrom, to }: Span, error: SourceError): Sample[] => {
  const reason =
    error instanceof QuestionError
      ? `Datadog refused to count it: got ${error.got}`
      : plain(error.message, LONGEST_REASON);
  return Array.from({ length: to - wantedFrom }, (_, index) => wantedFrom + index).flatMap((hour) =>
    batch.map(({ name }): Sample => ({ endpoint: name, hour, kind: 'unknown', reason })),
  );
};

/** Characters of an error that is kept with every hour. */
const LONGEST_REASON = 200;
