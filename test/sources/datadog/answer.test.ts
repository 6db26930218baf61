import fc from 'fast-check';
import { HOUR_MS, startOf } from '../../../lib/facts/hour';
import { readAnswer } from '../../../lib/sources/datadog/answer';
import { byStatus } from '../../worlds/by-status';
import { timeseries, withSums } from '../../worlds/datadog-stand-in';

const datadog = {
  site: 'ddog-gov.com' as const,
  metric: 'trace.rack.request.hits',
  scope: ['env:eks-prod'],
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
};
const endpoints = [
  { name: '#index', tag: 'a::index', toggleOff: false },
  { name: '#show', tag: 'a::show', toggleOff: false },
];
const H = 500_000;
const span = { from: H - 22, to: H + 2, wantedFrom: H };
const times = [H - 1, H, H + 1].map(startOf);
const tags = (endpoint: string, status: string) => [`resource_name:${endpoint}`, `http.status_code:${status}`];
const canary = { query: 1, values: [900, 900, 900] as (number | null)[] };
const ok = { query: 0, tags: tags('a::show', '200'), values: [1, 80, 90] };

const read = (answer: unknown) => readAnswer(answer, datadog, endpoints, span);
const reading = (...series: Parameters<typeof timeseries>[1]) => read(timeseries(times, withSums(series)));
const of = (samples: ReturnType<typeof read>, endpoint: string) =>
  samples.filter((sample) => sample.endpoint === endpoint);

test('every endpoint has a sample for every wanted hour, and no other', () => {
  expect(reading(ok, canary)).toEqual([
    { endpoint: '#index', hour: H, kind: 'counted', counts: byStatus({}) },
    { endpoint: '#show', hour: H, kind: 'counted', counts: byStatus({ '200': 80 }) },
    { endpoint: '#index', hour: H + 1, kind: 'counted', counts: byStatus({}) },
    { endpoint: '#show', hour: H + 1, kind: 'counted', counts: byStatus({ '200': 90 }) },
  ]);
});

test.each([
  ['null', { query: 1, values: [900, null, 900] }],
  ['zero', { query: 1, values: [900, 0, 900] }],
])('while the canary is %s, every endpoint is unknown with a reason, whatever its own series says', (_, silent) => {
  const samples = reading(ok, silent).filter(({ hour }) => hour === H);
  const reason = 'Datadog has no trace.rack.request.hits at all for env:eks-prod';
  expect(samples).toEqual(['#index', '#show'].map((endpoint) => ({ endpoint, hour: H, kind: 'unknown', reason })));
});

