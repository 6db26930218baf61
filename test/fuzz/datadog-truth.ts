import fc from 'fast-check';
import { startOf } from '../../lib/facts/hour';
import type { Sample } from '../../lib/facts/snapshot';
import { timeseries, withSums } from '../worlds/datadog-stand-in';

export const DATADOG = {
  site: 'ddog-gov.com' as const,
  metric: 'trace.rack.request.hits',
  scope: ['env:eks-prod'],
  endpointTag: 'resource_name',
  statusTag: 'http.status_code',
};
export const ENDPOINTS = ['#index', '#show'].map((name) => ({ name, tag: `a::${name.slice(1)}`, toggleOff: false }));
const H = 500_000;
const HOURS = 6;
export const SPAN = { from: H - 20, to: H + HOURS, wantedFrom: H };
const STATUSES = ['200', '404', '500', '502'];

/** What happened in the wanted hours: by hour, endpoint and status; an hour that is undefined was not heard of. */
export type Truth = (number[][] | undefined)[];

const requests = fc.oneof(fc.nat(5), fc.nat(100_000));
const hourOfTruth = fc.array(fc.array(requests, { minLength: 4, maxLength: 4 }), { minLength: 2, maxLength: 2 });

export const truths: fc.Arbitrary<Truth> = fc.array(fc.option(hourOfTruth, { freq: 6, nil: undefined }), {
  minLength: HOURS,
  maxLength: HOURS,
});

/** Datadog's answer to that; the two hours before the wanted ones were heard of, so that the spacing is proven. */
export function answerTo(truth: Truth) {
  const heard = [H - 2, H - 1, ...truth.flatMap((hour, index) => (hour ? [H + index] : []))];
  const valuesOf = (pick: (hour: number[][]) => number) => [
    1,
    1,
    ...truth.flatMap((hour) => (hour ? [pick(hour)] : [])),
  ];
  const series = ENDPOINTS.flatMap(({ tag }, endpoint) =>
    STATUSES.map((status, index) => ({
      query: 0,
      tags: [`${DATADOG.endpointTag}:${tag}`, `${DATADOG.statusTag}:${status}`],
      values: valuesOf((hour) => hour[endpoint]![index]!),
    })),
  );
  const all = valuesOf((hour) => 1 + hour.flat().reduce((sum, count) => sum + count, 0));
  return timeseries(heard.map(startOf), [...withSums(series), { query: 1, values: all }]);
}

/** The only thing that may be counted of an hour. */
export function countedIn(truth: Truth, { hour, endpoint }: Sample): Record<string, number> | undefined {
  const counts = truth[hour - H]?.[ENDPOINTS.findIndex(({ name }) => name === endpoint)];
  return (
    counts && Object.fromEntries(STATUSES.flatMap((status, index) => (counts[index] ? [[status, counts[index]]] : [])))
  );
}
