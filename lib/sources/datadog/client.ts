import type * as client from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common';
import type { AuthenticationApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/AuthenticationApi';
import type { MetricsApi as OldMetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/apis/MetricsApi';
import type { KeyManagementApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/KeyManagementApi';
import type { LogsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/LogsApi';
import type { MetricsApi } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/apis/MetricsApi';

export type { Configuration } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common';
export type {
  HttpLibrary,
  HttpMethod,
  RequestContext,
} from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common/http/http';
export type { EventsScalarQuery } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/EventsScalarQuery';
export type { ScalarFormulaQueryRequest } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/ScalarFormulaQueryRequest';
export type { TimeseriesFormulaQueryRequest } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/TimeseriesFormulaQueryRequest';
export type { MetricsApi };

/** What is used of the official client. */
export interface DatadogClient {
  client: typeof client;
  v1: { AuthenticationApi: typeof AuthenticationApi; MetricsApi: typeof OldMetricsApi };
  v2: { KeyManagementApi: typeof KeyManagementApi; LogsApi: typeof LogsApi; MetricsApi: typeof MetricsApi };
}

/**
 * The official client, loaded when it is first needed: the package holds every model of every Datadog API and takes over a
 * second. Its types are in 9,000 files, two thirds of all that the compiler reads. So it gets to see those that are used,
 * and the name of the package as an expression, into which it does not look.
 */
export const datadogClient = (): Promise<DatadogClient> => import('@datadog/datadog-api-client' as string);
