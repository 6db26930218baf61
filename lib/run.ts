import pMap from 'p-map';
import { asOf } from './alert/as-of';
import { isFinished } from './alert/finish';
import { isStillTrue, withheld } from './alert/left-over';
import { nextAlert } from './alert/next-alert';
import type { OnCallEvent } from './alert/on-call';
import type { Aftermath } from './alert/outlook';
import { aftermathOf } from './alert/outlook';
import type { AlertRecord } from './alert/record';
import { countEvents, type EventsCounted } from './event-counts';
import { ClockError, refuseAhead } from './facts/clock';
import { dueHours, isCaughtUp, isToCome, ranges, revise, SETTLE_MINUTES } from './facts/due';
import { HOURS_PER_WEEK, type Hour, hourOf, type Instant, newestSettledHour, startOf } from './facts/hour';
import { type PackedSnapshots, packedSnapshots } from './facts/packed-snapshots';
import type { Snapshot } from './facts/snapshot';
import { launchOf, type StageEvent } from './facts/stage';
import { usualRequests } from './facts/usual';
import { judge } from './judge/judge';
import { baselineFrom, factsFrom } from './judge/rollout';
import type { Verdict } from './judge/verdict';
import { withReady } from './plan/fill/ready';
import type { AlertSink, EventSource, History, MetricSource } from './ports';
import { editionOf } from './release/edition';
import type { Release } from './release/schema';
import { seriesOf } from './release/series-of';
import { countedByNow, whatCounts } from './release/what-counts';

export interface Watch {
  release: Release;
  source: MetricSource;
  history: History;
  sink: AlertSink;
  /** Asked only for a release that has queries over the events. */
  events?: EventSource;
}

/** What one run did. `failure` is set when the source gave no usable answer; the run has judged and alerted all the same. */
export interface RunReport {
  hour: Hour;
  recorded: number;
  revised: number;
  /** Hours that are settled and not final yet. */
  stillDue: number;
  /** Verdicts that a clock which was ahead gave before their hours had come, and that do not count any more. */
  takenBack?: number;
  verdict: Verdict;
  /** The release is finished: nothing was read, and the verdict is the last one. */
  finished?: true;
  /** What was published, or held back. */
  alert?: AlertRecord;
  failure?: Error;
  /** Which windows' events could not be counted, and why; the run is none the worse for it. */
  eventFailure?: string;
}

/** One run writes at most about this many snapshots, but takes a day at least; the next run goes on. */
const SNAPSHOTS_PER_RUN = 20_000;
const HOURS_AT_LEAST = 24;
/** A run that comes after missed ones also gives the verdicts of this many missed hours. */
const VERDICTS_PER_RUN = 48;
/** Calls of the table under way at once. */
const CALLS_AT_ONCE = 16;

