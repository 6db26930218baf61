import { SNSClient } from '@aws-sdk/client-sns';
import { BOUNDED_CALLS, bounded } from '../history/client';
import { useLocalCloud } from '../local/cloud';
import { startSns } from '../local/sns';
import { snsSink } from '../messages/sns';
import type { AlertSink } from '../ports';
import type { Release } from '../release/schema';
import type { Watch } from '../run';
import { datadogEvents } from '../sources/datadog/events';
import { datadogSource } from '../sources/datadog/source';
import type { StorePlace } from './arguments';
import { type Book, chooseRelease, withBook } from './book';
import { type Io, UsageError } from './io';

/**
 * A release with its real Datadog, for the time of `work`. Alerts go to the topic of STAGEWATCH_TOPIC beside a DynamoDB
 * table, else to the terminal, by way of an SNS endpoint on this machine.
 */
export async function withLiveRelease<T>(
  place: StorePlace,
  io: Io,
  work: (watch: Watch, book: Book) => Promise<T>,
): Promise<T> {
  const inCloud = (place.table ?? io.env.STAGEWATCH_TABLE) !== undefined;
  const { release } = chooseRelease(place.release);
  const { source, events, topic } = environmentOf(io.env, release, inCloud);
  return withBook(place, io, 'write', async (book) => {
    if (book.simulation) {
      throw new UsageError(
        `history - got one that was simulated (${book.simulation.scenario}) in ${place.data}, expected real data; choose another folder with --data, or delete this one`,
      );
    }
    return withSink(release, topic, io, (sink) => work({ release, source, events, history: book.history, sink }, book));
  });
}

/**
 * The sink of a release for the time of `work`: a topic, or without one the terminal. Only while its history is open,
 * which says where AWS is.
 */
export async function withSink<T>(
  release: Release,
  topic: string | undefined,
  io: Io,
  work: (sink: AlertSink) => Promise<T>,
): Promise<T> {
  if (topic !== undefined) return work(snsSink(bounded(new SNSClient(BOUNDED_CALLS)), topic, release));
  const sns = await startSns({ onPublish: ({ subject, message }) => io.out(`\n${subject}\n\n${message}\n`) });
  try {
    useLocalCloud(io.env, { dynamodb: io.env.AWS_ENDPOINT_URL_DYNAMODB!, sns: sns.url });
    return await work(snsSink(bounded(new SNSClient(BOUNDED_CALLS)), sns.topicArn, release));
  } finally {
    await sns.close();
  }
}

/** The topic beside a DynamoDB table; undefined beside the embedded history. What is missing goes to `problems`. */
export function topicOf(env: NodeJS.ProcessEnv, inCloud: boolean, problems: string[]): string | undefined {
  return inCloud
    ? needed(env, 'STAGEWATCH_TOPIC', 'the ARN of the topic that belongs to the table', problems)
    : undefined;
}

function needed(env: NodeJS.ProcessEnv, name: string, what: string, problems: string[]): string {
  const value = env[name]?.trim();
  if (!value) problems.push(`${name} - got ${env[name] === undefined ? 'nothing' : 'empty text'}, expected ${what}`);
  return value ?? '';
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
): Pick<Watch, 'source' | 'events'> & { topic: string | undefined } {
  const problems: string[] = [];
  const apiKey = needed(env, 'DD_API_KEY', "Datadog's API key", problems);
  const appKey = needed(env, 'DD_APP_KEY', "Datadog's application key, with the scope timeseries_query", problems);
  const topic = topicOf(env, inCloud, problems);
  let sources: Pick<Watch, 'source' | 'events'> | undefined;
  try {
    const asked = { datadog, keys: async () => ({ apiKey, appKey }), url: env.STAGEWATCH_DATADOG_URL };
    sources = { source: datadogSource(asked), events: datadogEvents(asked) };
  } catch (error) {
    problems.push((error as Error).message);
  }
  if (!sources || problems.length > 0) throw new UsageError(problems.join('\n'));
  return { ...sources, topic };
}
