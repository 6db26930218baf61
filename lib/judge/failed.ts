import { isStatus } from '../facts/counts';
import { count } from '../facts/format';
import type { Hour } from '../facts/hour';
import { changedHours, hoursOfNoBaseline } from '../facts/stage';
import { countClasses, countWindow, type Window, type WindowClasses, type WindowCounts } from '../facts/window';
import type { Release } from '../release/schema';
import type { Case } from './case';
import { risenKinds } from './risen';
import { classesText, risenClasses } from './risen-classes';
import { baselineFrom } from './rollout';
import type { Finding, RisenStatus } from './verdict';

/** A sentence names so many statuses. */
const NAMED = 4;

/**
 * Adds to findings whose rate is above the baseline what failed in their windows: the statuses that rose, and the error
 * classes where these are counted. Of an endpoint that is not counted by status nothing is said, and neither of one whose
 * time before the launch nobody knows.
 */
export function withFailed(
  findings: readonly Finding[],
  { release, endpoint, rollout, snapshots, classes }: Case,
): Finding[] {
  const { log, launch } = rollout;
  const first = baselineFrom(launch);
  const countsIn = (window: Pick<Window, 'from' | 'to'>, skipped: ReadonlySet<Hour>): WindowCounts & WindowClasses => ({
    ...countWindow(snapshots, window, release, skipped),
    ...(classes ? countClasses(classes, window, release, skipped, first) : { classes: [] }),
  });
  const ofBaseline = once(() => {
    const window = { from: first, to: launch };
    return countsIn(window, hoursOfNoBaseline(log, window));
  });
  const changed = once(() => changedHours(log));
  const known = new Map<string, Pick<Finding, 'rose' | 'classes'>>();
  const failedIn = ({ from, to }: Window): Pick<Finding, 'rose' | 'classes'> => {
    const key = `${from} ${to}`;
    const found = known.get(key);
    if (found) return found;
    const now = countsIn({ from, to }, changed());
    const rose = risenStatuses(now, ofBaseline(), endpoint.name, release);
    const ofClasses = risenClasses(now, ofBaseline(), endpoint.name, release);
    const failed = { ...(rose.length > 0 && { rose }), ...(ofClasses && { classes: ofClasses }) };
    known.set(key, failed);
    return failed;
  };
  return findings.map((finding) => {
    const { pooled, baselineRate, window } = finding;
    if (baselineRate === undefined || !(pooled.errors > baselineRate * pooled.requests)) return finding;
    return { ...finding, ...failedIn(window) };
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
 * The statuses that rose, in a line: "500: 14 to 96 an hour, 503 new (12)", the largest rise first; of what is rare by the
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

/** The statuses and the classes at the end of a sentence; nothing where nothing is known to have risen. */
export function failedText({ rose, classes }: Pick<Finding, 'rose' | 'classes'>): string {
  const [byStatus, byClass] = [risenText(rose), classesText(classes)];
  return [byStatus && `by status ${byStatus}`, byClass && `by class ${byClass}`].filter(Boolean).join('; ');
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
