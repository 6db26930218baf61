import { client, v2 } from '@datadog/datadog-api-client';

/** Asks the server at argv[2] one question, and prints what came of it as JSON. Bundled by bundle.test.ts. */
async function main() {
  const configuration = client.createConfiguration({
    serverIndex: 1,
    authMethods: { apiKeyAuth: 'an-api-key', appKeyAuth: 'an-app-key' },
  });
  configuration.setServerVariables({ name: process.argv[2]!, protocol: 'http' });
  const attributes: v2.TimeseriesFormulaRequestAttributes = {
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
    console.log(JSON.stringify({ code: error.code, errors: (error.body as v2.APIErrorResponse).errors }));
  }
}

void main();
