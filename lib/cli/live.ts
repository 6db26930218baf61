import { SNSClient } from '@aws-sdk/client-sns';
import { snsSink } from '../alerts/sns';
import { BOUNDED_CALLS } from '../history/client';
import { useLocalCloud } from '../local/cloud';
import { startSns } from '../local/sns';
import type { Watch } from '../run';
import { datadogSource } from '../sources/datadog';
import type { Place } from './arguments';
import { type Book, withBook } from './book';
import { type Io, UsageError } from './io';

/**
 * A release with its real Datadog, for the time of `work`. Alerts go to the topic of STAGEWATCH_TOPIC beside a DynamoDB
 * table, else to the terminal, by way of an SNS endpoint on this machine.
 */
export async function withLiveRelease<T>(
  place: Place,
  io: Io,
  work: (watch: Watch, book: Book) => Promise<T>,
): Promise<T> {
  const keys = keysFrom(io.env);
  return withBook(place, io, async (book) => {
    if (book.simulation) {
      throw new UsageError(
        `history - got one that was simulated (${book.simulation.scenario}) in ${place.data}, expected real data; choose another folder with --data, or delete this one`,
      );
    }
    const url = io.env.STAGEWATCH_DATADOG_URL;
    const source = datadogSource({ datadog: book.release.datadog, keys: async () => keys, url });
    const inCloud = (place.table ?? io.env.STAGEWATCH_TABLE) !== undefined;
    const topic = io.env.STAGEWATCH_TOPIC;
    if (inCloud) {
      if (!topic?.trim())
        throw new UsageError('STAGEWATCH_TOPIC - got nothing, expected the ARN of the topic that belongs to the table');
      return work(
        {
          release: book.release,
          source,
          history: book.history,
          sink: snsSink(new SNSClient(BOUNDED_CALLS), topic, book.release),
        },
        book,
      );
    }
    const sns = await startSns({ onPublish: ({ subject, message }) => io.out(`\n${subject}\n\n${message}\n`) });
    try {
      useLocalCloud(io.env, { dynamodb: io.env.AWS_ENDPOINT_URL_DYNAMODB!, sns: sns.url });
      const sink = snsSink(new SNSClient(BOUNDED_CALLS), sns.topicArn, book.release);
      return await work({ release: book.release, source, history: book.history, sink }, book);
    } finally {
      await sns.close();
    }
  });
}

/** Datadog's keys, as the environment gives them. */
export function keysFrom(env: NodeJS.ProcessEnv): { apiKey: string; appKey: string } {
  const missing = ['DD_API_KEY', 'DD_APP_KEY'].filter((name) => !env[name]?.trim());
  if (missing.length > 0)
    throw new UsageError(
      `${missing.join(' and ')} - got nothing, expected Datadog's keys in the environment; the application key needs the scope timeseries_query`,
    );
  return { apiKey: env.DD_API_KEY!, appKey: env.DD_APP_KEY! };
}
