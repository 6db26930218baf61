import type { Hour } from '../hour';
import type { Counts, Snapshot } from '../snapshot';

/** A day of UTC, as days since 1970-01-01. */
export type Day = number;

export const HOURS_PER_DAY = 24;

/** A day of so many series keeps the snapshots that were asked for: whoever runs for weeks asks for them every hour. */
export const KEPT_SERIES = 30;
const NO_COUNTS: Counts = new Map();

/** @example dayOf(491_920) === 20_496 */
export const dayOf = (hour: Hour): Day => Math.floor(hour / HOURS_PER_DAY);
export const firstHourOf = (day: Day): Hour => day * HOURS_PER_DAY;
/** The 24 hours of a day, the first first. */
export const hoursOfDay = (day: Day): Hour[] =>
  Array.from({ length: HOURS_PER_DAY }, (_, index) => firstHourOf(day) + index);

/**
 * A day of many series, each hour of which is final: about 30 bytes a series-hour in memory and five compressed, where
 * objects and maps take 425. A snapshot is made when it is asked for, equal to the one that was given.
 */
export interface PackedDay {
  readonly day: Day;
  readonly series: readonly string[];
  /** What {@link unpackDay} reads: the same facts always give the same bytes. */
  readonly bytes: Uint8Array;
  /** Whether every hour of a series is there; undefined for a series that is not in it. */
  isWhole(series: string): boolean | undefined;
  /** Whether a snapshot of it was counted by something else, as far as anybody says by what. */
  isOtherwise(by: string): boolean;
  has(series: string, hour: Hour): boolean;
  /** Whether what {@link get} has made is kept. */
  readonly keeps: boolean;
  get(series: string, hour: Hour): Snapshot | undefined;
}

/** A snapshot without its series, hour and counts: nearly all of a day have the same. */
type Form = Record<string, unknown> & { labels?: readonly string[] };

/** @param snapshots of the day, by series; hours may be missing */
export function packDay(day: Day, snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>): PackedDay {
  const series = [...snapshots.keys()].sort();
  const forms = new Map<string, number>();
  const ids: number[] = [];
  const counts: number[] = [];
  for (const name of series) {
    // The hours of a form and label stand beside each other: they are alike, and compress better so.
    const alike = new Map<number, Snapshot[]>();
    for (const hour of hoursOfDay(day)) {
      const snapshot = snapshots.get(name)!.get(hour);
      const text = snapshot && JSON.stringify(formOf(snapshot));
      if (text !== undefined && !forms.has(text)) forms.set(text, forms.size + 1);
      const id = text === undefined ? 0 : forms.get(text)!;
      ids.push(id);
      if (snapshot) alike.set(id, [...(alike.get(id) ?? []), snapshot]);
    }
    for (const hours of alike.values())
      for (const label of labelsOf(hours[0]!))
        for (const one of hours) if (one.kind === 'counted') counts.push(one.counts.get(label)!);
  }
  const head = Buffer.from(`{"day":${day},"series":${JSON.stringify(series)},"forms":[${[...forms.keys()].join()}]}`);
  return unpackDay(Buffer.concat([varints([head.length]), head, varints([...ids, ...counts])]));
}

/**
 * @param bytes of a {@link PackedDay}
 * @throws SyntaxError, RangeError when they are none
 */
