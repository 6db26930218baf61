import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, hourOf, type Instant } from '../../lib/facts/hour';
import type { Counts } from '../../lib/facts/snapshot';
import type { AlertSink, Archive, EventSource, MetricSource } from '../../lib/ports';
import type { Release } from '../../lib/release/schema';
import type { Watch } from '../../lib/run';
import { byStatus } from '../worlds/by-status';
import { memoryHistory, type Table } from '../worlds/memory-history';
import { LAUNCH } from '../worlds/moments';
import { BAD, FINE, fileOf, releaseOf } from '../worlds/small-release';

const users = { source: 'rum', search: '*', facet: '@usr.id', kept: '30 days', counts: 'all' };
const datadog = { ...fileOf().datadog, users };
const SHOW = { name: '#show', tag: 'show', criteria: [{ below: '5%' }] };
/** New endpoints, whose want of a baseline makes an hour quick to judge. Two, so that an hour can be half recorded. */
export const RELEASE = releaseOf('crash', {
  datadog,
  endpoints: [SHOW, { name: '#index', tag: 'index', criteria: [{ below: '5%', whenThin: 'report' }] }],
});
/** A later edition of it, whose limit the breach of {@link EVENTFUL} does not reach. */
export const LOOSENED = releaseOf('crash', {
  datadog,
  endpoints: [
    { ...SHOW, criteria: [{ below: '60%' }] },
    { name: '#index', tag: 'index', criteria: [{ below: '5%', whenThin: 'report' }] },
  ],
});
export const ONE_ENDPOINT = releaseOf('crash', { datadog, endpoints: [SHOW] });

/** What the source says `now` of what an endpoint did in an hour; undefined where it has nothing. */
export type Traffic = (endpoint: string, hour: Hour, now: Instant) => Counts | undefined;

const NONE = byStatus({});

/** From the launch on: a breach in the hours 4 to 8, which gets worse and ends, and a blind spell from 14 to 19. */
export const EVENTFUL: Traffic = (endpoint, hour) => {
  const after = hour - LAUNCH;
  if (after < 0) return NONE;
  if (after >= 14 && after < 19) return undefined;
  return endpoint === '#show' && after >= 4 && after < 8 ? BAD : FINE;
};

/** The same, of which the source knows nothing before it is so many hours old: by turns two, three or four. */
export const LAGGING: Traffic = (endpoint, hour, now) => {
  const age = hourOf(now) - hour;
  return age > 2 + (hourOf(now) % 3) ? EVENTFUL(endpoint, hour, now) : undefined;
};

/** The hours 20 to 23 arrive ten hours late, and are zero until then. */
export const LATE_ZEROS: Traffic = (endpoint, hour, now) => {
  const isLate = hour >= LAUNCH + 20 && hour < LAUNCH + 24 && hourOf(now) - hour < 10;
  return isLate ? NONE : hour < LAUNCH ? FINE : EVENTFUL(endpoint, hour, now);
};

/** A quarter of the requests is gone from the launch on: those of the users who have the toggle on. */
export const LESS_BY_EXPOSURE: Traffic = (_, hour) => (hour < LAUNCH ? FINE : byStatus({ 200: 748, 500: 2 }));

export const memorySource = (traffic: Traffic, clock: () => Instant): MetricSource => ({
  async sample(endpoints, from, to) {
    const hours = Array.from({ length: to - from }, (_, index) => from + index);
    return endpoints.flatMap(({ name: endpoint }) =>
      hours.map((hour) => {
        const counts = traffic(endpoint, hour, clock());
        return counts
          ? { endpoint, hour, kind: 'counted' as const, counts }
          : { endpoint, hour, kind: 'unknown' as const, reason: 'the source has nothing' };
      }),
    );
  },
});

/** The same of a window whenever it is asked. */
const memoryEvents: EventSource = { users: async (from, to) => 1000 + to - from };

/** What people got, and when. */
export interface Told {
  alert: AlertRecord;
  at: Instant;
}

export const memorySink = (told: Told[], clock: () => Instant): AlertSink => ({
  async publish(alert) {
    told.push({ alert, at: clock() });
  },
});

export interface Surroundings {
  release?: Release;
  traffic?: Traffic;
  told: Told[];
  clock: () => Instant;
}

/** A process with this history, whose other neighbours are in memory. */
export const watchOn = (
  history: Archive,
  { release = RELEASE, traffic = EVENTFUL, told, clock }: Surroundings,
): Watch => ({
  release,
  source: { ...memorySource(traffic, clock), clock },
  history,
  sink: memorySink(told, clock),
  events: memoryEvents,
});

/** A process whose neighbours are all in memory. */
export const memoryWatch = (table: Table, surroundings: Surroundings): Watch =>
  watchOn(memoryHistory(table, surroundings.clock), surroundings);
