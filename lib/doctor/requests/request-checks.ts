import { HOURS_PER_WEEK, type Hour } from '../../facts/hour';
import type { Release } from '../../release/schema';
import { seriesOf } from '../../release/series-of';
import { batchesOf, questionParts } from '../../sources/datadog/batches';
import { groupTagsOf, questionOf } from '../../sources/datadog/question';
import { type Check, wrong } from '../check';
import type { Datadog } from '../datadog';
import { type Ask, lookBeside, neighboursOf, type Surroundings, siblingChecks } from './beside';
import { classChecks } from './classes';
import { type Counted, countsOf, countsRequest } from './counts';
import { environmentCheck, environmentsOf, rehearsalsIn } from './environment';
import { type Lifetime, lifetimeOf } from './lifetime';
import { metricCheck, metricsOf } from './metric';
import { baselineChecks, presenceChecks, trafficCheck } from './presence';
import { rateChecks } from './rates';
import { nothingSeen, type Seen, see, sumIn } from './seen';
import { NO_SIBLINGS } from './siblings';
import { statusChecks, sumsCheck } from './statuses';

/** What the requests say of a set-up, and how many the endpoints had in the last day, where that is known. */
interface RequestChecks {
  checks: Check[];
  lastDay?: number;
}

/**
 * Looks at every endpoint over [from, to), at what stands beside it in the scope, and at the metric; in requests of at
 * most a week. `step` is told before each of them. A question without a usable answer is a failure of its own check only.
 */
export async function requestChecks(
  datadog: Datadog,
  release: Release,
  from: Hour,
  to: Hour,
  step: (doing: string) => void,
): Promise<RequestChecks> {
  const ask: Ask = async (groupings, start, end, doing) => {
    step(doing);
    const { status, body } = await datadog.timeseries(countsRequest(groupings, start, end));
    if (status === 400 || status === 404 || status === 422) throw new RefusedCounts(status);
    return countsOf(body, groupings);
  };
  const found = await attempted('traffic', () => seenRequests(release, from, to, ask));
  const seen = 'failure' in found ? nothingSeen(from, to) : found;
  const metrics: Check[] = [];
  for (const metric of metricsOf(release)) {
    const points = seen.points.get(metric.name) ?? { all: 0, fractions: 0, negative: 0 };
    const check = await attempted('metric', async () =>
      metricCheck(metric, await datadog.metadata(metric.name), points),
    );
    metrics.push('failure' in check ? check.failure : check);
  }
  if ('failure' in found) return { checks: [...metrics, found.failure] };
  const lifetimes = lifetimesOf(seen, release);
  const ofScope = await attempted('scope', async () => {
    return environmentCheck(
      release.datadog.scope,
      (await ask([environmentsOf(release)], to - 24, to, 'environments'))[0]!,
    );
  });
  const ofClasses = await attempted('classes', () => classChecks(release, from, to, ask));
  const besides: Surroundings[] = [];
  for (const neighbours of neighboursOf(release))
    besides.push(await lookBeside(release, neighbours, seen, lifetimes, ask));
  const siblings = (series: string) => besides.find(({ own }) => own.has(series))?.around ?? NO_SIBLINGS;
  return {
    checks: [
      ...metrics,
      trafficCheck(release, seen),
      'failure' in ofScope ? ofScope.failure : ofScope,
      ...rehearsalsIn(release),
      ...presenceChecks(release, seen, lifetimes, siblings),
      ...besides.flatMap(({ shared }) => shared),
      ...rateChecks(release, seen),
      ...siblingChecks(besides),
      sumsCheck(release, seen),
      ...statusChecks(release, seen),
      ...('failure' in ofClasses ? [ofClasses.failure] : ofClasses),
      ...baselineChecks(release, seen, lifetimes, siblings),
    ],
    lastDay: lastDayOf(release, seen),
  };
}

/** Datadog does not answer this question; others it may. */
class RefusedCounts extends Error {
  constructor(readonly status: number) {
    super(
      `datadog refused the question - got HTTP ${status}, expected counts; check what the release file says of Datadog`,
    );
  }
}

/** What `work` gives, or that it failed. */
async function attempted<T extends object>(name: string, work: () => Promise<T>): Promise<T | { failure: Check }> {
  return work().catch((error: Error) => ({ failure: wrong(name, error.message) }));
}

/** The hours of [from, to), asked for week by week, for each series as a run asks for it. */
async function seenRequests(release: Release, from: Hour, to: Hour, ask: Ask): Promise<Seen> {
  const seen = nothingSeen(from, to);
  const series = seriesOf(release).filter(({ classes }) => !classes);
  for (const part of batchesOf(release.datadog, series).flatMap((one) => questionParts(release.datadog, one))) {
    const queries = questionOf(release.datadog, part);
    const groupings = queries.map(({ text, count }) => ({ text, by: count ? groupTagsOf(count) : [] }));
    const weeks: Counted[][] = [];
    try {
      for (let week = from; week < to; week += HOURS_PER_WEEK)
        weeks.push(await ask(groupings, week, week + HOURS_PER_WEEK, 'every endpoint, hour by hour'));
    } catch (error) {
      if (!(error instanceof RefusedCounts)) throw error;
      for (const { name } of part) seen.refused.set(name, error.status);
      continue;
    }
    const answers = queries.map((query, index) => ({ query, counted: merged(weeks.map((one) => one[index]!)) }));
    see(seen, release, part, answers);
  }
  return seen;
}

function merged(weeks: readonly Counted[]): Counted {
  const points = new Map<string, Map<Hour, number>>();
  for (const week of weeks)
    for (const [key, some] of week) points.set(key, new Map([...(points.get(key) ?? []), ...some]));
  return points;
}

function lifetimesOf({ bySeries }: Seen, { alerts }: Release): Map<string, Lifetime> {
  const lifetimes = new Map<string, Lifetime>();
  for (const [name, hours] of bySeries) {
    const lifetime = lifetimeOf(hours, alerts.blindAfter);
    if (lifetime) lifetimes.set(name, lifetime);
  }
  return lifetimes;
}

function lastDayOf({ endpoints }: Release, { bySeries }: Seen): number {
  return endpoints.reduce((sum, { name }) => sum + sumIn(bySeries.get(name)?.requests.slice(-24) ?? []), 0);
}
