import { tracesAt } from '../../../lib/release/measure/traces';
import { parseRelease, pathText } from '../../../lib/release/parse';
import { hour } from '../../worlds/moments';
import { fileOf, releaseOf } from '../../worlds/small-release';

const [from, to] = [hour('2026-02-11T16:00Z'), hour('2026-02-13T16:00Z')];
const SHOW = 'V0::BenefitsClaimsController#show';
const of = (endpoint: object, datadog: object = {}, more: object = {}) =>
  fileOf({
    endpoints: [{ ...fileOf().endpoints[0], resource: SHOW, ...endpoint }],
    datadog: { ...fileOf().datadog, ...datadog },
    ...more,
  });
const tracesOf = (...change: Parameters<typeof of>) =>
  tracesAt(releaseOf('small', of(...change)), '#show', { from, to });
const queryOf = (address = '') => new URL(address).searchParams.get('query');
const problemsOf = (...change: Parameters<typeof of>) => {
  const parsed = parseRelease('small', of(...change));
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${pathText(path)} - ${message}`) : [];
};

describe('the traces of an endpoint', () => {
  test('are those of its resource, at the hours in question', () => {
    const { all, failed } = tracesOf({})!;
    expect(all).toBe(
      'https://app.ddog-gov.com/apm/traces?query=env%3A%22eks-prod%22%20operation_name%3A%22rack.request%22%20resource_name%3A%22V0%3A%3ABenefitsClaimsController%23show%22&start=1770825600000&end=1770998400000&paused=true',
    );
    expect(queryOf(failed)).toBe(
      `${queryOf(all)} (status:error OR @http.status_code:[400 TO 599]) -@http.status_code:(401 OR 403)`,
    );
  });

  test('that failed are those with the statuses of the release file', () => {
    const rules = { errorStatuses: { from: 500, to: 599 }, excludedStatuses: [401, 503] };
    expect(queryOf(tracesOf({}, {}, rules)?.failed)).toMatch(
      / \(status:error OR @http\.status_code:\[500 TO 599\]\) -@http\.status_code:\(503\)$/,
    );
    const none = { errorStatuses: { from: 500, to: 599 }, excludedStatuses: [] };
    expect(queryOf(tracesOf({}, {}, none)?.failed)).toMatch(/TO 599\]\)$/);
  });

  test('that are slow took longer, in nanoseconds', () => {
    const slow = { metric: 'trace.rack.request', over: 2.5 };
    const { all, failed } = tracesOf({ slow }, { metric: 'claims.requests' })!;
    expect(queryOf(failed)).toBe(`${queryOf(all)} @duration:>2500000000`);
    expect(queryOf(all)).toContain('operation_name:"rack.request"');
  });

  test('have the pairs of the scope and of the filter, with wildcards that stay some, and names that end no quote', () => {
    const filter = ['service:*-a/b:c', 'version:1'];
    const query = queryOf(tracesOf({ filter, resource: 'GET /a"b\\', tag: 'get_/a_b' })?.all)!;
    expect(query).toBe(
      'env:"eks-prod" service:*-a\\/b\\:c version:"1" operation_name:"rack.request" resource_name:"GET /a\\"b\\\\"',
    );
  });

  test.each([
    ['datadoghq.com', 'app.datadoghq.com'],
    ['datadoghq.eu', 'app.datadoghq.eu'],
    ['us5.datadoghq.com', 'us5.datadoghq.com'],
    ['us2.ddog-gov.com', 'us2.ddog-gov.com'],
  ])('of the site %s are at %s', (site, host) => {
    expect(new URL(tracesOf({}, { site })!.all).host).toBe(host);
  });

  test('are none without a resource, without an hour, and of another release', () => {
    const release = releaseOf('small', of({}));
    expect(tracesAt(releaseOf('small'), '#show', { from, to })).toBeUndefined();
    expect(tracesAt(release, '#show', { from, to: from })).toBeUndefined();
    expect(tracesAt(release, '#index', { from, to })).toBeUndefined();
  });
});

describe('a resource', () => {
  test('is refused where it is not what the tag counts', () => {
    expect(problemsOf({ resource: 'V0::BenefitsClaimsController#index' })).toEqual([
      'endpoints[0].resource - got V0::BenefitsClaimsController#index, whose tag is v0::benefitsclaimscontroller_index, expected the resource of v0::benefitsclaimscontroller_show; copy it from its page in APM',
    ]);
    const tags = { tag: undefined, tags: { resource_name: 'v0::other_show' } };
    expect(problemsOf(tags, { endpointTag: 'controller' })).toEqual([expect.stringContaining('of v0::other_show')]);
  });

  test.each<[string, string, object, object]>([
    ['a metric of the team', 'claims.requests, which is', {}, { metric: 'claims.requests' }],
    ['the errors of an operation', 'trace.rack.request.errors, which is', {}, { metric: 'trace.rack.request.errors' }],
    ['counters', 'counters, which are', { counters: { errors: 'a.error', requests: 'a.all' } }, {}],
    ['a distribution of the team', 'claims.seconds, which is', { slow: { metric: 'claims.seconds', over: 2 } }, {}],
  ])('is refused for %s, which APM has no traces of', (_, by, endpoint, datadog) => {
    expect(problemsOf(endpoint, datadog)).toEqual([
      `endpoints[0].resource - got V0::BenefitsClaimsController#show, expected none; the endpoint is counted by ${by} no metric of APM such as trace.rack.request.hits, so it has no traces`,
    ]);
  });
});
