import { startOf } from '../../../lib/facts/hour';
import { classesName, type Series } from '../../../lib/facts/series';
import { countedByOf } from '../../../lib/release/measure/counted-by';
import { batchesOf } from '../../../lib/sources/datadog/batches';
import { timeseriesRequest } from '../../../lib/sources/datadog/query';
import { datadogSource } from '../../../lib/sources/datadog/source';
import { type Script, standIn, status, timeseries } from '../../worlds/datadog-stand-in';
import { sampledKinds } from '../../worlds/sampled-kinds';

const datadog = {
  site: 'ddog-gov.com' as const,
  metric: 'hits',
  scope: ['env:live'],
  endpointTag: 'resource',
  statusTag: 'status',
  classTag: 'error_class',
};
const H = 500_000;
const show: Series = { name: '#show', tag: 'show', toggleOff: false };
const ofShow: Series = { ...show, name: classesName('#show'), classes: true };
const scope: Series = { name: '(scope)', toggleOff: false };
const all = [show, ofShow, scope];
const times = [startOf(H - 1), startOf(H)];

const group = (query: number, values: (number | null)[], ...tags: string[]) => ({
  query,
  values,
  tags: ['resource:show', ...tags],
});
/** A hundred requests in either hour, of which ten and twenty failed. */
const counts = timeseries(times, [
  group(0, [90, 80], 'status:200'),
  group(0, [10, 20], 'status:500'),
  { query: 1, values: [900, 900] },
  group(2, [100, 100]),
]);
const classes = (...groups: ReturnType<typeof group>[]) =>
  timeseries(times, [...groups, { query: 1, values: [900, 900] }]);

async function sampled(...answers: Script[]) {
  const server = await standIn();
  const source = datadogSource({
    datadog,
    keys: async () => ({ apiKey: 'a', appKey: 'b' }),
    url: server.url,
  });
  server.answers(...answers);
  const samples = await source.sample(all, H - 1, H + 1).finally(() => server.close());
  const of = (name: string) =>
    samples
      .filter(({ endpoint }) => endpoint === name)
      .map((one) => (one.kind === 'counted' ? Object.fromEntries(one.counts) : one.reason));
  expect(of('#show')).toEqual([
    { 200: 90, 500: 10 },
    { 200: 80, 500: 20 },
  ]);
  return { found: of(ofShow.name), requests: server.asked.length, names: samples.map(({ endpoint }) => endpoint) };
}

test('they are asked for by themselves, by endpoint, status and class', () => {
  const batches = batchesOf(datadog, all);
  expect(batches.map((batch) => batch.map(({ name }) => name))).toEqual([['#show', '(scope)'], [ofShow.name]]);
  const { queries } = timeseriesRequest(datadog, batches[1]!, { from: H - 23, to: H + 1, wantedFrom: H }).data
    .attributes;
  expect(queries).toMatchObject([
    {
      name: 'classes',
      query: 'sum:hits{env:live AND resource:show} by {resource,status,error_class}.as_count().rollup(sum, 3600)',
    },
    { name: 'canary', query: 'sum:hits{env:live}.as_count().rollup(sum, 3600)' },
  ]);
});

test('a request without a class is left out, however Datadog says so; an hour without any class is known', async () => {
  const { found } = await sampled(
    counts,
    classes(
      group(0, [90, 80], 'status:200', 'error_class:N/A'),
      group(0, [4, 3], 'status:500'),
      group(0, [null, 17], 'error_class:faraday::timeouterror', 'status:500'),
      // Without a status nobody knows whether it failed.
      group(0, [5, 5], 'status:N/A', 'error_class:eoferror'),
    ),
  );
  expect(found).toEqual([{}, { '500 faraday::timeouterror': 17 }]);
});

test('ten labels of an hour are kept, the most frequent; names are cut, and what is then alike is added up', async () => {
  const long = 'x'.repeat(150);
  const many = Array.from({ length: 12 }, (_, index) =>
    group(0, [null, 1], 'status:500', `error_class:c${index + 10}`),
  );
  const { found } = await sampled(
    counts,
    classes(
      ...many,
      group(0, [null, 3], 'status:500', `error_class:${long}1`),
      group(0, [null, 4], 'status:500', `error_class:${long}2`),
    ),
  );
  const labels = Object.keys(found[1]!);
  expect(labels).toHaveLength(10);
  expect(found[1]).toMatchObject({ [`500 ${'x'.repeat(97)}...`]: 7, '500 c10': 1 });
  expect(labels.at(-1)).toBe('500 c18');
});

