import { covers, isOn, type Mute } from '../alert/quiet';
import { tallyOf } from '../facts/counts';
import { type Hour, hourText, startOf } from '../facts/hour';
import { stayOf } from '../facts/stage';
import { dashboardAt } from '../release/dashboard';
import type { Release } from '../release/schema';
import type { HistoryFacts } from './book';

/** One hour of one series as it is shown; without a rate when there was no request or nothing is known. */
export interface HistoryRow {
  endpoint: string;
  hour: string;
  kind: 'counted' | 'unknown';
  requests?: number;
  errors?: number;
  excluded?: number;
  rate?: number;
  counts?: Readonly<Record<string, number>>;
  reason?: string;
  revision: number;
  final: boolean;
  stage?: string;
  exposure?: number;
  /** Why nothing was published at the end of the hour. */
  quiet?: string[];
  /** The release's Datadog dashboard at just this hour, where it names one. */
  link?: string;
}

/** A row for each hour of [from, to) of one series, oldest first. */
export function rowsOf(
  endpoint: string,
  from: Hour,
  to: Hour,
  { log, snapshots, mutes }: Pick<HistoryFacts, 'log' | 'snapshots'> & { mutes: readonly Mute[] },
  release: Release,
): HistoryRow[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index): HistoryRow => {
    const hour = from + index;
    const snapshot = snapshots.get(endpoint)?.get(hour);
    const stay = stayOf(log, hour);
    const quiet = mutes
      .filter((mute) => isOn(mute, startOf(hour + 1)) && covers(mute, { endpoint }))
      .map(({ why }) => why);
    const link = dashboardAt(release, { from: hour, to: hour + 1 });
    const place = {
      endpoint,
      hour: hourText(hour),
      ...(stay && { stage: stay.stage, exposure: stay.exposure }),
      ...(quiet.length > 0 && { quiet }),
      ...(link !== undefined && { link }),
    };
    if (!snapshot) return { ...place, kind: 'unknown', reason: 'not recorded', revision: 0, final: false };
    const { revision, final } = snapshot;
    if (snapshot.kind === 'unknown') return { ...place, kind: 'unknown', reason: snapshot.reason, revision, final };
    const tally = tallyOf(snapshot.counts, release);
    const rate = tally.requests > 0 ? { rate: tally.errors / tally.requests } : {};
    return {
      ...place,
      kind: 'counted',
      ...tally,
      ...rate,
      counts: Object.fromEntries(snapshot.counts),
      revision,
      final,
    };
  });
}
