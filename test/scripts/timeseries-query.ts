import { datadogClient, type TimeseriesFormulaQueryRequest } from '../../lib/sources/datadog/client';

/** Asks the server at argv[2] one question, and prints what came of it as JSON. Bundled by bundle.test.ts. */
async function main() {
  const { client, v2 } = await datadogClient();
  const configuration = client.createConfiguration({
    serverIndex: 1,
    authMethods: { apiKeyAuth: 'an-api-key', appKeyAuth: 'an-app-key' },
  });
  configuration.setServerVariables({ name: process.argv[2]!, protocol: 'http' });
  const attributes: TimeseriesFormulaQueryRequest['data']['attributes'] = {
    from: 1_770_800_400_000,
    to: 1_770_804_000_000,
    interval: 3_600_000,
    queries: [{ dataSource: 'metrics', name: 'all', query: 'sum:requests{env:prod}.as_count().rollup(sum, 3600)' }],
    formulas: [{ formula: 'all' }],
  };
  try {
    const api = new v2.MetricsApi(configuration);
    const answer = await api.queryTimeseriesData({ body: { data: { type: 'timeseries_request', attributes } } });
    console.log(JSON.stringify({ answer: answer.data?.attributes }));
  } catch (error) {
    if (!(error instanceof client.ApiException)) throw error;
    console.log(JSON.stringify({ code: error.code, errors: (error.body as { errors: string[] }).errors }));
  }
}

void main();
