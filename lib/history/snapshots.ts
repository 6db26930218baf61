import pMap from 'p-map';
import type { CountRules } from '../facts/counts';
import { dueAgain, firstStillOpen, isFinalTooEarly } from '../facts/due';
import type { Hour, Instant } from '../facts/hour';
import {
  type Day,
  dayOf,
  firstHourOf,
  hoursOfDay,
  type NewDay,
  type PackedDay,
  packDay,
} from '../facts/packed/packed-day';
import { type PackedSnapshots, packedSnapshots } from '../facts/packed/packed-snapshots';
import { packedUpdates, replaces, type Update } from '../facts/packed/update';
import type { Snapshot } from '../facts/snapshot';
import { afterDay, bytesIn, dayItem, dayKey, readDay } from './day-item';
import { ABSENT, type DynamoTable, type PutCondition } from './dynamo-table';
import { hourItem, hourKey, readHour, type StoredHour } from './hour-item';
import { releaseKey } from './items/item';
import { type OldSnapshots, oldSnapshots } from './old-snapshots';
import { snapshotItem } from './snapshot-item';

/** Of a release with more series, people read whole hours in the table, or ask the command line. */
const READABLE_SERIES = 30;
const CALLS_AT_ONCE = 4;
/** After every hour of a key. */
const LAST_KEY = '~';

/**
 * A release's snapshots: an item an hour while one of its series may change, and an item a day for good once all are
 * final. A part of a day is written once and never changed; a later part counts before it, for the series that it has.
 * What a day lacks is looked for in its hours. Days are read at half the price, and a day that has not come is never taken
 * for absent: its hours are read consistently.
 *
 * Days once read are not read again as long as the object lives.
 */
