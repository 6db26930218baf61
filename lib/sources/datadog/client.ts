import type * as client from '@datadog/datadog-api-client/dist/packages/datadog-api-client-common';
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

/** What the hourly questions use of the official client. */
export interface DatadogClient {
  client: typeof client;
  v2: { MetricsApi: typeof MetricsApi };
}

/**
 * The official client, loaded when it is first needed: the package holds every model of every Datadog API and takes two
 * seconds, and where it is compiled, only what these questions need is kept of it. Its types are in 9,000 files, two thirds
 * of all that the compiler reads. So it gets to see those that are used, and the name of the package as an expression, into
 * which it does not look.
 */
export const datadogClient = (): Promise<DatadogClient> => import('@datadog/datadog-api-client' as string);
