import * as z from 'zod/mini';
import { HOUR_MS, type Hour, hourOf, instantText } from '../../facts/hour';
import { anyStatus, type Series } from '../../facts/series';
import type { Sample } from '../../facts/snapshot';
import { requestsIn } from '../../facts/usual';
import { type Ratio, ratioOf } from '../../release/measure/ratio-of';
import type { Release } from '../../release/schema';
import { type KnownCounts, labelled, unknown } from '../known-counts';
import { toggleOffSample } from '../toggle-off';
import {
  addedUp,
  checkedAgainst,
  type Group,
  groupsOf,
  identityOf,
  mostFrequent,
  partedBy,
  type Values,
} from './groups';
import { checkErrors, malformed, seen } from './malformed';
import type { Span } from './query';
import { type Count, isMeasured, questionOf } from './question';

const answerSchema = z.object({
  data: z.object({
    attributes: z.object({
      times: z.array(z.number()),
      series: z.array(z.object({ query_index: z.number(), group_tags: z.nullish(z.array(z.string())) })),
      values: z.array(z.array(z.nullable(z.number()))),
    }),
  }),
});

/**
 * Reads the answer to the question for a batch: one sample for every series and every wanted hour. Hours in which the
 * canary shows no request at all are unknown; a series that is absent while the canary is not had no request. Sampled
 * counters come as fractions and are rounded to whole requests; what had no request is left out. What the answer
 * says of an endpoint in an hour is checked against its requests without regard to status, and a single odd group makes
 * unknown what it may be about. Requests with the toggle off are unknown where they cannot be a part of all of their
 * endpoint's.
 *
 * @param series of one batch
 * @throws SourceError 'malformed' when the answer as a whole is not as it should be: a part of it is never used
 */
export function readAnswer(
  answer: unknown,
  datadog: Release['datadog'],
  series: readonly Series[],
  span: Span,
): Sample[] {
  const { times, canary, counted } = checked(answer, datadog, series);
  const readers = series.map((one) => readerOf(datadog, one, counted, canary));
  const indexOf = new Map(times.map((time, index) => [hourOf(time), index]));
  const samples: Sample[] = [];
  for (let hour: Hour = span.wantedFrom; hour < span.to; hour++) {
    const index = indexOf.get(hour);
    for (const { endpoint, silence, speaks, all, toggleOff } of readers) {
      const sampleOf = (known: (index: number) => KnownCounts): Sample => {
        const found = index === undefined ? unknown(silence) : known(index);
        const heard = index !== undefined && ((canary?.[index] ?? 0) > 0 || (speaks && hasRequests(found)));
        if (!heard) return { endpoint, hour, ...unknown(silence) };
        return { endpoint, hour, ...(times.length === 1 ? unknown(LONELY) : found) };
      };
      samples.push(toggleOff ? toggleOffSample(sampleOf(toggleOff), sampleOf(all)) : sampleOf(all));
    }
  }
  return samples;
}

const hasRequests = (known: KnownCounts) => known.kind === 'counted' && requestsIn(known.counts) > 0;

interface CountedGroups {
  count: Count;
  known: (identity: string, index: number) => KnownCounts;
}

/** How a series is read from an answer; those with the toggle off beside all of the same endpoint. */
function readerOf(datadog: Release['datadog'], one: Series, counted: readonly CountedGroups[], canary?: Values) {
  const ratio = ratioOf(datadog, { ...one, toggleOff: false });
  const itsOwn = ratio.kind === 'slow' && ratio.tags.length > 0;
  const reader = {
    endpoint: one.name,
    /** Why nothing is known where nobody is heard. */
    silence: `Datadog has no ${itsOwn ? ratio.metric : datadog.metric} at all for ${ratio.scope.join(', ')}`,
    /** Its own requests show that Datadog was listening, where the canary is another metric. */
    speaks: isMeasured(one) && ratio.kind !== 'status' && !itsOwn,
  };
  if (!isMeasured(one)) {
    const all = (index: number): KnownCounts => ({ kind: 'counted', counts: scopeCounts(canary?.[index] ?? 0) });
    return { ...reader, all };
  }
  const identity = identityFor(ratio);
  const countsOf = (what: Count['what'], toggleOff: boolean) => {
    const { known } = counted.find(({ count }) => count.toggleOff === toggleOff && isSame(count.what, what))!;
    return (index: number) => known(identity, index);
  };
  const side = (toggleOff: boolean): ((index: number) => KnownCounts) => {
    if (ratio.kind === 'counters') {
      const sumOf = (metrics: readonly string[]) => {
        const counters = metrics.map((counter) => countsOf({ counter }, toggleOff));
        return (index: number) => addedUp(counters.map((known) => known(index)));
      };
      const errors = sumOf(ratio.errors);
      if (one.classes) return (index) => mostFrequent(errors(index));
      const requests = sumOf(ratio.requests);
      return (index) => partedBy(['failed', 'succeeded'], errors(index), requests(index));
    }
    if (ratio.kind === 'slow') {
      const [slow, sums] = [countsOf('slow', toggleOff), countsOf('sums', toggleOff)];
      return (index) => partedBy(['slow', 'fast'], slow(index), sums(index));
    }
    if (one.classes) {
      const classes = countsOf('classes', toggleOff);
      return (index) => mostFrequent(classes(index));
    }
    const requests = countsOf('requests', toggleOff);
    if (toggleOff) return (index) => labelled(requests(index));
    const sums = countsOf('sums', false);
    return (index) => labelled(checkedAgainst(sums(index), requests(index)));
  };
  return { ...reader, all: side(false), ...(one.toggleOff && { toggleOff: side(true) }) };
}

