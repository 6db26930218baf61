import fc from 'fast-check';
import { HOUR_MS } from '../../lib/facts/hour';
import type { Sample } from '../../lib/facts/snapshot';
import { readAnswer } from '../../lib/sources/datadog/answer';
import { fuzz } from './campaign';
import { answerTo, countedIn, DATADOG, ENDPOINTS, SPAN, type Truth, truths } from './datadog-truth';
import { hostileText, UNPRINTABLE } from './hostile-text';

type Attributes = ReturnType<typeof answerTo>['data']['attributes'];

const read = (answer: unknown) => readAnswer(answer, DATADOG, ENDPOINTS, SPAN);

/** Samples of an answer, or undefined when it is refused as it should be. */
function readOrRefused(answer: unknown): Sample[] | undefined {
  try {
    return read(answer);
  } catch (error) {
    expect(error).toMatchObject({ name: 'SourceError', kind: 'malformed' });
    expect((error as Error).message).not.toMatch(UNPRINTABLE);
    expect((error as Error).message.length).toBeLessThan(500);
    return undefined;
  }
}

function expectTruth(samples: readonly Sample[], truth: Truth) {
  expect(samples).toHaveLength(ENDPOINTS.length * (SPAN.to - SPAN.wantedFrom));
  for (const sample of samples) {
    const counts = sample.kind === 'counted' ? Object.fromEntries(sample.counts) : undefined;
    expect([sample, counts]).toEqual([sample, countedIn(truth, sample)]);
  }
}

/**
 * Unknown is always allowed. Of what is counted, requests may have lost their status, and at most so many may be missing
 * or too many as the sums let pass.
 */
function expectNothingCleaner(samples: readonly Sample[] | undefined, truth: Truth) {
  for (const sample of samples ?? []) {
    if (sample.kind !== 'counted') continue;
    const happened = countedIn(truth, sample) ?? {};
    const { 'N/A': unlabelled = 0, ...counted } = Object.fromEntries(sample.counts);
    const labels = new Set([...Object.keys(happened), ...Object.keys(counted)]);
    const wrong = [...labels].reduce((sum, label) => sum + Math.abs((happened[label] ?? 0) - (counted[label] ?? 0)), 0);
    const all = Object.values(happened).reduce((sum, count) => sum + count, 0);
    expect([sample, wrong <= unlabelled + Math.max(5, 0.011 * all)]).toEqual([sample, true]);
  }
}

/** Unknown is always allowed; other counts never are. */
function expectNothingFalse(samples: readonly Sample[] | undefined, truth: Truth) {
  for (const sample of samples ?? [])
    if (sample.kind === 'counted') expect(Object.fromEntries(sample.counts)).toEqual(countedIn(truth, sample));
}

const at = (list: readonly unknown[], place: number) => place % list.length;
const place = fc.nat(1000);

/** Changes after which the answer still says the same. */
const harmless: fc.Arbitrary<(attributes: Attributes, answer: object) => void> = fc.oneof(
  place.map((turn) => ({ series, values }: Attributes) => {
    for (const list of [series, values] as unknown[][]) list.push(...list.splice(0, at(list, turn)));
  }),
  fc.constant(({ series }: Attributes) => {
    for (const { group_tags } of series) group_tags.reverse();
  }),
  hostileText.map((text) => ({ series }: Attributes) => {
    for (const { group_tags, query_index } of series) if (query_index === 0) group_tags.push(`env:${text}`);
  }),
  fc.constantFrom(null, '', []).map((errors) => (_: Attributes, answer: object) => {
    Object.assign(answer, { errors, meta: { took: 3 } });
  }),
  // A status that nobody had, and a canary that saw others.
  fc.constant(({ series, values }: Attributes) => {
    series.push({
      ...series[0]!,
      query_index: 0,
      group_tags: [`${DATADOG.endpointTag}:a::show`, `${DATADOG.statusTag}:418`],
    });
    values.push(values[0]!.map((_, index) => (index % 2 ? null : 0)));
  }),
);

const noCount = fc.oneof(
  fc.constantFrom<unknown>(
    '1',
    '',
    'NaN',
    true,
    {},
    [],
    [1],
    -1,
    -0.5,
    1e16,
    1e300,
    Number.POSITIVE_INFINITY,
    Number.NaN,
  ),
  hostileText,
  fc.double({ max: -Number.MIN_VALUE, noNaN: true }),
);
const noTime = fc.oneof(
  fc.constantFrom<unknown>(null, '1', {}, -HOUR_MS, 0.5, 1e300, Number.NaN, HOUR_MS + 1, HOUR_MS / 1000),
  fc.integer().filter((time) => time % HOUR_MS !== 0),
);
const noTag = fc.oneof(
  hostileText,
  fc.constantFrom('', 'resource_name', 'http.status_code:200', 'resource_name:a::other'),
);

