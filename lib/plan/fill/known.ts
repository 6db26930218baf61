import type { Incident } from '../../alert/incidents';
import { span } from '../../facts/format';
import type { Hour } from '../../facts/hour';
import type { Snapshots } from '../../facts/snapshot';
import type { StageEvent, UndoneEntry } from '../../facts/stage';
import { judge } from '../../judge/judge';
import { entryExposureText } from '../../judge/toggles/exposure-text';
import type { Finding } from '../../judge/verdict';
import { dashboardAt } from '../../release/dashboard';
import type { Release } from '../../release/schema';
import type { EventCount } from '../../results/event-count';
import { type ResultWindow, resultsOf } from '../../results/results';
import type { Markup } from '../markdown/markup';

/** What a plan is answered from. */
export interface Known {
  release: Release;
  log: readonly StageEvent[];
  /** The newest hour that is known of. */
  newest: Hour;
  /** Of `resultsOf`: the baseline first. */
  windows: readonly ResultWindow[];
  /** The same as they were known up to an hour: the last of them grew until then. */
  windowsUpTo(to: Hour): readonly ResultWindow[];
  /** What the judge found as of an hour. */
  findingsAt(hour: Hour): readonly Finding[];
  /** What the events of whole windows said. */
  counts: readonly EventCount[];
  /** All users of the release's pages in the window, exposed or not, as somebody counted them. */
  users?: number;
  /** The entries of the stage log that were undone, where somebody looked. */
  undone?: readonly UndoneEntry[];
  /** What was alerted, where somebody looked. */
  incidents?: readonly Incident[];
}

/** What is known as of an hour. */
export const knownAt = (
  release: Release,
  log: readonly StageEvent[],
  snapshots: Snapshots,
  newest: Hour,
  counts: readonly EventCount[],
): Known => ({
  release,
  log,
  newest,
  windows: resultsOf(release, log, snapshots, newest),
  // A plan asks for the same few hours again and again, and each takes all snapshots.
  windowsUpTo: once((to) => resultsOf(release, log, snapshots, to - 1)),
  findingsAt: once((hour) => judge(release, log, snapshots, hour, { proven: false }).findings),
  counts,
});

function once<T>(work: (hour: Hour) => T): (hour: Hour) => T {
  const done = new Map<Hour, T>();
  return (hour) => {
    if (!done.has(hour)) done.set(hour, work(hour));
    return done.get(hour)!;
  };
}

/** Words with a link to the release's Datadog dashboard at exactly the hours of the window, where it has one. */
export function linked(words: string, window: ResultWindow, release: Release, markup: Markup): string {
  const link = dashboardAt(release, window);
  return link === undefined ? words : markup.link(words, link);
}

/** "stage A", "the 1-week check"; of a stage that was entered again, which entry it is. */
export function windowName(window: ResultWindow, { windows }: Known, markup: Markup): string {
  const entries = windows.filter(({ name }) => name === window.name);
  const entry = entries.findIndex(({ from }) => from === window.from) + 1;
  const which = entries.length > 1 ? ` (entry ${entry} of ${entries.length})` : '';
  const article = window.name.startsWith('stage ') ? '' : 'the ';
  return `${article}${markup.text(window.name)}${which}`;
}

/** "stage A at 25 % of users, 2026-02-11 11:00 EST - 2026-02-18 12:00 EST"; "at 25 % by the toggle" where one said so */
export const windowAnswer = (window: ResultWindow, known: Known, markup: Markup): string =>
  `${windowName(window, known, markup)} at ${entryExposureText(window)}, ${span(window.from, window.to, known.release.timeZone)}`;
