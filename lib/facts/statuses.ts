import type { Hour } from './hour';
import type { Snapshot } from './snapshot';
import type { Window } from './window';

/**
 * Requests by status in the hours [from, to), most first; hours that are unknown or in which the exposure changed add
 * nothing.
 */
export function statusesIn(
  snapshots: ReadonlyMap<Hour, Snapshot>,
  { from, to }: Pick<Window, 'from' | 'to'>,
  changed: ReadonlySet<Hour>,
): { status: string; requests: number }[] {
  const total = new Map<string, number>();
  for (let hour = from; hour < to; hour++) {
    const snapshot = snapshots.get(hour);
    if (changed.has(hour) || snapshot?.kind !== 'counted') continue;
    for (const [status, requests] of snapshot.counts) total.set(status, (total.get(status) ?? 0) + requests);
  }
  return [...total]
    .map(([status, requests]) => ({ status, requests }))
    .filter(({ requests }) => requests > 0)
    .sort((a, b) => b.requests - a.requests || a.status.localeCompare(b.status));
}
