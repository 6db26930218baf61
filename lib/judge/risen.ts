import { isStatus, tallyOf } from '../facts/counts';
import { count } from '../facts/format';
import type { Hour } from '../facts/hour';
import { changedHours, hoursOfNoBaseline } from '../facts/stage';
import { countWindow, type Pooled, type Window, type WindowCounts } from '../facts/window';
import { criterionOf } from '../release/criteria';
import type { Release } from '../release/schema';
import type { Case } from './case';
import { baselineFrom } from './rollout';
import type { Finding, RisenStatus } from './verdict';

/** With fewer requests a single error is a rate of its own. */
const ENOUGH = 100;
/** Fewer errors are chance. */
const ERRORS_TO_TELL = 10;
/** What an endpoint without a criterion about its baseline may rise by: the defaults of that criterion. */
const USUAL = { allowed: 0.25, floor: 0.001 };
/** A sentence names so many statuses. */
const NAMED = 4;

/** The errors of one status, or of the word in its place, beside those before the launch. */
export interface ErrorKind extends Pooled {
  status: string;
  before: Pooled;
}

/** The errors of some hours by kind, most first. */
export function errorKinds({ statuses, tally }: WindowCounts, before: WindowCounts, release: Release): ErrorKind[] {
  return statuses
    .filter(({ status }) => tallyOf(new Map([[status, 1]]), release).errors > 0)
    .map(({ status, requests }) => ({
      status,
      requests: tally.requests,
      errors: requests,
      before: {
        requests: before.tally.requests,
        errors: before.statuses.find((one) => one.status === status)?.requests ?? 0,
      },
    }));
}

/** Whether there are requests enough to compare rates. */
export const isEnough = ({ requests }: Pooled): boolean => requests >= ENOUGH;

/**
 * Whether a rate is above what its endpoint tolerates over the baseline, by more than chance: three standard deviations
 * of a Poisson count.
 */
export function hasRisen(now: Pooled, before: Pooled, endpoint: string, { endpoints }: Release): boolean {
  const found = endpoints.find(({ name }) => name === endpoint);
  const own = found && criterionOf(found, 'consistentWithBaseline');
  const { allowed, floor } = own?.consistentWithBaseline ?? USUAL;
  const rate = before.errors / before.requests;
  const expected = Math.max(rate * (1 + allowed), rate + floor) * now.requests;
  return now.errors >= ERRORS_TO_TELL && now.errors > expected + 3 * Math.sqrt(expected);
}

/** The kinds of errors that rose against the time before the launch, most first; none where too few requests could tell. */
export const risenKinds = (now: WindowCounts, before: WindowCounts, endpoint: string, release: Release): ErrorKind[] =>
  isEnough(now.tally) && isEnough(before.tally)
    ? errorKinds(now, before, release).filter((kind) => hasRisen(kind, kind.before, endpoint, release))
    : [];

/**
 * Adds to findings whose rate is above the baseline which statuses rose in their windows. Of an endpoint that is not
 * counted by status nothing is said, and neither of one whose time before the launch nobody knows.
 */
export function withRisen(findings: readonly Finding[], { release, endpoint, rollout, snapshots }: Case): Finding[] {
  const { log, launch } = rollout;
  const countsIn = (window: Pick<Window, 'from' | 'to'>, skipped: ReadonlySet<Hour>): WindowCounts =>
    countWindow(snapshots, window, release, skipped);
  const ofBaseline = once(() => {
    const window = { from: baselineFrom(launch), to: launch };
    return countsIn(window, hoursOfNoBaseline(log, window));
  });
  const changed = once(() => changedHours(log));
  const known = new Map<string, RisenStatus[]>();
  const risenIn = ({ from, to }: Window): RisenStatus[] => {
    const key = `${from} ${to}`;
    const found =
      known.get(key) ?? risenStatuses(countsIn({ from, to }, changed()), ofBaseline(), endpoint.name, release);
    known.set(key, found);
    return found;
  };
  return findings.map((finding) => {
    const { pooled, baselineRate, window } = finding;
    if (baselineRate === undefined || !(pooled.errors > baselineRate * pooled.requests)) return finding;
    const rose = risenIn(window);
    return rose.length > 0 ? { ...finding, rose } : finding;
  });
}

/** By the hour; "usual" is that of as many requests. A word in the place of a status says no more than the rate does. */
const risenStatuses = (now: WindowCounts, before: WindowCounts, endpoint: string, release: Release): RisenStatus[] =>
  risenKinds(now, before, endpoint, release)
    .filter(({ status }) => isStatus(status))
    .map(({ status, requests, errors, before: { requests: all, errors: some } }) => ({
      status,
      now: errors / now.tally.counted,
      usual: ((some / all) * requests) / now.tally.counted,
    }))
    .toSorted((a, b) => b.now - b.usual - (a.now - a.usual));

/**
 * What failed, in a line: "500: 14 to 96 an hour, 503 new (12)", the largest rise first; of what is rare by the
 * day. Nothing where nothing is known to have risen.
 */
export function risenText(rose: readonly RisenStatus[] = []): string {
  const isRare = rose.every(({ now }) => now < 1);
  const often = (perHour: number) => {
    const times = perHour * (isRare ? 24 : 1);
    return times >= 10 ? count(times) : `${Number(times.toPrecision(2))}`;
  };
  const named = rose.slice(0, NAMED).map(({ status, usual, now }, index) => {
    const unit = index > 0 ? '' : isRare ? ' a day' : ' an hour';
    return usual === 0 ? `${status} new (${often(now)}${unit})` : `${status}: ${often(usual)} to ${often(now)}${unit}`;
  });
  return [...named, ...(rose.length > NAMED ? [`and ${count(rose.length - NAMED)} more`] : [])].join(', ');
}

/** The same at the end of a sentence; nothing where nothing is known to have risen. */
export function failedText({ rose }: Pick<Finding, 'rose'>): string {
  const risen = risenText(rose);
  return risen === '' ? '' : `by status ${risen}`;
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
