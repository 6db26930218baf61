import { startOf } from '../../lib/facts/hour';
import { startDatadog } from '../../lib/local/datadog/server';
import { trafficOf } from '../../lib/local/traffic';
import { readRelease } from '../../lib/release/read';
import { seriesOf } from '../../lib/release/series-of';
import { datadogSource } from '../../lib/sources/datadog/source';
import { ROLLOUT, STAGE_A, scenario } from './local-rollout';

/** The example of every kind of endpoint, and a day of its traffic from the local Datadog, in so many requests. */
export async function sampledKinds() {
  const { release } = readRelease('docs/examples/kinds');
  const traffic = trafficOf(scenario('as-it-was'), 1, ROLLOUT);
  const keys = { apiKey: 'a'.repeat(32), appKey: 'b'.repeat(40) };
  const local = await startDatadog({ traffic, now: () => startOf(STAGE_A + 30), keys });
  const source = datadogSource({ datadog: release.datadog, keys: async () => keys, url: local.url });
  const samples = await source.sample(seriesOf(release), STAGE_A, STAGE_A + 24);
  const { requests } = local;
  await local.close();
  return { traffic, samples, requests };
}
