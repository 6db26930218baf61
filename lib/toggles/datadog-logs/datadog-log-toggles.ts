import { HOUR_MS } from '../../facts/hour';
import { SourceError, type ToggleService } from '../../ports';
import type { Release } from '../../release/schema';
import { TOGGLE_PLACE } from '../../release/toggles/toggle-service';
import { datadogApi } from '../../sources/datadog/api';
import { environmentKeys, secretKeys } from '../../sources/datadog/keys';
import { ToggleError } from '../answer';
import { readEach } from '../each';
import type { TogglePlace } from '../key';
import { newestLine } from './lines';

/** Of a search with its retries; the toggles of a release are asked for at the same time. */
const TIMEOUT_MS = 15_000;

/**
 * Toggles by their log lines: the newest line that a search of Datadog's logs finds, with the keys of the source. A line
 * about a change says since when it is so; one that says how a toggle is set from time to time says it of its own instant.
 *
 * @throws Error when the environment lacks a key
 */
export function datadogLogToggles(
  section: NonNullable<NonNullable<Release['toggleService']>['datadogLogs']>,
  { env, secret }: TogglePlace,
  { datadog }: Pick<Release, 'datadog'>,
): ToggleService {
  const problems: string[] = [];
  const keys = secret ? secretKeys(secret.client, secret.id) : environmentKeys(env, problems);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const ask = datadogApi({
    datadog,
    keys: keys.get,
    forgetKeys: keys.forget,
    url: env.STAGEWATCH_DATADOG_URL,
    timeoutMs: TIMEOUT_MS,
  });
  const { query, oldest, lines } = section;
  const read: ToggleService['read'] = (names, now, signal) =>
    readEach(async (name) => {
      const body = {
        filter: {
          query: query.replaceAll(TOGGLE_PLACE, () => quoted(name)),
          from: new Date(now - oldest * HOUR_MS).toISOString(),
          to: new Date(now).toISOString(),
          indexes: ['*'],
        },
        sort: '-timestamp',
        page: { limit: 2 },
      };
      const answer = await ask({ path: '/api/v2/logs/events/search', body }, signal).catch((error) => {
        throw error instanceof SourceError ? new ToggleError(refusalText(error.kind)) : error;
      });
      const line = newestLine(answer, section);
      if (!line) throw new ToggleError(`no log line about it in the last ${oldest} hours`);
      if (line.at < now - oldest * HOUR_MS || line.at > now)
        throw new ToggleError("Datadog's answer - got a line of another time than was asked for");
      return { state: line.state, ...(lines === 'changes' ? { since: line.at } : { at: line.at }) };
    })(names, now, signal);
  return { read };
}

/** A name as one value of a search, whatever it has in it. */
const quoted = (name: string): string => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/** Datadog's own words may quote anything. */
const refusalText = (kind: SourceError['kind']): string =>
  kind === 'refused'
    ? 'Datadog refuses the search; does the application key have logs_read_data, and is the query right?'
    : `Datadog gave no log lines (${kind})`;
