import { count, lasting, percent, plural } from '../../facts/format';
import { HOURS_PER_WEEK, hourText } from '../../facts/hour';
import { type Series, toggleOffName } from '../../facts/series';
import { criterionOf } from '../../release/criteria';
import { ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { namedSeriesOf } from '../../release/series-of';
import { UNLABELLED_SHARE } from '../../sources/known-counts';
import { type Check, ok, wrong } from '../check';
import type { Lifetime } from './lifetime';
import { type Seen, type SeenHours, sumIn } from './seen';
import type { Siblings } from './siblings';
import { nearest } from './spelling';
import { tagValuesText } from './tag-values';

/** From two weeks on the judge knows an endpoint's usual day and what it can miss; with less a baseline is a guess. */
const BASELINE_HOURS = 2 * HOURS_PER_WEEK;

/** Whether the scope has requests, in the last seven days. */
export function trafficCheck({ datadog: { metric, scope } }: Release, { all }: Seen): Check {
  const requests = sumIn(all, all.length - HOURS_PER_WEEK);
  if (requests > 0)
    return ok('traffic', `${plural(Math.round(requests), 'request')} in 7 days for ${scope.join(', ')}`);
  return wrong(
    'traffic',
    `datadog.scope - got no ${metric} at all in 7 days for ${scope.join(', ')}, expected traffic; look the metric and its tags up in Datadog's Metrics Explorer`,
  );
}

/** Whether each series has requests, and still has those that are usual; `lifetimes` and `siblings` by its name. */
export function presenceChecks(
  release: Release,
  seen: Seen,
  lifetimes: ReadonlyMap<string, Lifetime>,
  siblings: (series: string) => Siblings,
): Check[] {
  return namedSeriesOf(release).map((series) => {
    const refused = seen.refused.get(series.name);
    if (refused !== undefined) return refusedCheck(series, refused);
    if (series.toggleOff) return toggleOffCheck(release, series, seen);
    const hours = seen.bySeries.get(series.name);
    const lifetime = lifetimes.get(series.name);
    const title = `series ${series.name}`;
    const which = requestsText(release, series);
    if (!hours || !lifetime)
      return wrong(
        title,
        `${fieldOf(series)} - got no request with ${which} in ${days(seen.all.length)}, expected some; ${spellingHint(release, series, siblings(series.name))}`,
      );
    const { missing } = lifetime;
    if (!missing) return ok(title, whatWasSeen(hours, lifetime, seen));
    const since = hourText(seen.from + missing.from);
    const got =
      missing.kind === 'gone'
        ? `no request with ${which} in the last ${plural(seen.all.length - missing.from, 'hour')}, since ${since}`
        : `${plural(Math.round(missing.found), 'request')} with ${which} in the last 24 hours`;
    const renamed = siblings(series.name).after(series.name);
    return wrong(
      title,
      `${fieldOf(series)} - got ${got}, expected about ${count(missing.usual)} as before; ${renamed.length > 0 ? `was the endpoint renamed to ${renamed.join(' or ')}?` : 'was the endpoint renamed?'}`,
    );
  });
}

function refusedCheck(series: Series, status: number): Check {
  const next = series.slow
    ? 'are percentiles enabled for the metric in Metrics Summary? Only then can the values over a limit be counted'
    : 'check its metric, tags and filter';
  return wrong(
    `series ${series.name}`,
    `${fieldOf(series)} - got HTTP ${status} from Datadog, expected counts; ${next}`,
  );
}

/** The field of the release file that says which requests a series has. */
const fieldOf = ({ tag, counters, slow }: Series) =>
  counters ? 'counters' : slow ? 'slow' : tag === undefined ? 'tags' : 'tag';

/** What tells the requests of a series from others. */
function requestsText({ datadog }: Release, series: Series): string {
  const { tags, ...ratio } = ratioOf(datadog, series);
  const pairs = [...tags.map((tag) => tag.join(':')), ...(series.filter ?? [])];
  const metrics = ratio.kind === 'counters' ? ratio.requests : ratio.kind === 'slow' ? [ratio.metric] : [];
  return [...metrics, ...pairs].join(', ');
}

const days = (hours: number) => plural(Math.round(hours / 24), 'day');

function whatWasSeen(
  { requests, unlabelled, errors, judged, all, heard }: SeenHours,
  lifetime: Lifetime,
  { from }: Seen,
): string {
  const sum = sumIn(requests);
  const sampled = heard.filter(Boolean).length;
  const busy = requests.filter((value, index) => value > 0 && heard[index]).length;
  return [
    `${plural(Math.round(sum), 'request')} in ${days(all.length)}`,
    ...(sumIn(all) >= sum ? [`${percent(sum / sumIn(all))} of the scope`] : []),
    `in ${count(busy)} of ${plural(sampled, 'hour')}`,
    ...(sumIn(judged) > 0 ? [`${percent(sumIn(errors) / sumIn(judged))} errors`] : []),
    ...(sumIn(unlabelled) > 0 ? [`${percent(sumIn(unlabelled) / sum)} without a status`] : []),
    `first ${hourText(from + lifetime.first)}`,
    `last ${hourText(from + lifetime.last)}`,
  ].join(', ');
}

function spellingHint({ datadog }: Release, series: Series, { names }: Siblings): string {
  const { kind, tags } = ratioOf(datadog, series);
  if (kind !== 'status') return 'look the metric and its tags up in Metrics Summary; has it those of datadog.scope?';
  const keys = tags.map(([key]) => key);
  const near = nearest(
    tagValuesText(
      keys,
      tags.map(([, value]) => value),
    ),
    names,
  );
  if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
  return names[0] === undefined
    ? `${keys.join(' and ')} has no values: is that the right tag?`
    : `none of the ${plural(names.length, 'value')} of ${keys.join(' and ')} is like it, one is ${names[0]}; a new endpoint has none before its launch`;
}

function toggleOffCheck({ datadog }: Release, { name }: Series, { bySeries, all }: Seen): Check {
  const whole = [...bySeries].find(([endpoint]) => toggleOffName(endpoint) === name)?.[1];
  const requests = sumIn(whole?.toggleOff ?? [], all.length - HOURS_PER_WEEK);
  if (requests > 0) return ok(`series ${name}`, `${plural(Math.round(requests), 'request')} in 7 days`);
  return wrong(
    `series ${name}`,
    `datadog.toggleOff - got no request with ${datadog.toggleOff?.join(', ')} in 7 days, expected those of users without the feature; check its spelling, or take it out when nobody is left without`,
  );
}

/**
 * Whether each endpoint that is compared with its baseline has one, by itself: hours since its first request that are
 * known, have statuses and are no hole. Controls are compared where endpoints are.
 */
export function baselineChecks(
  release: Release,
  seen: Seen,
  lifetimes: ReadonlyMap<string, Lifetime>,
  siblings: (series: string) => Siblings,
): Check[] {
  const endpoints = release.endpoints.filter((one) => criterionOf(one, 'consistentWithBaseline'));
  const compared = [...endpoints, ...(endpoints.length > 0 ? release.controls : [])];
  return compared.flatMap(({ name }) => {
    const lifetime = lifetimes.get(name);
    if (!lifetime) return [];
    const title = `baseline ${name}`;
    const hours = usableHours(seen.bySeries.get(name)!, lifetime);
    const { hole } = lifetime;
    if (hours < BASELINE_HOURS && lifetime.young) {
      const before = siblings(name).before(name);
      return wrong(
        title,
        `baseline - got ${lasting(hours)} of ${name}, whose first request is of ${hourText(seen.from + lifetime.first)}, expected ${days(BASELINE_HOURS)} at least; ${before.length > 0 ? `was it called ${before.join(' or ')} before? Else w` : 'w'}ait for more, or judge it by "below" only`,
      );
    }
    if (hours < BASELINE_HOURS)
      return wrong(
        title,
        `baseline - got ${hours > 0 ? lasting(hours) : 'nothing'} of ${name} that can be used, expected ${days(BASELINE_HOURS)} at least; see traffic and statuses, wait for more, or judge it by "below" only`,
      );
    if (hole)
      return wrong(
        title,
        `baseline - got no request of ${name} from ${hourText(seen.from + hole.from)} to ${hourText(seen.from + hole.to)}, expected some; was it called otherwise, or not measured?`,
      );
    return [];
  });
}

/** Hours that a scope slept through or Datadog did not hear keep their place: only what came before all is none. */
function usableHours({ requests, unlabelled, heard }: SeenHours, { first, young, hole }: Lifetime): number {
  const begun = young ? first : heard.indexOf(true);
  return requests.filter(
    (all, index) =>
      index >= begun &&
      !(hole && index >= hole.from && index < hole.to) &&
      unlabelled[index]! <= UNLABELLED_SHARE * all,
  ).length;
}
