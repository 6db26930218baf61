import fc from 'fast-check';
import { isOutcome } from '../../../lib/facts/counts';
import { type Hour, startOf } from '../../../lib/facts/hour';
import type { Series } from '../../../lib/facts/series';
import { parseRelease } from '../../../lib/release/parse';
import { readAnswer } from '../../../lib/sources/datadog/answer';
import { batchesOf, questionParts } from '../../../lib/sources/datadog/batches';
import { timeseriesRequest } from '../../../lib/sources/datadog/query';
import { questionOf } from '../../../lib/sources/datadog/question';
import { datadogSource } from '../../../lib/sources/datadog/source';
import { standIn, status, timeseries } from '../../worlds/datadog-stand-in';
import { STAGE_A } from '../../worlds/local-rollout';
import { sampledKinds } from '../../worlds/sampled-kinds';
import { fileOf } from '../../worlds/small-release';

const datadog = {
  site: 'ddog-gov.com' as const,
  metric: 'hits',
  scope: ['env:live'],
  endpointTag: 'resource',
  statusTag: 'status',
};
const H = 500_000;
const span = { from: H - 23, to: H + 1, wantedFrom: H };
const HOURLY = '.as_count().rollup(sum, 3600)';
const off = (one: Series): Series => ({ ...one, name: `${one.name} (toggle off)`, toggleOff: true });
const show: Series = { name: '#show', tags: { controller: 'claims', action: 'show' }, toggleOff: false };
const poll: Series = {
  name: '#poll',
  counters: { errors: ['poll.error'], requests: ['poll.error', 'poll.success'] },
  toggleOff: false,
};
const slow: Series = { name: '#slow', tag: 'show', slow: { metric: 'latency', over: 1.5 }, toggleOff: false };
const scope: Series = { name: '(scope)', toggleOff: false };

const textsOf = (series: readonly Series[], change: object = {}) =>
  timeseriesRequest({ ...datadog, ...change }, series, span).data.attributes.queries.map((one) =>
    'query' in one ? `${one.name} ${one.query}`.replace(HOURLY, '') : '',
  );

test('several tags are one filter, and the groups of one query', () => {
  const index: Series = { name: '#index', tags: { action: 'index', controller: 'claims' }, toggleOff: false };
  const one = 'action:show AND controller:claims';
  expect(textsOf([show])).toEqual([
    `requests sum:hits{env:live AND ${one}} by {action,controller,status}`,
    'canary sum:hits{env:live}',
    `sums sum:hits{env:live AND ${one}} by {action,controller}`,
  ]);
  expect(textsOf([show, index])[2]).toBe(
    `sums sum:hits{env:live AND ((${one}) OR (action:index AND controller:claims))} by {action,controller}`,
  );
});

test('a filter of its own narrows the requests; in the place of a pair of the scope it is another environment, with its canary', () => {
  const filter = ['service:claims-*', 'env:gov'];
  expect(textsOf([{ ...show, tags: undefined, tag: 'show', filter }])).toEqual([
    'requests sum:hits{env:gov AND service:claims-* AND resource:show} by {resource,status}',
    'canary sum:hits{env:gov}',
    'sums sum:hits{env:gov AND service:claims-* AND resource:show} by {resource}',
    'pace sum:hits{env:live}',
  ]);
  expect(textsOf([{ ...show, tags: undefined, tag: 'show', filter: ['service:a'] }])).toEqual([
    'requests sum:hits{env:live AND service:a AND resource:show} by {resource,status}',
    'canary sum:hits{env:live}',
    'sums sum:hits{env:live AND service:a AND resource:show} by {resource}',
  ]);
});

test('each counter is asked for once, and the release’s own metric tells whether Datadog was listening', () => {
  expect(textsOf([poll, off(poll)], { toggleOff: ['feature:off'] })).toEqual([
    'counter0 sum:poll.error{env:live}',
    'canary sum:hits{env:live}',
    'counter1 sum:poll.success{env:live}',
    'counter2_off sum:poll.error{env:live AND feature:off}',
    'counter3_off sum:poll.success{env:live AND feature:off}',
  ]);
});

test('what is slow is counted over a limit of a distribution, and so is everything', () => {
  expect(textsOf([slow, scope].slice(0, 1))).toEqual([
    'slow count(v: v>1.5):latency{env:live AND resource:show} by {resource}',
    'canary count:latency{env:live}',
    'sums count:latency{env:live AND resource:show} by {resource}',
    'pace sum:hits{env:live}',
  ]);
  expect(textsOf([{ ...slow, tag: undefined }])[1]).toBe('canary sum:hits{env:live}');
});