/** What ends a run early, and who is told how far its sampling is. */
export interface Bounds {
  /** The time for sampling is over: no further hour is taken or written. What is known is judged and told all the same. */
  signal?: AbortSignal;
  /** Someone ends the run: nothing new is begun, and the run throws. A message that is written is sent before that. */
  interrupt?: AbortSignal;
  progress?: (done: number, total: number) => void;
  /** This machine's clock, where the run is for another time than now: a tick may come late. */
  clock?: Instant;
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
 * @param again whether hours that were counted by another metric, scope or tag are counted anew, final ones too
 * @throws ClockError when the source has not come as far as this machine's clock, or as the hours that were asked for
 */
export async function fill(
  { release, source, history }: Watch,
  snapshots: PackedSnapshots,
  log: readonly StageEvent[],
  now: Instant,
  { signal, progress, clock = now }: Pick<Bounds, 'signal' | 'progress' | 'clock'> = {},
  again = false,
): Promise<Pick<RunReport, 'recorded' | 'revised' | 'stillDue' | 'failure'>> {
  const from = firstHour(release, log, now);
  const countedBy = countedByNow(release);
  const isDue = () => dueHours(from, now, snapshots, again ? countedBy : undefined);
  const due = isDue();
  const series = seriesOf(release);
  const taken = due.slice(0, Math.max(HOURS_AT_LEAST, Math.floor(SNAPSHOTS_PER_RUN / series.length)));
  const report: Pick<RunReport, 'recorded' | 'revised' | 'stillDue' | 'failure'> = {
    recorded: 0,
    revised: 0,
    stillDue: 0,
  };
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
          const late = sample.hour >= baseline.to && isCaughtUp(previous, sample, now, usual);
          const snapshot = late ? { ...revised, caughtUpAt: now } : revised;
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
 * One hour's work: what really happened, what is due, sample, record, judge, record, alert. Its work comes from what is
 * stored, so a duplicate, late, overlapping or missed call ends in the same table.
 *
 * `now` is the tick's own time. The release's clock never runs backwards: a late tick works as of the newest verdict.
 *
 * @throws ClockError when this machine's clock is ahead of the source's or the table's; then nothing is written
 */
export async function run(watch: Watch, tick: Instant, bounds: Bounds = {}): Promise<RunReport> {
  const { release, history } = watch;
  const goOn = () => {
    if (bounds.interrupt?.aborted) throw new Error('the run was interrupted - nothing is lost, the next run goes on');
  };
  const clock = bounds.clock ?? tick;
  const [log, newestAlert, onCall, excluded] = await Promise.all([
    history.stages(),
    history.lastAlert(),
    history.onCall(),
    history.exclusions(),
  ]);
  refuseAhead(clock, history.clock?.(), "the table's clock");
  // Only now: a run writes its verdict before its alert, so that this one is no older than the alert, and an overtaken run
  // does not resolve what a newer one opened.
  const newestVerdict = await history.lastVerdict();
  const takenBack = await takeBackFuture(watch, newestVerdict, clock, bounds.signal);
  const lastVerdict = takenBack > 0 ? await history.lastVerdict() : newestVerdict;
  const now = lastVerdict ? Math.max(tick, startOf(lastVerdict.hour + 1) + SETTLE_MINUTES * 60_000) : tick;
  const hour = newestSettledHour(now, SETTLE_MINUTES);

  if (lastVerdict && isFinished(release, log, newestAlert, hour))
    return { hour: lastVerdict.hour, recorded: 0, revised: 0, stillDue: 0, finished: true, verdict: lastVerdict };

  const sampled = await loadSnapshots(history, release, firstHour(release, log, now), hour + 1);
  const work = await fill(watch, sampled, log, now, { ...bounds, clock });
  const filled = { ...work, ...(takenBack > 0 && { takenBack }) };
  const snapshots = whatCounts(release, sampled, excluded);
  const lastAlert = asOf(newestAlert, hour, now);

  const edition = editionOf(release);
  // The event of an older release file, hours late: what it sampled counts, what it would say does not.
  if (lastVerdict && isOutdated(edition, lastVerdict, tick))
    return { hour: lastVerdict.hour, ...filled, verdict: lastVerdict };

  const first =
    lastVerdict && lastVerdict.hour < hour ? Math.max(lastVerdict.hour + 1, hour - VERDICTS_PER_RUN + 1) : hour;
  for (let missed = first; missed < hour; missed++) {
    goOn();
    await history.recordVerdict({ ...judge(release, log, snapshots, missed), edition });
  }
  const verdict = { ...judge(release, log, snapshots, hour), edition };
  // What is open closes by all that was measured since the launch, also by what does not count for the release.
  const measured = whatCounts(release, sampled, excluded, hourOf(launchOf(log)?.at ?? now));
  const aftermath = aftermathOf(release, log, measured, verdict);
  goOn();
  await history.recordVerdict(verdict);

  // A page waits for no events: they are counted before a check-in, which tells them, else when all is told.
  let counting: Promise<EventsCounted> | undefined;
  const counted = () => {
    counting ??= countEvents(watch, log, hour, now, bounds.signal);
    return counting;
  };
  const withResults = async (next: AlertRecord): Promise<AlertRecord> => {
    if (!next.notices.some(({ window }) => window)) return next;
    const { counts } = await counted();
    goOn();
    return { ...next, notices: withReady(next.notices, release, log, snapshots, counts) };
  };
  goOn();
  const alert = await alertOn(watch, verdict, lastAlert, onCall, now, aftermath, withResults).finally(counted);
  const { failure: eventFailure } = await counted();
  return { hour, ...filled, verdict, ...(alert && { alert }), ...(eventFailure !== undefined && { eventFailure }) };
}

/**
 * A verdict that is later than this machine's clock was given by one that was ahead, or ours is behind: the source says
 * which. What was recorded before it had come is taken back.
 *
 * @returns how many verdicts it were
 */
async function takeBackFuture(
  { release, source, history }: Watch,
  newest: Verdict | undefined,
  clock: Instant,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (!newest || !isToCome(newest.hour, clock)) return 0;
  const series = seriesOf(release);
  const hour = newestSettledHour(clock, SETTLE_MINUTES);
  // Only for the date of the answer: nothing of it is recorded.
  const theirs = await source.sample(series.slice(0, 1), hour, hour + 1, signal).then(
    () => source.clock?.(),
    () => undefined,
  );
  if (theirs === undefined || !isToCome(newest.hour, theirs)) return 0;
  const names = series.map(({ name }) => name);
  return history.takeBack(theirs, names);
}

/** Whether a tick comes with another release file than the newest verdict's, and is older: hours late, after a deployment. */
const isOutdated = (edition: string, lastVerdict: Verdict, tick: Instant): boolean =>
  lastVerdict.edition !== undefined &&
  lastVerdict.edition !== edition &&
  newestSettledHour(tick, SETTLE_MINUTES) < lastVerdict.hour;

/**
 * Publishes a message that an earlier run left pending, if it is still true, then writes, publishes and marks the one that is due now. One
 * that cannot be delivered never holds up a newer page, which then tells what it would have said; the run fails all the
 * same, and the record stays pending. While another run may be sending a message, all is left to the next run: its
 * messages come in their order, and once.
 */
async function alertOn(
  { release, history, sink }: Watch,
  verdict: Verdict,
  last: AlertRecord | undefined,
  onCall: readonly OnCallEvent[],
  now: Instant,
  aftermath: Aftermath,
  withResults: (due: AlertRecord) => Promise<AlertRecord>,
): Promise<AlertRecord | undefined> {
  const leftOver = last?.status === 'pending' ? last : undefined;
  if (leftOver && !(await history.takeOver(leftOver))) return undefined;
  const holds = leftOver && isStillTrue(leftOver, verdict, release, now, onCall);
  const refused = holds && (await sink.publish(leftOver).then(() => undefined, asError));
  if (holds && !refused) await history.markSent(leftOver);
  const previous = !leftOver || refused ? last : holds ? { ...leftOver, status: 'sent' as const } : withheld(leftOver);
  const due = nextAlert(previous, verdict, release, now, onCall, aftermath);
  const next = due && (await withResults(due));
  const written = next && (await history.recordAlert(next)) ? next : undefined;
  if (written?.status === 'pending') {
    await sink.publish(written);
    await history.markSent(written);
  }
  if (refused) throw refused;
  return written;
}

const asError = (cause: unknown) => (cause instanceof Error ? cause : new Error(String(cause), { cause }));

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
