import { SNSClient } from '@aws-sdk/client-sns';
import { BOUNDED_CALLS, bounded } from '../history/client';
import { useLocalCloud } from '../local/cloud';
import { newKey } from '../local/door.cjs';
import { startSns } from '../local/sns';
import { snsSink } from '../messages/sns';
import type { AlertSink, ToggleService } from '../ports';
import type { Release } from '../release/schema';
import type { Watch } from '../run';
import type { Sources } from '../sources/place';
import { sourceOf } from '../sources/source-of';
import { toggleServiceOf } from '../toggles/toggle-service-of';
import type { StorePlace } from './arguments';
import { type Book, chooseRelease, tableFor, withBook } from './book';
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
  const inCloud = tableFor(place, io.env) !== undefined;
  const { release } = chooseRelease(place.release);
  const { source, events, toggles, topic } = environmentOf(io.env, release, inCloud);
  return withBook(place, io, 'begin', async (book) => {
    if (book.simulation) {
      throw new UsageError(
        `history - got one that was simulated (${book.simulation.scenario}) in ${place.data}, expected real data; choose another folder with --data, or delete this one`,
      );
    }
    return withSink(book.release, topic, io, (sink) =>
      work({ release: book.release, source, events, toggles, history: book.history, sink }, book),
    );
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
  const key = newKey();
  const sns = await startSns({ key, onPublish: ({ subject, message }) => io.out(`\n${subject}\n\n${message}\n`) });
  try {
    useLocalCloud(io.env, { key, sns: sns.url });
    return await work(snsSink(bounded(new SNSClient(BOUNDED_CALLS)), sns.topicArn, release));
  } finally {
    await sns.close();
  }
}

/** The topic beside a DynamoDB table; undefined beside the local history. What is missing goes to `problems`. */
export function topicOf(env: NodeJS.ProcessEnv, inCloud: boolean, problems: string[]): string | undefined {
  if (!inCloud) return undefined;
  const topic = env.STAGEWATCH_TOPIC?.trim();
  if (!topic) {
    const got = env.STAGEWATCH_TOPIC === undefined ? 'nothing' : 'empty text';
    problems.push(`STAGEWATCH_TOPIC - got ${got}, expected the ARN of the topic that belongs to the table`);
  }
  return topic ?? '';
}

/**
 * The release's source as the environment says, and the topic where it is needed.
 *
 * @throws UsageError with all that is wrong with the environment
 */
export function environmentOf(
  env: NodeJS.ProcessEnv,
  release: Release,
  inCloud: boolean,
): Sources & { toggles: ToggleService | undefined; topic: string | undefined } {
  const problems: string[] = [];
  let sources: Sources | undefined;
  try {
    sources = sourceOf(release, { env });
  } catch (error) {
    problems.push((error as Error).message);
  }
  let toggles: ToggleService | undefined;
  try {
    toggles = toggleServiceOf(release, { env });
  } catch (error) {
    problems.push((error as Error).message);
  }
  const topic = topicOf(env, inCloud, problems);
  if (!sources || problems.length > 0) throw new UsageError(problems.join('\n'));
  return { ...sources, toggles, topic };
}
