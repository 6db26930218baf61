import pMap from 'p-map';
import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import { dayOf, firstHourOf, type PackedDay } from '../facts/packed/packed-day';
import { packedUpdates } from '../facts/packed/update';
import type { Snapshot } from '../facts/snapshot';
import { ABSENT, type DynamoTable } from './dynamo-table';
import { type Item, marshalled, releaseKey, snapshotKey, snapshotsKey, VERSION } from './items';
import { readSnapshot } from './snapshot-item';

/** Set once all that 0.1.0 has written of a release is kept as days and hours. */
const MOVED = 'moved#days';
const QUERIES_AT_ONCE = 16;
const SERIES_AT_ONCE = 200;

export interface OldSnapshots {
  days: PackedDay[];
  single: Snapshot[];
}

/**
 * The snapshots of a release as version 0.1.0 kept them, an item for each series and hour. They are read as long as they
 * have not been moved; a release that begins with this version has none.
 */
export function oldSnapshots(table: DynamoTable, release: string) {
  const pk = releaseKey(release);
  let isMoved = false;

  async function read(series: readonly string[]): Promise<OldSnapshots | undefined> {
    isMoved ||= (await table.readOne((item) => item, pk, MOVED, MOVED, false)) !== undefined;
    if (isMoved) return undefined;
    const ends = (name: string, newest: boolean) => table.readOne(hourOf, snapshotsKey(release, name), '', '~', newest);
    const newest = await pMap(series, (name) => ends(name, true), { concurrency: QUERIES_AT_ONCE });
    const known = series.filter((_, index) => newest[index] !== undefined);
    const oldest = await pMap(known, (name) => ends(name, false), { concurrency: QUERIES_AT_ONCE });
    const found: OldSnapshots = { days: [], single: [] };
    if (known.length === 0) return found;
    const end = Math.max(...newest.map((hour) => hour ?? 0)) + 1;
    for (let from = firstHourOf(dayOf(Math.min(...oldest.map((hour) => hour!)))); from < end; from += HOURS_PER_WEEK)
      // Some series of a week at a time: as objects, all of them are more than a function's memory.
      for (let first = 0; first < known.length; first += SERIES_AT_ONCE)
        await take(found, known.slice(first, first + SERIES_AT_ONCE), from);
    return found;
  }

  async function take(found: OldSnapshots, series: readonly string[], from: Hour): Promise<void> {
    const [first, last] = [snapshotKey(from), snapshotKey(from + HOURS_PER_WEEK - 1)];
    const all = (name: string) => table.readAll(readSnapshot, snapshotsKey(release, name), first, last);
    const snapshots = (await pMap(series, all, { concurrency: QUERIES_AT_ONCE })).flat();
    const { days, hours } = packedUpdates(snapshots.map((next) => ({ next })));
    found.days.push(...days);
    found.single.push(...[...hours.values()].flat().map(({ next }) => next));
  }

  return {
    read,
    isMoved: () => isMoved,
    /** All that was read is kept otherwise now. */
    async markMoved() {
      await table.put(marshalled({ pk, sk: MOVED, version: VERSION }), ABSENT);
      isMoved = true;
    },
  };
}

const hourOf = (item: Item): Hour => readSnapshot(item).hour;
