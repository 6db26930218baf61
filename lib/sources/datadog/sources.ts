import type { Release } from '../../release/schema';
import type { Place, Sources } from '../place';
import { datadogEvents } from './events';
import { environmentKeys, type KeySource, secretKeys } from './keys';
import { datadogSource } from './source';

/**
 * Counts and events of the Datadog that a release names, with the keys of the secret or, without one, the environment's.
 *
 * @throws Error with all that is wrong with the environment, a line each
 */
export function datadogSources({ datadog }: Pick<Release, 'datadog'>, { env, secret }: Place): Sources {
  const problems: string[] = [];
  const keys = secret ? secretKeys(secret.client, secret.id) : environmentKeys(env, problems);
  const sourcesFor = ({ get, forget }: KeySource): Sources => {
    const asked = { datadog, keys: get, forgetKeys: forget, url: env.STAGEWATCH_DATADOG_URL };
    return { source: datadogSource(asked), events: datadogEvents(asked) };
  };
  try {
    const sources = sourcesFor(keys);
    if (problems.length === 0) return sources;
  } catch (error) {
    problems.push((error as Error).message);
  }
  throw new Error(problems.join('\n'));
}
