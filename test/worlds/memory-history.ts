import type { OnCallEvent } from '../../lib/alert/on-call';
import type { AlertRecord } from '../../lib/alert/record';
import { dueAgain, isFinalTooEarly, isToCome, SETTLE_MINUTES } from '../../lib/facts/due';
import type { ExclusionEvent } from '../../lib/facts/exclusion';
import { type Hour, type Instant, newestSettledHour } from '../../lib/facts/hour';
import { hoursOfDay } from '../../lib/facts/packed/packed-day';
import { type PackedSnapshots, packedSnapshots } from '../../lib/facts/packed/packed-snapshots';
import { replaces, type Update } from '../../lib/facts/packed/update';
import type { Snapshot } from '../../lib/facts/snapshot';
import { isUndo, type StageLine, timelineOf } from '../../lib/facts/stage';
import type { ToggleFacts } from '../../lib/facts/toggle';
import { PUBLISHED_WITHIN_MS } from '../../lib/history/dynamodb';
import { eventCountKey } from '../../lib/history/items/event-count-item';
import type { Verdict } from '../../lib/judge/verdict';
import type { Marked } from '../../lib/marks/mark';
import type { Archive } from '../../lib/ports';
import type { EventCount } from '../../lib/results/event-count';

/** What a release's part of the table holds. What is stored is never changed in place, so a copy of the maps is a copy. */
export interface Table {
  /** The lines of each instant, as they were written. */
  stages: Map<Instant, readonly StageLine[]>;
  snapshots: Map<string, Map<Hour, Snapshot>>;
  verdicts: Map<Hour, Verdict>;
  alerts: Map<number, AlertRecord & { takenAt: Instant }>;
  onCall: Map<Instant, OnCallEvent>;
  exclusions: Map<Instant, ExclusionEvent>;
  eventCounts: Map<string, EventCount>;
  toggles: Map<Instant, ToggleFacts>;
  marked: Map<Instant, Marked>;
}

export const emptyTable = (): Table => ({
  stages: new Map(),
  snapshots: new Map(),
  verdicts: new Map(),
  alerts: new Map(),
  onCall: new Map(),
  exclusions: new Map(),
  eventCounts: new Map(),
  toggles: new Map(),
  marked: new Map(),
});

export const copyOf = ({
  stages,
  snapshots,
  verdicts,
  alerts,
  onCall,
  exclusions,
  eventCounts,
  toggles,
  marked,
}: Table): Table => ({
  marked: new Map(marked),
  toggles: new Map(toggles),
  stages: new Map(stages),
  snapshots: new Map([...snapshots].map(([endpoint, byHour]) => [endpoint, new Map(byHour)])),
  verdicts: new Map(verdicts),
  alerts: new Map(alerts),
  onCall: new Map(onCall),
  exclusions: new Map(exclusions),
  eventCounts: new Map(eventCounts),
});