test('series are asked for together that are counted alike; the scope stands with its own metric', () => {
  const tag: Series = { name: '#tag', tag: 'a', toggleOff: false };
  const filtered = { ...tag, name: '#filtered', filter: ['service:a'] };
  const slower = { ...slow, name: '#slower', slow: { metric: 'latency', over: 3 } };
  const names = (series: Series[]) => batchesOf(datadog, series).map((batch) => batch.map(({ name }) => name).join());
  expect(names([tag, filtered, show, poll, slow, slower, off(tag), { ...poll, name: '#poll2' }, scope])).toEqual([
    '#tag,#tag (toggle off),(scope)',
    '#filtered',
    '#show',
    '#poll,#poll2',
    '#slow',
    '#slower',
  ]);
  expect(names([poll, scope])).toEqual(['#poll', '(scope)']);
});

/** What is known of a series in the newest of two hours, by the values of each query's groups in it. */
function known(one: Series, values: Record<string, [tags: string[], value: number | null][]>, change: object = {}) {
  const section = { ...datadog, ...change };
  const series = one.toggleOff ? [{ ...one, name: '#all', toggleOff: false }, one] : [one];
  const answer = timeseries(
    [startOf(H - 1), startOf(H)],
    questionOf(section, series).flatMap(({ name }, query) =>
      (values[name] ?? []).map(([tags, value]) => ({ query, tags, values: [1, value] })),
    ),
  );
  const found = readAnswer(answer, section, series, span).at(-1)!;
  return found.kind === 'counted' ? Object.fromEntries(found.counts) : found.reason;
}

const heard: [string[], number][] = [[[], 900]];
const R = ['resource:show'];

test('a pair of counters is what failed and what did not; a counter without a point counted nothing', () => {
  const counted = (error: number | null, success: number | null) =>
    known(poll, { counter0: [[[], error]], canary: heard, counter1: [[[], success]] });
  expect(counted(3, 97)).toEqual({ failed: 3, succeeded: 97 });
  expect(counted(null, 97)).toEqual({ succeeded: 97 });
  expect(counted(null, null)).toEqual({});
  expect(known(poll, { canary: heard })).toEqual({});
});

test('a pair is unknown when nothing is heard of it nor of the scope', () => {
  expect(known(poll, { canary: [[[], null]] })).toBe('Datadog has no hits at all for env:live');
  expect(known(poll, { counter1: [[[], 5]] })).toEqual({ succeeded: 5 });
});

test('a part that is counted larger than the whole is unknown, never less than none', () => {
  const whole: Series = { ...poll, counters: { errors: ['poll.error'], requests: ['poll.all'] } };
  const counted = (error: number, all: number) =>
    known(whole, { counter0: [[[], error]], canary: heard, counter1: [[[], all]] });
  expect(counted(7, 7)).toEqual({ failed: 7 });
  expect(counted(8, 7)).toBe('8 of its requests failed, of 7 in all');
  expect(known(slow, { slow: [[R, 8]], canary: heard, sums: [[R, 7]] })).toBe('8 of its requests slow, of 7 in all');
});

test('a share that is slow is counted beside the rest, and is unknown with the canary of its metric', () => {
  const counted = (canary: number | null) => known(slow, { slow: [[R, 2]], canary: [[[], canary]], sums: [[R, 50]] });
  expect(counted(60)).toEqual({ slow: 2, fast: 48 });
  expect(counted(null)).toBe('Datadog has no latency at all for env:live');
});

test('one odd counter, or one of another tag, is unknown and says why', () => {
  expect(known(poll, { counter0: [[[], -1]], canary: heard, counter1: [[[], 9]] })).toBe(
    'a count of -1, expected 0 or more',
  );
  expect(known(slow, { slow: [[['resource:other'], 2]], canary: heard, sums: [[R, 9]] })).toContain('resource:other');
});

test('of several tags each must be there: one that is missing may be anyone’s', () => {
  const group = ['controller:claims', 'action:show', 'status:200'];
  expect(known(show, { requests: [[group, 9]], canary: heard, sums: [[group, 9]] })).toEqual({ 200: 9 });
  for (const part of [
    ['controller:claims', 'status:200'],
    ['controller:claims', 'action:N/A', 'status:200'],
  ])
    expect(
      known(show, {
        requests: [
          [group, 9],
          [part, 1],
        ],
        canary: heard,
        sums: [[group, 9]],
      }),
    ).toContain('none of the series');
});

