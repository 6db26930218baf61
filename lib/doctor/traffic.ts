import { isStatus } from '../facts/counts';
import { count, percent, plural } from '../facts/format';
import type { TaggedSeries } from '../facts/series';
import type { Release } from '../release/schema';
import { taggedSeriesOf } from '../release/series-of';
import { type Check, ok, skipped, wrong } from './check';
import { keyOf, type Sums } from './counts';
import { nearest } from './spelling';

/** What was counted in the last seven days, and in the three weeks before them. */
export interface TrafficSums {
  all: Sums;
  endpoint: Sums;
  status: Sums;
  toggleOff: Sums;
  /** By name of a series. */
  earlier: ReadonlyMap<string, number>;
  /** Values of the endpoint tag; asked for only when one of the release's is missing. */
  known: readonly string[];
}

/** Sums of the same requests may differ by so much: sampled counters come as fractions, and hours may grow meanwhile. */
const TOLERANCE = 0.001;
/** With more requests of unknown outcome an hour is taken for unknown. */
const UNLABELLED = 0.1;
/** With fewer in three weeks, a week without any is chance: at 9 in three weeks it has a probability of 5 %. */
const THIN = 10;

const NOTHING = 'no endpoint had a request in 7 days';

const at = (sums: Sums, ...values: string[]) => sums.get(keyOf(...values)) ?? 0;

/** Whether the scope has requests, and each series. */
export function trafficChecks(release: Release, counted: TrafficSums): Check[] {
  const { metric, scope, endpointTag } = release.datadog;
  const requests = at(counted.all);
  const traffic =
    requests > 0
      ? ok('traffic', `${plural(Math.round(requests), 'request')} in 7 days for ${scope.join(', ')}`)
      : wrong(
          'traffic',
          `datadog.scope - got no ${metric} at all in 7 days for ${scope.join(', ')}, expected traffic; look the metric and its tags up in Datadog's Metrics Explorer`,
        );
  const [first] = counted.known;
  const hint = (tag: string) => {
    const near = nearest(tag, counted.known);
    if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
    return first === undefined
      ? `${endpointTag} has no values: is that the right tag?`
      : `none of the ${plural(counted.known.length, 'value')} of ${endpointTag} is like it, one is ${first}; a new endpoint has none before its launch`;
  };
  return [traffic, ...taggedSeriesOf(release).map((series) => seriesCheck(release, counted, series, hint))];
}

function seriesCheck(
  { datadog }: Release,
  counted: TrafficSums,
  { name, tag, toggleOff }: TaggedSeries,
  hint: (tag: string) => string,
): Check {
  const title = `series ${name}`;
  const requests = at(toggleOff ? counted.toggleOff : counted.endpoint, tag);
  if (requests > 0) return ok(title, `${plural(Math.round(requests), 'request')} in 7 days`);
  if (toggleOff)
    return wrong(
      title,
      `datadog.control - got no request with ${datadog.control?.join(', ')} in 7 days, expected those of users without the feature; check its spelling, or take it out when nobody is left without`,
    );
  const earlier = counted.earlier.get(name) ?? 0;
  if (earlier === 0)
    return wrong(
      title,
      `tag - got no request with ${datadog.endpointTag}:${tag} in 28 days, expected some; ${hint(tag)}`,
    );
  if (earlier < THIN)
    return ok(title, `no request in 7 days, ${earlier} in the three weeks before: it is thin, so say whenThin for it`);
  return wrong(
    title,
    `tag - got no request with ${datadog.endpointTag}:${tag} in 7 days after ${count(earlier)} in three weeks, expected some; was the endpoint renamed?`,
  );
}

/** Whether the requests of each status add up to all, and whether their statuses are statuses. */
export function statusChecks(release: Release, { endpoint, status }: TrafficSums): Check[] {
  const { statusTag } = release.datadog;
  const tags = new Map(release.endpoints.map(({ tag, name }) => [tag, { name, sum: 0, unlabelled: 0 }]));
  for (const [key, requests] of status) {
    const [tag, label] = JSON.parse(key) as [string, string];
    const one = tags.get(tag);
    if (!one) continue;
    one.sum += requests;
    if (!isStatus(label)) one.unlabelled += requests;
  }
  const seen = [...tags].map(([tag, one]) => ({ ...one, all: at(endpoint, tag) })).filter(({ all }) => all > 0);
  if (seen.length === 0) return [skipped('sums', NOTHING), skipped('statuses', NOTHING)];
  const differing = seen.filter(({ sum, all }) => Math.abs(sum - all) > Math.max(1, TOLERANCE * all));
  const worst = seen
    .map(({ name, unlabelled, sum }) => ({ name, share: sum > 0 ? unlabelled / sum : 1 }))
    .reduce((a, b) => (b.share > a.share ? b : a));
  return [
    differing.length === 0
      ? ok('sums', 'requests by status add up to all requests')
      : wrong(
          'sums',
          differing
            .map(({ name, sum, all }) => `sums of ${name} - got ${count(sum)} by status, expected ${count(all)}`)
            .join(', ')
            .concat(`; is ${statusTag} left out by the metric's tag configuration?`),
        ),
    worst.share <= UNLABELLED
      ? ok('statuses', `at most ${percent(worst.share)} of an endpoint's requests have no HTTP status (${worst.name})`)
      : wrong(
          'statuses',
          `datadog.statusTag - got ${percent(worst.share)} of ${worst.name} without an HTTP status in ${statusTag}, expected at most ${percent(UNLABELLED)}; name the tag that has it`,
        ),
  ];
}