/** A history in memory that keeps what `History` promises; test/worlds/history-contract.ts holds it beside DynamoDB's. */
export function memoryHistory(table: Table, clock: () => Instant = Date.now): Archive {
  const { stages, verdicts, alerts, onCall, exclusions, eventCounts, toggles, marked } = table;
  const inOrder = <K extends number, V>(map: ReadonlyMap<K, V>) => [...map].sort(([a], [b]) => a - b).map(([, v]) => v);
  const newest = <V>(map: ReadonlyMap<number, V>): V | undefined =>
    map.size === 0 ? undefined : map.get([...map.keys()].reduce((a, b) => Math.max(a, b)));
  const add = <K, V>(map: Map<K, V>, key: K, value: V) => !map.has(key) && map.set(key, value) === map;
  const shown = ({ takenAt, ...alert }: AlertRecord & { takenAt: Instant }): AlertRecord => alert;

  const record = (update: Update) => {
    const { next } = update;
    const byHour = table.snapshots.get(next.endpoint) ?? new Map<Hour, Snapshot>();
    table.snapshots.set(next.endpoint, byHour);
    if (!replaces(update, byHour.get(next.hour))) return false;
    byHour.set(next.hour, next);
    return true;
  };
  const stageLog = async () => inOrder(stages).flat();
  const append = async (line: StageLine) => {
    const before = stages.get(line.at) ?? [];
    const counts = before.length > 0 && !isUndo(before.at(-1)!);
    if (counts !== isUndo(line)) return false;
    stages.set(line.at, [...before, line]);
    return true;
  };

  return {
    stages: async () => timelineOf(await stageLog()),
    stageLog,
    enterStage: append,
    undoStage: append,

    async snapshots(series, from, to) {
      const found: PackedSnapshots = new Map();
      for (const name of series) {
        const known = packedSnapshots(name);
        found.set(name, known);
        for (const [hour, snapshot] of table.snapshots.get(name) ?? [])
          if (hour >= from && hour < to) known.set(hour, snapshot);
      }
      return found;
    },
    recordHour: async (_, readings) => readings.filter((one) => !record(one)).map(({ next }) => next.endpoint),
    async recordDay({ day, series, of }) {
      const hours = hoursOfDay(day);
      const lost = series.filter((name) => hours.some((hour) => table.snapshots.get(name)?.has(hour)));
      for (const name of series.filter((one) => !lost.includes(one)))
        for (const hour of hours) record({ next: of(name)!.get(hour)! });
      return lost;
    },

    lastVerdict: async () => newest(verdicts),
    async recordVerdict(verdict) {
      add(verdicts, verdict.hour, verdict);
    },
    async takeBack(now, series) {
      for (const name of series)
        for (const [hour, snapshot] of table.snapshots.get(name) ?? [])
          if (isFinalTooEarly(snapshot, now)) table.snapshots.get(name)!.set(hour, dueAgain(snapshot));
      const standing = [...verdicts.keys()].filter((hour) => hour >= newestSettledHour(now, SETTLE_MINUTES));
      if (!standing.some((hour) => isToCome(hour, now))) return 0;
      for (const hour of standing) verdicts.delete(hour);
      return standing.length;
    },
    verdicts: async (from, to) => inOrder(verdicts).filter(({ hour }) => hour >= from && hour < to),

    async lastAlert() {
      const last = newest(alerts);
      return last && shown(last);
    },
    recordAlert: async (alert) => add(alerts, alert.seq, { ...alert, takenAt: clock() }),
    async takeOver({ seq }) {
      const stored = alerts.get(seq);
      const now = clock();
      if (stored?.status !== 'pending' || Math.abs(now - stored.takenAt) <= PUBLISHED_WITHIN_MS) return false;
      alerts.set(seq, { ...stored, takenAt: now });
      return true;
    },
    async markSent({ seq }) {
      const stored = alerts.get(seq);
      if (!stored) throw new Error(`alert ${seq} - got none, expected one that was recorded`);
      alerts.set(seq, { ...stored, status: 'sent' });
    },
    alerts: async () => inOrder(alerts).map(shown),

    onCall: async () => inOrder(onCall),
    recordOnCall: async (event) => add(onCall, event.at, event),

    exclusions: async () => inOrder(exclusions),
    recordExclusion: async (event) => add(exclusions, event.at, event),

    lastToggles: async () => newest(toggles),
    recordToggles: async (facts) => add(toggles, facts.at, facts),

    lastMarked: async () => newest(marked),
    recordMarked: async (facts) => add(marked, facts.at, facts),

    eventCounts: async () => [...eventCounts.keys()].toSorted().map((key) => eventCounts.get(key)!),
    recordEventCount: async (count) => add(eventCounts, eventCountKey(count), count),
  };
}

/** A snapshot but for when it was caught up, and since when: that is of the run that came late, and not of what it found. */
export const whenever = <T>(snapshot: T): T => {
  const { caughtUpAt: _, judgedUpTo: __, ...rest } = snapshot as T & { caughtUpAt?: unknown; judgedUpTo?: unknown };
  return rest as T;
};
