import { count, lasting, percent } from '../../facts/format';
import { HOURS_PER_WEEK, hourText } from '../../facts/hour';
import type { Release } from '../../release/schema';
import { type Check, ok, skipped, wrong } from '../check';
import { type Seen, type SeenHours, sumIn } from './seen';

/** Sums of the same requests may differ by so much: sampled counters come as fractions, and hours may grow meanwhile. */
const TOLERANCE = 0.001;
/** With more requests of unknown outcome an hour is taken for unknown. */
const UNLABELLED = 0.1;
/** Fewer without a status are no pattern, over the baseline and within a day. */
const FEW = 3;
const FEW_A_DAY = 10;

const NOTHING = 'no endpoint had a request in 28 days';

interface Labelled extends SeenHours {
  name: string;
}

/** The endpoints whose requests are told apart by status, and that had some. */
const seenEndpoints = ({ endpoints }: Release, { bySeries }: Seen): Labelled[] =>
  endpoints.flatMap(({ name, counters, slow }) => {
    const hours = counters || slow ? undefined : bySeries.get(name);
    return hours && sumIn(hours.sums) + sumIn(hours.requests) > 0 ? { name, ...hours } : [];
  });

/** Whether the requests of each status add up to all, in the last seven days. */
export function sumsCheck(release: Release, seen: Seen): Check {
  const week = seen.all.length - HOURS_PER_WEEK;
  const sums = seenEndpoints(release, seen)
    .map(({ name, requests, sums: whole }) => ({ name, sum: sumIn(requests, week), all: sumIn(whole, week) }))
    .filter(({ sum, all }) => sum > 0 || all > 0);
  if (sums.length === 0) return skipped('sums', 'no endpoint had a request in 7 days');
  const differing = sums.filter(({ sum, all }) => Math.abs(sum - all) > Math.max(1, TOLERANCE * all));
  if (differing.length === 0) return ok('sums', 'requests by status add up to all requests');
  return wrong(
    'sums',
    differing
      .map(({ name, sum, all }) => `sums of ${name} - got ${count(sum)} by status, expected ${count(all)}`)
      .join(', ')
      .concat(`; is ${release.datadog.statusTag} left out by the metric's tag configuration?`),
  );
}

/** Whether the requests of each endpoint have a status, over the whole baseline and in the last day. */
export function statusChecks(release: Release, seen: Seen): Check[] {
  const endpoints = seenEndpoints(release, seen).filter(({ requests }) => sumIn(requests) > 0);
  if (endpoints.length === 0) return [skipped('statuses', NOTHING)];
  const faults = endpoints.flatMap((one) => statusFault(release, seen, one) ?? []);
  if (faults.length > 0) return faults;
  const worst = endpoints
    .map(({ name, unlabelled, requests }) => ({ name, share: sumIn(unlabelled) / sumIn(requests) }))
    .reduce((a, b) => (b.share > a.share ? b : a));
  return [
    ok('statuses', `at most ${percent(worst.share)} of an endpoint's requests have no HTTP status (${worst.name})`),
  ];
}

function statusFault({ datadog: { statusTag } }: Release, seen: Seen, one: Labelled): Check | undefined {
  const { name, requests, unlabelled } = one;
  const fault = (share: number, when: string, next: string) =>
    wrong(
      'statuses',
      `datadog.statusTag - got ${percent(share)} of ${name} without an HTTP status in ${statusTag}${when}, expected at most ${percent(UNLABELLED)}; ${next}`,
    );
  const day = seen.all.length - 24;
  const lastDay = sumIn(unlabelled, day) / sumIn(requests, day);
  const share = sumIn(unlabelled) / sumIn(requests);
  const lost = lastDay > UNLABELLED && sumIn(unlabelled, day) >= FEW_A_DAY;
  if (share > UNLABELLED && sumIn(unlabelled) >= FEW) {
    const since = requests.findLastIndex((all, index) => unlabelled[index]! > UNLABELLED * all) + 1;
    const known = sumIn(requests, since);
    if (lost || known === 0) return fault(share, '', 'name the tag that has it');
    const begun = hourText(seen.from + since);
    return fault(
      share,
      ` in ${lasting(seen.all.length)}: it is there since ${begun}`,
      'hours before it are unknown: wait until there are enough, or name the tag that had it',
    );
  }
  return lost ? fault(lastDay, ' in the last 24 hours', 'has the tag another name since?') : undefined;
}
