import { HOUR_MS, HOURS_PER_WEEK, type Hour, hourOf } from '../../lib/facts/hour';
import { anyStatus, scopeName } from '../../lib/facts/series';
import type { Counts, Snapshot } from '../../lib/facts/snapshot';
import { type Listening, listen } from '../../lib/local/listen';
import { parseRelease } from '../../lib/release/parse';
import type { Release } from '../../lib/release/schema';

const STATUSES = ['200', '302', '404', '422', '500', '502'];

/** The file of a release of many endpoints, each compared with its baseline. */
export function releaseFile(endpoints: number) {
  return {
    title: 'Large',
    team: 'none',
    timeZone: 'America/New_York',
    toggles: [],
    datadog: {
      site: 'ddog-gov.com',
      metric: 'trace.rack.request.hits',
      scope: ['env:eks-prod'],
      endpointTag: 'resource_name',
      statusTag: 'http.status_code',
    },
    endpoints: Array.from({ length: endpoints }, (_, index) => ({
      name: `#endpoint-${index}`,
      tag: `v0::somecontroller_endpoint_${index}`,
      criteria: [{ consistentWithBaseline: {} }],
    })),
    stages: [{ name: 'A', exposure: '25%', length: '2 weeks' }],
    runbook: 'docs/runbook.md',
  };
}

export function parsedRelease(name: string, file: ReturnType<typeof releaseFile>): Release {
  const parsed = parseRelease(name, file);
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
}

/**
 * Requests of an endpoint in an hour: 12,000 give or take what chance does, and a tenth of a percent of errors. Nearly all
 * of six labels have some, as a busy endpoint's do; those without are left out, so that hours differ in their labels. The
 * same hour is always the same. Numbers without chance would be packed into a tenth of the bytes.
 */
export function requestsOf(endpoint: number, hour: Hour): Counts {
  const chance = (label: number) => mixed(Math.imul(endpoint, 7919) + label, hour) / 2 ** 32;
  const spread = (chance(6) + chance(7) + chance(8) + chance(9) - 2) * Math.sqrt(3 * 12_000);
  const requests = (label: number) => (label === 0 ? Math.round(12_000 + spread) : Math.floor(7 * chance(label)));
  return new Map(STATUSES.map((status, label) => [status, requests(label)] as const).filter(([, count]) => count > 0));
}

/** 32 bits that look like chance, of two whole numbers. */
function mixed(one: number, other: number): number {
  let bits = Math.imul(one, 0x9e3779b1) ^ Math.imul(other, 0x85ebca6b);
  for (const shift of [15, 13, 16]) bits = Math.imul(bits ^ (bits >>> shift), 0x2c1b3c6d);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** All requests of the scope in an hour; endpoints make a part of them. */
const SCOPE_REQUESTS = 1e9;

/** Weeks of hours up to and without `newest`, as hourly runs leave them: the next run makes one of them final. */
export function* pastOf(release: Release, newest: Hour, weeks: number): Generator<Snapshot> {
  const ofScope = () => new Map([[anyStatus, SCOPE_REQUESTS]]);
  const series = [
    ...release.endpoints.map(({ name }, index) => ({ name, countsAt: (hour: Hour) => requestsOf(index, hour) })),
    { name: scopeName, countsAt: ofScope },
  ];
  for (const { name, countsAt } of series) {
    for (let hour = newest - weeks * HOURS_PER_WEEK; hour < newest; hour++) {
      const final = hour < newest - 6;
      yield { endpoint: name, hour, kind: 'counted', counts: countsAt(hour), revision: 1, final };
    }
  }
}

/** Answers any request for {@link releaseFile}'s endpoints with {@link requestsOf}; `onCall` is told of each. */
export function startDatadog(onCall: () => void = () => {}): Promise<Listening> {
  return listen((_request, body) => {
    onCall();
    const { from, to, queries } = JSON.parse(body).data.attributes;
    const times = Array.from({ length: (to - from) / HOUR_MS }, (_, index) => from + index * HOUR_MS);
    const tags: string[] = queries[0].query.match(/v0::somecontroller_endpoint_\d+/g);
    const series = [];
    const values: number[][] = [];
    for (const tag of new Set(tags)) {
      const endpoint = Number(tag.split('_').at(-1));
      const hours = times.map((time) => requestsOf(endpoint, hourOf(time)));
      series.push({ query_index: 2, group_tags: [`resource_name:${tag}`] });
      values.push(hours.map((counts) => [...counts.values()].reduce((sum, one) => sum + one, 0)));
      for (const status of STATUSES) {
        series.push({ query_index: 0, group_tags: [`resource_name:${tag}`, `http.status_code:${status}`] });
        values.push(hours.map((counts) => counts.get(status) ?? 0));
      }
    }
    series.push({ query_index: 1, group_tags: [] });
    values.push(times.map(() => SCOPE_REQUESTS));
    return {
      status: 200,
      type: 'application/json',
      body: JSON.stringify({ data: { attributes: { times, series, values } } }),
    };
  });
}
