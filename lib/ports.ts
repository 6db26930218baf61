import type { OnCallEvent } from './alert/on-call';
import type { AlertRecord } from './alert/record';
import type { ExclusionEvent } from './facts/exclusion';
import type { Hour, Instant } from './facts/hour';
import type { NewDay } from './facts/packed/packed-day';
import type { PackedSnapshots } from './facts/packed/packed-snapshots';
import type { Update } from './facts/packed/update';
import type { Series } from './facts/series';
import type { Sample } from './facts/snapshot';
import type { StageEvent, StageLine, StageUndo } from './facts/stage';
import type { ToggleFacts, ToggleReading } from './facts/toggle';
import type { Verdict } from './judge/verdict';
import type { Mark, Marked } from './marks/mark';
import type { ErrorClass, EventCount } from './results/event-count';

/** Where the request counts come from. */
export interface MetricSource {
  /**
   * One sample for every series and every hour of [from, to), by the series' name: counted, or unknown with a reason.
   *
   * @throws SourceError when the answer cannot be had or trusted; then nothing may be recorded for these hours
   */
  sample(series: readonly Series[], from: Hour, to: Hour, signal?: AbortSignal): Promise<Sample[]>;
  /** The source's clock at its newest answer; undefined before one, and where it does not say what time it is. */
  clock?(): Instant | undefined;
}

/** What Datadog's events tell, as far as the release file names queries for it. */
export interface EventSource {
  /**
   * How many different users the events of [from, to) have: all or those exposed, as the release file says.
   *
   * @throws SourceError when the answer cannot be had or trusted, and when there is no user at all
   */
  users?(from: Hour, to: Hour, signal?: AbortSignal): Promise<number>;
  /** The same of one page, by the name of its query in `usersOf`. */
  usersOf?(name: string, from: Hour, to: Hour, signal?: AbortSignal): Promise<number>;
  /**
   * The most frequent classes of errors in [from, to), most first, at most ten; none when nothing failed.
   *
   * @throws SourceError when the answer cannot be had or trusted
   */
  errorClasses?(from: Hour, to: Hour, signal?: AbortSignal): Promise<ErrorClass[]>;
}

/** What knows how the release's toggles are set. */
export interface ToggleService {
  /**
   * What each toggle says of itself now, in the order of their names. What cannot be had or trusted is unknown, with a
   * reason: it stops neither the others nor the run.
   */
  read(names: readonly string[], now: Instant, signal?: AbortSignal): Promise<ToggleReading[]>;
  /**
   * All toggles that the service has, where it has a list.
   *
   * @throws ToggleError when the answer cannot be had or trusted
   */
  names?(signal?: AbortSignal): Promise<string[]>;
}

/** What is kept of one release. Every write is a single conditional write and may be repeated. */
export interface History {
  /** The entries of the stage log that count, oldest first: without those that were undone. */
  stages(): Promise<StageEvent[]>;
  /** Every line of the stage log, by the instants that they are about: entries, also undone ones, and undos. */
  stageLog(): Promise<StageLine[]>;
  /** Appends to the stage log; false when it already has an entry at that instant that was not undone. */
  enterStage(event: StageEvent): Promise<boolean>;
  /** Appends to the stage log; false when it has no entry at that instant, or one that was undone already. */
  undoStage(undo: StageUndo): Promise<boolean>;
  /** Each of these series' snapshots of [from, to); an hour never recorded is absent. */
  snapshots(series: readonly string[], from: Hour, to: Hour): Promise<PackedSnapshots>;
  /**
   * Writes updates of one hour, each if the stored snapshot is still its `previous`.
   *
   * @returns the series of which another run was quicker
   */
  recordHour(hour: Hour, updates: readonly Update[]): Promise<string[]>;
  /**
   * Writes a day of first readings that are all final.
   *
   * @returns the series of which another run was quicker
   */
  recordDay(day: NewDay): Promise<string[]>;
  lastVerdict(): Promise<Verdict | undefined>;
  /**
   * Takes back what a clock that was ahead has recorded, as seen from `now`: the verdicts of the newest settled hour and all
   * later ones are as if they had never been, and what of these series is final too early is due again.
   *
   * @returns how many verdicts it were
   */
  takeBack(now: Instant, series: readonly string[]): Promise<number>;
  /** Keeps the first verdict given for an hour. */
  recordVerdict(verdict: Verdict): Promise<void>;
  lastAlert(): Promise<AlertRecord | undefined>;
  /** Writes the alert as pending, for this run to publish, or as held; false when another run wrote the same sequence number first. */
  recordAlert(alert: AlertRecord): Promise<boolean>;
  /** Takes a pending alert over from a run that ended before it was sent; false while that run may be at it, and once it is sent. */
  takeOver(alert: AlertRecord): Promise<boolean>;
  markSent(alert: AlertRecord): Promise<void>;
  /** What people on call said, oldest first. */
  onCall(): Promise<OnCallEvent[]>;
  /** Appends to it; false when it already has an event at that instant. */
  recordOnCall(event: OnCallEvent): Promise<boolean>;
  /** What people excluded from baseline and stages, oldest first. */
  exclusions(): Promise<ExclusionEvent[]>;
  /** Appends to it; false when it already has an event at that instant. */
  recordExclusion(event: ExclusionEvent): Promise<boolean>;
  /** What the toggles said when they were read last. */
  lastToggles(): Promise<ToggleFacts | undefined>;
  /** Appends to it; false when it already has what they said at that instant. */
  recordToggles(facts: ToggleFacts): Promise<boolean>;
  /** What has been marked so far; undefined before the first time. */
  lastMarked(): Promise<Marked | undefined>;
  /** Appends to it; false when it already has what was marked at that instant. */
  recordMarked(marked: Marked): Promise<boolean>;
  /** What the events of windows said, by kind and window. */
  eventCounts(): Promise<EventCount[]>;
  /** Keeps the first count of a kind and a window; false when there is one already. */
  recordEventCount(count: EventCount): Promise<boolean>;
  /** The table's clock at its newest answer; undefined before one, and where it is this machine's own. */
  clock?(): Instant | undefined;
}

