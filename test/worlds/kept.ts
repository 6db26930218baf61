import type { Hour } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import type { History } from '../../lib/ports';

/** A series' snapshots of [from, to), oldest first. */
export const kept = async (history: History, series: string, from: Hour, to: Hour): Promise<Snapshot[]> => [
  ...(await history.snapshots([series], from, to)).get(series)!.values(),
];

/** Records one snapshot by itself; false when another run was quicker. */
export const record = async (history: History, next: Snapshot, previous?: Snapshot): Promise<boolean> =>
  (await history.recordHour(next.hour, [{ next, ...(previous && { previous }) }])).length === 0;
