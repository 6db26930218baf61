import pMap from 'p-map';
import { HOURS_PER_WEEK, type Hour } from '../facts/hour';
import { dayOf, firstHourOf, type NewDay } from '../facts/packed/packed-day';
import { packedUpdates } from '../facts/packed/update';
import type { Snapshot } from '../facts/snapshot';
import { ABSENT, type DynamoTable } from './dynamo-table';
import { type Item, marshalled, releaseKey, unreadable, VERSION } from './items/item';
import { readSnapshot, snapshotKey, snapshotsKey } from './snapshot-item';

/** Items that say of which series all that 0.1.0 has written is kept as days and hours. */
const MOVED = 'moved#';
const QUERIES_AT_ONCE = 16;
const SERIES_AT_ONCE = 200;

export interface OldSnapshots {
  /** Those that were looked for, also where nothing was found. */
  series: readonly string[];
  days: NewDay[];
  single: Snapshot[];
}

/**
 * The snapshots of a release as version 0.1.0 kept them, an item for each series and hour. Those of a series are read until
 * it is marked as moved, also when it comes back to the release much later.
 */
export function oldSnapshots(table: DynamoTable, release: string) {
  const pk = releaseKey(release);
  const moved = new Set<string>();
  let markers = 0;

  async function read(asked: readonly string[]): Promise<OldSnapshots | undefined> {
    const isLeft = (name: string) => !moved.has(name);
    if (!asked.some(isLeft)) return undefined;
    const marked = await table.readAll(readMarker, pk, MOVED, `${MOVED}~`);
    markers = marked.length;
    for (const name of marked.flat()) moved.add(name);
    const series = asked.filter(isLeft);
    if (series.length === 0) return undefined;
    // From the first digit of a year: DynamoDB takes no empty text for a key.
    const ends = (name: string, newest: boolean) =>
      table.readOne(hourOf, snapshotsKey(release, name), '0', '~', newest);
    const newest = await pMap(series, (name) => ends(name, true), { concurrency: QUERIES_AT_ONCE });
    const known = series.filter((_, index) => newest[index] !== undefined);
    const oldest = await pMap(known, (name) => ends(name, false), { concurrency: QUERIES_AT_ONCE });
    const found: OldSnapshots = { series, days: [], single: [] };
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
    /** All of these series is kept otherwise now. Where another process marks some at the same time, the next one does it. */
    async markMoved(series: readonly string[]) {
      const sk = `${MOVED}${String(markers).padStart(4, '0')}`;
      if (await table.put(marshalled({ pk, sk, version: VERSION, series }), ABSENT))
        for (const name of series) moved.add(name);
    },
  };
}

function readMarker(item: Item): string[] {
  const names = item.series?.L?.map(({ S }) => S);
  if (item.version?.N !== String(VERSION) || !names) throw unreadable(item, 'version');
  return names.map(String);
}

const hourOf = (item: Item): Hour => readSnapshot(item).hour;
