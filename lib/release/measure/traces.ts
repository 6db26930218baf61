import { type Hour, startOf } from '../../facts/hour';
import type { Window } from '../../facts/window';
import type { Release } from '../schema';
import { type Ratio, ratioOf } from './ratio-of';
import { operationOf } from './resource';

/** Addresses of Datadog's Trace Explorer at just some hours: the requests of one endpoint, and those that count as failed. */
export interface Traces {
  all: string;
  failed: string;
}

/**
 * Where Datadog shows the requests of an endpoint in the hours [from, to): those of its `resource`, with the environment and
 * the pairs that it is counted by. Datadog keeps a part of all traces, so this explains a count and does not give one.
 * Undefined without a `resource`, where the endpoint is not counted by APM, and when there is no hour.
 *
 * The query is that of https://docs.datadoghq.com/tracing/trace_explorer/query_syntax/, which says that all of a search is in
 * the address of the page: `query`, and `start` and `end` in milliseconds. The page of a resource has a hash in its
 * address that nobody documents.
 *
 * @example tracesAt(release, '#show', { from: 492232, to: 492233 })?.all // 'https://app.ddog-gov.com/apm/traces?query=...'
 */
export function tracesAt(
  release: Pick<Release, 'endpoints' | 'excludedStatuses' | 'errorStatuses'> & Partial<Pick<Release, 'datadog'>>,
  name: string,
  { from, to }: Pick<Window, 'from' | 'to'>,
): Traces | undefined {
  const { datadog, endpoints } = release;
  const endpoint = endpoints.find((one) => one.name === name);
  if (!datadog || endpoint?.resource === undefined || from >= to) return undefined;
  const operation = operationOf(endpoint, datadog.metric);
  if (operation === undefined) return undefined;
  const ratio = ratioOf(datadog, { ...endpoint, toggleOff: false });
  const which = [
    ...ratio.filter.map((pair) => term(pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1))),
    term('operation_name', operation),
    `resource_name:${quoted(endpoint.resource)}`,
  ];
  const at = (terms: readonly string[]) => addressOf(datadog.site, terms.join(' '), from, to);
  return { all: at(which), failed: at([...which, ...failedTerms(ratio, release)]) };
}

/** By status, and those that the tracer calls failed: an exception may leave no status. */
function failedTerms(ratio: Ratio, { excludedStatuses, errorStatuses: { from, to } }: Parameters<typeof tracesAt>[0]) {
  // A span's duration is in nanoseconds, the metric's in seconds.
  if (ratio.kind === 'slow') return [`@duration:>${Math.round(ratio.over * 1e9)}`];
  const excluded = excludedStatuses.filter((status) => status >= from && status <= to);
  return [
    `(status:error OR @http.status_code:[${from} TO ${to}])`,
    ...(excluded.length > 0 ? [`-@http.status_code:(${excluded.join(' OR ')})`] : []),
  ];
}

/** A value with a wildcard cannot be quoted; what has a meaning in a search is escaped. */
const term = (key: string, value: string): string =>
  `${key}:${value.includes('*') ? value.replace(/[?><:="~/\\]/g, '\\$&') : quoted(value)}`;

const quoted = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;

/** Sites of two labels show their pages at "app.": https://docs.datadoghq.com/getting_started/site/. */
function addressOf(site: string, query: string, from: Hour, to: Hour): string {
  const address = new URL(`https://${site.split('.').length === 2 ? 'app.' : ''}${site}/apm/traces`);
  const shown = { query, start: String(startOf(from)), end: String(startOf(to)), paused: 'true' };
  // As Datadog's own links have it; not every reader takes "+" for a space.
  address.search = new URLSearchParams(shown).toString().replaceAll('+', '%20');
  return address.href;
}
