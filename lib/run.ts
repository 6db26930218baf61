import { asOf } from './alert/as-of';
import { isFinished } from './alert/finish';
import { isStillTrue, withheld } from './alert/left-over';
import { nextAlert } from './alert/next-alert';
import { type OnCallEvent, saidUntil } from './alert/on-call';
import type { Aftermath } from './alert/outlook';
import { aftermathOf } from './alert/outlook';
import type { AlertRecord } from './alert/record';
import { tellCleanUp } from './clean-up/tell';
import { countEvents, type EventsCounted } from './event-counts';
import { refuseAhead } from './facts/clock';
import { isToCome, SETTLE_MINUTES } from './facts/due';
import { type Hour, hourOf, type Instant, newestSettledHour, startOf } from './facts/hour';
import { launchOf, type StageEvent, timelineOf } from './facts/stage';
import { judge } from './judge/judge';
import type { Verdict } from './judge/verdict';
import { tellMarks } from './mark-telling';
import { withReady } from './plan/fill/ready';
import type { AlertSink, EventSource, History, MarkSink, MetricSource, ToggleService } from './ports';
import { editionOf } from './release/edition';
import { type Memory, newMemory } from './release/memory';
import type { Release } from './release/schema';
import { seriesOf } from './release/series-of';
import { whatCounts } from './release/what-counts';
import { windowsToCount } from './results/windows-to-count';
import { fill, firstHour, loadSnapshots, type Sampled, type SamplingBounds } from './sampling';
import { readToggles, type TogglesRead, unreadToggles } from './toggle-readings';

export interface Watch {
  release: Release;
  source: MetricSource;
  history: History;
  sink: AlertSink;
  /** Asked only for a release that has queries over the events. */
  events?: EventSource;
  /** Of a release that names one. */
  toggles?: ToggleService;
  /** Where somebody asks for marks. */
  marks?: MarkSink | undefined;
  /** What this process worked out for the release's verdicts before; it belongs to one edition of the release file. */
  memory?: Memory;
}

/** What one run did. `failure` is set when the source gave no usable answer; the run has judged and alerted all the same. */
export interface RunReport extends Sampled {
  hour: Hour;
  /** Verdicts that a clock which was ahead gave before their hours had come, and that do not count any more. */
  takenBack?: number;
  verdict: Verdict;
  /** The release is finished: nothing was judged, and the verdict is the last one. */
  finished?: true;
  /** What was published, or held back. */
  alert?: AlertRecord;
  /** The entry of the stage log that the toggles made. */
  entered?: StageEvent;
  /** Which windows' events could not be counted, and why; the run is none the worse for it. */
  eventFailure?: string;
  /** Why some marks were not sent; the next run sends them. */
  markFailure?: string;
}

/** A run that comes after missed ones also gives the verdicts of this many missed hours. */
const VERDICTS_PER_RUN = 48;

/** What ends a run early, and who is told how far its sampling is. */
export interface Bounds extends SamplingBounds {
  /** Someone ends the run: nothing new is begun, and the run throws. A message that is written is sent before that. */
  interrupt?: AbortSignal;
}

