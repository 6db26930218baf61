import { HOUR_MS, type Hour, hourFrom, hourOf, type Instant } from './hour';

/** The stage of an entry that takes a release back to 0 %. */
export const OFF = 'off';

/** One line of the stage log: what really happened. Exposure is a fraction of users; 0 is a roll-back. */
export interface StageEvent {
  at: Instant;
  stage: string;
  exposure: number;
  /** What the release file gave the stage when the event was written. */
  plannedExposure?: number;
  by: string;
  note?: string;
  /** Starts launch and baseline anew. */
  relaunch?: boolean;
  /** What each toggle was set to, where several of them expose another share of users. */
  share?: number;
  /** A toggle said so. */
  byToggle?: true;
  /** It happened after this instant, and by `at`; absent where `at` is the instant. */
  after?: Instant;
}

/** Somebody's word that an entry was a mistake. The entry stays in the log, and counts as if it had never been. */
export interface StageUndo {
  /** Instant of the entry that is undone. */
  at: Instant;
  undoneAt: Instant;
  by: string;
  note?: string;
}

/** A line of the stage log as it is kept. */
export type StageLine = StageEvent | StageUndo;

export const isUndo = (line: StageLine): line is StageUndo => 'undoneAt' in line;

/**
 * The entries of a stage log that count, oldest first. At one instant entries and undos take turns, and the newest counts.
 *
 * @param lines in the order of their instants, those of one instant as they were written
 * @example timelineOf([A, C, { at: C.at, undoneAt: 20 h, by: 'Ada' }]) → [A]
 */
export function timelineOf(lines: readonly StageLine[]): StageEvent[] {
  const newest = new Map(lines.map((line) => [line.at, line]));
  const timeline: StageEvent[] = [];
  for (const line of newest.values()) {
    if (isUndo(line)) continue;
    const last = timeline.at(-1);
    const one = last && asOneChange(last, line);
    if (one) timeline.pop();
    timeline.push(one ?? line);
  }
  return timeline;
}

/** An entry that somebody took back. */
export interface UndoneEntry {
  entry: StageEvent;
  undo: StageUndo;
}

/** The entries of a stage log that were undone, in its order; `lines` as for {@link timelineOf}. */
export const undoneIn = (lines: readonly StageLine[]): UndoneEntry[] =>
  lines.flatMap((undo, index) => {
    const entry = lines[index - 1];
    return isUndo(undo) && entry && !isUndo(entry) ? [{ entry, undo }] : [];
  });

/** Two entries, one after the other, as the one that they are where a person and a toggle speak of the same change. */
export const asOneChange = (first: StageEvent, second: StageEvent): StageEvent | undefined =>
  isSameChange(first, second) ? merged(first, second) : undefined;

/** A person may say what a toggle has said since; after an hour it is another change. */
const SAID_WITHIN_MS = HOUR_MS;

/** Whether two entries, one after the other, are the same change of exposure: at least one of them is a toggle's. */
function isSameChange(first: StageEvent, second: StageEvent): boolean {
  if (first.exposure !== second.exposure || first.relaunch || second.relaunch) return false;
  if (second.byToggle && second.after !== undefined) return first.at > second.after;
  return (first.byToggle ?? second.byToggle) !== undefined && second.at - first.at <= SAID_WITHIN_MS;
}

/** The instant of who knows it better, in the words of a person. */
function merged(first: StageEvent, second: StageEvent): StageEvent {
  const person = [first, second].find(({ byToggle }) => !byToggle) ?? first;
  const { after: _, ...words } = person;
  const exact = second.byToggle && second.after === undefined ? second : first;
  return {
    ...words,
    at: exact.at,
    byToggle: true,
    ...(exact.after !== undefined && { after: Math.max(exact.after, second.after ?? exact.after) }),
  };
}

/** One stay in a stage, as whole hours [from, to), maybe none. An hour inside which something changed belongs to no stay. */
export interface Stay {
  stage: string;
  exposure: number;
  /** What each toggle was set to, where that is another share. */
  share?: number;
  /** A toggle said so, and nobody else did. */
  byToggle?: true;
  at: Instant;
  from: Hour;
  /** Infinity while it lasts. */
  to: Hour;
}

/**
 * The stays of a stage log, oldest first. An event on the full hour splits no hour.
 *
 * @example stays([{ at: 16 h, stage: 'A' }, { at: 20 h 30 min, stage: 'B' }]) → A [16, 20), B [21, Infinity)
 * @example stays([{ at: 16 h, stage: 'A' }, { after: 18 h 20 min, at: 20 h 20 min, stage: 'B' }]) → A [16, 18), B [21, Infinity)
 */
export function stays(log: readonly StageEvent[]): Stay[] {
  return log.map((event, index) => {
    const next = log[index + 1];
    const { stage, exposure, share, byToggle, at } = event;
    const from = hourFrom(at);
    const to = next ? Math.max(from, hourOf(earliest(next))) : Number.POSITIVE_INFINITY;
    return { stage, exposure, ...(share !== undefined && { share }), ...(byToggle && { byToggle }), at, from, to };
  });
}

/** The launch: the first event with exposure above 0, counted anew from a relaunch; undefined before it. */
export function launchOf(log: readonly StageEvent[]): StageEvent | undefined {
  const anew = log.findLastIndex((event) => event.relaunch);
  return log.slice(Math.max(0, anew)).find((event) => event.exposure > 0);
}

/** The stays since users were last exposed without a break: from the launch, or from the re-entry after exposure 0. */
export function exposedStays(log: readonly StageEvent[]): Stay[] {
  const launch = launchOf(log);
  if (!launch) return [];
  const all = stays(log).filter((stay) => stay.at >= launch.at);
  return all.slice(all.findLastIndex((stay) => stay.exposure === 0) + 1);
}

const earliest = ({ at, after = at }: StageEvent): Instant => after;

/** The hours inside which something changed, or may have; they belong to no window. */
export const changedHours = (log: readonly StageEvent[]): ReadonlySet<Hour> =>
  new Set(log.flatMap((event) => hoursOfChange(event)));

/** The hours inside which one entry changed something; none for one on the full hour. */
export function hoursOfChange(event: StageEvent): Hour[] {
  const from = hourOf(earliest(event));
  return Array.from({ length: hourFrom(event.at) - from }, (_, index) => from + index);
}

/** The hours that belong to no baseline: those inside which something changed, and of [from, to) those that exposed users. */
export function hoursOfNoBaseline(
  log: readonly StageEvent[],
  { from, to }: { from: Hour; to: Hour },
): ReadonlySet<Hour> {
  const hours = new Set(changedHours(log));
  for (const stay of stays(log).filter(({ exposure }) => exposure > 0))
    for (let hour = Math.max(from, stay.from); hour < Math.min(to, stay.to); hour++) hours.add(hour);
  return hours;
}

/** The stay that an hour lies in; undefined before the first one and for an hour in which something changed. */
export const stayOf = (log: readonly StageEvent[], hour: Hour): Stay | undefined =>
  stays(log).findLast(({ from, to }) => hour >= from && hour < to);
