import { rmSync } from 'node:fs';
import type { Check } from '../../../lib/doctor/check';
import { type Hour, hourOf } from '../../../lib/facts/hour';
import { datadogClient } from '../../../lib/sources/datadog/client';
import { folder, stagewatch, written } from '../../worlds/console';
import { type DatadogRows, type Row, startRows } from '../../worlds/datadog-rows';
import { fileOf } from '../../worlds/small-release';

const METRIC = 'trace.rack.request.hits';
/** The newest hour that has ended, more or less: what is told from it are days. */
const NOW: Hour = hourOf(Date.now());
const ago = (days: number): Hour => NOW - 24 * days;
/** It is always the same time of day and week, so that every run of the tests sees the same. */
const PHASE = 16;
const since = (hour: Hour): number => hour - NOW + 24 * 7 * 10 + PHASE;
const clock = (hour: Hour): number => since(hour) % 24;

const root = folder();
let site: DatadogRows;
beforeAll(async () => {
  await datadogClient();
  site = await startRows(METRIC);
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await site.close();
});

const BASELINE = [{ consistentWithBaseline: {} }];
const BELOW = [{ below: '5%' }];

/** Two endpoints that are compared with their baseline, in an environment of many others. */
const release = (change: { datadog?: object; show?: object } & Record<string, unknown> = {}) => {
  const { datadog, show, ...rest } = change;
  return {
    endpoints: [
      { name: '#list', tag: 'list', criteria: BASELINE },
      { name: '#show', tag: 'show', criteria: BASELINE, ...show },
    ],
    ...rest,
    datadog: { ...fileOf().datadog, scope: ['env:live'], ...datadog },
  };
};

type Counts = Readonly<Record<string, number>>;
const NONE: Counts = {};

const row = (tag: string | undefined, status: string, value: number, more: Record<string, string> = {}): Row => ({
  tags: {
    env: 'live',
    ...(tag !== undefined && { resource_name: tag }),
    ...(status !== 'none' && { 'http.status_code': status }),
    ...more,
  },
  value,
});

const rowsOf = (tag: string, counts: Counts, more?: Record<string, string>): Row[] =>
  Object.entries(counts)
    .filter(([, value]) => value !== 0)
    .map(([status, value]) => row(tag, status, value, more));

/** By day and night, of a service in America. */
const wave = (hour: Hour, mean: number) => Math.round(mean * (1 + 0.8 * Math.sin(clock(hour) / 3.82)));
const usual = (hour: Hour, mean = 500): Counts => {
  const requests = wave(hour, mean);
  const failed = Math.round(requests * 0.012);
  return { 200: requests - failed, 500: failed };
};

/** The rest of the environment, #list as usual, and #show as `show` has it. */
const rows =
  (show: (hour: Hour) => Counts, more: (hour: Hour) => readonly Row[] = () => []) =>
  (hour: Hour): Row[] => [
    row('others', '200', 8_000),
    row('others', '500', 20),
    ...rowsOf('list', usual(hour)),
    ...rowsOf('show', show(hour)),
    ...more(hour),
  ];
const as = (change: (row: Row) => Row) => (hour: Hour) => rows(usual)(hour).map(change);
const tagged = (one: Row, tags: Record<string, string>): Row => ({ ...one, tags: { ...one.tags, ...tags } });
const without = (one: Row, key: string): Row => {
  const { [key]: _out, ...tags } = one.tags;
  return { ...one, tags };
};
const times = (factor: number) => as((one) => ({ ...one, value: one.value * factor }));

const TYPES = { 'poll.error': 'count', 'poll.success': 'count', latency: 'distribution' };
const POLL = { errors: 'poll.error', requests: 'poll.error + poll.success' };
const SLOW = { metric: 'latency', over: 2 };
/** The usual endpoints, and one that is counted in another way. */
const measured = (measure: object, criteria: object[] = BASELINE) => ({
  file: release({
    endpoints: [
      { name: '#list', tag: 'list', criteria: BASELINE },
      { name: '#kind', criteria, ...measure },
    ],
  }),
});
const polls = (error: number, success: number) => (hour: Hour) =>
  [
    ...rows(usual)(hour),
    { ...row(undefined, 'none', error), metric: 'poll.error' },
    { ...row(undefined, 'none', success), metric: 'poll.success' },
  ].filter(({ value }) => value > 0);
