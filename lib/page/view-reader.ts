import { lookedAt } from '../alert/finish';
import type { AlertRecord } from '../alert/record';
import type { Instant } from '../facts/hour';
import type { Archive } from '../ports';
import type { Release } from '../release/schema';
import { whatCounts } from '../release/what-counts';
import { shownEndpoints } from '../text/endpoint';
import { chartHours, type View, viewOf } from '../text/view';

/** Where a view gets the state of now. */
export interface ViewSource {
  release: Release;
  history: Archive;
  now(): Instant;
}

/** Reads the facts of a view; the messages, which hold a verdict each, only when there is a new one. */
export function viewReader({ release, history, now }: ViewSource): () => Promise<View> {
  let alerts: AlertRecord[] = [];
  return async () => {
    const [log, verdict, last, onCall, excluded] = await Promise.all([
      history.stages(),
      history.lastVerdict(),
      history.lastAlert(),
      history.onCall(),
      history.exclusions(),
    ]);
    const known = alerts.at(-1);
    if (last && (last.seq !== known?.seq || last.status !== known.status)) alerts = await history.alerts();
    const present = now();
    const at = lookedAt(release, log, { last, verdict }, present);
    const { from, to } = chartHours(at);
    const names = shownEndpoints(release, verdict);
    const counting = whatCounts(release, await history.snapshots(names, from, to), excluded);
    return viewOf({ release, log, verdict, snapshots: counting, alerts, onCall, now: at, finished: at < present });
  };
}