export function unpackDay(bytes: Uint8Array): PackedDay {
  const next = varintsOf(bytes);
  const length = next();
  const head = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + next.at(), length).toString());
  next.skip(length);
  const { day, series, forms } = head as { day: Day; series: string[]; forms: Form[] };
  const size = series.length * HOURS_PER_DAY;
  const ids = Uint16Array.from({ length: size }, () => next());
  const labels = forms.map((form) => form.labels ?? []);
  const blanks = forms.map(({ labels: isCounted, ...rest }) => ({
    endpoint: '',
    hour: 0,
    ...rest,
    ...(isCounted && { counts: NO_COUNTS }),
  }));

  const starts = new Uint32Array(size);
  let end = 0;
  for (let index = 0; index < size; index++) {
    starts[index] = end;
    end += ids[index] === 0 ? 0 : labels[ids[index]! - 1]!.length;
  }
  const counts = new Float64Array(end);
  for (let from = 0; from < size; from += HOURS_PER_DAY) {
    const alike = new Map<number, number[]>();
    for (let index = from; index < from + HOURS_PER_DAY; index++)
      if (ids[index] !== 0) alike.set(ids[index]!, [...(alike.get(ids[index]!) ?? []), index]);
    for (const [id, hours] of alike)
      for (let label = 0; label < labels[id - 1]!.length; label++)
        for (const index of hours) counts[starts[index]! + label] = next();
  }
  const numbers = counts.every((count) => count >>> 0 === count) ? Uint32Array.from(counts) : counts;

  const places = new Map(series.map((name, index) => [name, index * HOURS_PER_DAY]));
  const placeOf = (name: string, hour: Hour) => {
    const place = places.get(name);
    return place === undefined || dayOf(hour) !== day ? -1 : place + hour - firstHourOf(day);
  };
  const make = (name: string, hour: Hour, place: number): Snapshot => {
    const form = ids[place]! - 1;
    // A spread that comes first is by far the fastest.
    const snapshot: { endpoint: string; hour: Hour; counts?: Counts } = { ...blanks[form]! };
    snapshot.endpoint = name;
    snapshot.hour = hour;
    if (!snapshot.counts) return snapshot as Snapshot;
    const found = new Map<string, number>();
    for (let label = 0; label < labels[form]!.length; label++)
      found.set(labels[form]![label]!, numbers[starts[place]! + label]!);
    snapshot.counts = found;
    return snapshot as Snapshot;
  };
  const made: (Snapshot | undefined)[] | undefined = series.length <= KEPT_SERIES ? new Array(size) : undefined;
  return {
    day,
    series,
    bytes,
    isWhole(name) {
      const place = places.get(name);
      return place === undefined ? undefined : ids.subarray(place, place + HOURS_PER_DAY).every((id) => id !== 0);
    },
    isOtherwise: (by) => forms.some(({ countedBy }) => countedBy !== undefined && countedBy !== by),
    keeps: made !== undefined,
    has: (name, hour) => (ids[placeOf(name, hour)] ?? 0) !== 0,
    get(name, hour) {
      const place = placeOf(name, hour);
      if ((ids[place] ?? 0) === 0) return undefined;
      if (!made) return make(name, hour, place);
      made[place] ??= make(name, hour, place);
      return made[place];
    },
  };
}

const labelsOf = (snapshot: Snapshot): string[] =>
  snapshot.kind === 'counted' ? [...snapshot.counts.keys()].sort() : [];

function formOf(snapshot: Snapshot): Form {
  const kept = Object.entries(snapshot).filter(([key]) => key !== 'endpoint' && key !== 'hour' && key !== 'counts');
  const form = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
  return snapshot.kind === 'counted' ? { ...form, labels: labelsOf(snapshot) } : form;
}

/** Whole numbers from 0, seven bits a byte, the least first; the high bit says that more follow. */
function varints(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let number of numbers) {
    for (; number >= 128; number = Math.floor(number / 128)) bytes.push((number % 128) + 128);
    bytes.push(number);
  }
  return Uint8Array.from(bytes);
}

/** Reads the numbers one by one, and where the next begins. */
function varintsOf(bytes: Uint8Array) {
  let at = 0;
  const next = () => {
    let number = 0;
    for (let factor = 1; ; factor *= 128) {
      if (at >= bytes.length) throw new RangeError(`got ${bytes.length} bytes, expected more`);
      const byte = bytes[at++]!;
      number += (byte % 128) * factor;
      if (byte < 128) return number;
    }
  };
  return Object.assign(next, {
    at: () => at,
    skip: (length: number) => {
      at += length;
    },
  });
}