const latencies =
  (fast: number, slow: number, pace = 1) =>
  (hour: Hour) =>
    [
      ...rows(usual)(hour),
      { ...row('show', 'none', fast), metric: 'latency', each: 0.3 * pace },
      { ...row('show', 'none', slow), metric: 'latency', each: 4 * pace },
    ].filter(({ value }) => value > 0);
/** One endpoint that is told by tags, in a service whose requests have all of them. */
const action = (tags: object) => ({ file: release({ endpoints: [{ name: '#kind', tags, criteria: BASELINE }] }) });
/** Requests of several controllers by their actions; the endpoint tag is not there. */
const actions =
  (change: (tags: Record<string, string>, hour: Hour) => Record<string, string | undefined> = (tags) => tags) =>
  (hour: Hour): Row[] => [
    ...['claims', 'letters'].flatMap((controller) =>
      ['show', 'index'].flatMap((action) =>
        Object.entries(usual(hour)).map(([status, value]) => {
          const tags = change({ env: 'live', controller, action, 'http.status_code': status }, hour);
          return { tags: Object.fromEntries(Object.entries(tags).flatMap(([k, v]) => (v ? [[k, v]] : []))), value };
        }),
      ),
    ),
  ];

/** What failed has a class, as `nameOf` says it; the file names the tag. */
const classed = (nameOf: (one: Row, hour: Hour) => string | undefined, classTag = 'error_class') => ({
  file: release({ datadog: { classTag } }),
  rows: (hour: Hour) =>
    rows(usual)(hour).map((one) => {
      const name = one.tags['http.status_code'] === '500' ? nameOf(one, hour) : undefined;
      return name === undefined ? one : tagged(one, { error_class: name });
    }),
});

interface Case {
  file?: object;
  rows?: (hour: Hour) => readonly Row[];
  type?: DatadogRows['type'];
  users?: number;
  hidden?: readonly string[];
  omits?: boolean;
  types?: Readonly<Record<string, string>>;
  refuses?: string;
}

let number = 0;
async function doctor({ file = release(), rows: script = rows(usual), ...change }: Case) {
  const cached = new Map<Hour, readonly Row[]>();
  Object.assign(site, {
    type: 'count',
    types: TYPES,
    refuses: undefined,
    users: 1_000,
    hidden: [],
    omits: false,
    ...change,
  });
  site.asked = { questions: 0, longest: 0 };
  site.rows = (hour) => {
    const known = cached.get(hour) ?? script(hour);
    cached.set(hour, known);
    return known;
  };
  const place = written(root, `set-up-${++number}`, file);
  const env = { DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40), STAGEWATCH_DATADOG_URL: site.url };
  const { code, out, err } = await stagewatch(['doctor', '--release', place, '--json'], { env, now: Date.now() });
  const checks = out === '' ? [] : (JSON.parse(out) as Check[]);
  const faults = checks.filter(({ outcome }) => outcome === 'wrong' || outcome === 'unproven');
  return { code, err, faults: faults.map(({ name, outcome, text }) => `${outcome} ${name}: ${text}`) };
}

const USERS = { source: 'rum', search: '@type:view', facet: '@usr.id', kept: '30 days', counts: 'all' };