const identityFor = ({ tags }: Ratio) => identityOf(tags.map(([, value]) => value));

const isSame = (a: Count['what'], b: Count['what']) =>
  a === b || (typeof a === 'object' && typeof b === 'object' && a.counter === b.counter);

/** It comes when data stops or starts again; the hour stays due and is read once it has a neighbour. */
const LONELY = 'the only hour of its day in Datadog, so nothing proves that it is one hour and not more';

const scopeCounts = (canary: number) =>
  new Map([[anyStatus, Math.round(canary)] as const].filter(([, count]) => count > 0));

function checked(answer: unknown, datadog: Release['datadog'], wanted: readonly Series[]) {
  const queries = questionOf(datadog, wanted);
  checkErrors(answer);
  const parsed = z.safeParse(answerSchema, answer);
  if (!parsed.success) throw malformed(seen(answer), `a timeseries, but for ${parsed.error.issues[0]!.path.join('.')}`);
  const { times, series, values } = parsed.data.data.attributes;
  checkTimes(times);
  if (series.length !== values.length)
    throw malformed(`${values.length} lists of values`, `${series.length}, one a series`);

  let canary: Values | undefined;
  const groups = queries.map((): Group[] => []);
  series.forEach(({ query_index, group_tags }, position) => {
    const list = values[position]!;
    if (list.length !== times.length) throw malformed(`${list.length} values`, `${times.length}, one a time`);
    const query = queries[query_index];
    if (!query) throw malformed(`query_index ${query_index}`, `0 to ${queries.length - 1}`);
    if (query.is === 'pace') return;
    if (query.is === 'count') {
      groups[query_index]!.push({ tags: group_tags ?? [], values: list });
      return;
    }
    if (canary) throw malformed('two series of the canary', 'one');
    // A part of the requests in the place of all of them would count the rest as none.
    if (group_tags?.length) throw malformed(`a canary with the tags ${seen(group_tags)}`, 'none');
    const odd = list.find((value) => value !== null && !(value >= 0 && value <= Number.MAX_SAFE_INTEGER));
    if (odd !== undefined) throw malformed(`count ${odd}`, '0 or more');
    canary = list;
  });
  const counted = queries.flatMap(({ count }, index): CountedGroups[] => {
    if (!count) return [];
    const asked = new Set(count.of.map((one) => identityFor(ratioOf(datadog, one))));
    return [{ count, known: groupsOf(groups[index]!, asked, count) }];
  });
  return { times, canary, counted };
}

/**
 * Two neighbouring points are the only proof that Datadog did not enlarge the interval and add up more than an hour. A
 * single one proves nothing, and its hour is unknown.
 */
function checkTimes(times: readonly number[]) {
  let proven = times.length < 2;
  times.forEach((time, index) => {
    if (!Number.isSafeInteger(time) || time < 0 || time % HOUR_MS !== 0) throw malformed(`time ${time}`, 'full hours');
    const gap = index === 0 ? HOUR_MS * 2 : time - times[index - 1]!;
    if (gap <= 0) throw malformed(`time ${instantText(time)} after a later one`, 'times in order');
    proven ||= gap === HOUR_MS;
  });
  if (!proven) {
    throw malformed(
      `${times.length} times from ${instantText(times[0]!)}, no two of them an hour apart`,
      'hourly points',
    );
  }
}