/**
 * One hour's work: what the toggles say, what really happened, what is due, sample, record, judge, record, alert. Its work
 * comes from what is stored, so a duplicate, late, overlapping or missed call ends in the same table.
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
  const [lines, newestAlert, onCall, excluded] = await Promise.all([
    history.stageLog(),
    history.lastAlert(),
    history.onCall(),
    history.exclusions(),
  ]);
  const logBefore = timelineOf(lines);
  refuseAhead(clock, history.clock?.(), "the table's clock");
  // Only now: a run writes its verdict before its alert, so that this one is no older than the alert, and an overtaken run
  // does not resolve what a newer one opened.
  const newestVerdict = await history.lastVerdict();
  const takenBack = await takeBackFuture(watch, newestVerdict, clock, bounds.signal);
  // Also where another run was quicker to take them back.
  const lastVerdict =
    newestVerdict && isToCome(newestVerdict.hour, clock) ? await history.lastVerdict() : newestVerdict;
  const now = lastVerdict ? Math.max(tick, startOf(lastVerdict.hour + 1) + SETTLE_MINUTES * 60_000) : tick;
  const hour = newestSettledHour(now, SETTLE_MINUTES);

  if (lastVerdict && newestAlert && isFinished(release, logBefore, newestAlert, hour)) {
    const verdict = lastVerdict;
    const alert = await tellCleanUp(
      watch,
      { log: logBefore, last: newestAlert, verdict, onCall },
      clock,
      bounds.signal,
    );
    const over = { hour: verdict.hour, recorded: 0, revised: 0, stillDue: 0, finished: true as const, verdict };
    return { ...over, ...(alert && { alert }) };
  }

  const edition = editionOf(release);
  const outdated = lastVerdict !== undefined && isOutdated(edition, lastVerdict, tick);
  const load = (log: readonly StageEvent[]) => loadSnapshots(history, release, firstHour(release, log, now), hour + 1);
  const loading = load(logBefore);
  const reading: Promise<TogglesRead> = outdated
    ? Promise.resolve({})
    : readToggles(watch, lines, clock, bounds.signal);
  // A failure is thrown when both have ended, so that nothing is written after it.
  await Promise.allSettled([reading, loading]);
  const { facts: toggles, entered } = await reading;
  const log = entered ? await history.stages() : logBefore;
  // A new entry may say that the launch was at another hour.
  const sampled = entered ? await load(log) : await loading;
  const work = await fill(watch, sampled, log, now, { ...bounds, clock }, { judgedUpTo: lastVerdict?.hour });
  const filled = { ...work, ...(takenBack > 0 && { takenBack }), ...(entered && { entered }) };
  const snapshots = whatCounts(release, sampled, excluded);
  const lastAlert = asOf(newestAlert, hour, now);

  // The event of an older release file, hours late: what it sampled counts, what it would say does not.
  if (outdated) return { hour: lastVerdict.hour, ...filled, verdict: lastVerdict };

  const first =
    lastVerdict && lastVerdict.hour < hour ? Math.max(lastVerdict.hour + 1, hour - VERDICTS_PER_RUN + 1) : hour;
  const unread = unreadToggles(release, clock);
  const memory = watch.memory ?? newMemory();
  for (let missed = first; missed < hour; missed++) {
    goOn();
    const verdict = judge(release, log, snapshots, missed, { memory, ...(unread && { toggles: unread }) });
    await history.recordVerdict({ ...verdict, edition });
  }
  const verdict = { ...judge(release, log, snapshots, hour, { memory, ...(toggles && { toggles }) }), edition };
  // What is open closes by all that was measured since the launch, also by what does not count for the release.
  const measured = whatCounts(release, sampled, excluded, hourOf(launchOf(log)?.at ?? now));
  const aftermath = aftermathOf(release, log, measured, verdict);
  goOn();
  await history.recordVerdict(verdict);

  // A page waits for no events: they are counted before a check-in, which tells them, else when all is told, if there is
  // something to count.
  let counting: Promise<EventsCounted> | undefined;
  const counted = () => {
    counting ??= countEvents(watch, log, hour, now, bounds.signal);
    return counting;
  };
  const withResults = async (next: AlertRecord): Promise<AlertRecord> => {
    if (!next.notices.some(({ window }) => window)) return next;
    const { counts } = await counted();
    goOn();
    return { ...next, notices: withReady(next.notices, verdict, release, log, snapshots, counts) };
  };
  goOn();
  const alert = await alertOn(
    watch,
    verdict,
    lastAlert,
    saidUntil(onCall, now, clock),
    now,
    aftermath,
    withResults,
  ).finally(() => windowsToCount(release, log, hour).length > 0 && counted());
  const eventFailure = (await counting)?.failure;
  const markFailure = await tellMarks(watch, verdict, now);
  return {
    ...{ hour, ...filled, verdict },
    ...(alert && { alert }),
    ...(eventFailure !== undefined && { eventFailure }),
    ...(markFailure !== undefined && { markFailure }),
  };
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