test('without a canary, or with an hour that is missing from the times, the hours are unknown', () => {
  expect(reading(ok).map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  const early = timeseries(times.slice(0, 2), [{ query: 1, values: [900, 900] }]);
  expect(read(early).map(({ kind }) => kind)).toEqual(['counted', 'counted', 'unknown', 'unknown']);
});

test('an hour in which over half of the requests have no HTTP status is unknown: nobody knows how they ended', () => {
  const of = (unlabelled: number) =>
    reading(
      { ...ok, values: [1, 90, 90] },
      { query: 0, tags: tags('a::show', 'N/A'), values: [0, unlabelled, 0] },
      canary,
    )
      .filter(({ endpoint, hour }) => endpoint === '#show' && hour === H)
      .map((sample) => (sample.kind === 'unknown' ? sample.reason : sample.kind));
  expect(of(90)).toEqual(['counted']);
  expect(of(91)).toEqual(['91 of its 181 requests have no HTTP status']);
});

test('an hour that stands alone in the answer is unknown, since nothing proves that it is one hour', () => {
  const alone = read(
    timeseries(
      [times[1]!],
      [
        { ...ok, values: [80] },
        { query: 1, values: [900] },
      ],
    ),
  );
  expect(alone.map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
  expect(alone[0]).toMatchObject({ hour: H, reason: expect.stringContaining('only hour of its day') });
});

describe('one odd group', () => {
  const index = { query: 0, tags: tags('a::index', '200'), values: [10, 20, 30] };
  const odd = (values: (number | null)[], ...some: string[]) => ({ query: 0, tags: some, values });
  /** What is counted in the two hours, or why it is unknown. */
  const told = (samples: ReturnType<typeof read>, endpoint: string) =>
    of(samples, endpoint).map((sample) =>
      sample.kind === 'counted' ? Object.fromEntries(sample.counts) : sample.reason,
    );

  test.each([
    ['is left out', ['resource_name:a::show']],
    ['is N/A', tags('a::show', 'N/A')],
    ['is n/a', tags('a::show', 'n/a')],
    ['is empty', tags('a::show', '')],
    ['is there twice', [...tags('a::show', '200'), 'http.status_code:502']],
  ])('whose status %s has requests of unknown status', (_, some) => {
    const samples = reading(ok, index, odd([0, 1, 0], ...some), canary);
    expect(told(samples, '#show')).toEqual([{ 200: 80, 'N/A': 1 }, { 200: 90 }]);
    expect(told(samples, '#index')).toEqual([{ 200: 20 }, { 200: 30 }]);
  });

  test('without a status and one of N/A are the same', () => {
    const both = [odd([0, 1, 0], 'resource_name:a::show'), odd([0, 2, 0], ...tags('a::show', 'N/A'))];
    expect(told(reading(ok, ...both, canary), '#show')[0]).toEqual({ 200: 80, 'N/A': 3 });
  });

  test.each<[string, Parameters<typeof timeseries>[1][number], string]>([
    ['that stands twice', odd([0, 8, 0], ...tags('a::show', '200')), 'two counts of "200"'],
    ['with a count below zero', odd([0, -1, 0], ...tags('a::show', '502')), 'a count of -1, expected 0 or more'],
    ['with a count beyond all counting', odd([0, 1e300, 0], ...tags('a::show', '502')), 'a count of 1e+300'],
  ])('%s makes unknown its endpoint in that hour, and nothing else', (_, one, reason) => {
    const samples = reading(ok, index, one, canary);
    expect(told(samples, '#show')).toEqual([expect.stringContaining(reason), { 200: 90 }]);
    expect(told(samples, '#index')).toEqual([{ 200: 20 }, { 200: 30 }]);
  });

  test.each([
    ['without its endpoint', ['http.status_code:200'], '["http.status_code:200"]'],
    ['of an endpoint that was not asked for', tags('A::Show', '200'), 'A::Show'],
    ['without any tag', [], '[]'],
  ])("%s may be anyone's: in its hours every endpoint is unknown", (_, some, named) => {
    const samples = reading(ok, index, odd([5, 1, null], ...some), canary);
    for (const [endpoint, rest] of [
      ['#show', { 200: 90 }],
      ['#index', { 200: 30 }],
    ] as const)
      expect(told(samples, endpoint)).toEqual([expect.stringContaining(named), rest]);
  });
});

describe('the statuses of an endpoint', () => {
  /** What is known of #show in the first hour, when 200s are so many and all its requests so many. */
  const checked = (some: number, all: number | null) => {
    const series = [
      { ...ok, values: [1, some, 90] },
      { query: 2, tags: ['resource_name:a::show'], values: [1, all, 90] },
      { query: 2, tags: ['resource_name:a::index'], values: [0, 0, 0] },
      canary,
    ];
    const [first, second] = of(read(timeseries(times, series)), '#show');
    expect(second).toMatchObject({ kind: 'counted' });
    return first!.kind === 'unknown' ? first!.reason : first!.kind;
  };

  test.each([
    [80, 85],
    [80, 75],
    [0, 5],
    [5, null],
    [990, 1000],
    [1000, 990],
  ])('that add up to %p of %p may be all: hours grow, and counters are sampled', (some, all) => {
    expect(checked(some, all)).toBe('counted');
  });

  test.each([
    [80, 86],
    [80, 74],
    [0, 6],
    [6, null],
    [989, 1000],
    [1000, 989],
  ])('that add up to %p of %p do not tell all: the hour is unknown, never cleaner', (some, all) => {
    expect(checked(some, all)).toBe(`its statuses add up to ${some} requests, of ${all ?? 0} in all`);
  });

  test('are unknown when the sums are left out, since nothing proves them', () => {
    expect(read(timeseries(times, [ok, canary])).map(({ kind }) => kind)).toEqual([
      'counted',
      'unknown',
      'counted',
      'unknown',
    ]);
  });
});

describe('the series of the scope', () => {
  const scope = { name: '(scope)', toggleOff: false };
  const scopeIn = (...series: Parameters<typeof timeseries>[1]) =>
    of(readAnswer(timeseries(times, withSums(series)), datadog, [...endpoints, scope], span), '(scope)');

  test('is the canary, whatever its statuses, and last in its hour', () => {
    const samples = readAnswer(timeseries(times, withSums([ok, canary])), datadog, [...endpoints, scope], span);
    expect(samples.map(({ endpoint }) => endpoint)).toEqual([
      '#index',
      '#show',
      '(scope)',
      '#index',
      '#show',
      '(scope)',
    ]);
    expect(samples.filter(({ endpoint }) => endpoint !== '(scope)')).toEqual(reading(ok, canary));
    const counted = (hour: number, any: number) => ({
      endpoint: '(scope)',
      hour,
      kind: 'counted',
      counts: byStatus({ any }),
    });
    expect(scopeIn(ok, { query: 1, values: [900, 899.6, 70] })).toEqual([counted(H, 900), counted(H + 1, 70)]);
  });

  test('is unknown where the canary is not seen', () => {
    expect(scopeIn(ok, { query: 1, values: [900, null, 900] })).toMatchObject([
      { kind: 'unknown', reason: 'Datadog has no trace.rack.request.hits at all for env:eks-prod' },
      { kind: 'counted' },
    ]);
    expect(scopeIn(ok).map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  });
});

test('an empty answer is "no data": unknown, never zero', () => {
  expect(read(timeseries([], [])).map(({ kind }) => kind)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
});

test('a status that is null or zero while others have requests is left out', () => {
  const failing = { query: 0, tags: tags('a::show', '502'), values: [5, null, 3] };
  const none = { query: 0, tags: tags('a::show', '404'), values: [0, 0, 0] };
  const counts = of(reading(ok, failing, none, canary), '#show').map(
    (sample) => sample.kind === 'counted' && sample.counts,
  );
  expect(counts).toEqual([byStatus({ '200': 80 }), byStatus({ '200': 90, '502': 3 })]);
});

test('fractions of sampled counters become whole requests', () => {
  const sampled = { query: 0, tags: tags('a::show', '200'), values: [0, 79.6, 0.4] };
  const counts = of(reading(sampled, { query: 1, values: [1, 0.2, 0.2] }), '#show');
  expect(counts).toMatchObject([{ counts: byStatus({ '200': 80 }) }, { counts: byStatus({}) }]);
});

test('the order of the tags does not matter, nor do further ones', () => {
  const turned = { ...ok, tags: ['env:eks-prod', ...tags('a::show', '200').reverse()] };
  expect(reading(turned, canary)).toEqual(reading(ok, canary));
});

test('a status label that is no number keeps its label', () => {
  const odd = { query: 0, tags: tags('a::show', 'N/A'), values: [0, 2, 2] };
  expect(of(reading(ok, odd, canary), '#show')[0]).toMatchObject({
    counts: byStatus({ '200': 80, 'N/A': 2 }),
  });
});

const shaped = (change: object) => {
  const answer = timeseries(times, [ok, canary]);
  return { ...answer, data: { attributes: { ...answer.data.attributes, ...change } } };
};

test.each<[string, unknown, string]>([
  [
    'errors beside its data',
    { ...timeseries(times, [ok, canary]), errors: 'query timed out' },
    'errors "query timed out"',
  ],
  ['a list of errors', { errors: ['a', 'b'] }, 'errors ["a","b"]'],
  ['text', 'ok', 'got "ok", expected a timeseries'],
  ['null', null, 'got null, expected a timeseries'],
  ['no attributes', { data: {} }, 'for data.attributes'],
  ['no times', shaped({ times: undefined }), 'for data.attributes.times'],
  [
    'NaN as text',
    shaped({
      values: [
        [1, 'NaN', 3],
        [1, 1, 1],
      ],
    }),
    'for data.attributes.values.0.1',
  ],
  [
    'an infinite count',
    shaped({
      values: [
        [1, Number.POSITIVE_INFINITY, 3],
        [1, 1, 1],
      ],
    }),
    'for data.attributes.values.0.1',
  ],
  [
    'too few values',
    shaped({
      values: [
        [1, 2],
        [1, 1, 1],
      ],
    }),
    'got 2 values, expected 3',
  ],
  [
    'too many values',
    shaped({
      values: [
        [1, 2, 3, 4],
        [1, 1, 1],
      ],
    }),
    'got 4 values, expected 3',
  ],
  ['fewer lists of values than series', shaped({ values: [[1, 2, 3]] }), 'got 1 lists of values, expected 2'],
  [
    'a time off the hour',
    shaped({ times: [times[0], times[1]! + 60_000, times[2]] }),
    `got time ${times[1]! + 60_000}`,
  ],
  ['a broken time', shaped({ times: [times[0], times[1]! + 0.5, times[2]] }), 'got time'],
  ['a time in seconds', shaped({ times: times.map((time) => time / 1000 + 1) }), 'got time'],
  ['times that run backwards', shaped({ times: [times[1], times[0], times[2]] }), 'after a later one'],
  ['a time twice', shaped({ times: [times[0], times[0], times[2]] }), 'after a later one'],
  [
    'points four hours apart',
    shaped({ times: [0, 4, 8].map((hour) => startOf(H - 8 + hour)) }),
    'no two of them an hour apart',
  ],
  [
    'a query that was not asked',
    shaped({ series: [{ query_index: 3 }, { query_index: 1 }] }),
    'got query_index 3, expected 0 to 2',
  ],
  ['half a query', shaped({ series: [{ query_index: 0.5 }, { query_index: 1 }] }), 'got query_index 0.5'],
  ['a part of the requests as canary', timeseries(times, [ok, { ...ok, query: 1 }]), 'got a canary with the tags'],
  ['a canary below zero', timeseries(times, [ok, { query: 1, values: [1, -1, 1] }]), 'got count -1'],
  ['a canary beyond all counting', timeseries(times, [ok, { query: 1, values: [1, 1e300, 1] }]), 'got count 1e+300'],
  ['two canaries', timeseries(times, [canary, canary]), 'got two series of the canary'],
])('an answer with %s is not used at all', (_, answer, message) => {
  expect(() => read(answer)).toThrow(expect.objectContaining({ name: 'SourceError', kind: 'malformed' }));
  expect(() => read(answer)).toThrow(message);
});

test('what an error quotes of an answer does nothing to a terminal', () => {
  const hostile = { errors: 'down\u009b2J\u202e' };
  expect(() => read(hostile)).toThrow('errors "down 2J"');
});

test.each([null, '', []])('errors that are %j are none', (errors) => {
  expect(read({ ...timeseries(times, withSums([ok, canary])), errors })).toEqual(reading(ok, canary));
});

test('a gap between points is no fault as long as two of them are neighbours', () => {
  const sparse = [H - 20, H - 19, H].map(startOf);
  expect(read(timeseries(sparse, [{ query: 1, values: [1, 1, 1] }])).map(({ kind }) => kind)).toEqual([
    'counted',
    'counted',
    'unknown',
    'unknown',
  ]);
});

test('whatever JSON comes back, it is either read in full or refused as malformed', () => {
  const number = fc.oneof(fc.double(), fc.constantFrom(...times, 0, 1, -1, HOUR_MS));
  const leaf = fc.oneof(number, fc.constant(null), fc.string());
  const attributes = fc.record({
    times: fc.oneof(fc.constant(times), fc.array(leaf, { maxLength: 3 })),
    series: fc.array(
      fc.record({
        query_index: fc.oneof(fc.constantFrom(0, 1), number),
        group_tags: fc.oneof(fc.constant(ok.tags), fc.array(fc.string())),
      }),
      { maxLength: 3 },
    ),
    values: fc.array(fc.oneof(fc.array(fc.nat(), { minLength: 3, maxLength: 3 }), fc.array(leaf, { maxLength: 4 })), {
      maxLength: 3,
    }),
  });
  const answer = fc.oneof(
    { weight: 9, arbitrary: attributes.map((some) => ({ data: { attributes: some } })) },
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(answer, (some) => {
      try {
        const samples = read(some);
        expect(samples).toHaveLength(4);
        for (const sample of samples) {
          if (sample.kind === 'unknown') continue;
          expect([...sample.counts.values()].every((count) => Number.isSafeInteger(count) && count > 0)).toBe(true);
        }
      } catch (error) {
        expect(error).toMatchObject({ name: 'SourceError', kind: 'malformed' });
      }
    }),
    { numRuns: 250 },
  );
});
