import { parseRelease } from '../../../lib/release/parse';
import { fileOf } from '../../worlds/small-release';

const criteria = [{ below: '5%' }];
const PAIR = { errors: 'poll.error', requests: 'poll.error + poll.success' };
const SLOW = { metric: 'trace.rack.request', over: 1.5 };

/** What is wrong with a release of these endpoints; nothing for one that can be used. */
function problems(endpoints: object[], change: { datadog?: object } & Record<string, unknown> = {}) {
  const { datadog, ...rest } = change;
  const named = endpoints.map((one, index) => ({ name: `#${index}`, criteria, ...one }));
  const parsed = parseRelease(
    'small',
    fileOf({ ...rest, endpoints: named, datadog: { ...fileOf().datadog, ...datadog } }),
  );
  return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path.join('.')} - ${message}`) : [];
}

test('an endpoint is counted by tag, by several tags, by a pair of counters or by how slow it is, each with a filter', () => {
  const filter = ['service:claims-*', 'env:eks-gov'];
  const kinds = [
    { tag: 'show' },
    { tags: { controller: 'claims', action: 'show' } },
    { counters: PAIR },
    { tag: 'show', slow: SLOW },
  ];
  expect(problems([...kinds, ...kinds.map((kind) => ({ ...kind, filter }))])).toEqual([]);
  const parsed = parseRelease('small', fileOf({ endpoints: [{ name: '#poll', counters: PAIR, criteria }] }));
  expect(parsed).toMatchObject({
    release: { endpoints: [{ counters: { errors: ['poll.error'], requests: ['poll.error', 'poll.success'] } }] },
  });
});

test('a control is counted in the same ways', () => {
  const controls = [{ name: 'letters', tags: { controller: 'letters', action: 'show' }, filter: ['service:letters'] }];
  expect(problems([{ tag: 'show' }], { controls })).toEqual([]);
});

test.each<[string, object, string]>([
  ['says nothing', {}, 'endpoints.0.tag - got nothing, expected the endpoint tag'],
  ['has only a filter', { filter: ['service:a'] }, 'endpoints.0.tag - got nothing'],
  ['has tag and tags', { tag: 'a', tags: { action: 'a' } }, 'endpoints.0.tags - got tags beside tag'],
  ['has counters and slow', { counters: PAIR, slow: SLOW }, 'endpoints.0.slow - got slow beside counters'],
  ['has no tags', { tags: {} }, 'endpoints.0.tags - got 0 tags, expected one to 5'],
  ['has a tag of the status', { tags: { 'http.status_code': '500' } }, 'endpoints.0.tags - got http.status_code'],
  [
    'has a tag of the scope',
    { tags: { env: 'a', action: 'b' } },
    'endpoints.0.tags - got env, which datadog.scope has',
  ],
  [
    'has a key twice',
    { tag: 'a', filter: ['service:a', 'service:b'] },
    'endpoints.0.filter - got service:b beside service:a',
  ],
  ['filters by its tag', { tag: 'a', filter: ['resource_name:b'] }, 'endpoints.0.filter - got resource_name:b'],
  [
    'filters by the status',
    { tag: 'a', filter: ['http.status_code:200'] },
    'endpoints.0.filter - got http.status_code:200',
  ],
  ['filters by anything', { tag: 'a', filter: ['service:*'] }, 'expected key:value such as service:claims'],
  ['filters by no', { tag: 'a', filter: ['!service:a'] }, 'expected key:value such as service:claims'],
  ['has a wildcard as its tag', { tag: 'a*' }, 'expected a Datadog tag value'],
  [
    'counts one twice',
    { counters: { errors: 'a', requests: 'a + b + b' } },
    'counters - got a metric twice in requests',
  ],
  [
    'counts only errors',
    { counters: { errors: 'a + b', requests: 'b + a' } },
    'counters - got the same in errors and requests',
  ],
  ['divides', { counters: { errors: 'a', requests: 'a / b' } }, 'expected a metric such as claims.poll.error'],
  ['has no errors', { counters: { requests: 'a' } }, 'counters.errors - got nothing'],
  ['is slow at once', { slow: { ...SLOW, over: 0 } }, 'slow.over - got 0, expected at least 0.001'],
  ['is slow by text', { slow: { ...SLOW, over: '2 s' } }, 'slow.over - got "2 s", expected a number in the unit'],
])('an endpoint that %s is refused', (_what, endpoint, said) => {
  expect(problems([endpoint]).join('\n')).toContain(said);
});

test('no two count the same, and the same tag may be counted of two services and in two ways', () => {
  const tags = { controller: 'a', action: 'b' };
  expect(problems([{ tags }, { tags: { action: 'b', controller: 'a' } }])).toEqual([
    expect.stringMatching(/^endpoints - the measure .* stands twice$/),
  ]);
  expect(problems([{ counters: PAIR }, { counters: { ...PAIR } }])).toHaveLength(1);
  expect(
    problems([
      { tag: 'a' },
      { tag: 'a', filter: ['service:a'] },
      { tag: 'a', filter: ['service:b'] },
      { tag: 'a', slow: SLOW },
    ]),
  ).toEqual([]);
});

test('a filter may not have a key of the toggle that is off', () => {
  const datadog = { toggleOff: ['feature:off'] };
  expect(problems([{ tag: 'a', filter: ['feature:on'] }], { datadog })).toEqual([
    expect.stringContaining('got feature:on beside feature:off'),
  ]);
});
