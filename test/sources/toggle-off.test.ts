import fc from 'fast-check';
import { startOf } from '../../lib/facts/hour';
import { readAnswer } from '../../lib/sources/datadog/answer';
import { byStatus } from '../worlds/by-status';
import { timeseries, withSums } from '../worlds/datadog-stand-in';

const datadog = {
  site: 'ddog-gov.com' as const,
  metric: 'trace.rack.request.hits',
  scope: ['env:eks-prod'],
  control: ['feature:off'],
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
};
const endpoints = [
  { name: '#index', tag: 'a::index', toggleOff: false },
  { name: '#show', tag: 'a::show', toggleOff: false },
];
const both = [...endpoints, { name: '#show (toggle off)', tag: 'a::show', toggleOff: true }];
const H = 500_000;
const span = { from: H - 22, to: H + 2, wantedFrom: H };
const times = [H - 1, H, H + 1].map(startOf);
type Values = (number | null)[];
const tags = (status: string) => ['resource_name:a::show', `http.status_code:${status}`];
const all = (values: Values, status = '200') => ({ query: 0, tags: tags(status), values });
const off = (values: Values, status = '200') => ({ query: 3, tags: tags(status), values });
const canary = { query: 1, values: [900, 900, 900] as Values };
const ok = all([1, 80, 90]);

type Answer = Parameters<typeof timeseries>[1];
const answered = (...series: Answer) => readAnswer(timeseries(times, withSums(series)), datadog, both, span);
const without = (...series: Answer) => readAnswer(timeseries(times, withSums(series)), datadog, endpoints, span);
const of = (samples: ReturnType<typeof answered>, name: string) => samples.filter(({ endpoint }) => endpoint === name);
const offOf = (samples: ReturnType<typeof answered>) => of(samples, '#show (toggle off)');

describe('requests with the toggle off', () => {
  const counted = (hour: number, counts: Record<string, number>) => ({
    endpoint: '#show (toggle off)',
    hour,
    kind: 'counted',
    counts: byStatus(counts),
  });

  test('come last in their hour, beside an unchanged sample of all', () => {
    const samples = answered(ok, canary, off([1, 60, 90]));
    expect(samples.map(({ endpoint }) => endpoint)).toEqual([...both, ...both].map(({ name }) => name));
    expect(offOf(samples)).toEqual([counted(H, { '200': 60 }), counted(H + 1, { '200': 90 })]);
    expect(samples.filter(({ endpoint }) => endpoint !== '#show (toggle off)')).toEqual(without(ok, canary));
  });

  test('are none in an hour in which the endpoint is counted and they are not', () => {
    expect(offOf(answered(ok, canary))).toEqual([counted(H, {}), counted(H + 1, {})]);
    expect(offOf(answered(ok, canary, off([1, null, 5])))).toEqual([counted(H, {}), counted(H + 1, { '200': 5 })]);
    expect(offOf(answered(canary))).toEqual([counted(H, {}), counted(H + 1, {})]);
  });

  test.each([
    ['than all of that status', off([0, 81, 90]), '81 requests of status 200 with the toggle off, but 80 in all'],
    [
      'of a status that nothing else has',
      off([0, 1, 0], '502'),
      '1 request of status 502 with the toggle off, but 0 in all',
    ],
  ])('are unknown in an hour with more %s, and only they and only then', (_, more, reason) => {
    const samples = answered(ok, canary, more);
    expect(offOf(samples)[0]).toEqual({ endpoint: '#show (toggle off)', hour: H, kind: 'unknown', reason });
    expect(offOf(samples)[1]!.kind).toBe('counted');
    expect(of(samples, '#show')).toEqual(of(without(ok, canary), '#show'));
  });

  test('are unknown when the endpoint is, for its reason', () => {
    const silent = offOf(answered(ok, { query: 1, values: [900, null, 900] }, off([1, 60, 60])));
    expect(silent[0]).toMatchObject({ kind: 'unknown', reason: expect.stringContaining('at all for env:eks-prod') });
    expect(silent[1]!.kind).toBe('counted');
    const unlabelled = all([0, 81, 0], 'N/A');
    expect(offOf(answered(ok, unlabelled, canary, off([1, 60, 60])))[0]).toMatchObject({
      reason: '81 of its 161 requests have no HTTP status',
    });
  });

  test('are unknown when too many of them have no HTTP status, though few of all have none', () => {
    const unlabelled = all([0, 5, 0], 'N/A');
    expect(offOf(answered(ok, unlabelled, canary, off([0, 4, 0]), off([0, 5, 0], 'N/A')))[0]).toMatchObject({
      reason: '5 of its 9 requests have no HTTP status',
    });
  });

  test.each<[string, Answer, string]>([
    ['stand twice', [off([0, 1, 0]), off([0, 1, 0])], 'two counts of "200"'],
    ['are of no endpoint', [{ ...off([0, 1, 0]), tags: ['http.status_code:200'] }], 'none of the series asked for'],
    ['are below zero', [off([0, -1, 0])], 'a count of -1'],
  ])('that %s are unknown in that hour, and only they', (_, wrong, reason) => {
    const samples = answered(ok, canary, ...wrong);
    expect(offOf(samples)).toMatchObject([
      { kind: 'unknown', reason: expect.stringContaining(reason) },
      { kind: 'counted' },
    ]);
    expect(of(samples, '#show')).toEqual(of(without(ok, canary), '#show'));
  });

  test('of another query spoil the whole answer', () => {
    expect(() => answered(ok, canary, { ...off([1, 1, 1]), query: 4 })).toThrow('got query_index 4, expected 0 to 3');
  });

  test('never are more than all, whatever is answered, and leave all as they are without them', () => {
    const count = fc.oneof(fc.constant(null), fc.nat(3), fc.double({ min: 0, max: 3, noNaN: true }));
    const values = fc.tuple(count, count, count);
    const some = fc.record({ all: values, errors: values, off: values, offErrors: values });
    fc.assert(
      fc.property(some, (drawn) => {
        const whole = [all(drawn.all), all(drawn.errors, '502'), canary];
        const samples = answered(...whole, off(drawn.off), off(drawn.offErrors, '502'));
        const [shows, offs] = [of(samples, '#show'), offOf(samples)];
        expect(shows).toEqual(of(without(...whole), '#show'));
        offs.forEach((one, index) => {
          const show = shows[index]!;
          if (one.kind === 'unknown' || show.kind === 'unknown') return;
          for (const [status, count] of one.counts) expect(count).toBeLessThanOrEqual(show.counts.get(status) ?? 0);
        });
      }),
      { numRuns: 200 },
    );
  });
});