test('more errors with a class than errors cannot be: a request may have two values of the tag', async () => {
  const { found } = await sampled(
    counts,
    classes(group(0, [15, 20], 'status:500', 'error_class:a'), group(0, [1, 6], 'status:500', 'error_class:b')),
  );
  expect(found).toEqual([
    '16 of its requests of status 500 have a class, of 10 in all',
    '26 of its requests of status 500 have a class, of 20 in all',
  ]);
});

test.each<[string, Script[], RegExp]>([
  ['is refused', [status(400, '{"errors":["x"]}')], /^Datadog refused to count it: got 400 /],
  ['fails', [status(500, 'oops')], /500/],
  ['is malformed', ['{"errors":["a part is missing"]}'], /cannot be used/],
  ['has no answer', [(response) => void response.destroy()], /gave no answer/],
])('a question about them that %s costs no hour of an endpoint', async (_, answer, reason) => {
  const { found, names } = await sampled(counts, ...answer);
  expect(found).toEqual([expect.stringMatching(reason), expect.stringMatching(reason)]);
  expect(names.filter((name) => name === '(scope)')).toHaveLength(2);
});

test('a question about endpoints that is refused fails, though their classes would be told', async () => {
  const server = await standIn();
  const source = datadogSource({ datadog, keys: async () => ({ apiKey: 'a', appKey: 'b' }), url: server.url });
  server.answers(status(400), status(400), classes());
  await expect(source.sample(all, H - 1, H + 1)).rejects.toMatchObject({ kind: 'refused' });
  await server.close();
});

test('those of counters are of what failed, added up class by class, and a part of it', async () => {
  const poll: Series = {
    name: '#poll',
    counters: { errors: ['poll.error', 'poll.lost'], requests: ['poll.error', 'poll.lost', 'poll.success'] },
    toggleOff: false,
  };
  const ofPoll: Series = { ...poll, name: classesName('#poll'), classes: true };
  const { queries } = timeseriesRequest(datadog, [ofPoll], { from: H - 23, to: H + 1, wantedFrom: H }).data.attributes;
  expect(queries.map((one) => ('query' in one ? one.query.replace('.as_count().rollup(sum, 3600)', '') : ''))).toEqual([
    'sum:poll.error{env:live} by {error_class}',
    'sum:hits{env:live}',
    'sum:poll.lost{env:live} by {error_class}',
  ]);
  const server = await standIn();
  const source = datadogSource({ datadog, keys: async () => ({ apiKey: 'a', appKey: 'b' }), url: server.url });
  const one = (query: number, values: number[], ...tags: string[]) => ({ query, values, tags });
  const canary = one(1, [900, 900]);
  server.answers(
    timeseries(times, [one(0, [10, 10]), canary, one(2, [5, 5]), one(3, [85, 85])]),
    timeseries(times, [
      one(0, [6, 12], 'error_class:eoferror'),
      one(0, [4, 0], 'error_class:N/A'),
      canary,
      one(2, [5, 5], 'error_class:eoferror'),
    ]),
  );
  const samples = await source.sample([poll, ofPoll], H - 1, H + 1).finally(() => server.close());
  expect(
    samples.map((sample) => (sample.kind === 'counted' ? Object.fromEntries(sample.counts) : sample.reason)),
  ).toEqual([
    { failed: 15, succeeded: 85 },
    { failed: 15, succeeded: 85 },
    { 'failed eoferror': 11 },
    { 'failed eoferror': 17 },
  ]);
});

test('another tag counts other classes, and the same errors', () => {
  const by = (classTag: string, one: Series) => countedByOf({ datadog: { ...datadog, classTag } }, one);
  expect(by('error_class', show)).toBe(by('exception', show));
  expect(by('error_class', ofShow)).not.toBe(by('exception', ofShow));
  expect(by('error_class', show)).not.toBe(by('error_class', ofShow));
});

test('the local Datadog tells the classes of the example, and those without any have none', async () => {
  const { samples } = await sampledKinds();
  const names = new Set(samples.map(({ endpoint }) => endpoint).filter((name) => name.endsWith('(error classes)')));
  expect([...names]).toEqual(
    ['#show', 'letters of the API', 'letters of the workers', 'upload status'].map(classesName),
  );
  const labels = samples.flatMap((one) =>
    names.has(one.endpoint) && one.kind === 'counted' ? [...one.counts.keys()] : [],
  );
  expect([...new Set(labels)].sort()).toEqual([
    '500 nomethoderror',
    '502 common::exceptions::backendserviceexception',
    '503 breakers::outageexception',
    'failed faraday::timeouterror',
  ]);
});
