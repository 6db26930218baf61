import pMap from 'p-map';
import { ClockError, refuseAhead } from './facts/clock';
import { dueHours, isCaughtUp, ranges, revise, SETTLE_MINUTES } from './facts/due';
import { HOURS_PER_WEEK, type Hour, hourOf, type Instant, newestSettledHour, startOf } from './facts/hour';
import { type PackedSnapshots, packedSnapshots } from './facts/packed-snapshots';
import type { Snapshot } from './facts/snapshot';
import { launchOf, type StageEvent } from './facts/stage';
import { usualRequests } from './facts/usual';
import { baselineFrom, factsFrom } from './judge/rollout';
import type { History, MetricSource } from './ports';
import type { Release } from './release/schema';
import { seriesOf } from './release/series-of';
import { countedByNow } from './release/what-counts';

/** One run writes at most about this many snapshots, but takes a day at least; the next run goes on. */
const SNAPSHOTS_PER_RUN = 20_000;
const HOURS_AT_LEAST = 24;
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
export async function loadSnapshots(
  history: History,
  release: Release,
  from: Hour,
  to: Hour,
): Promise<PackedSnapshots> {
  const loaded: PackedSnapshots = new Map(seriesOf(release).map(({ name }) => [name, packedSnapshots([])]));
  // Not all at once: a call's time runs while it waits for a connection.
  await inParallel([...loaded.keys()], undefined, async (name) => {
    loaded.set(name, packedSnapshots(await history.snapshots(name, from, to)));
  });
  return loaded;
}

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
  const isDue = () => dueHours(from, now, snapshots, again ? countedBy : undefined);
  const due = isDue();
  const series = seriesOf(release);
  const taken = due.slice(0, Math.max(HOURS_AT_LEAST, Math.floor(SNAPSHOTS_PER_RUN / series.length)));
  const report: Sampled = { recorded: 0, revised: 0, stillDue: 0 };
  const launch = launchHour(log, now);
  const baseline = { from: baselineFrom(launch), to: launch };
  const lost = new Set<string>();
  const unwritten = new Set<Snapshot>();
  let done = 0;
  for (const range of ranges(taken, HOURS_PER_WEEK)) {
    if (signal?.aborted) break;
    try {
      const wanted = new Set(taken.filter((hour) => hour >= range.from && hour < range.to));
      const samples = await source.sample(series, range.from, range.to, signal);
      refuseAhead(Math.max(clock, startOf(range.to)), source.clock?.(), "the source's clock");
      const next = samples
        .filter((sample) => wanted.has(sample.hour))
        .flatMap((sample) => {
          const known = snapshots.get(sample.endpoint)!;
          const previous = known.get(sample.hour);
          const by = countedBy.get(sample.endpoint);
          const counted = sample.kind === 'counted' && by !== undefined ? { ...sample, countedBy: by } : sample;
          const usual = usualRequests(known, sample.hour, baseline);
          const revised = revise(previous, counted, now, usual, again);
          if (!revised) return [];
          const late = sample.hour >= baseline.to && isCaughtUp(previous, sample, now, { usual, judgedUpTo });
          const isNews = late || (revised.filledAt !== undefined && previous?.filledAt === undefined);
          const snapshot = {
            ...revised,
            ...(late && { caughtUpAt: now }),
            ...(isNews && { judgedUpTo: judgedUpTo ?? baseline.to - 1 }),
          };
          // What cannot be written is judged all the same: half an hour's endpoints would look silent.
          known.set(snapshot.hour, snapshot);
          unwritten.add(snapshot);
          return [{ snapshot, previous }];
        });
      await inParallel(next, signal, async ({ snapshot, previous }) => {
        const written = await history.record(snapshot, previous);
        unwritten.delete(snapshot);
        if (!written) lost.add(snapshot.endpoint);
        else {
          report.recorded++;
          if (snapshot.revision > 1 && snapshot.revision > (previous?.revision ?? 0)) report.revised++;
        }
      });
      done += wanted.size;
      progress?.(done, taken.length);
    } catch (error) {
      if (error instanceof ClockError) throw error;
      report.failure = error as Error;
      break;
    }
  }
  // Hours are taken newest first: a run that ended before the first of them did not do its work.
  if (signal?.aborted && done === 0 && taken.length > 0)
    report.failure ??= new Error('no time was left to sample the newest hour - the next run goes on');
  // Another run was quicker with these: what is stored counts.
  for (const name of lost) {
    for (const snapshot of await history.snapshots(name, from, newestSettledHour(now, SETTLE_MINUTES) + 1))
      snapshots.get(name)!.set(snapshot.hour, snapshot);
  }
  const stillDue = isDue();
  report.stillDue = new Set([...stillDue, ...[...unwritten].map(({ hour }) => hour)]).size;
  return report;
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