export function snapshotsIn(table: DynamoTable, release: string, rules: CountRules) {
  const pk = releaseKey(release);
  /** Each day's parts, oldest first. */
  const days = new Map<Day, PackedDay[]>();
  /** Hours of days that are not packed, as they were last read or written. */
  const hours = new Map<Hour, StoredHour>();
  const old = oldSnapshots(table, release);
  let unmoved: OldSnapshots | undefined;
  /** Whether days may be read that are a moment old. */
  let stale = true;
  /** From where on hours were last asked for. */
  let first: Hour = 0;
  /** What every write waits for; anew after each reading. */
  let prepared: Promise<void> | undefined;

  const partWith = (series: string, day: Day) => days.get(day)?.findLast((part) => part.of(series) !== undefined);
  const isPacked = ({ endpoint, hour }: Snapshot) => partWith(endpoint, dayOf(hour))?.of(endpoint)?.has(hour) === true;

  async function readDays(from: string, to: string) {
    const read = new Map<Day, PackedDay[]>();
    for (const part of await table.readAll(readDay, pk, from, to, { stale }))
      read.set(part.day, [...(read.get(part.day) ?? []), part]);
    for (const [day, parts] of read) days.set(day, parts);
  }
  async function readHours(from: string, to: string, known: ReadonlyMap<Hour, StoredHour> = hours) {
    for (const one of await table.readAll((item) => readHour(item, known), pk, from, to)) hours.set(one.hour, one);
  }
  const unpacked = () =>
    [...hours.values()].flatMap(({ series }) => [...series.values()]).filter((one) => !isPacked(one));

  async function snapshots(series: readonly string[], from: Hour, to: Hour): Promise<PackedSnapshots> {
    const found: PackedSnapshots = new Map(series.map((name) => [name, packedSnapshots(name, { from, to })]));
    if (from >= to || series.length === 0) return found;
    const before = new Map(hours);
    hours.clear();
    prepared = undefined;
    first = from;
    const asked = Array.from({ length: dayOf(to - 1) - dayOf(from) + 1 }, (_, index) => dayOf(from) + index);
    const isThere = (name: string, day: Day) => {
      const part = partWith(name, day)?.of(name);
      return part && (part.isWhole() || hoursOfDay(day).every((hour) => hour < from || part.has(hour)));
    };
    const missing = () => asked.filter((day) => !series.every((name) => isThere(name, day)));
    const readPacked = (range: DayRange) => readDays(dayKey(range.first, 0), afterDay(range.last));
    const readSingle = (range: DayRange) =>
      readHours(hourKey(firstHourOf(range.first)), hourKey(firstHourOf(range.last + 1) - 1), before);
    await pMap(runsOf(missing()), readPacked, { concurrency: CALLS_AT_ONCE });
    await pMap(runsOf(missing()), readSingle, { concurrency: CALLS_AT_ONCE });
    unmoved = await old.read(series);
    for (const day of unmoved?.days ?? []) for (const name of day.series) found.get(name)!.add(day);
    for (const day of asked)
      for (const name of series) {
        const part = partWith(name, day);
        if (part) found.get(name)!.add(part);
      }
    for (const one of [...(unmoved?.single ?? []), ...unpacked()])
      if (one.hour >= from && one.hour < to && !isPacked(one)) found.get(one.endpoint)?.set(one.hour, one);
    return found;
  }

  /** Puts a part of a day after those that are known; false when there is another one by now. */
  async function putDay(packed: NewDay): Promise<boolean> {
    const parts = days.get(packed.day) ?? [];
    const item = dayItem(release, packed, parts.length);
    const key = item.sk!.S!;
    const isMine = async () => {
      const [there] = await table.readAll(bytesIn, pk, key, key);
      return there !== undefined && Buffer.compare(there, packed.bytes) === 0;
    };
    if ((await table.put(item, ABSENT)) || (await isMine())) {
      days.set(packed.day, [...parts, packed]);
      return true;
    }
    stale = false;
    await readDays(dayKey(packed.day, 0), afterDay(packed.day));
    return false;
  }

  /** Writes updates of an hour into what is stored by now. @returns the series of which another run was quicker */
  async function putHour(hour: Hour, updates: readonly Update[], may = replaces): Promise<string[]> {
    let known = hours.get(hour) ?? { hour, writes: 0, series: new Map() };
    const readAgain = async () => {
      await readHours(hourKey(hour), hourKey(hour));
      known = hours.get(hour) ?? known;
    };
    for (let isRead = false; ; isRead = true) {
      const series = new Map(known.series);
      const lost: string[] = [];
      const written: string[] = [];
      for (const update of updates) {
        const { next } = update;
        const stored = known.series.get(next.endpoint);
        // A reply was lost: it is there already.
        if (stored && isSame(stored, next)) continue;
        if (may(update, stored)) {
          series.set(next.endpoint, next);
          written.push(next.endpoint);
        } else lost.push(next.endpoint);
      }
      // What is remembered may be older than what is stored.
      if (lost.length > 0 && !isRead) {
        await readAgain();
        continue;
      }
      if (isRead) await putReadable(known.series, lost);
      if (written.length === 0) return lost;
      const one = { hour, writes: known.writes + 1, series };
      await putReadable(series, written);
      if (await table.put(hourItem(release, one), known.writes === 0 ? ABSENT : unwrittenSince(known))) {
        hours.set(hour, one);
        return lost;
      }
      await readAgain();
    }
  }

  /**
   * For people who look at the table; nobody else reads it. Written before the hour: of a run that ends between the two,
   * the hour is due again.
   */
  async function putReadable(series: ReadonlyMap<string, Snapshot>, names: readonly string[]) {
    if (series.size > READABLE_SERIES) return;
    const put = (one: Snapshot) => table.put(snapshotItem(release, one, rules), notNewerThan(one));
    await pMap(
      names.flatMap((name) => series.get(name) ?? []),
      put,
      { concurrency: CALLS_AT_ONCE },
    );
  }

  /** A part of a day that says what its last one says, but for these hours; undefined leaves one to its hour. */
  function amend(day: Day, name: string, changes: ReadonlyMap<Hour, Snapshot | undefined>): Promise<boolean> {
    const kept = dayOfSeries(partWith(name, day)!, name);
    for (const [hour, one] of changes) {
      if (one) kept.set(hour, one);
      else kept.delete(hour);
    }
    return putDay(packDay(day, new Map([[name, kept]])));
  }

  async function recordPacked(updates: readonly Update[]): Promise<string[]> {
    const lost: string[] = [];
    for (const update of updates) {
      const { endpoint, hour } = update.next;
      const stored = partWith(endpoint, dayOf(hour))!.of(endpoint)!.get(hour)!;
      if (isSame(stored, update.next)) continue;
      const done = replaces(update, stored) && (await amend(dayOf(hour), endpoint, new Map([[hour, update.next]])));
      if (!done) lost.push(endpoint);
    }
    return lost;
  }

  async function recordDay(packed: NewDay): Promise<string[]> {
    await prepare();
    const { day, series } = packed;
    const lost = series.filter((name) => partWith(name, day));
    if (lost.length === series.length) return lost;
    const rest = series.filter((name) => !lost.includes(name));
    const part =
      lost.length === 0 ? packed : packDay(day, new Map(rest.map((name) => [name, dayOfSeries(packed, name)])));
    return (await putDay(part)) ? lost : [...series];
  }

  async function recordHour(hour: Hour, updates: readonly Update[]): Promise<string[]> {
    await prepare();
    const lost = await recordPacked(updates.filter(({ next }) => isPacked(next)));
    const rest = updates.filter(({ next }) => !isPacked(next));
    return [...lost, ...(await putHour(hour, rest))];
  }

  function prepare(): Promise<void> {
    prepared ??= move().then(packFinal);
    return prepared;
  }

  /** Keeps what an older version has written as this one does. */
  async function move() {
    if (!unmoved) return;
    for (const day of unmoved.days) await putDay(day);
    const single = packedUpdates(unmoved.single.filter((one) => !isPacked(one)).map((next) => ({ next })));
    for (const [hour, updates] of single.hours) await putHour(hour, updates);
    await old.markMoved(unmoved.series);
    unmoved = undefined;
  }

  /**
   * Days of which every hour is final are packed, from what was stored before this run. The first day is asked for from its
   * middle on: without the hours before, which nobody may ever have sampled, it would be read hour by hour for good.
   */
  async function packFinal() {
    const from = days.has(dayOf(first)) ? undefined : first;
    for (const day of packedUpdates(
      unpacked().map((next) => ({ next })),
      from,
    ).days)
      await putDay(day);
  }

  /** What is final too early, as seen from `now`, is due again. */
  async function reopen(now: Instant, series: readonly string[]) {
    stale = false;
    days.clear();
    hours.clear();
    const from = firstStillOpen(now);
    await readDays(dayKey(dayOf(from), 0), `day#${LAST_KEY}`);
    await readHours(hourKey(from), `hour#${LAST_KEY}`);
    const early = (one: Snapshot) => series.includes(one.endpoint) && isFinalTooEarly(one, now);
    const open = (one: Snapshot) => putHour(one.hour, [{ next: dueAgain(one), previous: one }], isStill);
    for (const one of unpacked().filter(early)) await open(one);
    for (const day of [...days.keys()])
      for (const name of series) {
        const part = partWith(name, day);
        const opened = part ? [...dayOfSeries(part, name).values()].filter(early) : [];
        for (const one of opened) await open(one);
        if (opened.length > 0) await amend(day, name, new Map(opened.map(({ hour }) => [hour, undefined])));
      }
  }

  return { snapshots, recordHour, recordDay, reopen };
}

