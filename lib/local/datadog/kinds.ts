import { tallyOf } from '../../facts/counts';
import type { Counts } from '../../facts/snapshot';

/** What the simulated service counts in other ways than by resource and status. */
export type KindName = 'claims#show' | 'letters of api' | 'letters of worker' | 'upload status' | 'latency' | 'rest';

interface Kind {
  /** The mean over a week, excluded statuses left out. */
  perHour: number;
  /** Error rate over all users, before its daily pattern, while nothing is broken. */
  rate: number;
  metrics: Readonly<Record<string, (counts: Counts) => readonly KindCount[]>>;
}

/** Requests with tags of their own; of a distribution all with the same value. */
export interface KindCount {
  tags: Readonly<Record<string, string>>;
  count: number;
  value?: number;
}

/** What the simulated service raises where it fails, by status; other errors are answers that it gives on purpose. */
export const RAISED: Readonly<Record<string, string>> = {
  500: 'NoMethodError',
  502: 'Common::Exceptions::BackendServiceException',
  503: 'Breakers::OutageException',
};
/** The tag that has its name in {@link ACTIONS}: in lower case, as all tags of metrics. */
export const CLASS_TAG = 'error_class';

/** A metric with a tag for the controller and one for the action, as Rails applications send it. */
const ACTIONS = 'vets_api.statsd.api_rack_request';
/** Seconds of each request, as APM keeps them: a distribution. */
export const LATENCY = 'trace.rack.request';
export const LATENCY_TAG = 'v0::benefitsclaimscontroller_show';
const [FAST_SECONDS, SLOW_SECONDS] = [0.2, 3];

const byStatus = (service: string, controller: string, action: string) => ({
  [ACTIONS]: (counts: Counts) =>
    [...counts].map(([status, count]) => {
      const raised = RAISED[status]?.toLowerCase();
      return { tags: { service, controller, action, status, ...(raised && { [CLASS_TAG]: raised }) }, count };
    }),
});

/** Requests of an hour that failed, and those that did not; those with excluded statuses are nobody's. */
function sidesOf(counts: Counts) {
  const rules = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
  const { requests, errors } = tallyOf(counts, rules);
  return { failed: errors, succeeded: requests - errors };
}

const service = { service: 'benefits-claims' };

export const KINDS: Readonly<Record<KindName, Kind>> = {
  'claims#show': { perHour: 850, rate: 0.012, metrics: byStatus('benefits-claims', 'v0/benefits_claims', 'show') },
  // Two services answer to the same controller and action.
  'letters of api': { perHour: 600, rate: 0.008, metrics: byStatus('letters-api', 'v0/letters', 'show') },
  'letters of worker': { perHour: 500, rate: 0.004, metrics: byStatus('letters-worker', 'v0/letters', 'show') },
  'upload status': {
    perHour: 400,
    rate: 0.01,
    metrics: {
      'api.benefits_claims.show.upload_status_error': (counts) => [
        { tags: { ...service, [CLASS_TAG]: 'faraday::timeouterror' }, count: sidesOf(counts).failed },
      ],
      'api.benefits_claims.show.upload_status_success': (counts) => [
        { tags: service, count: sidesOf(counts).succeeded },
      ],
    },
  },
  latency: {
    perHour: 850,
    rate: 0.02,
    metrics: {
      [LATENCY]: (counts) =>
        [
          { count: sidesOf(counts).failed, value: SLOW_SECONDS },
          { count: sidesOf(counts).succeeded, value: FAST_SECONDS },
        ].map((one) => ({ ...one, tags: { ...service, resource_name: LATENCY_TAG } })),
    },
  },
  rest: { perHour: 20_000, rate: 0.004, metrics: byStatus('vets-api', 'v0/users', 'show') },
};

/** The metrics of the kinds, and what each is to Datadog. */
export const KIND_METRICS: ReadonlyMap<string, 'count' | 'distribution'> = new Map(
  Object.values(KINDS).flatMap(({ metrics }) =>
    Object.keys(metrics).map((name) => [name, name === LATENCY ? 'distribution' : 'count'] as const),
  ),
);
