import { count, percent } from '../../facts/format';
import type { Release } from '../../release/schema';
import { type Check, ok, skipped, wrong } from '../check';
import { type Seen, sumIn } from './seen';

/** Requests with no less than this share of errors have nothing left that could break. */
const ALL_FAIL = 0.98;
const TELLING = 30;
/** How a metric is called that has only what failed. */
const ERRORS_ONLY = /(^|[._])(errors?|exceptions?|failures?|failed)$/;

/** Whether each endpoint's rate over the baseline can be one: a metric that has only what failed gives 100 %. */
export function rateChecks({ datadog: { metric }, endpoints }: Release, { byTag }: Seen): Check[] {
  const rates = endpoints.flatMap(({ name, tag }) => {
    const hours = byTag.get(tag);
    const judged = sumIn(hours?.judged ?? []);
    return hours && judged > 0 ? { name, judged, errors: sumIn(hours.errors), rate: sumIn(hours.errors) / judged } : [];
  });
  const telling = rates.filter(({ judged }) => judged >= TELLING);
  const failing = telling.filter(({ rate }) => rate >= ALL_FAIL);
  if (ERRORS_ONLY.test(metric) || (failing.length > 0 && failing.length === telling.length))
    return [
      wrong(
        'rates',
        `datadog.metric - got ${metric}, ${
          failing.length > 0
            ? `whose requests to ${failing
                .map(({ name }) => name)
                .slice(0, 3)
                .join(', ')} all failed`
            : 'which has only what failed by its name'
        }, expected one that counts all requests, such as trace.rack.request.hits; name that one`,
      ),
    ];
  if (failing.length > 0)
    return failing.map(({ name, rate, judged }) =>
      wrong(
        'rates',
        `errors of ${name} - got ${percent(rate)} of ${count(judged)} in 28 days, expected a rate that can rise; are they errors? see errorStatuses, or leave the endpoint out`,
      ),
    );
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
