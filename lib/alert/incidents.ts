import type { Hour } from '../facts/hour';
import type { MemberId } from './member';
import { isSame, memberKey } from './member';
import type { AlertRecord } from './record';

/** Something that was open by the alert records: from when, and until which record had it no more. */
export interface Incident extends MemberId {
  from: Hour;
  /** Absent while it is open. */
  to?: Hour;
}

/** What was open when, by the alert records of a release, oldest first; a notice says nothing about it. */
export function incidentsOf(alerts: readonly AlertRecord[]): Incident[] {
  const incidents: Incident[] = [];
  const open = new Map<string, Incident>();
  let before = Number.NEGATIVE_INFINITY;
  for (const { change, open: members, verdict } of alerts) {
    if (change === 'notice') continue;
    for (const [key, incident] of open) {
      // What closed and opened again between two records is two incidents.
      const again = members.find((member) => isSame(member, incident));
      if (again && again.since <= before) continue;
      incident.to = again?.since ?? verdict.hour + 1;
      open.delete(key);
    }
    for (const { endpoint, what, since } of members) {
      const key = memberKey({ endpoint, what });
      if (open.has(key)) continue;
      const incident: Incident = { ...(endpoint !== undefined && { endpoint }), what, from: since };
      open.set(key, incident);
      incidents.push(incident);
    }
    before = verdict.hour;
  }
  return incidents;
}