test('a status that is a word of another kind says nothing', () => {
  const group = (label: string) => ['resource:show', `status:${label}`];
  const tag: Series = { name: '#tag', tag: 'show', toggleOff: false };
  const requests: [string[], number][] = [
    [group('200'), 99],
    [group('succeeded'), 1],
  ];
  expect(known(tag, { requests, canary: heard, sums: [[R, 100]] })).toEqual({ 200: 99, 'N/A': 1 });
});

test('whatever is answered, a pair or a share has no more of a part than of the whole, or is unknown, or all is refused', () => {
  const value = fc.oneof(fc.nat(50), fc.constantFrom(null, -1, 0.4, 1e300));
  const group = fc.constantFrom<string[]>([], R, ['resource:other'], ['resource:N/A'], ['host:a', ...R]);
  const series = fc.array(
    fc.record({ query: fc.nat(3), tags: group, values: fc.array(value, { minLength: 2, maxLength: 2 }) }),
    { maxLength: 6 },
  );
  const check = (one: Series, some: Parameters<typeof timeseries>[1]) => {
    try {
      const [found] = readAnswer(timeseries([startOf(H - 1), startOf(H)], some), datadog, [one], span);
      if (found!.kind === 'unknown') return;
      for (const count of found!.counts.values()) expect(Number.isSafeInteger(count) && count > 0).toBe(true);
      expect([...found!.counts.keys()].every((label) => isOutcome(label))).toBe(true);
    } catch (error) {
      expect(error).toMatchObject({ name: 'SourceError', kind: 'malformed' });
    }
  };
  fc.assert(fc.property(fc.constantFrom(poll, slow, { ...slow, tag: undefined }), series, check), { numRuns: 165 });
});

test('with the toggle off a pair must be a part of all', () => {
  const change = { toggleOff: ['feature:off'] };
  const counted = (value: number) =>
    known(
      off(poll),
      { counter0: [[[], 3]], canary: heard, counter1: [[[], 9]], counter2_off: [[[], value]], counter3_off: [[[], 2]] },
      change,
    );
  expect(counted(1)).toEqual({ failed: 1, succeeded: 2 });
  expect(counted(4)).toBe('4 requests of status failed with the toggle off, but 3 in all');
});

test('a thin environment has hours far apart, and the release’s own requests beside them prove that they are hours', () => {
  const thin: Series = { name: '#thin', tag: 'show', filter: ['env:rare'], toggleOff: false };
  const hours = Array.from({ length: 24 }, (_, index) => H - 23 + index);
  const seldom = (value: number) => hours.map((hour) => (hour % 6 === 2 ? value : null));
  const series = [
    { query: 0, tags: ['resource:show', 'status:200'], values: seldom(3) },
    { query: 1, values: seldom(4) },
    { query: 2, tags: R, values: seldom(3) },
    { query: 3, values: hours.map(() => 900) },
  ];
  const samples = readAnswer(timeseries(hours.map(startOf), series), datadog, [thin], { ...span, wantedFrom: H - 23 });
  const counted = samples.filter((one) => one.kind === 'counted');
  expect(counted.map(({ hour }) => hour % 6)).toEqual([2, 2, 2, 2]);
  expect(samples.filter((one) => one.kind === 'unknown')).toHaveLength(20);
});

describe('a question that is too long', () => {
  const many = Array.from(
    { length: 1_000 },
    (_, index): Series => ({
      name: `#${index}`,
      tag: `v0::somecontroller_of_a_long_name_and_its_action_${index}`,
      toggleOff: false,
    }),
  );

  test('is asked in parts, each with the scope, and nobody is left out or asked for twice', () => {
    const series = [...many, ...many.slice(0, 500).map(off), scope];
    const parts = batchesOf(datadog, series).flatMap((batch) => questionParts(datadog, batch));
    expect(parts.length).toBeGreaterThan(5);
    const section = { ...datadog, toggleOff: ['feature:off'] };
    for (const part of parts) for (const text of textsOf(part, section)) expect(text.length).toBeLessThan(10_000);
    const names = parts.flat().map(({ name }) => name);
    expect(names.filter((name) => name === '(scope)')).toHaveLength(parts.length);
    expect([...new Set(names)].sort()).toEqual(series.map(({ name }) => name).sort());
    for (const part of parts)
      for (const { name, toggleOff } of part)
        if (toggleOff) expect(part.some((one) => off(one).name === name)).toBe(true);
  });

  test('may be for a week of them, which are more samples than a call takes', async () => {
    const server = await standIn();
    const source = datadogSource({ datadog, keys: async () => ({ apiKey: 'a', appKey: 'b' }), url: server.url });
    server.answers(timeseries([], []));
    const samples = await source.sample(many, H, H + 168);
    await server.close();
    expect(samples).toHaveLength(168 * 1_000);
  });

  test('is unknown for the hours in which its parts counted different requests of the scope', async () => {
    const server = await standIn();
    const canary = (values: number[]) => timeseries([startOf(H - 1), startOf(H)], [{ query: 1, values }]);
    const source = datadogSource({ datadog, keys: async () => ({ apiKey: 'a', appKey: 'b' }), url: server.url });
    server.answers(canary([1_000, 1_000]), canary([1_000, 1_010]), canary([1_000, 1_011]));
    const samples = await source.sample([...many, scope], H - 1, H + 1);
    await server.close();
    const told = (hour: Hour) => [
      ...new Set(
        samples.filter((one) => one.hour === hour).map((one) => (one.kind === 'unknown' ? one.reason : one.kind)),
      ),
    ];
    expect(told(H - 1)).toEqual(['counted']);
    expect(told(H)).toEqual([
      'the parts of the question do not belong together: 1000 requests of the scope in one, 1011 in another',
    ]);
    expect(samples).toHaveLength(2 * 1_001);
  });
});

