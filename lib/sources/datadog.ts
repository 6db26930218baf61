import type { client, v2 } from '@datadog/datadog-api-client';
import { plain } from '../domain/format';
import type { Release } from '../domain/release';
import type { Sample } from '../domain/snapshot';
import { type MetricSource, SourceError } from '../ports';
import { malformed, readAnswer } from './datadog-answer';
import type { DatadogKeys } from './datadog-keys';
import { spansOf, timeseriesRequest } from './datadog-query';
import { exchange, type Limits, type Reply } from './datadog-transport';

export interface DatadogOptions {
  datadog: Release['datadog'];
  /** Asked before every request, so that a changed key is noticed; caching is the giver's. */
  keys: () => Promise<DatadogKeys>;
  /** Called when Datadog refuses the keys; then they are asked for again, once. */
  forgetKeys?: () => void;
  /** A stand-in for Datadog on this machine, e.g. `http://127.0.0.1:8126`. Only loopback: the keys go there. */
  url?: string;
  /** Milliseconds for one request of up to a week of hours, with its retries. */
  timeoutMs?: number;
}

interface Server {
  host: string;
  index: 0 | 1;
  variables: Record<string, string>;
}

/**
 * Request counts from Datadog by series and status: one request for all series, for up to a week of hours.
 *
 * @throws Error when `url` is not plain http on loopback; `sample` throws SourceError when an answer cannot be had or
 * trusted, and Error when the release names a tag that cannot stand in a query
 */
export function datadogSource({ datadog, keys, forgetKeys, url, timeoutMs = 45_000 }: DatadogOptions): MetricSource {
  const server = serverOf(datadog.site, url);

  async function ask(body: v2.TimeseriesFormulaQueryRequest, limits: Limits): Promise<unknown> {
    let held = await usable(keys);
    let reply = await post(server, held, body, limits);
    if (reply.status === 401 || reply.status === 403) {
      forgetKeys?.();
      held = await usable(keys);
      reply = await post(server, held, body, limits);
    }
    if (reply.status !== 200) throw refused(server, reply);
    try {
      return JSON.parse(reply.body);
    } catch {
      throw malformed(quoted(reply.body), 'JSON');
    }
  }

  return {
    async sample(series, from, to, signal) {
      if (series.length === 0) return [];
      const parts: Sample[][] = [];
      for (const span of spansOf(from, to)) {
        const answer = await ask(timeseriesRequest(datadog, series, span), { timeoutMs, signal });
        parts.push(readAnswer(answer, datadog, series, span));
      }
      return parts.flat();
    },
  };
}

/**
 * The client makes the request; the answer is read from the raw body. The client's own reading turns HTML and cut JSON
 * into "no data", and its own retry neither ends in time nor can be cut off.
 */
async function post(server: Server, held: DatadogKeys, body: v2.TimeseriesFormulaQueryRequest, limits: Limits) {
  // Loaded when first needed: the package holds every model of every Datadog API and takes over a second.
  const datadogClient = await import('@datadog/datadog-api-client');
  let reply: Reply | undefined;
  const httpApi: client.HttpLibrary = {
    async send(request) {
      reply = await exchange(request, limits);
      return new datadogClient.client.ResponseContext(
        200,
        {},
        { text: async () => '{}', binary: async () => Buffer.of() },
      );
    },
  };
  const configuration = datadogClient.client.createConfiguration({
    serverIndex: server.index,
    authMethods: { apiKeyAuth: held.apiKey, appKeyAuth: held.appKey },
    httpApi,
  });
  // On this configuration only: the function of the same name, and DD_SITE, change the server of the whole process.
  configuration.setServerVariables(server.variables);
  await new datadogClient.v2.MetricsApi(configuration).queryTimeseriesData({ body }).catch((error) => {
    throw error instanceof SourceError ? new SourceError(withoutKeys(error.message, held), error.kind) : error;
  });
  return { status: reply!.status, body: withoutKeys(reply!.body, held) };
}

/** Datadog's own host for a site, or a stand-in on loopback, in the client's terms. */
export function serverOf(site: string, url?: string): Server {
  if (url === undefined) return { host: `api.${site}`, index: 0, variables: { site, subdomain: 'api' } };
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const local = parsed && ['127.0.0.1', '[::1]', 'localhost'].includes(parsed.hostname);
  if (!local || parsed.href !== `http://${parsed.host}/`) {
    throw new Error(
      `STAGEWATCH_DATADOG_URL is for a server on this machine - got ${JSON.stringify(parsed?.origin ?? url.slice(0, 20))}, expected an address such as http://127.0.0.1:8126; unset it to ask ${site}`,
    );
  }
  return { host: parsed.host, index: 1, variables: { name: parsed.host, protocol: 'http' } };
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

function refused({ host }: Server, { status, body }: Reply): SourceError {
  const next =
    status === 401 || status === 403
      ? 'both keys of that site, the application key with timeseries_query; check the keys and the site'
      : 'counts; check metric, scope and tags of the release file';
  return new SourceError(`datadog refused - got ${status} ${quoted(body)} from ${host}, expected ${next}`, 'refused');
}

/** At most 200 characters of what came back, on one line. */
const quoted = (body: string) => plain(body.slice(0, 1000).replace(/\s+/g, ' '), 200) || 'nothing';

/**
 * Text that repeats the keys, as they are or as JSON, addresses and base64 write them, must not carry them into an error.
 * A stand-in's key shorter than this is no secret.
 */
function withoutKeys(text: string, keys: DatadogKeys): string {
  const forms = [keys.apiKey, keys.appKey]
    .filter((key) => key.length >= 8)
    .flatMap((key) => [escaped(key), encodeURIComponent(key), ...base64sOf(key)]);
  return forms.reduce<string>((rest, form) => rest.replaceAll(form, '[key]'), text);
}

/** A text with the backslashes that JSON puts into it, within JSON within JSON too. */
const escaped = (text: string) =>
  new RegExp([...text].map((char) => (char === '\\' ? '\\\\+' : char.replace(/\W/, '\\$&'))).join('\\\\*'), 'g');

/** The part of a text's base64 that is the same whatever stands around it, for each place that it can begin at. */
const base64sOf = (text: string) =>
  [0, 1, 2].map((before) =>
    Buffer.from(`${' '.repeat(before)}${text}`)
      .toString('base64')
      .slice(before && before + 1, Math.floor((before + text.length) / 3) * 4),
  );
