import type { AgentOptions } from 'node:https';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Instant } from '../facts/hour';

/**
 * The SDK's connections, unlike `fetch`, take no heed of the proxy that Node is told of. Node 24 and later know `proxyEnv`;
 * to an earlier one it means nothing.
 */
const throughProxy: { httpsAgent?: AgentOptions } =
  process.env.NODE_USE_ENV_PROXY === '1' ? { httpsAgent: { proxyEnv: process.env } as AgentOptions } : {};

/**
 * Bounds every attempt of an AWS client: 2 s to connect, 5 s for the whole, three attempts. The SDK has no time-outs of
 * its own, and only warns of `requestTimeout` unless told to throw.
 */
export const BOUNDED_CALLS = {
  maxAttempts: 3,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    // For an answer that stops after its headers, which requestTimeout no longer covers.
    socketTimeout: 5_000,
    throwOnRequestTimeout: true,
    ...throughProxy,
  },
} satisfies DynamoDBClientConfig;

/** Time for a call with all its attempts, the waits between them and the whole of its reply; a page of items comes in 100 ms. */
export const WHOLE_CALL = { ms: 15_000 };

type Send = (command: unknown, options: { abortSignal: AbortSignal }) => Promise<unknown>;

/**
 * Makes every call of an AWS client end: after `callMs` it is aborted and fails, also while its reply trickles in, which
 * no time-out of the SDK notices. A write that is cut off may have taken effect. Errors say which service it was.
 */
export function bounded<C extends { send: unknown; config: object }>(client: C, callMs = WHOLE_CALL.ms): C {
  const service = String((client.config as { serviceId?: string }).serviceId ?? 'aws');
  const send = (client.send as Send).bind(client);
  const inTime = async (command: unknown) => {
    const cutOff = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    // The SDK sleeps on between two attempts, whatever the signal says; so the call is left behind as well.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`got no whole reply in ${callMs} ms, expected one; the next run tries again`));
        cutOff.abort();
      }, callMs);
    });
    return Promise.race([send(command, { abortSignal: cutOff.signal }), late])
      .catch((error: Error) => {
        error.message = `${service} - ${error.message}`;
        throw error;
      })
      .finally(() => clearTimeout(timer));
  };
  return Object.assign(client, { send: inTime });
}

const dates = new WeakMap<DynamoDBClient, Instant>();

/** The table's clock at the newest answer to a client of {@link openDynamo}, by its Date; undefined before one. */
export const dateOf = (client: DynamoDBClient): Instant | undefined => dates.get(client);

/**
 * A DynamoDB client with bounded calls. Region, and what `place` does not say, come from the environment: credentials and
 * `AWS_ENDPOINT_URL*`.
 */
export function openDynamo(place: Pick<DynamoDBClientConfig, 'endpoint' | 'credentials'> = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...BOUNDED_CALLS, ...place });
  // It copies every answer for a log that nobody keeps: a sixth of the time it takes to read a week of hours.
  client.middlewareStack.remove('loggerMiddleware');
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = result.response as { headers?: Record<string, string> };
      const date = Date.parse(headers?.date ?? '');
      if (!Number.isNaN(date)) dates.set(client, date);
      return result;
    },
    { step: 'deserialize', priority: 'low' },
  );
  return bounded(client);
}
