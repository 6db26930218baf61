import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import type { Sample } from '../facts/snapshot';
import { readableWeeks, SPREAD_WEEKS } from '../judge/rollout';
import { SourceError } from '../ports';
import type { Release } from '../release/schema';
import { namedSeriesOf } from '../release/series-of';
import { datadogEvents } from '../sources/datadog/events';
import { datadogSource } from '../sources/datadog/source';
import type { Reply } from '../sources/datadog/transport';
import { type Check, ok, skipped, wrong } from './check';
import { type ClockReading, readClock } from './clock';
import { askDatadog, type Datadog } from './datadog';
import { eventChecks } from './events';
import { hourChecks } from './hours';
import { pastChecks } from './past';
import { MOST_MOMENTS } from './requests/beside';
import { countsRequest, groupingOf } from './requests/counts';
import { requestChecks } from './requests/request-checks';
import type { SetUp } from './set-up';

const WEEKS = 4;
/** Requests for counts: each week twice, earlier ones once, sums, environments, siblings, and the names around changes. */
const MOST_STEPS = WEEKS + SPREAD_WEEKS + 3 + MOST_MOMENTS;

/**
 * Whether Datadog answers with the counts of the four weeks before `to` that a run needs, and whether they can be those
 * of the release's endpoints. Its clock goes into `readings`.
 */
export async function datadogChecks(setUp: SetUp, to: Hour, readings: ClockReading[]): Promise<Check[]> {
  const { release, datadogUrl: url, now, signal } = setUp;
  let steps = 0;
  const step = (doing: string) => setUp.progress?.(Math.min(++steps, MOST_STEPS), MOST_STEPS, doing);
  try {
    const keys = await setUp.keys();
    const datadog = askDatadog(release.datadog.site, keys, { url, signal });
    const reading = await readClock(datadog.host, datadog.url, now);
    if (reading) readings.push(reading);
    const asked = { datadog: release.datadog, keys: async () => keys, url };
    const from = to - WEEKS * HOURS_PER_WEEK;
    const weeks: Sample[][] = [];
    const source = datadogSource(asked);
    const readWeeks = async (first: Hour, end: Hour) => {
      for (let week = first; week < end; week += HOURS_PER_WEEK) {
        step('counts as a run reads them');
        weeks.push(await source.sample(namedSeriesOf(release), week, week + HOURS_PER_WEEK, signal));
      }
    };
    try {
      await readWeeks(from, to);
    } catch (error) {
      return [...(await refusalChecks(datadog, release, to, error as Error)), skipped('counts', 'none could be had')];
    }
    const { checks, lastDay } = await requestChecks(datadog, release, from, to, step);
    const pastOf = async (found: readonly Check[]): Promise<Check[]> => {
      if (found.some(({ outcome }) => outcome === 'wrong'))
        return [skipped('past', 'what is wrong above would make it wrong too')];
      try {
        await readWeeks(to - readableWeeks(release) * HOURS_PER_WEEK, from);
      } catch (error) {
        return [skipped('past', `the weeks before could not be had: ${(error as Error).message}`)];
      }
      return pastChecks(release, weeks.flat(), to);
    };
    const ofRequests = [...checks, ...hourChecks(weeks.flat(), from, to, now())];
    return [
      ok('keys', `${datadog.host} takes them, and lets them ask for counts`),
      ...ofRequests,
      ...(await eventChecks(datadogEvents(asked), release.datadog, { to, requests: lastDay }, signal)),
      ...(await pastOf(ofRequests)),
    ];
  } catch (error) {
    return [wrong('keys', (error as Error).message), skipped('counts', 'Datadog cannot be asked without keys')];
  }
}

const isRefusal = ({ status }: Reply) => status === 401 || status === 403;

/** Which of site, keys and scope is wrong, when counts are refused; else that the answer is, and the metric with it. */
async function refusalChecks(datadog: Datadog, release: Release, to: Hour, error: Error) {
  if (!(error instanceof SourceError) || error.kind !== 'refused')
    return [wrong('answer', error.message), ...(await metricFault(datadog, release, to, error))];
  const { metric, scope } = release.datadog;
  const counts = countsRequest([groupingOf({ metric, filter: scope })], to - 24, to);
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

/** A metric that falls below none cannot be read by a run; that it is no count says why. */
async function metricFault(datadog: Datadog, release: Release, to: Hour, error: Error): Promise<Check[]> {
  if (!(error instanceof SourceError) || error.kind !== 'malformed') return [];
  const { checks } = await requestChecks(datadog, release, to - WEEKS * HOURS_PER_WEEK, to, () => {});
  return checks.filter(({ name, outcome }) => name === 'metric' && outcome !== 'ok');
}
