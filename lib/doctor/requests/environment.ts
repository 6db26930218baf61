import { count } from '../../facts/format';
import { ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { namedSeriesOf } from '../../release/series-of';
import { type Check, ok, wrong } from '../check';
import { type Counted, type Grouping, groupingOf, NO_TAG, sumOf } from './counts';

/** The tags that say where something runs; `env` is Datadog's own (unified service tagging). */
const KEYS = ['env', 'environment', 'deployment.environment', 'deployment_environment'];
const REHEARSAL =
  /(^|[^a-z0-9])((pre|non)[-_]?prod|(demo|dev|develop|development|int|integration|perf|playground|preview|qa|sandbox|sbx|stage|staging|stg|test|testing|uat)\d*)([^a-z0-9]|$)/;
const PRODUCTION = /(^|[^a-z0-9])(live|prd|prod|production)\d*([^a-z0-9]|$)/;

const isRehearsal = (value: string) => REHEARSAL.test(value);
const isProduction = (value: string) => !isRehearsal(value) && PRODUCTION.test(value);

/** The tag of the scope that names the environment, its value, and the other pairs. */
export function namedEnvironment(scope: readonly string[]): { key: string; value?: string; others: readonly string[] } {
  const pair = scope.find((one) => KEYS.includes(one.slice(0, one.indexOf(':'))));
  if (pair === undefined) return { key: KEYS[0]!, others: scope };
  const colon = pair.indexOf(':');
  return { key: pair.slice(0, colon), value: pair.slice(colon + 1), others: scope.filter((one) => one !== pair) };
}

/**
 * Whether the scope is the environment of real users, by its name and by the other environments that have requests to
 * the same endpoints in 24 hours. An error rate of a rehearsal, or one with its requests in it, says nothing of users.
 */
export function environmentCheck(scope: readonly string[], environments: Counted): Check {
  const { key, value } = namedEnvironment(scope);
  const found = [...environments]
    .map(([name, points]) => ({ name: JSON.parse(name)[0] as string, requests: sumOf(points) }))
    .filter(({ name, requests }) => name !== NO_TAG && requests > 0)
    .sort((a, b) => b.requests - a.requests);
  const others = found.filter(({ name }) => name !== value);
  const named = (some: typeof found) =>
    some
      .slice(0, 3)
      .map(({ name, requests }) => `${key}:${name} (${count(requests)} requests in 24 hours)`)
      .join(', ');
  const fault = (got: string, expected: string, next: string) =>
    wrong('scope', `datadog.scope - got ${got}, expected ${expected}; ${next}`);
  if (value === undefined) {
    const rehearsals = found.filter(({ name }) => isRehearsal(name));
    if (rehearsals.length === 0) return ok('scope', `${scope.join(', ')} has no requests of a test environment`);
    return fault(
      `${scope.join(', ')}, which has ${named(rehearsals)} in it`,
      'the environment of real users',
      `add a pair such as ${key}:${found.find(({ name }) => !isRehearsal(name))?.name ?? 'production'}`,
    );
  }
  const production = others.filter(({ name }) => isProduction(name));
  if (isRehearsal(value))
    return fault(
      `${key}:${value}, a test environment by its name`,
      'the environment of real users',
      production.length > 0 ? `is it ${named(production)}?` : 'name that one',
    );
  const larger = production.filter(
    ({ requests }) => requests > (found.find(({ name }) => name === value)?.requests ?? 0),
  );
  if (larger.length > 0 && !isProduction(value))
    return fault(`${key}:${value}`, 'the environment of real users', `${named(larger)} has more: is it that one?`);
  return ok('scope', `${key}:${value} is no test environment by its name`);
}

/** The query for the requests to the release's endpoints in each environment. */
export function environmentsOf(release: Release): Grouping {
  const { metric, scope } = release.datadog;
  const { key, others } = namedEnvironment(scope);
  const ratios = namedSeriesOf(release).map((one) => ratioOf(release.datadog, one));
  const anyOf = ratios.filter(({ kind }) => kind === 'status').map(({ tags }) => tags);
  return groupingOf({ metric, filter: others, anyOf, by: [key] });
}

/** The filters of endpoints that name a test environment. */
export function rehearsalsIn({ endpoints, controls }: Pick<Release, 'endpoints' | 'controls'>): Check[] {
  return [...endpoints, ...controls].flatMap(({ name, filter = [] }) => {
    const { key, value } = namedEnvironment(filter);
    return value !== undefined && isRehearsal(value)
      ? [
          wrong(
            'scope',
            `filter of ${name} - got ${key}:${value}, a test environment by its name, expected the environment of real users; name that one`,
          ),
        ]
      : [];
  });
}
