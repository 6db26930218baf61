import * as z from 'zod/mini';
import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import type { Sample } from '../facts/snapshot';
import { SourceError } from '../ports';
import type { Release } from '../release/schema';
import { taggedSeriesOf } from '../release/series-of';
import { datadogEvents } from '../sources/datadog/events';
import { datadogSource } from '../sources/datadog/source';
import type { Reply } from '../sources/datadog/transport';
import { type Check, ok, skipped, wrong } from './check';
import { type ClockReading, readClock } from './clock';
import { groupingsOf, keyOf, sumsOf, sumsRequest } from './counts';
import { askDatadog, type Datadog } from './datadog';
import { eventChecks } from './events';
import { hourChecks } from './hours';
import type { SetUp } from './set-up';
import { statusChecks, type TrafficSums, trafficChecks } from './traffic';

/** Whether Datadog answers with the counts of [from, to) that a run needs. Its clock goes into `readings`. */
export async function datadogChecks(setUp: SetUp, from: Hour, to: Hour, readings: ClockReading[]): Promise<Check[]> {
  const { release, datadogUrl: url, now, signal } = setUp;
  try {
    const keys = await setUp.keys();
    const datadog = askDatadog(release.datadog.site, keys, { url, signal });
    const reading = await readClock(datadog.host, datadog.url, now);
    if (reading) readings.push(reading);
    const asked = { datadog: release.datadog, keys: async () => keys, url };
    try {
      const samples = await datadogSource(asked).sample(taggedSeriesOf(release), from, to, signal);
      return [
        ok('keys', `${datadog.host} takes them, and lets them ask for counts`),
        ...(await attempted('metric', async () => [
          metricCheck(release.datadog.metric, await datadog.metadata(release.datadog.metric)),
        ])),
        ...(await attempted('traffic', () => countChecks(datadog, release, samples, to))),
        ...hourChecks(samples, from, to, now()),
        ...(await eventChecks(datadogEvents(asked), release.datadog, to, signal)),
      ];
    } catch (error) {
      return [...(await refusalChecks(datadog, release, to, error as Error)), skipped('counts', 'none could be had')];
    }
  } catch (error) {
    return [wrong('keys', (error as Error).message), skipped('counts', 'Datadog cannot be asked without keys')];
  }
}

/** A question that gets no usable answer is a failure of its own check only. */
const attempted = async (name: string, checks: () => Promise<Check[]>): Promise<Check[]> =>
  checks().catch((error: Error) => [wrong(name, error.message)]);

/** What every run samples; requests with the toggle off are looked at by themselves. */
const isRefusal = ({ status }: Reply) => status === 401 || status === 403;

/** Which of site, keys and scope is wrong, when counts are refused; else that the answer is. */
async function refusalChecks(datadog: Datadog, release: Release, to: Hour, error: Error) {
  if (!(error instanceof SourceError) || error.kind !== 'refused') return [wrong('answer', error.message)];
  const counts = sumsRequest(release.datadog, [{ filter: [], by: [] }], to - 24, to);
  // Keys that no header can hold get no answer at all; the source has said so.
  const reply = await datadog.timeseries(counts).catch(() => undefined);
  if (!reply) return [wrong('keys', error.message)];
  if (!isRefusal(reply)) return [wrong('answer', error.message)];
  if (isRefusal(await datadog.validateApiKey()))
    return [
      wrong(
        'keys',
        `the API key - got refused by ${datadog.host}, expected a key of ${release.datadog.site}; is it whole, not revoked, and made on that site?`,
      ),
    ];
  if (isRefusal(await datadog.validateBothKeys()))
    return [
      wrong(
        'keys',
        `the application key - got refused by ${datadog.host}, expected one of the API key's organisation; is it whole and not revoked?`,
      ),
    ];
  return [
    wrong(
      'keys',
      `the application key's scopes - got refused, expected timeseries_query; add that scope, or make a key of somebody who may query timeseries`,
    ),
  ];
}

/** In-app types that `as_count()` turns into counts: docs.datadoghq.com/metrics/custom_metrics/type_modifiers */
const COUNTS = ['count', 'rate'];

function metricCheck(metric: string, { status, body }: Reply): Check {
  if (status === 404)
    return wrong(
      'metric',
      `datadog.metric - got none called ${metric}, expected one that Datadog has; look it up in Metrics Summary`,
    );
  if (status !== 200)
    return skipped('metric', `its type cannot be read (${status}); with the scope metrics_read it can, or look it up`);
  const type = typeOf(body);
  if (!type) return skipped('metric', `Datadog does not say the type of ${metric}; look it up in Metrics Summary`);
  if (COUNTS.includes(type)) return ok('metric', `${metric} is a ${type}`);
  return wrong(
    'metric',
    `datadog.metric - got ${metric}, which is a ${type}, expected a count; a sum of its points is no number of requests`,
  );
}

function typeOf(body: string): string | undefined {
  try {
    return z.parse(z.object({ type: z.string() }), JSON.parse(body)).type;
  } catch {
    return undefined;
  }
}

/** Compares the sums of the last seven days. */
async function countChecks(datadog: Datadog, release: Release, samples: readonly Sample[], to: Hour) {
  const groupings = groupingsOf(release);
  const { all, endpoint, status, toggleOff } = groupings;
  const wanted = release.datadog.control ? [all, endpoint, status, toggleOff] : [all, endpoint, status];
  const week = await datadog.timeseries(sumsRequest(release.datadog, wanted, to - HOURS_PER_WEEK, to));
  const [ofAll, ofEndpoint, ofStatus, ofToggleOff = new Map()] = sumsOf(week.body, wanted);
  const earlier = new Map<string, number>();
  for (const sample of samples) {
    if (sample.kind === 'unknown' || sample.hour >= to - HOURS_PER_WEEK) continue;
    const requests = [...sample.counts.values()].reduce((sum, one) => sum + one, 0);
    earlier.set(sample.endpoint, (earlier.get(sample.endpoint) ?? 0) + requests);
  }
  const missing = taggedSeriesOf(release).some(({ tag }) => !ofEndpoint!.get(keyOf(tag)));
  const known = missing ? await valuesOf(datadog, release, to) : [];
  const counted: TrafficSums = {
    all: ofAll!,
    endpoint: ofEndpoint!,
    status: ofStatus!,
    toggleOff: ofToggleOff,
    earlier,
    known,
  };
  return [...trafficChecks(release, counted), ...statusChecks(release, counted)];
}

/** The values of the endpoint tag in the last day. */
async function valuesOf(datadog: Datadog, release: Release, to: Hour): Promise<string[]> {
  const grouping = { filter: [], by: [release.datadog.endpointTag] };
  const { body } = await datadog.timeseries(sumsRequest(release.datadog, [grouping], to - 24, to));
  return [...sumsOf(body, [grouping])[0]!.keys()].map((key) => JSON.parse(key)[0] as string);
}
