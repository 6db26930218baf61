import { type CountRules, isStatus } from '../../facts/counts';
import { count, percent, plural } from '../../facts/format';
import { type Check, ok, skipped, wrong } from '../check';
import { type Counted, NO_TAG, sumOf } from './counts';
import { tagValuesText } from './tag-values';

const METHODS = 'delete|get|head|options|patch|post|put';
/** A tracer that lost the endpoint books a request by method and status, as `get_500` (dd-trace-rb issue 3611), or by less. */
const NAMELESS = new RegExp(`^((${METHODS})([_ ](\\d{3}|[1-5]xx))?|\\d{3}|\\w+\\.request)$`);
export const isNameless = (name: string) => name === NO_TAG || NAMELESS.test(name);

/** Or the application shows its page for errors, which then has the name: nothing else is asked for there. */
const ERROR_PAGE = /error|exception/;
const isErrorPage = (name: string, { failed, passed }: Failures) => ERROR_PAGE.test(name) && failed > 0 && passed === 0;

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
  /** With a status below 400. */
  passed: number;
}

/**
 * Whether failures lack their endpoint's name, in the last day: what fails before its action ran, or with an exception
 * that passes through, is then missing in its rate. Pages that do not exist (404, 405) are nobody's, and excluded
 * statuses are not judged.
 *
 * @param own what endpoints are called in the release, by the names of {@link tagValuesText}
 * @param siblings by the tags of `keys` and the status
 */
export function namelessCheck(
  { errorStatuses, excludedStatuses }: CountRules,
  keys: readonly string[],
  own: ReadonlyMap<string, string>,
  siblings: Counted,
): Check {
  const failedBefore = (label: string) => {
    if (!isStatus(label)) return true;
    const status = Number(label);
    if (status === 404 || status === 405 || excludedStatuses.includes(status)) return false;
    return status >= errorStatuses.from && status <= errorStatuses.to;
  };
  const byName = new Map<string, Failures & { values: string[] }>();
  for (const [key, points] of siblings) {
    const values = JSON.parse(key) as string[];
    const label = values.pop()!;
    const name = tagValuesText(keys, values);
    const one = byName.get(name) ?? { requests: 0, failed: 0, passed: 0 };
    const requests = sumOf(points);
    byName.set(name, {
      values,
      requests: one.requests + requests,
      failed: one.failed + (failedBefore(label) ? requests : 0),
      passed: one.passed + (isStatus(label) && Number(label) < 400 ? requests : 0),
    });
  }
  const named = { requests: 0, failed: 0 };
  const nameless = { requests: 0, failed: 0 };
  const places: { name: string; failed: number }[] = [];
  const watched: (Failures & { name: string })[] = [];
  for (const [name, one] of byName) {
    const lost = !own.has(name) && (one.values.some(isNameless) || isErrorPage(name, one));
    const sum = lost ? nameless : named;
    sum.requests += one.requests;
    sum.failed += one.failed;
    if (lost && one.failed > 0) places.push({ name, failed: one.failed });
    if (own.has(name) && one.requests > 0) watched.push({ ...one, name: own.get(name)! });
  }
  if (named.requests === 0) return skipped('siblings', 'nothing has a name in the last day');
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
  const where = places
    .sort((a, b) => b.failed - a.failed || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name, failed }) => `${keys.length === 1 ? `${keys[0]}:` : ''}${name} (${count(failed)} in 24 hours)`);
  const seem = (missing.length > 0 ? missing : watched).slice(0, 3).map(({ name }) => name);
  return wrong(
    'siblings',
    `siblings - got ${percent(nameless.failed / (nameless.failed + named.failed))} of the scope's failures under ${where.join(', ')}, expected them under their endpoint; ${seem.join(', ') || 'endpoints'} may miss them: the tracer gives a request its name only after what runs before the action, so take a metric that counts under the endpoint whatever happens`,
  );
}
