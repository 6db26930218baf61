import pMap from 'p-map';
import { ClockError, refuseAhead } from './facts/clock';
import { partsOf } from './facts/counts';
import { dueHours, isCaughtUp, isDue, ranges, revise, SETTLE_MINUTES } from './facts/due';
import {
  HOURS_PER_DAY,
  HOURS_PER_WEEK,
  type Hour,
  hourOf,
  type Instant,
  newestSettledHour,
  startOf,
} from './facts/hour';
import { hoursOfDay } from './facts/packed/packed-day';
import type { PackedSnapshots } from './facts/packed/packed-snapshots';
import { packedUpdates, type Update } from './facts/packed/update';
import type { Counts } from './facts/snapshot';
import { launchOf, type StageEvent } from './facts/stage';
import { usualRequests } from './facts/usual';
import { baselineFrom, factsFrom } from './judge/rollout';
import type { History, MetricSource } from './ports';
import { limitOf } from './release/criteria';
import type { Release } from './release/schema';
import { seriesOf } from './release/series-of';
import { countedByNow } from './release/what-counts';

/** Of at most so many snapshots at once, a day at least: what is read is held in memory until it is written. */
const SNAPSHOTS_AT_ONCE = 50_000;
/** Calls of the table under way at once. */
const CALLS_AT_ONCE = 16;

/** What ends the sampling of a run early, and who is told how far it is. */
export interface SamplingBounds {
  /** The time for sampling is over: no further hour is taken or written. What is known is judged and told all the same. */
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
  /** This machine's clock, where the run is for another time than now: a tick may come late. */
  clock?: Instant;
}

/** What was sampled. `failure` is set when the source gave no usable answer, or the table took not all. */
export interface Sampled {
  recorded: number;
  revised: number;
  /** Hours that are settled and not final yet. */
  stillDue: number;
  failure?: Error;
}

/** First hour that the release needs: weeks before the launch, or before now as long as there is none. */
export const firstHour = (release: Release, log: readonly StageEvent[], now: Instant): Hour =>
  factsFrom(release, launchHour(log, now));

const launchHour = (log: readonly StageEvent[], now: Instant): Hour => hourOf(launchOf(log)?.at ?? now);

/** Every series' snapshots of [from, to), by hour. */
export const loadSnapshots = (history: History, release: Release, from: Hour, to: Hour): Promise<PackedSnapshots> =>
  history.snapshots(
    seriesOf(release).map(({ name }) => name),
    from,
    to,
  );

/**
 * Samples and records the hours that are due, newest first and bounded. `snapshots` is brought up to date. A failure of
 * the source or the table ends it early and is reported: hours without a trustworthy answer are not recorded and stay due.
 *
 * @param judgedUpTo the newest hour with a verdict
 * @param again whether hours that were counted by another metric, scope or tag are counted anew, final ones too
 * @throws ClockError when the source has not come as far as this machine's clock, or as the hours that were asked for
 */
