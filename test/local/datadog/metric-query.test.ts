import { parseQuery } from '../../../lib/local/datadog/metric-query';

const HOURLY = '.as_count().rollup(sum, 3600)';

test('a filter is a list of alternatives of which each must be met', () => {
  expect(parseQuery(`sum:hits{env:x AND (page:a OR page:b)}${HOURLY}`)).toEqual({
    metric: 'hits',
    allOf: [
      [['env', 'x']],
      [
        ['page', 'a'],
        ['page', 'b'],
      ],
    ],
    by: [],
  });
});

test('a tag is cut at its first colon', () => {
  expect(parseQuery(`sum:hits{resource_name:v0::users_show}${HOURLY}`).allOf).toEqual([
    [['resource_name', 'v0::users_show']],
  ]);
});

test('the symbolic form and groups are read', () => {
  expect(parseQuery(`sum:a.b_c{env:x,page:a} by {page,http.status_code}${HOURLY}`)).toEqual({
    metric: 'a.b_c',
    allOf: [[['env', 'x']], [['page', 'a']]],
    by: ['page', 'http.status_code'],
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
  [`sum:hits{env:x AND}${HOURLY}`, /could not be parsed at 'env:x AND'/],
  [`sum:hits{env:x,a:b OR a:c}${HOURLY}`, /mixes/],
  [`sum:hits{!env:x}${HOURLY}`, /could not be parsed at '!env:x'/],
  [`default_zero(sum:hits{env:x}${HOURLY})`, /could not be parsed/],
])('%s is refused', (query, reason) => {
  expect(() => parseQuery(query)).toThrow(reason);
});
