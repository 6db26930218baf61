import { isStatus } from '../../facts/counts';
import { count, percent, plural } from '../../facts/format';
import type { Release } from '../../release/schema';
import { type Check, ok, skipped, wrong } from '../check';
import { type Counted, NO_TAG, sumOf } from './counts';

const METHODS = 'delete|get|head|options|patch|post|put';
/** A tracer that lost the endpoint books a request by method and status, as `get_500` (dd-trace-rb issue 3611), or by less. */
const NAMELESS = new RegExp(`^((${METHODS})([_ ](\\d{3}|[1-5]xx))?|\\d{3}|\\w+\\.request)$`);
export const isNameless = (name: string) => name === NO_TAG || NAMELESS.test(name);

/** Fewer failures a day are chance. */
const FEW = 10;
/** What the release's own rates may drift by. */
const IMMATERIAL_RATE = 0.001;
/** Of the failures of all names. */
const NAMELESS_SHARE = 0.25;
/** Failures that an endpoint would have by its share of the requests: with fewer, having none is chance. */
const EXPECTED = 3;

interface Failures {
  requests: number;
  failed: number;
}

/**
 * Whether failures lack their endpoint's name, in the last day: what fails before its action ran, or with an exception
 * that passes through, is then missing in its rate. Pages that do not exist (404, 405) are nobody's, and excluded
 * statuses are not judged.
 */
export function namelessCheck(release: Release, siblings: Counted): Check {
  const { errorStatuses, excludedStatuses, datadog } = release;
  const failedBefore = (label: string) => {
    if (!isStatus(label)) return true;
    const status = Number(label);
    if (status === 404 || status === 405 || excludedStatuses.includes(status)) return false;
    return status >= errorStatuses.from && status <= errorStatuses.to;
  };
  const named: Failures = { requests: 0, failed: 0 };
  const nameless: Failures = { requests: 0, failed: 0 };
  const byName = new Map<string, number>();
  const own = new Map(release.endpoints.map(({ name, tag }) => [tag, { name, requests: 0, failed: 0 }]));
  for (const [key, points] of siblings) {
    const [tag, label] = JSON.parse(key) as [string, string];
    const requests = sumOf(points);
    const failed = failedBefore(label) ? requests : 0;
    for (const one of [isNameless(tag) ? nameless : named, own.get(tag)]) {
      if (!one) continue;
      one.requests += requests;
      one.failed += failed;
    }
    if (isNameless(tag) && failed > 0) byName.set(tag, (byName.get(tag) ?? 0) + failed);
  }
  if (named.requests === 0) return skipped('siblings', 'nothing has a name in the last day');
  const watched = [...own.values()].filter(({ requests }) => requests > 0);
  const requests = watched.reduce((sum, one) => sum + one.requests, 0);
  const missing = watched.filter((one) => {
    const expected = (nameless.failed * one.requests) / named.requests;
    return expected >= EXPECTED && expected > one.failed;
  });
  const most = nameless.failed >= NAMELESS_SHARE * (nameless.failed + named.failed);
  if (nameless.failed < FEW || nameless.failed < IMMATERIAL_RATE * requests || (!most && missing.length === 0))
    return ok(
      'siblings',
      nameless.failed === 0
        ? 'no failure of the last day lacks its endpoint'
        : `${plural(Math.round(nameless.failed), 'failure')} of the last day lack their endpoint, of ${count(nameless.failed + named.failed)}`,
    );
  const places = [...byName]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([name, failed]) => `${datadog.endpointTag}:${name} (${count(failed)} in 24 hours)`);
  const seem = (missing.length > 0 ? missing : watched).slice(0, 3).map(({ name }) => name);
  return wrong(
    'siblings',
    `siblings - got ${percent(nameless.failed / (nameless.failed + named.failed))} of the scope's failures under ${places.join(', ')}, expected them under their endpoint; ${seem.join(', ') || 'endpoints'} may miss them: the tracer gives a request its name only after what runs before the action, so take a metric that counts under the endpoint whatever happens`,
  );
}