export async function fill(
  { release, source, history }: { release: Release; source: MetricSource; history: History },
  snapshots: PackedSnapshots,
  log: readonly StageEvent[],
  now: Instant,
  { signal, progress, clock = now }: SamplingBounds = {},
  { judgedUpTo, again = false }: { judgedUpTo?: Hour; again?: boolean } = {},
): Promise<Sampled> {
  const from = firstHour(release, log, now);
  const countedBy = countedByNow(release);
  const wantedBy = again ? countedBy : new Map<string, string>();
  const due = dueHours(from, now, snapshots, wantedBy);
  const series = seriesOf(release);
  const ofClasses = new Set(series.filter(({ classes }) => classes).map(({ name }) => name));
  const days = Math.max(1, Math.floor(SNAPSHOTS_AT_ONCE / series.length / HOURS_PER_DAY));
  const report: Sampled = { recorded: 0, revised: 0, stillDue: 0 };
  const launch = launchHour(log, now);
  const baseline = { from: baselineFrom(launch), to: launch };
  const isAbove = limitsOf(release);
  const lost = new Set<string>();
  const unwritten = new Set<Hour>();
  let done = 0;
  for (const range of ranges(due, Math.min(HOURS_PER_WEEK, days * HOURS_PER_DAY))) {
    if (signal?.aborted) break;
    try {
      const wanted = new Set(due.filter((hour) => hour >= range.from && hour < range.to));
      const samples = await source.sample(series, range.from, range.to, signal);
      refuseAhead(Math.max(clock, startOf(range.to)), source.clock?.(), "the source's clock");
      const updates = samples
        .filter((sample) => wanted.has(sample.hour))
        .flatMap((sample) => {
          const known = snapshots.get(sample.endpoint)!;
          const previous = known.get(sample.hour);
          const by = countedBy.get(sample.endpoint);
          const counted = sample.kind === 'counted' && by !== undefined ? { ...sample, countedBy: by } : sample;
          // Fewer errors than usual are no sign that some are still to come.
          const usual = ofClasses.has(sample.endpoint) ? undefined : usualRequests(known, sample.hour, baseline);
          const revised = revise(previous, counted, now, usual, again);
          if (!revised) return [];
          const late =
            sample.hour >= baseline.to &&
            isCaughtUp(previous, sample, now, { usual, judgedUpTo, isAbove: isAbove(sample.endpoint) });
          const isNews = late || (revised.filledAt !== undefined && previous?.filledAt === undefined);
          const snapshot = {
            ...revised,
            ...(late && { caughtUpAt: now }),
            ...(isNews && { judgedUpTo: judgedUpTo ?? baseline.to - 1 }),
          };
          return [{ next: snapshot, previous }];
        });
      const packed = packedUpdates(updates);
      // What cannot be written is judged all the same: half an hour's endpoints would look silent.
      for (const { next } of [...packed.hours.values()].flat()) snapshots.get(next.endpoint)!.set(next.hour, next);
      for (const day of packed.days) for (const name of day.series) snapshots.get(name)!.add(day);
      for (const hour of [...packed.hours.keys(), ...packed.days.flatMap(({ day }) => hoursOfDay(day))])
        unwritten.add(hour);
      await write(history, packed, signal, (hours, count, others) => {
        for (const hour of hours) unwritten.delete(hour);
        for (const name of others) lost.add(name);
        report.recorded += count.recorded;
        report.revised += count.revised;
      });
      done += wanted.size;
      progress?.(done, due.length);
    } catch (error) {
      if (error instanceof ClockError) throw error;
      report.failure = error as Error;
      break;
    }
  }
  // Hours are taken newest first: a run that ended before the first of them did not do its work.
  if (signal?.aborted && done === 0 && due.length > 0)
    report.failure ??= new Error('no time was left to sample the newest hour - the next run goes on');
  // Another run was quicker with these: what is stored counts.
  const end = newestSettledHour(now, SETTLE_MINUTES) + 1;
  for (const [name, known] of lost.size > 0 ? await history.snapshots([...lost], from, end) : []) {
    const mine = snapshots.get(name)!;
    for (const hour of unwritten) if (mine.has(hour) && !known.has(hour)) known.set(hour, mine.get(hour)!);
    snapshots.set(name, known);
  }
  const isStillDue = (hour: Hour) =>
    unwritten.has(hour) || [...snapshots].some(([name, known]) => isDue(known.get(hour), wantedBy.get(name)));
  report.stillDue = due.filter(isStillDue).length;
  return report;
}

/** Whether an hour's counts are at or above the limit of an endpoint; of other series none is. */
function limitsOf(release: Release): (endpoint: string) => (counts: Counts) => boolean {
  const limits = new Map(release.endpoints.map((endpoint) => [endpoint.name, limitOf(release, endpoint)]));
  return (endpoint) => (counts) => {
    const { requests, errors } = partsOf(counts, release);
    return requests > 0 && errors / requests >= (limits.get(endpoint) ?? Number.POSITIVE_INFINITY);
  };
}

/** Writes updates, and says of each call which hours it was about, what was new, and of which series another run was quicker. */
async function write(
  history: History,
  { hours, days }: ReturnType<typeof packedUpdates>,
  signal: AbortSignal | undefined,
  written: (hours: readonly Hour[], count: Pick<Sampled, 'recorded' | 'revised'>, lost: readonly string[]) => void,
): Promise<void> {
  await inParallel([...hours], signal, async ([hour, updates]) => {
    const lost = await history.recordHour(hour, updates);
    const mine = updates.filter(({ next }) => !lost.includes(next.endpoint));
    const isRevised = ({ next, previous }: Update) => next.revision > 1 && next.revision > (previous?.revision ?? 0);
    written([hour], { recorded: mine.length, revised: mine.filter(isRevised).length }, lost);
  });
  // One after another: a table takes a thousand write units a second, and a day of many series is a hundred.
  for (const day of days) {
    if (signal?.aborted) break;
    const lost = await history.recordDay(day);
    written(hoursOfDay(day.day), { recorded: (day.series.length - lost.length) * HOURS_PER_DAY, revised: 0 }, lost);
  }
}

/**
 * At most {@link CALLS_AT_ONCE} at a time; after an abort or a failure none is begun. A failure is thrown when all that was
 * begun has ended, so that no write is still under way when the run goes on.
 */
async function inParallel<T>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const one = async (item: T) => {
    if (signal?.aborted || failures.length > 0) return;
    await work(item).catch((error) => failures.push(error));
  };
  await pMap(items, one, { concurrency: CALLS_AT_ONCE });
  if (failures.length > 0) throw failures[0];
}
