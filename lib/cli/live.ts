import { SNSClient } from '@aws-sdk/client-sns';
import { snsSink } from '../alerts/sns';
import type { Release } from '../domain/release';
import { BOUNDED_CALLS, bounded } from '../history/client';
import { useLocalCloud } from '../local/cloud';
import { startSns } from '../local/sns';
import type { MetricSource } from '../ports';
import type { Watch } from '../run';
import { datadogSource } from '../sources/datadog';
import type { Place } from './arguments';
import { type Book, chooseRelease, withBook } from './book';
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
  const inCloud = (place.table ?? io.env.STAGEWATCH_TABLE) !== undefined;
  const { release } = chooseRelease(place.release);
  const { source, topic } = environmentOf(io.env, release, inCloud);
  return withBook(place, io, 'write', async (book) => {
    if (book.simulation) {
      throw new UsageError(
        `history - got one that was simulated (${book.simulation.scenario}) in ${place.data}, expected real data; choose another folder with --data, or delete this one`,
      );
    }
    const workWith = (client: SNSClient, arn: string) =>
      work({ release, source, history: book.history, sink: snsSink(client, arn, release) }, book);
    if (inCloud) return workWith(bounded(new SNSClient(BOUNDED_CALLS)), topic);
    const sns = await startSns({ onPublish: ({ subject, message }) => io.out(`\n${subject}\n\n${message}\n`) });
    try {
      useLocalCloud(io.env, { dynamodb: io.env.AWS_ENDPOINT_URL_DYNAMODB!, sns: sns.url });
      return await workWith(bounded(new SNSClient(BOUNDED_CALLS)), sns.topicArn);
    } finally {
      await sns.close();
    }
  });
}

/**
 * Datadog as the environment says, and the topic where it is needed.
 *
 * @throws UsageError with all that is wrong with the environment
 */
export function environmentOf(
  env: NodeJS.ProcessEnv,
  { datadog }: Release,
  inCloud: boolean,
): { source: MetricSource; topic: string } {
  const problems: string[] = [];
  const needed = (name: string, what: string) => {
    const value = env[name]?.trim();
    if (!value) problems.push(`${name} - got ${env[name] === undefined ? 'nothing' : 'empty text'}, expected ${what}`);
    return value ?? '';
  };
  const apiKey = needed('DD_API_KEY', "Datadog's API key");
  const appKey = needed('DD_APP_KEY', "Datadog's application key, with the scope timeseries_query");
  const topic = inCloud ? needed('STAGEWATCH_TOPIC', 'the ARN of the topic that belongs to the table') : '';
  let source: MetricSource | undefined;
  try {
    source = datadogSource({ datadog, keys: async () => ({ apiKey, appKey }), url: env.STAGEWATCH_DATADOG_URL });
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (!source || problems.length > 0) throw new UsageError(problems.join('\n'));
  return { source, topic };
}
