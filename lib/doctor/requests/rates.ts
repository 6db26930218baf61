import { count, percent } from '../../facts/format';
import type { Endpoint, Release } from '../../release/schema';
import { type Check, ok, skipped, unproven, wrong } from '../check';
import { type Seen, sumIn } from './seen';

/** Requests with no less than this share of errors have nothing left that could break. */
const ALL_FAIL = 0.98;
const TELLING = 30;
/** How a metric is called that has only what failed. */
const ERRORS_ONLY = /(^|[._])(errors?|exceptions?|failures?|failed)$/;

interface Rate {
  endpoint: Endpoint;
  name: string;
  judged: number;
  errors: number;
  rate: number;
}

/**
 * Whether each endpoint's rate over the baseline can be one: a metric that has only what failed gives 100 %, and what
 * counts failures and never counted one may be misspelt.
 */
export function rateChecks({ datadog: { metric }, endpoints }: Release, { bySeries }: Seen): Check[] {
  const rates = endpoints.flatMap((endpoint): Rate[] => {
    const hours = bySeries.get(endpoint.name);
    const [judged, errors] = [sumIn(hours?.judged ?? []), sumIn(hours?.errors ?? [])];
    return judged > 0 ? [{ endpoint, name: endpoint.name, judged, errors, rate: errors / judged }] : [];
  });
  const byStatus = rates.filter(({ endpoint: { counters, slow } }) => !counters && !slow);
  const faults = [
    ...statusFaults(metric, byStatus),
    ...rates.flatMap((one) => counterFault(one) ?? slowFault(one) ?? []),
  ];
  if (faults.length > 0) return faults;
  if (rates.length === 0) return [skipped('rates', 'no endpoint had a request')];
  const [least, most] = [
    rates.reduce((a, b) => (b.rate < a.rate ? b : a)),
    rates.reduce((a, b) => (b.rate > a.rate ? b : a)),
  ];
  return [
    ok(
      'rates',
      `in the baseline ${percent(least.rate)} (${least.name}) to ${percent(most.rate)} (${most.name}) are errors`,
    ),
  ];
}

function statusFaults(metric: string, rates: readonly Rate[]): Check[] {
  const telling = rates.filter(({ judged }) => judged >= TELLING);
  const failing = telling.filter(({ rate }) => rate >= ALL_FAIL);
  const allFail = failing.length > 0 && failing.length === telling.length;
  if ((rates.length > 0 && ERRORS_ONLY.test(metric)) || allFail) {
    const names = failing.map(({ name }) => name).slice(0, 3);
    const why =
      names.length > 0 ? `whose requests to ${names.join(', ')} all failed` : 'which has only what failed by its name';
    return [
      wrong(
        'rates',
        `datadog.metric - got ${metric}, ${why}, expected one that counts all requests, such as trace.rack.request.hits; name that one`,
      ),
    ];
  }
  return failing.map(({ name, rate, judged }) =>
    wrong(
      'rates',
      `errors of ${name} - got ${percent(rate)} of ${count(judged)} in 28 days, expected a rate that can rise; are they errors? see errorStatuses, or leave the endpoint out`,
    ),
  );
}

function counterFault({ endpoint: { counters }, name, errors, judged, rate }: Rate): Check | undefined {
  if (!counters) return undefined;
  const [failed, all] = [counters.errors.join(' + '), counters.requests.join(' + ')];
  if (errors > judged)
    return wrong(
      'rates',
      `counters of ${name} - got ${count(errors)} of ${failed} in 28 days, of ${count(judged)} of ${all}, expected a part of them; add the errors to requests where these are only what succeeded`,
    );
  if (errors === 0)
    return unproven(
      'rates',
      `counters of ${name} - got no ${failed} in 28 days, expected some; nothing shows that a failure would be counted: check its spelling and its tags in Metrics Summary`,
    );
  if (judged < TELLING || rate < ALL_FAIL) return undefined;
  return wrong(
    'rates',
    `counters of ${name} - got ${percent(rate)} errors in 28 days, expected a rate that can rise; has ${all} what did not fail?`,
  );
}

function slowFault({ endpoint: { slow }, name, errors, judged, rate }: Rate): Check | undefined {
  if (!slow) return undefined;
  const limit = `slow of ${name} - got ${errors === 0 ? 'none' : percent(rate)} of ${count(judged)} requests over ${slow.over} of ${slow.metric} in 28 days, expected`;
  if (errors === 0)
    return unproven('rates', `${limit} some; is the limit in the unit of the metric, and has it percentiles enabled?`);
  if (judged < TELLING || rate < ALL_FAIL) return undefined;
  return wrong('rates', `${limit} a rate that can rise; is the limit in the unit of the metric?`);
}
