import * as z from 'zod/mini';
import { HOUR_MS, type Hour, hourOf, instantText } from '../../facts/hour';
import { anyStatus, type Series } from '../../facts/series';
import type { Sample } from '../../facts/snapshot';
import type { Release } from '../../release/schema';
import { type KnownCounts, labelled } from '../known-counts';
import { toggleOffSample } from '../toggle-off';
import { checkedAgainst, type Group, groupsOf, type Values } from './groups';
import { checkErrors, malformed, seen } from './malformed';
import { queriesFor, type Span } from './query';

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
 * counters come as fractions and are rounded to whole requests; a status without requests is left out. What the answer
 * says of an endpoint in an hour is checked against its requests without regard to status, and a single odd group makes
 * unknown what it may be about. Requests with the toggle off are unknown where they cannot be a part of all of their
 * endpoint's.
 *
 * @throws SourceError 'malformed' when the answer as a whole is not as it should be: a part of it is never used
 */
export function readAnswer(
  answer: unknown,
  datadog: Release['datadog'],
  series: readonly Series[],
  span: Span,
): Sample[] {
  const { times, canary, groups } = checked(answer, series);
  const tagsOf = (off: boolean) =>
    new Set(series.flatMap(({ tag, toggleOff }) => (tag !== undefined && toggleOff === off ? tag : [])));
  const requests = groupsOf(groups.requests, tagsOf(false), datadog);
  const sums = groupsOf(groups.sums, tagsOf(false), datadog);
  const withToggleOff = groupsOf(groups.toggleOff, tagsOf(true), datadog);

  const indexOf = new Map(times.map((time, index) => [hourOf(time), index]));
  const samples: Sample[] = [];
  for (let hour: Hour = span.wantedFrom; hour < span.to; hour++) {
    const index = indexOf.get(hour);
    const seen = index !== undefined && (canary?.[index] ?? 0) > 0;
    const sampleOf = (endpoint: string, known: (index: number) => KnownCounts): Sample => {
      if (!seen) return { endpoint, hour, kind: 'unknown', reason: noTraffic(datadog) };
      if (times.length === 1) return { endpoint, hour, kind: 'unknown', reason: LONELY };
      return { endpoint, hour, ...known(index) };
    };
    for (const { name, tag, toggleOff } of series) {
      if (tag === undefined) {
        samples.push(sampleOf(name, (at) => ({ kind: 'counted', counts: scopeCounts(canary![at]!) })));
        continue;
      }
      const all = sampleOf(name, (at) => labelled(checkedAgainst(sums(tag, at), requests(tag, at))));
      samples.push(
        toggleOff
          ? toggleOffSample(
              sampleOf(name, (at) => labelled(withToggleOff(tag, at))),
              all,
            )
          : all,
      );
    }
  }
  return samples;
}

const noTraffic = ({ metric, scope }: Release['datadog']) => `Datadog has no ${metric} at all for ${scope.join(', ')}`;

/** It comes when data stops or starts again; the hour stays due and is read once it has a neighbour. */
const LONELY = 'the only hour of its day in Datadog, so nothing proves that it is one hour and not more';

const scopeCounts = (canary: number) =>
  new Map([[anyStatus, Math.round(canary)] as const].filter(([, count]) => count > 0));

function checked(answer: unknown, wanted: readonly Series[]) {
  const queries = queriesFor(wanted);
  checkErrors(answer);
  const parsed = z.safeParse(answerSchema, answer);
  if (!parsed.success) throw malformed(seen(answer), `a timeseries, but for ${parsed.error.issues[0]!.path.join('.')}`);
  const { times, series, values } = parsed.data.data.attributes;
  checkTimes(times);
  if (series.length !== values.length)
    throw malformed(`${values.length} lists of values`, `${series.length}, one a series`);

  let canary: Values | undefined;
  const groups: Record<'requests' | 'sums' | 'toggleOff', Group[]> = { requests: [], sums: [], toggleOff: [] };
  series.forEach(({ query_index, group_tags }, position) => {
    const list = values[position]!;
    if (list.length !== times.length) throw malformed(`${list.length} values`, `${times.length}, one a time`);
    const query = queries[query_index];
    if (!query) throw malformed(`query_index ${query_index}`, `0 to ${queries.length - 1}`);
    if (query !== 'canary') {
      groups[query].push({ tags: group_tags ?? [], values: list });
      return;
    }
    if (canary) throw malformed('two series of the canary', 'one');
    // A part of the requests in the place of all of them would count the rest as none.
    if (group_tags?.length) throw malformed(`a canary with the tags ${seen(group_tags)}`, 'none');
    const odd = list.find((value) => value !== null && !(value >= 0 && value <= Number.MAX_SAFE_INTEGER));
    if (odd !== undefined) throw malformed(`count ${odd}`, '0 or more');
    canary = list;
  });
  return { times, canary, groups };
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
