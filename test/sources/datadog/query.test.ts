import fc from 'fast-check';
import { spansOf, timeseriesRequest } from '../../../lib/sources/datadog/query';

const datadog = {
  site: 'ddog-gov.com' as const,
  metric: 'trace.rack.request.hits',
  scope: ['env:eks-prod'],
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
};
const endpoint = (tag: string) => ({ name: tag, tag, toggleOff: false });
const queries = (change: object, tags: string[]) =>
  timeseriesRequest({ ...datadog, ...change }, tags.map(endpoint), { from: 10, to: 34, wantedFrom: 33 }).data
    .attributes;

test('one request asks for the counts of all endpoints by status and in all, and for the canary', () => {
  expect(queries({}, ['a::b_index', 'a::b_show'])).toEqual({
    from: 36_000_000,
    to: 122_400_000,
    interval: 3_600_000,
    formulas: [{ formula: 'requests' }, { formula: 'canary' }, { formula: 'sums' }],
    queries: [
      {
        dataSource: 'metrics',
        name: 'requests',
        query:
          'sum:trace.rack.request.hits{env:eks-prod AND (resource_name:a::b_index OR resource_name:a::b_show)} by {resource_name,http.status_code}.as_count().rollup(sum, 3600)',
      },
      {
        dataSource: 'metrics',
        name: 'canary',
        query: 'sum:trace.rack.request.hits{env:eks-prod}.as_count().rollup(sum, 3600)',
      },
      {
        dataSource: 'metrics',
        name: 'sums',
        query:
          'sum:trace.rack.request.hits{env:eks-prod AND (resource_name:a::b_index OR resource_name:a::b_show)} by {resource_name}.as_count().rollup(sum, 3600)',
      },
    ],
  });
});

test('requests with the toggle off are one query more, of their tags only and with the pairs of toggleOff', () => {
  const series = [endpoint('a'), endpoint('b'), endpoint('c'), { name: 'b (toggle off)', tag: 'b', toggleOff: true }];
  const asked = (some: typeof series, toggleOff: string[]) =>
    timeseriesRequest({ ...datadog, toggleOff }, some, { from: 10, to: 34, wantedFrom: 33 }).data.attributes;
  const { formulas, queries } = asked(series, ['feature:off', 'tier:web']);
  const groups = ' by {resource_name,http.status_code}.as_count().rollup(sum, 3600)';
  expect(formulas!.map(({ formula }) => formula)).toEqual(['requests', 'canary', 'sums', 'requests_off']);
  expect(queries.map((one) => 'query' in one && one.query)).toEqual([
    `sum:trace.rack.request.hits{env:eks-prod AND (resource_name:a OR resource_name:b OR resource_name:c)}${groups}`,
    'sum:trace.rack.request.hits{env:eks-prod}.as_count().rollup(sum, 3600)',
    'sum:trace.rack.request.hits{env:eks-prod AND (resource_name:a OR resource_name:b OR resource_name:c)} by {resource_name}.as_count().rollup(sum, 3600)',
    `sum:trace.rack.request.hits{env:eks-prod AND feature:off AND tier:web AND resource_name:b}${groups}`,
  ]);
  expect(asked(series.slice(0, 3), ['feature:off']).queries).toHaveLength(3);
  expect(() => asked(series, ['feature:"off"'])).toThrow('plain names and tags only');
});

test('every part of the scope narrows both queries', () => {
  const [requests, canary] = queries({ scope: ['env:eks-prod', 'region:west'] }, ['a']).queries as { query: string }[];
  expect(requests!.query).toContain('{env:eks-prod AND region:west AND resource_name:a}');
  expect(canary!.query).toContain('{env:eks-prod AND region:west}');
});

test.each(['a"b', "a'b", 'a}b', 'a{b', 'a b', 'a,b', 'a)', 'a\n', '', '*', 'ä'])(
  'the value %j is not put into a query',
  (value) => {
    const message = 'a Datadog query takes plain names and tags only';
    expect(() => queries({}, [value])).toThrow(message);
    for (const change of [{ metric: value }, { scope: [value] }, { endpointTag: value }, { statusTag: value }]) {
      expect(() => queries(change, ['a'])).toThrow(message);
    }
  },
);

test('a short range is widened backwards to 24 hours and wants only its own', () => {
  expect(spansOf(1000, 1001)).toEqual([{ from: 977, to: 1001, wantedFrom: 1000 }]);
});

test('four weeks are four requests', () => {
  expect(spansOf(1000, 1672).map(({ from, to }) => to - from)).toEqual([168, 168, 168, 168]);
});

test('every hour is wanted exactly once, and a request spans 24 to 168 hours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 5000 }), fc.nat(2000), (from, hours) => {
      let next = from;
      for (const span of spansOf(from, from + hours)) {
        expect(span.wantedFrom).toBe(next);
        expect(span.from).toBeLessThanOrEqual(span.wantedFrom);
        expect(span.to - span.from).toBeGreaterThanOrEqual(24);
        expect(span.to - span.from).toBeLessThanOrEqual(168);
        next = span.to;
      }
      expect(next).toBe(from + hours);
    }),
  );
});
