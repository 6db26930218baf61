import { meets } from '../../../lib/local/datadog/filter';
import { parseQuery } from '../../../lib/local/datadog/metric-query';

const HOURLY = '.as_count().rollup(sum, 3600)';

const of = (filter: string) => parseQuery(`sum:hits{${filter}}${HOURLY}`).filter;
const met = (filter: string, ...tags: Record<string, string>[]) => tags.map((one) => meets(of(filter), one));

test('a filter joins its tags by AND, by OR, and in brackets within each other', () => {
  const [a, b, c] = [
    { env: 'x', controller: 'claims', action: 'show' },
    { env: 'x', controller: 'letters', action: 'index' },
    { env: 'x', controller: 'claims', action: 'index' },
  ] as const;
  expect(met('env:x AND (action:show OR action:edit)', a, b)).toEqual([true, false]);
  expect(
    met('env:x AND ((controller:claims AND action:show) OR (controller:letters AND action:index))', a, b, c),
  ).toEqual([true, true, false]);
  expect(met('env:x,action:index', a, b)).toEqual([false, true]);
  expect(met('action:show OR action:index AND controller:letters', a, b, c)).toEqual([true, true, false]);
});

test('a tag is cut at its first colon, and one that is missing meets nothing', () => {
  expect(of('resource_name:v0::users_show')).toEqual({ key: 'resource_name', value: 'v0::users_show' });
  expect(met('page:*', {}, { page: 'a' })).toEqual([false, true]);
});

test.each([
  ['claims-*', ['claims-api', 'claims-'], ['claims', 'my-claims-api']],
  ['*-api', ['claims-api'], ['claims-api-2']],
  ['*laim*', ['claims', 'laim'], ['letters']],
  ['a.b*', ['a.bc'], ['axbc']],
])('the wildcards of %s stand for any letters, and nothing else does', (value, some, others) => {
  const found = (values: string[]) => values.map((one) => meets(of(`service:${value}`), { service: one }));
  expect(found(some)).toEqual(some.map(() => true));
  expect(found(others)).toEqual(others.map(() => false));
});

test('groups, and the counts of a distribution, are read', () => {
  expect(parseQuery(`sum:a.b_c{env:x} by {page,http.status_code}${HOURLY}`)).toEqual({
    aggregator: 'sum',
    metric: 'a.b_c',
    filter: { key: 'env', value: 'x' },
    by: ['page', 'http.status_code'],
  });
  expect(parseQuery(`count:trace.rack.request{env:x}${HOURLY}`)).toMatchObject({ aggregator: 'count' });
  expect(parseQuery(`count(v: v>0.5):trace.rack.request{env:x}${HOURLY}`)).toMatchObject({
    aggregator: 'count',
    over: 0.5,
  });
});

test.each([
  ['sum:hits{env:x}.rollup(sum, 3600)', /as_count/],
  ['sum:hits{env:x}.as_count()', /rollup/],
  ['sum:hits{env:x}.as_count().rollup(sum, 60)', /could not be parsed/],
  ['sum:hits{env:x}.as_count().rollup(avg, 3600)', /could not be parsed/],
  [`avg:hits{env:x}${HOURLY}`, /could not be parsed/],
  [`sum:hits{}${HOURLY}`, /could not be parsed/],
  [`sum:hits{env:x}{y}${HOURLY}`, /could not be parsed/],
  [`sum:hits{env:"x"}${HOURLY}`, /could not be parsed at 'env:"x"'/],
  [`sum:hits{env:x AND}${HOURLY}`, /could not be parsed at ''/],
  [`sum:hits{env:x,a:b OR a:c}${HOURLY}`, /mixes/],
  [`sum:hits{!env:x}${HOURLY}`, /could not be parsed at '!env:x'/],
  [`sum:hits{env:x AND (a:b}${HOURLY}`, /could not be parsed at/],
  [`sum:hits{env:x a:b}${HOURLY}`, /could not be parsed at 'a:b'/],
  [`count(v: v<2):hits{env:x}${HOURLY}`, /could not be parsed/],
  [`sum(v: v>2):hits{env:x}${HOURLY}`, /could not be parsed/],
  [`default_zero(sum:hits{env:x}${HOURLY})`, /could not be parsed/],
])('%s is refused', (query, reason) => {
  expect(() => parseQuery(query)).toThrow(reason);
});