/** A release's history with what reports read of it. */
export interface Archive extends History {
  /** Every alert, oldest first. */
  alerts(): Promise<AlertRecord[]>;
  /** The verdicts of [from, to), oldest first. */
  verdicts(from: Hour, to: Hour): Promise<Verdict[]>;
}

/** A release in the roll of a stack. */
export interface RollEntry {
  release: string;
  /** When it was first called; anew when it comes back. */
  since: Instant;
  /** When its leaving was told. */
  left?: Instant;
  failure?: RunFailure;
}

/** That runs of a release fail: its first and its newest failed attempt, and why that one failed. */
export interface RunFailure {
  since: Instant;
  at: Instant;
  reason: string;
  /** When people were told. */
  told?: Instant;
}

/** A release whose runs fail. */
export interface FailingRelease extends RunFailure {
  release: string;
}

/** A release that has left its stack, and the newest event of its stage log; none when no stage was ever entered. */
export interface LeftRelease {
  release: string;
  stage: StageEvent | undefined;
}

/** The releases that a stack runs, and those that have left it. */
export interface Roll {
  entries(): Promise<RollEntry[]>;
  /** Writes `next` if what is stored is still `previous`; another call that was quicker did the same. */
  write(next: RollEntry, previous: RollEntry | undefined): Promise<void>;
  /** Notes a failed attempt of a release that is in the roll. */
  noteFailure(release: string, failure: Pick<RunFailure, 'at' | 'reason'>): Promise<void>;
}

/** What a receiver has taken of what is told under one key. */
export interface Receipt {
  /** Number of the newest message that it has taken; absent before the first. */
  newest?: number;
  /** What the receiver needs to know of it for later ones, such as the thread that they belong to. */
  thread?: string;
}

/** The receipts of one receiver. */
export interface Receipts {
  /**
   * The receipt under a key, for this process alone until it is noted or put back, or a minute has gone by.
   *
   * @throws Error while another process has it
   */
  take(key: string): Promise<Receipt>;
  /** The receipt under a key, for whoever only looks; `failure`: why the receiver did not take what is newer. */
  look(key: string): Promise<(Receipt & { failure?: string }) | undefined>;
  note(key: string, receipt: Receipt): Promise<void>;
  /** @param failure why the receiver did not take a message */
  putBack(key: string, failure?: string): Promise<void>;
}

/** Where alerts go. */
export interface AlertSink {
  publish(alert: AlertRecord): Promise<void>;
}

/** Where marks go. */
export interface MarkSink {
  send(mark: Mark): Promise<void>;
}

/** The source gave no answer that can be used: unreachable, refused, too slow or not what it should be. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  constructor(
    message: string,
    readonly kind: 'unreachable' | 'refused' | 'timeout' | 'throttled' | 'malformed',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
