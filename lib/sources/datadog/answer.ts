import * as z from 'zod/mini';
import { isStatus } from '../../facts/counts';
import { HOUR_MS, type Hour, hourOf, instantText } from '../../facts/hour';
import { anyStatus, type Series } from '../../facts/series';
import type { Counts, Sample } from '../../facts/snapshot';
import type { Release } from '../../release/schema';
import { besideAll } from '../toggle-off';
import { checkErrors, malformed, seen } from './malformed';
import { queriesFor, type Span } from './query';

type Values = readonly (number | null)[];
type ByStatus = Map<string, Values>;

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
 * Reads the answer to a timeseries request: one sample for every series and every wanted hour. Hours in which the
 * canary shows no request at all are unknown; a series that is absent while the canary is not had no request. Sampled
 * counters come as fractions and are rounded to whole requests; a status without requests is left out. Requests with the
 * toggle off are unknown where they cannot be a part of all of their endpoint's.
 *
 * @throws SourceError 'malformed' when anything about the answer is not as it should be: a part of it is never used
 */
export function readAnswer(
  answer: unknown,
  datadog: Release['datadog'],
  series: readonly Series[],
  span: Span,
): Sample[] {
  const { times, canary, requests, toggleOff: apart } = checked(answer, datadog, series);
  const indexOf = new Map(times.map((time, index) => [hourOf(time), index]));
  const samples: Sample[] = [];
  for (let hour: Hour = span.wantedFrom; hour < span.to; hour++) {
    const index = indexOf.get(hour);
    const seen = index !== undefined && (canary?.[index] ?? 0) > 0;
    const sampleOf = (endpoint: string, known: (index: number) => Known): Sample => {
      if (!seen) return { endpoint, hour, kind: 'unknown', reason: noTraffic(datadog) };
      if (times.length === 1) return { endpoint, hour, kind: 'unknown', reason: LONELY };
      return { endpoint, hour, ...known(index) };
    };
    for (const { name, tag, toggleOff } of series) {
      if (tag === undefined) {
        samples.push(
          sampleOf(name, (at) => ({ kind: 'counted', counts: countsAt(at, new Map([[anyStatus, canary!]])) })),
        );
        continue;
      }
      const all = sampleOf(name, (at) => measured(countsAt(at, requests.get(tag))));
      samples.push(
        toggleOff
          ? besideAll(
              sampleOf(name, (at) => measured(countsAt(at, apart.get(tag)))),
              all,
            )
          : all,
      );
    }
  }
  return samples;
}

const noTraffic = ({ metric, scope }: Release['datadog']) => `Datadog has no ${metric} at all for ${scope.join(', ')}`;

/** With more requests of unknown outcome than this, the rest says little about all. */
const UNLABELLED_SHARE = 0.1;

type Known = { kind: 'counted'; counts: Counts } | { kind: 'unknown'; reason: string };

/** The counts of an hour, unless too many of its requests have no HTTP status. */
function measured(counts: Counts): Known {
  let all = 0;
  let unlabelled = 0;
  for (const [label, count] of counts) {
    all += count;
    if (!isStatus(label)) unlabelled += count;
  }
  if (unlabelled <= UNLABELLED_SHARE * all) return { kind: 'counted', counts };
  return { kind: 'unknown', reason: `${unlabelled} of its ${all} requests have no HTTP status` };
}

/** It comes when data stops or starts again; the hour stays due and is read once it has a neighbour. */
const LONELY = 'the only hour of its day in Datadog, so nothing proves that it is one hour and not more';

function countsAt(index: number, byStatus: ByStatus = new Map()) {
  const counts = [...byStatus].map(([status, values]) => [status, Math.round(values[index] ?? 0)] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

function checked(answer: unknown, { endpointTag, statusTag }: Release['datadog'], wanted: readonly Series[]) {
  const queries = queriesFor(wanted);
  const tagsOf = (toggleOff: boolean) =>
    new Set(wanted.filter((one) => one.toggleOff === toggleOff).map(({ tag }) => tag));
  const asked = { requests: tagsOf(false), toggleOff: tagsOf(true) };
  checkErrors(answer);
  const parsed = z.safeParse(answerSchema, answer);
  if (!parsed.success) throw malformed(seen(answer), `a timeseries, but for ${parsed.error.issues[0]!.path.join('.')}`);
  const { times, series, values } = parsed.data.data.attributes;
  checkTimes(times);
  if (series.length !== values.length)
    throw malformed(`${values.length} lists of values`, `${series.length}, one a series`);

  let canary: Values | undefined;
  const byTag = { requests: new Map<string, ByStatus>(), toggleOff: new Map<string, ByStatus>() };
  series.forEach((one, position) => {
    const list = values[position]!;
    checkValues(list, times);
    const query = queries[one.query_index];
    if (!query) throw malformed(`query_index ${one.query_index}`, `0 to ${queries.length - 1}`);
    if (query === 'canary') {
      if (canary) throw malformed('two series of the canary', 'one');
      // A part of the requests in the place of all of them would count the rest as none.
      if (one.group_tags?.length) throw malformed(`a canary with the tags ${seen(one.group_tags)}`, 'none');
      canary = list;
      return;
    }
    const tag = tagValue(one.group_tags, endpointTag);
    // Under another name, the requests of what was asked for would be taken for none.
    if (!asked[query].has(tag)) throw malformed(`a series of ${seen(tag)}`, 'only those that were asked for');
    const status = tagValue(one.group_tags, statusTag);
    const byStatus: ByStatus = byTag[query].get(tag) ?? new Map();
    if (byStatus.has(status)) throw malformed(`two series of ${seen(one.group_tags)}`, 'one');
    byTag[query].set(tag, byStatus.set(status, list));
  });
  return { times, canary, ...byTag };
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

function checkValues(values: Values, times: readonly number[]) {
  if (values.length !== times.length) throw malformed(`${values.length} values`, `${times.length}, one a time`);
  for (const value of values) {
    if (value !== null && !(value >= 0 && value <= Number.MAX_SAFE_INTEGER))
      throw malformed(`count ${value}`, '0 or more');
  }
}

/** Tags are `key:value`; the value may contain colons, and the order of the tags is not documented. */
function tagValue(tags: readonly string[] | null | undefined, key: string): string {
  const found = (tags ?? []).filter((tag) => tag.startsWith(`${key}:`));
  if (found.length !== 1) throw malformed(`a series with the tags ${seen(tags)}`, `one tag ${key}`);
  return found[0]!.slice(key.length + 1);
}