/** What is wrong, the set-up, and what must be said: each of its lines, and no other. */
const WRONG: [what: string, set: Case, ...said: RegExp[]][] = [
  ['the metric is a gauge', { type: 'gauge' }, /^wrong metric: .*which is a gauge, expected a count/],
  ['the metric is a distribution', { type: 'distribution' }, /^wrong metric: .*which is a distribution/],
  [
    'the metric sums seconds, and its type may not be read',
    { type: 403, rows: times(0.0371) },
    /^wrong metric: .*are fractions/,
  ],
  [
    'the metric is a gauge that falls below none, and its type may not be read',
    { type: 403, rows: rows((hour) => ({ 200: since(hour) % 5 === 0 ? -3 : 40 })) },
    /^wrong metric: datadog.metric - got trace.rack.request.hits, which was negative in \d+ points, expected a count/,
  ],
  ['the metric has whole numbers, and its type may not be read', { type: 403 }, /^unproven metric: .*metrics_read/],
  ['the metric has whole numbers, and Datadog says no type', { type: null }, /^unproven metric: .*does not say it/],
  [
    'the metric counts only errors',
    { rows: (hour) => rows(usual)(hour).filter((one) => one.tags['http.status_code'] === '500') },
    /^wrong rates: .*#list, #show all failed, expected one that counts all requests/,
  ],
  [
    'an endpoint fails always',
    { rows: rows((hour) => ({ 410: wave(hour, 50) })) },
    /^wrong rates: errors of #show - got 100 %/,
  ],
  [
    'the scope is a staging environment',
    { file: release({ datadog: { scope: ['env:staging'] } }), rows: as((one) => tagged(one, { env: 'staging' })) },
    /^wrong scope: .*env:staging, a test environment by its name/,
  ],
  [
    'the scope is a staging environment beside that of the users',
    {
      file: release({ datadog: { scope: ['env:eks-dev', 'service:api'] } }),
      rows: (hour) =>
        ['eks-dev', 'eks-prod'].flatMap((env) => rows(usual)(hour).map((one) => tagged(one, { env, service: 'api' }))),
    },
    /^wrong scope: .*is it env:eks-prod \([\d,]+ requests in 24 hours\)\?/,
  ],
  [
    'the scope is an environment of less than production, with no name that says so',
    {
      file: release({ datadog: { scope: ['env:blue'] } }),
      rows: (hour) => [
        ...rows((at) => usual(at, 40))(hour).map((one) => tagged(one, { env: 'blue' })),
        ...rows(usual)(hour).map((one) => tagged(one, { env: 'production', value: '1' })),
      ],
    },
    /^wrong scope: .*env:blue, .*env:production .* has more/,
  ],
  [
    'the scope has no environment, and staging is in it',
    {
      file: release({ datadog: { scope: ['service:api'] } }),
      rows: (hour) =>
        ['qa', 'live'].flatMap((env) => rows(usual)(hour).map((one) => tagged(one, { env, service: 'api' }))),
    },
    /^wrong scope: .*env:qa .* in it, .*add a pair such as env:live/,
  ],
  [
    'the scope has no requests',
    { file: release({ datadog: { scope: ['env:elsewhere'] } }) },
    /^wrong traffic: /,
    /^wrong scope: .*env:live \(.* has more/,
    /^wrong series #list: .*is that the right tag/,
    /^wrong series #show: /,
    /^wrong baseline: /,
    /^wrong lateness: /,
  ],
  [
    'an endpoint is misspelt',
    {
      file: release({ show: { tag: 'shwo_claim' } }),
      rows: rows(
        () => ({}),
        (hour) => rowsOf('show_claim', usual(hour)),
      ),
    },
    /^wrong series #show: .*did you mean show_claim\?/,
  ],
  [
    'an endpoint has no requests and is like no other',
    { file: release({ show: { tag: 'payments_create' } }) },
    /^wrong series #show: .*is like it/,
  ],
  ...([1, 3, 5, 10] as const).map((days): (typeof WRONG)[number] => [
    `an endpoint was renamed ${days} days ago`,
    {
      rows: rows(
        (hour) => (hour < ago(days) ? usual(hour) : NONE),
        (hour) => (hour < ago(days) ? [] : rowsOf('show_v2', usual(hour))),
      ),
    },
    /^wrong series #show: tag - got no request .* in the last \d+ hours, since .*renamed to show_v2\?/,
  ]),
  [
    'an endpoint of a request an hour was renamed three days ago',
    { rows: rows((hour) => (hour < ago(3) ? { 200: 1 } : NONE)) },
    /^wrong series #show: .*was the endpoint renamed\?/,
  ],
  [
    'an endpoint was renamed for all but a few requests',
    {
      rows: rows(
        (hour) => (hour < ago(2) ? usual(hour) : { 200: since(hour) % 3 }),
        (hour) => (hour < ago(2) ? [] : rowsOf('show_v2', usual(hour))),
      ),
    },
    /^wrong series #show: .*in the last 24 hours, expected about .*renamed\?/,
  ],
  [
    'an endpoint of five days was renamed yesterday',
    { rows: rows((hour) => (hour >= ago(5) && hour < ago(1) ? usual(hour) : NONE)) },
    /^wrong series #show: .*was the endpoint renamed\?/,
    /^wrong baseline #show: .*about 5 days|4 days/,
  ],
  ...([2, 8, 13] as const).map((days): (typeof WRONG)[number] => [
    `an endpoint is ${days} days old`,
    { rows: rows((hour) => (hour >= ago(days) ? usual(hour) : NONE)) },
    new RegExp(`^wrong baseline #show: baseline - got about ${days} days of #show, whose first request`),
  ]),
  [
    'an endpoint has its name since eight days',
    {
      rows: rows(
        (hour) => (hour >= ago(8) ? usual(hour) : NONE),
        (hour) => (hour >= ago(8) ? [] : rowsOf('display', usual(hour))),
      ),
    },
    /^wrong baseline #show: .*was it called display before\?/,
  ],
  [
    'an endpoint that is busy by day only is eight days old',
    { rows: rows((hour) => (hour >= ago(8) && clock(hour) > 13 ? usual(hour) : NONE)) },
    /^wrong baseline #show: baseline - got about 8 days/,
  ],
  [
    'a control is two days old',
    {
      file: release({ controls: [{ name: 'letters', tag: 'letters' }] }),
      rows: rows(usual, (hour) => (hour >= ago(2) ? rowsOf('letters', usual(hour)) : [])),
    },
    /^wrong baseline letters: baseline - got about 2 days of letters/,
  ],
  [
    'an endpoint was called otherwise for ten days',
    { rows: rows((hour) => (hour >= ago(20) && hour < ago(10) ? NONE : usual(hour))) },
    /^wrong baseline #show: baseline - got no request of #show from .* to .*was it called otherwise/,
  ],
  [
    'Datadog has the metric since three days',
    { rows: (hour) => (hour >= ago(3) ? rows(usual)(hour) : []) },
    /^wrong baseline #list: /,
    /^wrong baseline #show: /,
    /^wrong baseline: baseline - got data in 7\d of the last 672 hours/,
  ],
  [
    'the status tag is another one',
    { file: release({ datadog: { statusTag: 'http.status' } }) },
    /^wrong statuses: datadog.statusTag - got 100 % of #list without/,
    /^wrong statuses: datadog.statusTag - got 100 % of #show without/,
    /^wrong baseline #list: baseline - got nothing of #list that can be used/,
    /^wrong baseline #show: baseline - got nothing of #show that can be used/,
    /^wrong baseline: /,
    /^wrong lateness: /,
  ],
  [
    'the status tag is eight days old',
    { rows: (hour) => rows(usual)(hour).map((one) => (hour < ago(8) ? without(one, 'http.status_code') : one)) },
    /^wrong statuses: .* of #list without an HTTP status in http.status_code in about 4 weeks: it is there since/,
    /^wrong statuses: .* of #show without/,
    /^wrong baseline #list: baseline - got about 8 days of #list that can be used/,
    /^wrong baseline #show: /,
  ],
  [
    'the status tag of an endpoint is twenty days old',
    {
      rows: (hour) =>
        rows(usual)(hour).map((one) =>
          hour < ago(20) && one.tags.resource_name === 'show' ? without(one, 'http.status_code') : one,
        ),
    },
    /^wrong statuses: .* of #show without .*it is there since/,
  ],
  [
    'the status tag is gone since a day',
    {
      rows: (hour) =>
        rows(usual)(hour).map((one) =>
          hour >= ago(1) && one.tags.resource_name === 'show' ? without(one, 'http.status_code') : one,
        ),
    },
    /^wrong statuses: .*of #show without an HTTP status in http.status_code in the last 24 hours/,
  ],
  [
    'some requests cannot be grouped by status',
    {
      hidden: ['http.status_code'],
      rows: rows(usual, (hour) => rowsOf('show', { 200: wave(hour, 9) }, { hidden: 'yes' })),
    },
    /^wrong sums: sums of #show - got .* by status, expected .*tag configuration/,
  ],
  [
    'the tracer books the failures of an endpoint under get_500',
    {
      rows: rows(
        (hour) => ({ 200: usual(hour)[200]! }),
        (hour) => rowsOf('get_500', { 500: usual(hour)[500]! }),
      ),
    },
    /^wrong siblings: .*resource_name:get_500 .*#show may miss them/,
  ],
  [
    'the tracer books all failures of the scope under get_500 and post_502',
    {
      rows: (hour) =>
        rows(usual)(hour).map((one) =>
          one.tags['http.status_code'] === '500'
            ? tagged(one, {
                resource_name: since(hour) % 3 ? 'get_500' : 'post_502',
                'http.status_code': since(hour) % 3 ? '500' : '502',
              })
            : one,
        ),
    },
    /^wrong siblings: .*100 % of the scope's failures under .*get_500.*post_502/,
  ],
  [
    'half of the failures have no endpoint and no status',
    {
      rows: (hour) =>
        rows(usual)(hour).flatMap((one) =>
          one.tags['http.status_code'] === '500'
            ? [
                { ...one, value: one.value / 2 },
                { ...without(without(one, 'resource_name'), 'http.status_code'), value: one.value / 2 },
              ]
            : [one],
        ),
    },
    /^wrong siblings: .*resource_name:N\/A/,
  ],
  [
    'the tracer books what failed under the method alone',
    {
      rows: (hour) =>
        rows(usual)(hour).map((one) =>
          one.tags['http.status_code'] === '500' ? tagged(one, { resource_name: 'get' }) : one,
        ),
    },
    /^wrong siblings: .*resource_name:get /,
  ],
  [
    'the application books what failed under its page for errors',
    {
      rows: rows(
        (hour) => ({ 200: usual(hour)[200]! }),
        (hour) => rowsOf('errorscontroller_show', { 404: 50, 500: usual(hour)[500]! }),
      ),
    },
    /^wrong siblings: .*resource_name:errorscontroller_show .*#show may miss them/,
  ],
  [
    'RUM has 120 users of 60,000 requests a day',
    { file: release({ datadog: { users: USERS } }), rows: rows((hour) => usual(hour, 2_000)), users: 120 },
    /^wrong users: users - got 120 users .* beside \d\d,\d+ requests .*sessionSampleRate/,
  ],
  ['RUM has no user', { file: release({ datadog: { users: USERS } }), users: 0 }, /^wrong users: no user found/],
  [
    'nobody carries the tags of a toggle that is off',
    { file: release({ datadog: { control: ['feature:off'] } }) },
    /^wrong series #list \(toggle off\): datadog.toggleOff/,
    /^wrong series #show \(toggle off\): datadog.toggleOff/,
  ],
  [
    'the counter of failures is misspelt',
    { ...measured({ counters: { ...POLL, errors: 'poll.errors' } }), rows: polls(2, 98) },
    /^wrong metric poll.errors: counters of #kind - got none called poll.errors/,
    /^unproven rates: counters of #kind - got no poll.errors in 28 days/,
  ],
  [
    'the counter of failures has never counted one',
    { ...measured({ counters: POLL }), rows: polls(0, 98) },
    /^unproven rates: counters of #kind - got no poll.error in 28 days, .*nothing shows that a failure would be counted/,
  ],
  [
    'all requests are those of the counter that has what succeeded',
    { ...measured({ counters: { errors: 'poll.error', requests: 'poll.success' } }), rows: polls(60, 40) },
    /^wrong rates: counters of #kind - got .* of poll.error in 28 days, of .* of poll.success, expected a part of them/,
  ],
  [
    'a counter is sent as a gauge',
    { ...measured({ counters: POLL }), rows: polls(2, 98), types: { ...TYPES, 'poll.error': 'gauge' } },
    /^wrong metric poll.error: counters of #kind - got poll.error, which is a gauge, expected a count/,
  ],
  [
    'counters do not have the tags of the scope',
    {
      ...measured({ counters: POLL }),
      rows: (hour) => polls(2, 98)(hour).map((one) => (one.metric ? without(one, 'env') : one)),
    },
    /^wrong series #kind: counters - got no request with poll.error, poll.success in 28 days.*has it those of datadog.scope/,
  ],
  [
    'slow is by a limit in milliseconds of a metric in seconds',
    { ...measured({ tag: 'show', slow: { ...SLOW, over: 2_000 } }), rows: latencies(98, 2) },
    /^unproven rates: slow of #kind - got none of .* over 2000 of latency in 28 days, .*in the unit of the metric/,
  ],
  [
    'slow is by a limit in seconds of a metric in milliseconds',
    { ...measured({ tag: 'show', slow: SLOW }), rows: latencies(98, 2, 1_000) },
    /^wrong rates: slow of #kind - got 100 % of .*in the unit of the metric/,
  ],
  [
    'slow is by a count',
    { ...measured({ tag: 'show', slow: SLOW }), rows: latencies(98, 2), types: { ...TYPES, latency: 'count' } },
    /^wrong metric latency: slow of #kind - got latency, which is a count, expected a distribution/,
  ],
  [
    'slow is by a distribution without percentiles',
    { ...measured({ tag: 'show', slow: SLOW }), rows: latencies(98, 2), refuses: 'latency' },
    /^wrong series #kind: slow - got HTTP 400 from Datadog, .*are percentiles enabled/,
  ],
  [
    'one of several tags is misspelt',
    { ...action({ controller: 'claim', action: 'show' }), rows: actions() },
    /^wrong series #kind: tags - got no request with action:show, controller:claim in 28 days.*did you mean action:show, controller:claims/,
  ],
  [
    'an action was renamed three days ago',
    {
      ...action({ controller: 'claims', action: 'show' }),
      rows: actions((tags, hour) => ({
        ...tags,
        ...(hour >= ago(3) && tags.action === 'show' && { action: 'display' }),
      })),
    },
    /^wrong series #kind: tags - .* since .*renamed to action:display, controller:claims/,
  ],
  [
    'an action is named without its controller',
    { ...action({ action: 'show' }), rows: actions() },
    /^wrong series #kind: tags - got requests of 2 different controllers as #kind: .*claims \(50 %\).*name both: tags: \{ controller: ..., action: ... \}/,
  ],
  [
    'failures have no action',
    {
      ...action({ controller: 'claims', action: 'show' }),
      rows: actions((tags) => ({ ...tags, ...(tags['http.status_code'] === '500' && { action: undefined }) })),
    },
    /^wrong siblings: .*controller:claims.*#kind may miss them/,
  ],
  [
    'the filter of an endpoint is a test environment',
    {
      ...measured({ tag: 'show', filter: ['env:staging'] }),
      rows: (hour) => [...rows(usual)(hour), ...rows(usual)(hour).map((one) => tagged(one, { env: 'staging' }))],
    },
    /^wrong scope: filter of #kind - got env:staging, a test environment by its name/,
  ],
  [
    'the filter of an endpoint finds nothing',
    { ...measured({ tag: 'show', filter: ['service:claims-*'] }) },
    /^wrong series #kind: tag - got no request with resource_name:show, service:claims-\* in 28 days/,
  ],
  [
    'the tag of error classes is misspelt',
    classed(() => 'faraday::timeouterror', 'error_klass'),
    /^wrong classes: datadog.classTag - got none of [\d,]+ errors in 28 days with error_klass/,
  ],
  [
    'the tag of error classes has messages',
    classed((_, hour) => `no_claim_${since(hour)}`),
    /^wrong classes: datadog.classTag - got 672 names of #list \(error classes\), 672 names of #show/,
  ],
  [
    "only one endpoint's errors have a class",
    classed((one) => (one.tags.resource_name === 'show' ? 'eoferror' : undefined)),
    /^unproven classes: .* have a class in error_class, and none of #list \(error classes\) \([\d,]+\)/,
  ],
  ['data is five hours late', { rows: (hour) => (hour > NOW - 6 ? [] : rows(usual)(hour)) }, /^wrong lateness: /],
];

test.each(WRONG)('wrong: %s', async (_what, set, ...said) => {
  const { code, faults } = await doctor(set);
  expect(faults).toEqual(said.map((one) => expect.stringMatching(one)));
  expect(code).toBe(1);
});

test('wrong: the metric is one of errors by its name, and has hardly any', async () => {
  const errors = await startRows('trace.rack.request.errors');
  errors.rows = (hour) => [row('others', '500', 3), ...(since(hour) % 100 === 0 ? rowsOf('show', { 500: 1 }) : [])];
  const place = written(
    root,
    'errors',
    release({
      endpoints: [{ name: '#show', tag: 'show', criteria: BELOW }],
      datadog: { metric: 'trace.rack.request.errors' },
    }),
  );
  const env = { DD_API_KEY: 'a'.repeat(32), DD_APP_KEY: 'b'.repeat(40), STAGEWATCH_DATADOG_URL: errors.url };
  const { code, out } = await stagewatch(['doctor', '--release', place, '--json'], { env, now: Date.now() });
  await errors.close();
  const faults = (JSON.parse(out) as Check[]).filter(({ outcome }) => outcome === 'wrong');
  expect([code, faults.map(({ name }) => name)]).toEqual([1, ['rates']]);
  expect(faults[0]!.text).toMatch(/which has only what failed by its name/);
});

test.each([
  ['two environments', { scope: ['env:live', 'env:eu'] }, 'datadog.scope - got env:eu beside env:live'],
  ['two services', { scope: ['env:live', 'service:a', 'service:b'] }, 'datadog.scope - got service:b beside service:a'],
  [
    'one tag for endpoint and status',
    { statusTag: 'resource_name' },
    'datadog.statusTag - got resource_name, which is the endpointTag',
  ],
  [
    'one tag for status and class',
    { classTag: 'http.status_code' },
    'datadog.classTag - got http.status_code, which has another meaning in this file',
  ],
  [
    'an endpoint in the scope',
    { scope: ['env:live', 'resource_name:show'] },
    'datadog.scope - got resource_name:show, expected no resource_name',
  ],
  [
    'a status in the scope',
    { scope: ['env:live', 'http.status_code:500'] },
    'datadog.scope - got http.status_code:500, expected no http.status_code',
  ],
  [
    'another environment with the toggle off',
    { control: ['env:old'] },
    'datadog.toggleOff - got env:old beside env:live',
  ],
])('wrong, and seen in the file alone: %s', async (_what, datadog, said) => {
  const place = written(root, `file-${++number}`, release({ datadog }));
  for (const command of [
    ['validate', place],
    ['doctor', '--release', place],
  ]) {
    const { code, err, out } = await stagewatch(command);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain(said);
  }
});

/** Requests a week at odd times: the same for every question. */
const thin = (hour: Hour, aWeek: number): Counts =>
  (since(hour) * 2654435761) % 2 ** 32 < (aWeek / 168) * 2 ** 32 ? { 200: 1 } : NONE;
const onWeekdays = (hour: Hour) => ![2, 3].includes(Math.floor(since(hour) / 24) % 7);

const RIGHT: [what: string, set: Case][] = [
  ['a pair of counters', { ...measured({ counters: POLL }), rows: polls(2, 98) }],
  ['a share that is slow', { ...measured({ tag: 'show', slow: SLOW }), rows: latencies(98, 2) }],
  ['several tags', { ...action({ controller: 'claims', action: 'show' }), rows: actions() }],
  [
    'a filter with a wildcard',
    {
      ...measured({ tag: 'show', filter: ['service:claims-*'] }),
      rows: as((one) => tagged(one, { service: one.tags.resource_name === 'show' ? 'claims-api' : 'others' })),
    },
  ],
  ['errors with a class', classed((_, hour) => (since(hour) % 3 ? 'eoferror' : undefined))],
  ['errors with a class, which the others leave out', { ...classed(() => 'eoferror'), omits: true }],
  [
    'a counter of errors with a class',
    {
      file: {
        ...measured({ counters: POLL }).file,
        datadog: { ...measured({}).file.datadog, classTag: 'error_class' },
      },
      rows: (hour) =>
        polls(
          2,
          98,
        )(hour).map((one) =>
          one.metric === 'poll.error' || one.tags['http.status_code'] === '500'
            ? tagged(one, { error_class: 'eoferror' })
            : one,
        ),
    },
  ],
  ['an ordinary service', {}],
  ['a service whose missing tags are left out', { omits: true }],
  ['a rate metric', { type: 'rate' }],
  ['a sampled counter', { rows: times(1 / 0.3) }],
  ...[1, 3, 5, 10, 30].map((aWeek): (typeof RIGHT)[number] => [
    `an endpoint of about ${aWeek} requests a week`,
    {
      file: release({ show: { criteria: [{ below: '5%', whenThin: 'report' }] } }),
      rows: rows((hour) => thin(hour, aWeek)),
    },
  ]),
  ['an endpoint of ten requests a week that is compared', { rows: rows((hour) => thin(hour, 10)) }],
  [
    'an endpoint whose few requests come from one visitor of this week',
    { rows: rows((hour) => (hour >= ago(3) && hour < ago(3) + 5 ? { 200: 2 } : NONE)) },
  ],
  [
    'an endpoint with a visitor a week, who did not come in this one',
    {
      rows: rows((hour) =>
        [6, 13, 20].some((days) => hour >= ago(days + 3) && hour < ago(days + 3) + 2) ? { 200: 9 } : NONE,
      ),
    },
  ],
  ['an endpoint that nobody visits at night', { rows: rows((hour) => (clock(hour) < 9 ? NONE : usual(hour))) }],
  [
    'an endpoint that is visited for three hours a day',
    { rows: rows((hour) => (clock(hour) < 3 ? { 200: 60, 500: 1 } : NONE)) },
  ],
  [
    'an endpoint of weekdays and office hours',
    { rows: rows((hour) => (onWeekdays(hour) && clock(hour) > 13 ? usual(hour) : NONE)) },
  ],
  [
    'a service of its own that sleeps by night',
    {
      rows: (hour) => (clock(hour) > 5 ? rows(usual)(hour) : []),
    },
  ],
  ['a job once a night', { rows: rows((hour) => (clock(hour) === 4 ? { 200: 900, 500: 4 } : NONE)) }],
  ['an endpoint of which 90 % are 404', { rows: rows((hour) => ({ 404: wave(hour, 90), 200: wave(hour, 10) })) }],
  ['an endpoint of which 40 % are 422', { rows: rows((hour) => ({ 422: wave(hour, 40), 200: wave(hour, 60) })) }],
  ['an endpoint of which most are 401', { rows: rows((hour) => ({ 401: wave(hour, 400), 200: wave(hour, 60) })) }],
  ['an endpoint without any error', { rows: rows((hour) => ({ 200: wave(hour, 300) })) }],
  [
    'an endpoint of two days that is judged by its limit',
    { file: release({ show: { criteria: BELOW } }), rows: rows((hour) => (hour >= ago(2) ? usual(hour) : NONE)) },
  ],
  ['an endpoint of fifteen days', { rows: rows((hour) => (hour >= ago(15) ? usual(hour) : NONE)) }],
  ['an endpoint whose traffic halves', { rows: rows((hour) => usual(hour, hour >= ago(4) ? 250 : 500)) }],
  [
    'an outage of the service for six hours',
    { rows: rows((hour) => (hour >= ago(9) && hour < ago(9) + 6 ? NONE : usual(hour))) },
  ],
  ['Datadog blind for a day', { rows: (hour) => (hour >= ago(9) && hour < ago(8) ? [] : rows(usual)(hour)) }],
  ['5 % of the requests without a status', { rows: rows((hour) => ({ ...usual(hour), none: wave(hour, 25) })) }],
  ['pages that do not exist', { rows: rows(usual, () => rowsOf('get_404', { 404: 900 })) }],
  ['a few failures without a name', { rows: rows(usual, (hour) => rowsOf('get_500', { 500: since(hour) % 2 })) }],
  ['another endpoint that is broken', { rows: rows(usual, () => rowsOf('reports_create', { 500: 900 })) }],
  ['another endpoint about errors', { rows: rows(usual, () => rowsOf('errors_index', { 200: 90, 500: 90 })) }],
  ['many excluded ones without a name', { rows: rows(usual, () => rowsOf('get_401', { 401: 900 })) }],
  [
    'one of several productions',
    {
      file: release({ datadog: { scope: ['env:eu-prod'] } }),
      rows: (hour) => [
        ...rows(usual)(hour).map((one) => tagged(one, { env: 'eu-prod' })),
        ...rows((at) => usual(at, 5_000))(hour).map((one) => tagged(one, { env: 'us-prod' })),
      ],
    },
  ],
  [
    'an environment called latest',
    { file: release({ datadog: { scope: ['env:latest'] } }), rows: as((one) => tagged(one, { env: 'latest' })) },
  ],
  [
    'a service of its own, all of whose endpoints are watched',
    { rows: (hour) => rows(usual)(hour).filter((one) => one.tags.resource_name !== 'others') },
  ],
  [
    'a scope without environment in an organisation that has one',
    {
      file: release({ datadog: { scope: ['service:api'] } }),
      rows: as((one) => without(tagged(one, { service: 'api' }), 'env')),
    },
  ],
  ['as many users as can be', { file: release({ datadog: { users: USERS } }), users: 1_200 }],
  [
    'few users of a thin endpoint',
    {
      file: release({ endpoints: [{ name: '#show', tag: 'show', criteria: BELOW }], datadog: { users: USERS } }),
      rows: rows((hour) => thin(hour, 60)),
      users: 2,
    },
  ],
  [
    'few of the users have the feature',
    { file: release({ datadog: { users: { ...USERS, counts: 'exposed' } } }), users: 3 },
  ],
];

test.each(RIGHT)('right: %s', async (_what, set) => {
  const { code, faults } = await doctor(set);
  expect(faults).toEqual([]);
  expect(code).toBe(0);
});

test('the questions are few, none is of over a week', async () => {
  await doctor({ rows: rows((hour) => (hour >= ago(8) && hour < ago(1) ? usual(hour) : NONE)) });
  expect(site.asked.questions).toBeLessThanOrEqual(14);
  expect(site.asked.longest).toBe(168);
});

test('there are at least 34 wrong set-ups', () => {
  expect(WRONG.length).toBeGreaterThanOrEqual(34);
});