describe('a question that Datadog refuses', () => {
  const tag: Series = { name: '#tag', tag: 'show', toggleOff: false };
  const heardOf = timeseries([startOf(H - 1), startOf(H)], [{ query: 1, values: [9, 9] }]);
  const refused = status(400, '{"errors":["Percentiles are not enabled"]}');
  const asked = async (...answers: Parameters<Awaited<ReturnType<typeof standIn>>['answers']>) => {
    const server = await standIn();
    const source = datadogSource({ datadog, keys: async () => ({ apiKey: 'a', appKey: 'b' }), url: server.url });
    server.answers(...answers);
    return source.sample([tag, slow, scope], H, H + 1).finally(() => server.close());
  };

  test('makes unknown what it is about, and nothing else', async () => {
    const samples = await asked(heardOf, refused, refused);
    expect(samples.map(({ endpoint, kind }) => [endpoint, kind])).toEqual([
      ['#tag', 'counted'],
      ['(scope)', 'counted'],
      ['#slow', 'unknown'],
    ]);
    expect(samples[2]).toMatchObject({
      reason: expect.stringMatching(/^Datadog refused to count it: got 400 .*Percentiles are not enabled.* from 127/),
    });
  });

  test('once is asked again', async () => {
    const slowly = timeseries([startOf(H - 1), startOf(H)], [{ query: 1, values: [9, 9] }]);
    expect((await asked(heardOf, refused, slowly)).map(({ kind }) => kind)).toEqual(['counted', 'counted', 'counted']);
  });

  test('like every other one is a failure, and so are keys that are refused for one of them', async () => {
    await expect(asked(refused)).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('twice') });
    await expect(asked(heardOf, status(403))).rejects.toMatchObject({ kind: 'refused' });
    await expect(asked(heardOf, '{"errors":["x"]}')).rejects.toMatchObject({ kind: 'malformed' });
  });
});

test('the example has one of each kind, and the local Datadog tells of all of them', async () => {
  const { traffic, samples, requests } = await sampledKinds();
  const labels = new Map<string, Set<string>>();
  for (const sample of samples) {
    expect(sample.kind).toBe('counted');
    if (sample.kind !== 'counted') continue;
    const known = labels.get(sample.endpoint) ?? new Set();
    labels.set(sample.endpoint, new Set([...known, ...sample.counts.keys()]));
  }
  const told = Object.fromEntries([...labels].map(([name, some]) => [name, [...some].sort().join()]));
  expect(told).toMatchObject({
    'upload status': 'failed,succeeded',
    '#show within 2 s': 'fast,slow',
    '(scope)': 'any',
    'letters of the API': expect.stringMatching(/^200,401,.*503$/),
    'letters of the workers': expect.stringContaining('200'),
    '#show': expect.stringContaining('200'),
  });
  // One for each way of counting, and one more for the classes of each but the slow one.
  expect(requests).toBe(9);
  const first = samples.find(({ endpoint, hour }) => endpoint === 'letters of the API' && hour === STAGE_A)!;
  expect(first).toMatchObject({ counts: traffic.kind('letters of api', STAGE_A) });
});

test('a release of the newest site is asked for there', () => {
  expect(parseRelease('small', fileOf({ datadog: { ...fileOf().datadog, site: 'uk1.datadoghq.com' } }))).toHaveProperty(
    'release',
  );
});
