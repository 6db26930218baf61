import { startAnswering } from './answering';
import { API_KEY } from './datadog-events-stand-in';

export const APP_KEY = 'sentinel1sentinel1sentinel1sentinel1sent';

/** A line as a service writes it: what Datadog keeps beside its instant. */
export interface LogLine {
  at: number;
  /** What a search for it is. */
  query: string;
  attributes: Record<string, unknown>;
}

/** Datadog's search of logs, "Search logs (POST)" of its API, with the keys and the limits of a page. */
export async function startDatadogLogs() {
  const lines: LogLine[] = [];
  const server = await startAnswering(({ path, body, apiKey, appKey }) => {
    if (path !== '/api/v2/logs/events/search') return [404, { errors: ['Not found'] }];
    if (apiKey !== API_KEY || appKey !== APP_KEY) return [403, { errors: ['Forbidden', apiKey] }];
    const { filter, sort, page, ...more } = JSON.parse(body);
    const { query, from, to, indexes, ...other } = filter;
    const isRight =
      typeof query === 'string' &&
      Date.parse(from) < Date.parse(to) &&
      JSON.stringify(indexes) === '["*"]' &&
      sort === '-timestamp' &&
      page.limit >= 1 &&
      page.limit <= 1000 &&
      Object.keys({ ...more, ...other }).length === 0;
    if (!isRight) return [400, { errors: ['Invalid query input', body] }];
    const data = lines
      .filter((line) => line.query === query && line.at >= Date.parse(from) && line.at <= Date.parse(to))
      .sort((one, other) => other.at - one.at)
      .slice(0, page.limit)
      .map(({ at, attributes }, index) => ({
        id: `AQAAAX${index}`,
        type: 'log',
        attributes: { timestamp: new Date(at).toISOString(), message: 'toggle', tags: ['env:prod'], attributes },
      }));
    return [200, { data, meta: { elapsed: 12, request_id: 'x', status: 'done' } }];
  });
  return { ...server, lines };
}
