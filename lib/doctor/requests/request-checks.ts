import { HOURS_PER_WEEK, type Hour } from '../../facts/hour';
import type { Release } from '../../release/schema';
import { type Check, wrong } from '../check';
import type { Datadog } from '../datadog';
import { type Counted, countsOf, countsRequest, type Grouping } from './counts';
import { environmentCheck } from './environment';
import { groupingsOf } from './groupings';
import { type Lifetime, lifetimeOf } from './lifetime';
import { metricCheck } from './metric';
import { namelessCheck } from './nameless';
import { baselineChecks, presenceChecks, trafficCheck } from './presence';
import { rateChecks } from './rates';
import { type Seen, seenOf, sumIn } from './seen';
import { dayFrom, momentsOf, siblingsOf } from './siblings';
import { statusChecks, sumsCheck } from './statuses';

/** Endpoints that came or went at other hours than these are not asked after: each hour is a request. */
export const MOST_MOMENTS = 3;

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
  const { metric, scope, toggleOff: toggleOffTags } = release.datadog;
  const { all, status, endpoint, toggleOff, siblings, names, environments } = groupingsOf(release);
  const ask = async (groupings: readonly Grouping[], start: Hour, end: Hour, doing: string) => {
    step(doing);
    const { body } = await datadog.timeseries(countsRequest(metric, groupings, start, end));
    return countsOf(body, groupings);
  };
  const ofTraffic = await attempted('traffic', async () => {
    const seen = await seenRequests(release, from, to, (start, end) =>
      ask([all, status], start, end, 'every endpoint, hour by hour'),
    );
    const week = toggleOffTags ? [endpoint, toggleOff] : [endpoint];
    const [byEndpoint, withToggleOff = new Map()] = await ask(week, to - HOURS_PER_WEEK, to, 'sums');
    return { seen, byEndpoint: byEndpoint!, withToggleOff };
  });
  const metadata = async ({ points }: Pick<Seen, 'points'>) =>
    metricCheck(metric, await datadog.metadata(metric), { points });
  if ('failure' in ofTraffic) {
    const ofMetric = await attempted('metric', () => metadata({ points: { all: 0, fractions: 0, negative: 0 } }));
    return { checks: ['failure' in ofMetric ? ofMetric.failure : ofMetric, ofTraffic.failure] };
  }
  const { seen, byEndpoint, withToggleOff } = ofTraffic;
  const lifetimes = lifetimesOf(seen, release);
  const ofMetric = await attempted('metric', () => metadata(seen));
  const ofScope = await attempted('scope', async () =>
    environmentCheck(scope, (await ask([environments], to - 24, to, 'environments'))[0]!),
  );
  const ofSiblings = await attempted('siblings', async () => {
    const lastDay = (await ask([siblings], to - 24, to, 'what else the scope has'))[0]!;
    const days = new Map<Hour, ReturnType<typeof dayFrom>>();
    for (const moment of momentsOf(lifetimes, seen, MOST_MOMENTS))
      days.set(moment, dayFrom((await ask([names], moment - 24, moment, 'other names'))[0]!));
    return { nameless: namelessCheck(release, lastDay), around: siblingsOf(lifetimes, seen, dayFrom(lastDay), days) };
  });
  const around = 'failure' in ofSiblings ? siblingsOf(lifetimes, seen, new Map(), new Map()) : ofSiblings.around;
  return {
    checks: [
      'failure' in ofMetric ? ofMetric.failure : ofMetric,
      trafficCheck(release, seen),
      'failure' in ofScope ? ofScope.failure : ofScope,
      ...presenceChecks(release, seen, lifetimes, withToggleOff, around),
      ...rateChecks(release, seen),
      'failure' in ofSiblings ? ofSiblings.failure : ofSiblings.nameless,
      sumsCheck(release, seen, byEndpoint),
      ...statusChecks(release, seen),
      ...baselineChecks(release, seen, lifetimes, around),
    ],
    lastDay: lastDayOf(release, seen),
  };
}

/** What `work` gives, or that it failed. */
async function attempted<T extends object>(name: string, work: () => Promise<T>): Promise<T | { failure: Check }> {
  return work().catch((error: Error) => ({ failure: wrong(name, error.message) }));
}

/** The hours of [from, to), asked for week by week. */
async function seenRequests(
  release: Release,
  from: Hour,
  to: Hour,
  ask: (from: Hour, to: Hour) => Promise<Counted[]>,
): Promise<Seen> {
  const counted: Counted[][] = [];
  for (let week = from; week < to; week += HOURS_PER_WEEK) counted.push(await ask(week, week + HOURS_PER_WEEK));
  const merged = (index: number): Counted => {
    const points = new Map<string, Map<Hour, number>>();
    for (const week of counted)
      for (const [key, some] of week[index]!) points.set(key, new Map([...(points.get(key) ?? []), ...some]));
    return points;
  };
  return seenOf(release, merged(0), merged(1), from, to);
}

function lifetimesOf({ byTag, heard }: Seen, { alerts }: Release): Map<string, Lifetime> {
  const lifetimes = new Map<string, Lifetime>();
  for (const [tag, hours] of byTag) {
    const lifetime = lifetimeOf(hours, heard, alerts.blindAfter);
    if (lifetime) lifetimes.set(tag, lifetime);
  }
  return lifetimes;
}

function lastDayOf({ endpoints }: Release, { byTag }: Seen): number {
  return endpoints.reduce((sum, { tag }) => sum + sumIn(byTag.get(tag)?.requests.slice(-24) ?? []), 0);
}