/** Changes after which the answer, or a part of it, cannot be believed. */
const broken: fc.Arbitrary<(attributes: Attributes, answer: object) => void> = fc.oneof(
  fc.tuple(place, place, noCount).map(([row, column, value]) => ({ values }: Attributes) => {
    const list = values[at(values, row)]!;
    list[at(list, column)] = value as number;
  }),
  fc.tuple(place, noTime).map(([index, time]) => ({ times }: Attributes) => {
    times[at(times, index)] = time as number;
  }),
  fc.tuple(place, fc.boolean()).map(([row, more]) => ({ values }: Attributes) => {
    const list = values[at(values, row)]!;
    if (more) list.push(1);
    else list.pop();
  }),
  place.map(
    (row) =>
      ({ values }: Attributes) =>
        void values.splice(at(values, row), 1),
  ),
  place.map(
    (row) =>
      ({ series }: Attributes) =>
        void series.splice(at(series, row), 1),
  ),
  place.map((row) => ({ series, values }: Attributes) => {
    series.push(series[at(series, row)]!);
    values.push(values[at(values, row)]!);
  }),
  place.map((index) => ({ times, values }: Attributes) => {
    for (const list of [times, ...values]) list.splice(at(list, index), 0, list[at(list, index)]!);
  }),
  fc.constant(({ times }: Attributes) => void times.reverse()),
  fc.integer({ min: 2, max: 24 }).map((gap) => ({ times }: Attributes) => {
    times.forEach((_, index) => {
      times[index] = times[0]! + index * gap * HOUR_MS;
    });
  }),
  // Wrong grouping, and series of a query that are said to be of the other.
  fc.tuple(place, place, noTag).map(([row, index, tag]) => ({ series }: Attributes) => {
    const { group_tags } = series[at(series.slice(1), row)]!;
    group_tags[at(group_tags, index)] = tag.startsWith(DATADOG.statusTag) && index % 2 ? 'http.status:200' : tag;
  }),
  place.map(
    (row) =>
      ({ series }: Attributes) =>
        void series[at(series.slice(1), row)]!.group_tags.pop(),
  ),
  place.map((row) => ({ series, values }: Attributes) => {
    // The canary, which comes last, is not in the answer, and another series takes its place.
    series.pop();
    values.pop();
    series[at(series, row)]!.query_index = 1;
  }),
  fc.constant(({ series }: Attributes) => {
    for (const one of series) one.query_index = 1 - one.query_index;
  }),
  fc
    .tuple(place, fc.constantFrom<unknown>(2, -1, 0.5, '0', null, 'constructor'))
    .map(([row, index]) => ({ series }: Attributes) => {
      series[at(series, row)]!.query_index = index as number;
    }),
  fc
    .oneof(hostileText.filter(Boolean), fc.array(hostileText, { minLength: 1 }), fc.constant({}))
    .map((errors) => (_: Attributes, answer: object) => {
      Object.assign(answer, { errors });
    }),
);

fuzz(
  'an answer is read as what happened, in whatever order it is told',
  { short: 65, long: 8_000 },
  fc.tuple(truths, fc.uniqueArray(harmless, { selector: String })),
  ([truth, changes]) => {
    const answer = answerTo(truth);
    for (const change of changes) change(answer.data.attributes, answer);
    expectTruth(read(answer), truth);
  },
);

fuzz(
  'one thing wrong with an answer refuses it or makes hours unknown, and never makes them cleaner',
  { short: 135, long: 30_000 },
  fc.tuple(truths, broken),
  ([truth, change]) => {
    const answer = answerTo(truth);
    change(answer.data.attributes, answer);
    expectNothingCleaner(readOrRefused(answer), truth);
  },
);

fuzz(
  'hours and lists that are left out make an hour unknown, never another',
  { short: 65, long: 10_000 },
  fc.tuple(truths, fc.array(place), fc.boolean()),
  ([truth, gone, noCanary]) => {
    const answer = answerTo(truth);
    const { times, series, values } = answer.data.attributes;
    for (const index of gone)
      if (times.length > 0) for (const list of [times, ...values]) list.splice(at(list, index), 1);
    if (noCanary) {
      series.pop();
      values.pop();
    }
    const samples = readOrRefused(answer);
    expectNothingFalse(samples, truth);
    if (noCanary) expect(samples?.some(({ kind }) => kind === 'counted') ?? false).toBe(false);
  },
);

/** A part of a document, anywhere in it, taken out or put in the place of another. */
function swapped(document: unknown, from: number, to: number): unknown {
  const parts: { parent: Record<string, unknown>; key: string }[] = [];
  const walk = (value: unknown) => {
    if (value === null || typeof value !== 'object') return;
    for (const key of Object.keys(value)) {
      parts.push({ parent: value as Record<string, unknown>, key });
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(document);
  const [source, target] = [parts[from % parts.length]!, parts[to % parts.length]!];
  const part = structuredClone(source.parent[source.key]);
  target.parent[target.key] = part;
  return document;
}

fuzz(
  'parts of an answer that changed places are refused or read without a crash',
  { short: 100, long: 15_000 },
  fc.tuple(truths, place, place),
  ([truth, from, to]) => {
    const samples = readOrRefused(swapped(answerTo(truth), from, to));
    if (samples) expect(samples).toHaveLength(ENDPOINTS.length * (SPAN.to - SPAN.wantedFrom));
  },
);
