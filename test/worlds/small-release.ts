import { RESOURCES } from '../../lib/local/traffic';
import { parseRelease } from '../../lib/release/parse';
import type { Release } from '../../lib/release/schema';
import { byStatus } from './by-status';

/** Two weeks in parts, then all users, and both looks back. */
export const THREE_STAGES = {
  stages: [
    { name: 'A', exposure: '5%', length: '1 week' },
    { name: 'B', exposure: '25%', length: '1 week' },
    { name: 'C', exposure: '100%' },
  ],
  checks: [
    { name: '1-week', length: '1 week' },
    { name: '1-month', length: '30 days' },
  ],
};

/** A small release as its file says it: one endpoint that must stay below 5 %. */
export const fileOf = (change: object = {}) => ({
  title: 'Small',
  team: 'BMT2',
  timeZone: 'America/New_York',
  toggles: [],
  datadog: {
    site: 'ddog-gov.com',
    metric: 'trace.rack.request.hits',
    scope: ['env:eks-prod'],
    endpointTag: 'resource_name',
    statusTag: 'http.status_code',
  },
  endpoints: [{ name: '#show', tag: RESOURCES['#show'].tag, criteria: [{ below: '5%' }] }],
  stages: [
    { name: 'A', exposure: '25%', length: '1 day' },
    { name: 'B', exposure: '100%', length: '1 day' },
  ],
  runbook: 'docs/runbook.md',
  ...change,
});

export function releaseOf(name: string, change: object = {}): Release {
  const parsed = parseRelease(name, fileOf(change));
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.release;
}

/** 1,000 requests of which 2 failed: an ordinary hour. */
export const FINE = byStatus({ 200: 998, 500: 2 });
/** Half of them failed. */
export const BAD = byStatus({ 200: 500, 500: 500 });
