import type { AuthenticationApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/AuthenticationApi';
import type { MetricsApi as OldMetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi';
import type { KeyManagementApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/KeyManagementApi';
import { serverOf } from '../sources/datadog/api';
import type {
  Configuration,
  DatadogClient,
  HttpLibrary,
  TimeseriesFormulaQueryRequest,
} from '../sources/datadog/client';
import type { DatadogKeys } from '../sources/datadog/keys';
import { exchange, type Reply } from '../sources/datadog/transport';

/** What Datadog is asked, as it answers: with the status, whatever it is. Nothing of a body goes into a message. */
export interface Datadog {
  host: string;
  /** An address of it that answers anybody. */
  url: string;
  /** Whether it knows the API key; the application key is not looked at. */
  validateApiKey(): Promise<Reply>;
  /** Whether it knows both keys; needs no scope. */
  validateBothKeys(): Promise<Reply>;
  /** Type and unit of a metric; needs the scope metrics_read. */
  metadata(metric: string): Promise<Reply>;
  /** Needs the scope timeseries_query. */
  timeseries(body: TimeseriesFormulaQueryRequest): Promise<Reply>;
}

/** What is asked here of the official client, beside what every hour asks. */
interface WholeClient extends DatadogClient {
  v1: { AuthenticationApi: typeof AuthenticationApi; MetricsApi: typeof OldMetricsApi };
  v2: DatadogClient['v2'] & { KeyManagementApi: typeof KeyManagementApi };
}
const wholeClient = (): Promise<WholeClient> => import('@datadog/datadog-api-client' as string);

/** Milliseconds for one question with its retries. */
const TIMEOUT_MS = 45_000;

/** @throws Error when `url` is not plain http on loopback; each question throws SourceError when there is no answer */
export function askDatadog(
  site: string,
  keys: DatadogKeys,
  { url, signal }: { url?: string; signal?: AbortSignal },
): Datadog {
  const server = serverOf(site, url);

  async function ask(question: (api: WholeClient, to: Configuration) => unknown) {
    const api = await wholeClient();
    let reply: Reply | undefined;
    const httpApi: HttpLibrary = {
      async send(request) {
        reply = await exchange(request, { timeoutMs: TIMEOUT_MS, signal });
        // The client insists on the status of its answer to validateAPIKey; what it reads is used for nothing.
        const text = async () => '{"status":"ok"}';
        return new api.client.ResponseContext(200, {}, { text, binary: async () => Buffer.of() });
      },
    };
    const configuration = api.client.createConfiguration({
      serverIndex: server.index,
      authMethods: { apiKeyAuth: keys.apiKey, appKeyAuth: keys.appKey },
      httpApi,
    });
    configuration.setServerVariables(server.variables);
    await question(api, configuration);
    return reply!;
  }

  return {
    host: server.host,
    url: `${server.index === 0 ? 'https' : 'http'}://${server.host}/api/v1/validate`,
    validateApiKey: () => ask(({ v1 }, to) => new v1.AuthenticationApi(to).validate()),
    validateBothKeys: () => ask(({ v2 }, to) => new v2.KeyManagementApi(to).validateAPIKey()),
    metadata: (metricName) => ask(({ v1 }, to) => new v1.MetricsApi(to).getMetricMetadata({ metricName })),
    timeseries: (body) => ask(({ v2 }, to) => new v2.MetricsApi(to).queryTimeseriesData({ body })),
  };
}