interface DayRange {
  first: Day;
  last: Day;
}

const notNewerThan = ({ revision }: Snapshot): PutCondition => ({
  ConditionExpression: 'attribute_not_exists(pk) OR revision <= :revision',
  ExpressionAttributeValues: { ':revision': { N: String(revision) } },
});

/** A series' snapshots of a day. */
const dayOfSeries = (packed: PackedDay, series: string): Map<Hour, Snapshot> =>
  new Map(
    hoursOfDay(packed.day).flatMap((hour) => {
      const one = packed.of(series)?.get(hour);
      return one ? [[hour, one] as const] : [];
    }),
  );

/** Days one after another, as their first and last. */
function runsOf(days: readonly Day[]): DayRange[] {
  const found: DayRange[] = [];
  for (const day of days) {
    const run = found.at(-1);
    if (run?.last === day - 1) run.last = day;
    else found.push({ first: day, last: day });
  }
  return found;
}

const unwrittenSince = ({ writes }: StoredHour): PutCondition => ({
  ConditionExpression: 'writes = :seen',
  ExpressionAttributeValues: { ':seen': { N: String(writes) } },
});

const isSame = (a: Snapshot, b: Snapshot) => JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
const sorted = (_: string, value: unknown) =>
  value instanceof Map
    ? [...value].sort()
    : value && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort())
      : value;

const isStill = ({ previous }: Update, stored: Snapshot | undefined): boolean =>
  !stored || stored.revision === previous?.revision;
