import { randomBeta, randomBinomial, randomNormal, randomPoisson } from 'd3-random';
import { HOURS_PER_WEEK, type Hour, hourFrom, startOf } from '../facts/hour';
import { cellOf } from '../facts/local-time';
import type { Counts } from '../facts/snapshot';
import type { StageEvent } from '../facts/stage';
import { KINDS, type KindName } from './datadog/kinds';
import { randomness } from './randomness';
import type { EndpointName, Moment, Scenario } from './scenario';

/** The simulated service as Datadog's APM sees it; it knows nothing of the release file. */
export const SERVICE = {
  metric: 'trace.rack.request.hits',
  scope: 'env:eks-prod',
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
  /** `on` or `off`: whether the request's user has the feature. */
  featureTag: 'feature',
  timeZone: 'America/New_York',
} as const;

/** Everything that has requests: the release's endpoints, and all else that runs in the same environment. */
export type ResourceName = EndpointName | 'other';

/** `perHour` is the mean over a week, excluded statuses left out. */
export const RESOURCES: Readonly<Record<ResourceName, { tag: string; perHour: number }>> = {
  '#index': { tag: 'v0::benefitsclaimscontroller_index', perHour: 1_250 },
  '#show': { tag: 'v0::benefitsclaimscontroller_show', perHour: 850 },
  '#files-we-couldnt-receive': {
    tag: 'v0::benefitsclaimscontroller_failed_upload_evidence_submissions',
    perHour: 6 / 168,
  },
  other: { tag: 'v0::userscontroller_show', perHour: 60_000 },
};

const isKind = (resource: ResourceName | KindName): resource is KindName => resource in KINDS;

export interface Traffic {
  /** Requests by status in an hour; a status without requests is absent. The same for every call, in any order. */
  counts(resource: ResourceName, hour: Hour): Counts;
  /** Those of `counts` from users who do not have the feature: all of them before the launch. */
  toggleOff(resource: ResourceName, hour: Hour): Counts;
  /** What is counted in another way, by status: simulated requests, of which the metrics of the kind tell. */
  kind(kind: KindName, hour: Hour): Counts;
  /** What the counts of [from, to) are drawn around, without 401 and 403: the truth that a measured rate estimates. */
  expected(resource: ResourceName, from: Hour, to: Hour): { requests: number; errors: number };
  /** Datadog takes in nothing in this hour. */
  blind(hour: Hour): boolean;
}

const ERROR_RATE_OF_OTHERS = 0.004;

/** Spread of the true error rate: the variance of an hour's rate is `rate (1 - rate) (1 / requests + RHO)`. */
const RHO = 0.002;

/** Log standard deviation of an hour's volume, beyond what chance gives. */
const VOLUME_SPREAD = 0.1;

/** Requests with 401 and 403, as a share of and in addition to all others. */
const EXCLUDED: Readonly<Record<string, number>> = { 401: 0.012, 403: 0.003 };

/** Parts in a hundred of all errors. */
const ERRORS: readonly (readonly [status: string, part: number])[] = [
  ['404', 35],
  ['422', 15],
  ['500', 20],
  ['502', 20],
  ['503', 10],
];

/**
 * Simulated traffic. Each hour's counts are a pure function of the seed, the resource, the hour and the scenario's rate
 * at that moment of the stage log, so any order of questions and any restart give the same numbers. `timeline` is the
 * stage log, oldest first; it may grow while the traffic is in use.
 *
 * Users with and without the feature are told apart by the exposure of the hour and their own error rates: those without
 * it fail as the scenario says of an exposure of 0.
 *
 * The volume is Poisson with a log-normal hourly spread, the errors beta-binomial; both have a daily and a weekend
 * pattern in the service's zone.
 */
