import { plain } from '../../facts/format';
import type { Instant } from '../../facts/hour';
import { loopbackUrl } from '../../facts/loopback.cjs';
import { SourceError } from '../../ports';
import type { Release } from '../../release/schema';
import { datadogClient, type HttpLibrary, type HttpMethod, type MetricsApi } from './client';
import type { DatadogKeys } from './keys';
import { malformed } from './malformed';
import { exchange, type Limits, type Reply, type Request } from './transport';
import { withoutKeys } from './without-keys';

export interface DatadogOptions {
  datadog: Release['datadog'];
  /** Asked before every request, so that a changed key is noticed; caching is the giver's. */
  keys: () => Promise<DatadogKeys>;
  /** Called when Datadog refuses the keys; then they are asked for again, once. */
  forgetKeys?: () => void;
  /** A stand-in for Datadog on this machine, e.g. `http://127.0.0.1:8126`. Only loopback: the keys go there. */
  url?: string;
  /** Told Datadog's clock at each answer; undefined where it does not say what time it is. */
  onDate?: (date: Instant | undefined) => void;
  /** Milliseconds for one request with its retries, a third each: counting a month's users takes a while. */
  timeoutMs?: number;
}

/**
 * One request: as the official client makes it, of which what it makes of the answer is not used; or JSON for a path of an
 * API that the bundled client does not have.
 */
export type DatadogQuestion = ((api: MetricsApi) => Promise<unknown>) | { path: string; body: object };

interface Server {
  host: string;
  index: 0 | 1;
  variables: Record<string, string>;
}

/**
 * Sends questions to Datadog and gives the JSON of each answer. A refusal is asked again, once: of the keys with those
 * that are kept now, and of the question as it is.
 *
 * @throws Error when `url` is not plain http on loopback; a question throws SourceError when there is no answer in
 * `timeoutMs`, or one that is no JSON, or when the keys are refused, and QuestionError when the question is
 */
export function datadogApi({
  datadog,
  keys,
  forgetKeys,
  url,
  onDate,
  timeoutMs = 45_000,
}: DatadogOptions): (question: DatadogQuestion, signal?: AbortSignal) => Promise<unknown> {
  const server = serverOf(datadog.site, url);
  return async (question, signal) => {
    const send = async () => post(server, await usable(keys), question, { timeoutMs, signal });
    let reply = await send();
    const ofKeys = isOfKeys(reply);
    if (ofKeys || isWhim(reply)) {
      if (ofKeys) forgetKeys?.();
      reply = await send();
    }
    onDate?.(reply.date);
    if (reply.status !== 200) throw refused(server, reply);
    try {
      return JSON.parse(reply.body);
    } catch {
      throw malformed(quoted(reply.body), 'JSON');
    }
  };
}

/**
 * The client makes the request; the answer is read from the raw body. The client's own reading turns HTML and cut JSON
 * into "no data", and its own retry neither ends in time nor can be cut off.
 */
async function post(server: Server, held: DatadogKeys, question: DatadogQuestion, limits: Limits): Promise<Reply> {
  const keyless = (error: unknown): never => {
    throw error instanceof SourceError ? new SourceError(withoutKeys(error.message, held), error.kind) : error;
  };
  if ('path' in question) {
    const told = await exchange(jsonRequest(server, held, question), limits).catch(keyless);
    return { ...told, body: withoutKeys(told.body, held) };
  }
  const { client, v2 } = await datadogClient();
  let reply: Reply | undefined;
  const httpApi: HttpLibrary = {
    async send(request) {
      reply = await exchange(request, limits);
      return new client.ResponseContext(200, {}, { text: async () => '{}', binary: async () => Buffer.of() });
    },
  };
  const configuration = client.createConfiguration({
    serverIndex: server.index,
    authMethods: { apiKeyAuth: held.apiKey, appKeyAuth: held.appKey },
    httpApi,
  });
  // On this configuration only: the function of the same name, and DD_SITE, change the server of the whole process.
  configuration.setServerVariables(server.variables);
  await question(new v2.MetricsApi(configuration)).catch(keyless);
  return { ...reply!, body: withoutKeys(reply!.body, held) };
}

/** A POST as the client would make it. */
const jsonRequest = (
  { host, index }: Server,
  { apiKey, appKey }: DatadogKeys,
  { path, body }: Extract<DatadogQuestion, { path: string }>,
): Request => ({
  getUrl: () => `${index === 1 ? 'http' : 'https'}://${host}${path}`,
  getHttpMethod: () => 'POST' as HttpMethod,
  getHeaders: () => ({
    accept: 'application/json',
    'content-type': 'application/json',
    'dd-api-key': apiKey,
    'dd-application-key': appKey,
  }),
  getBody: () => JSON.stringify(body),
});

/** Datadog's own host for a site, or a stand-in on loopback, in the client's terms. */
export function serverOf(site: string, url?: string): Server {
  if (url === undefined) return { host: `api.${site}`, index: 0, variables: { site, subdomain: 'api' } };
  const local = loopbackUrl(url);
  if (!local) {
    const got = URL.canParse(url) ? new URL(url).origin : url.slice(0, 20);
    throw new Error(
      `STAGEWATCH_DATADOG_URL is for a server on this machine - got ${JSON.stringify(got)}, expected an address such as http://127.0.0.1:8126; unset it to ask ${site}`,
    );
  }
  return { host: local.host, index: 1, variables: { name: local.host, protocol: 'http' } };
}

/** A key with a line break or the like would be quoted by the error of whoever puts it into a header. */
async function usable(keys: DatadogOptions['keys']): Promise<DatadogKeys> {
  const held = await keys().catch((error: Error) => {
    throw new SourceError(
      `datadog's keys cannot be read - got ${error.name}: ${error.message}, expected both keys; check where they are kept and the right to read it`,
      'refused',
      { cause: error },
    );
  });
  for (const [name, key] of Object.entries({ apiKey: held.apiKey, appKey: held.appKey })) {
    if (/^[\x21-\x7e]{1,500}$/.test(key)) continue;
    throw new SourceError(
      `datadog's ${name} cannot be one - got ${key ? 'spaces or special characters in it' : 'none'}, expected a key as Datadog shows it; correct it where it is kept`,
      'refused',
    );
  }
  return held;
}

const isOfKeys = ({ status }: Reply) => status === 401 || status === 403;

/** Users of other tools report that these go away by themselves, for questions that were answered an hour ago. */
const isWhim = ({ status }: Reply) => status === 400 || status === 404 || status === 422;

/** Datadog takes the keys and does not answer this question, asked twice; others it may. */
export class QuestionError extends SourceError {
  /** @param got what came in the place of an answer */
  constructor(
    message: string,
    readonly got: string,
  ) {
    super(message, 'refused');
  }
}

function refused({ host }: Server, reply: Reply): SourceError {
  const [what, next] = isOfKeys(reply)
    ? ['refused', 'both keys of that site, the application key with timeseries_query; check the keys and the site']
    : isWhim(reply)
      ? [
          'refused the question twice',
          "counts; if it answered an hour ago it is the service's fault and the next run asks again; if it never did, check what the release file says of Datadog",
        ]
      : ['refused', 'counts; check what the release file says of Datadog'];
  const got = `${reply.status} ${quoted(reply.body)} from ${host}`;
  const message = `datadog ${what} - got ${got}, expected ${next}`;
  return isWhim(reply) ? new QuestionError(message, got) : new SourceError(message, 'refused');
}

/** At most 200 characters of what came back, on one line. */
const quoted = (body: string) => plain(body.slice(0, 1000).replace(/\s+/g, ' '), 200) || 'nothing';