export function trafficOf(scenario: Scenario, seed: number, timeline: readonly StageEvent[]): Traffic {
  /** How much the error level of an hour's week differs from the scenario's. */
  function drift(resource: ResourceName | KindName, hour: Hour): number {
    if (!scenario.drift) return 1;
    const random = randomness(`${seed}/${resource}/week ${Math.floor(hour / HOURS_PER_WEEK)}`);
    return Math.exp(scenario.drift * randomNormal.source(random)()());
  }
  function rateOf(resource: ResourceName | KindName, moment: Moment): number {
    if (isKind(resource)) return scenario.kind?.(resource, moment) ?? KINDS[resource].rate;
    return resource === 'other' ? ERROR_RATE_OF_OTHERS : scenario.rate(resource, moment);
  }
  function meanOf(resource: ResourceName | KindName, hour: Hour, exposed?: number) {
    const cell = cellOf(hour, SERVICE.timeZone);
    const moment = momentOf(timeline, hour, cell % 24);
    const exposure = exposed ?? moment.exposure;
    const rate = rateOf(resource, { ...moment, exposure });
    const { perHour } = isKind(resource) ? KINDS[resource] : RESOURCES[resource];
    return {
      exposure,
      volume: perHour * volumePattern(cell),
      rate: Math.min(rate * errorPattern(cell) * drift(resource, hour), 0.95),
    };
  }
  // A monitor asks for the same hours again at every tick. With the counts is kept how much of the log they were drawn by,
  // and at which rate, so that a stage entered in the past is seen.
  interface Drawn {
    entries: number;
    rate: number;
    counts: Counts;
  }
  const drawn = new Map<ResourceName | KindName, Map<Hour, Drawn>>();
  function countsOf(resource: ResourceName | KindName, hour: Hour): Counts {
    const hours = drawn.get(resource) ?? new Map<Hour, Drawn>();
    drawn.set(resource, hours);
    const known = hours.get(hour);
    if (known?.entries === timeline.length) return known.counts;
    const { volume, rate } = meanOf(resource, hour);
    const counts = known?.rate === rate ? known.counts : draw(randomness(`${seed}/${resource}/${hour}`), volume, rate);
    hours.set(hour, { entries: timeline.length, rate, counts });
    return counts;
  }
  return {
    counts: countsOf,
    kind: countsOf,
    toggleOff(resource, hour) {
      const { exposure, rate } = meanOf(resource, hour);
      const { rate: rateOff } = meanOf(resource, hour, 0);
      // Numbers of its own: they neither change the counts nor follow them.
      const binomial = randomBinomial.source(randomness(`${seed}/${resource}/${hour}/toggle off`));
      const off = 1 - exposure;
      const parts = [...countsOf(resource, hour)].map(([status, count]) => {
        if (status in EXCLUDED) return [status, binomial(count, off)()] as const;
        const likely = status === '200' ? (1 - rateOff) / (1 - rate) : rateOff / rate;
        return [status, binomial(count, off * likely)()] as const;
      });
      return new Map(parts.filter(([, count]) => count > 0));
    },
    expected(resource, from, to) {
      let requests = 0;
      let errors = 0;
      for (let hour = from; hour < to; hour++) {
        const { volume, rate } = meanOf(resource, hour);
        requests += volume;
        errors += volume * rate;
      }
      return { requests, errors };
    },
    blind: (hour) => scenario.blind?.(momentOf(timeline, hour, cellOf(hour, SERVICE.timeZone) % 24)) ?? false,
  };
}

/** An hour in which the stage changes still belongs to the stage before. */
function momentOf(timeline: readonly StageEvent[], hour: Hour, localHour: number): Moment {
  const past = timeline.filter(({ at }) => at <= startOf(hour));
  const exposed = past.filter(({ exposure }) => exposure > 0);
  const since = (event: StageEvent | undefined) => (event ? hour - hourFrom(event.at) : 0);
  const current = past.at(-1);
  return {
    // Each stage once, in the order in which they were entered first.
    stage: current?.exposure ? [...new Set(exposed.map(({ stage }) => stage))].indexOf(current.stage) + 1 : 0,
    exposure: current?.exposure ?? 0,
    hoursIntoStage: since(current),
    hoursSinceLaunch: since(exposed[0]),
    localHour,
  };
}

/** A sine over the day with its top six hours after `middle`. */
const wave = (cell: number, middle: number) => Math.sin((2 * Math.PI * ((cell % 24) - middle)) / 24);

const isWeekend = (cell: number) => cell >= 24;

/** Four times as busy at 15:00 as at 3:00, and 30 % less at weekends; the mean over a week is 1. */
function volumePattern(cell: number): number {
  return ((1 + 0.6 * wave(cell, 9)) * (isWeekend(cell) ? 0.7 : 1) * 7) / (5 + 2 * 0.7);
}

/** Most errors at 21:00, and 5 % more at weekends; the mean over a week's requests is 1. */
function errorPattern(cell: number): number {
  return ((1 + 0.15 * wave(cell, 15)) * (isWeekend(cell) ? 1.05 : 1) * (5 + 2 * 0.7)) / (5 + 2 * 0.7 * 1.05);
}

function draw(random: () => number, volume: number, rate: number): Counts {
  const poisson = randomPoisson.source(random);
  const binomial = randomBinomial.source(random);
  // Half the variance taken off the exponent keeps the mean at `volume`.
  const level = volume * Math.exp(VOLUME_SPREAD * randomNormal.source(random)()() - VOLUME_SPREAD ** 2 / 2);
  const requests = poisson(level)();
  const certainty = 1 / RHO - 1;
  const hourlyRate = randomBeta.source(random)(rate * certainty, (1 - rate) * certainty)();
  const errors = binomial(requests, hourlyRate)();

  const counts: Record<string, number> = { 200: requests - errors };
  let left = errors;
  let parts = 100;
  for (const [status, part] of ERRORS) {
    counts[status] = binomial(left, part / parts)();
    left -= counts[status];
    parts -= part;
  }
  for (const [status, share] of Object.entries(EXCLUDED)) counts[status] = poisson(level * share)();
  return new Map(Object.entries(counts).filter(([, count]) => count > 0));
}
