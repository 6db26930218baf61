import { HOURS_PER_DAY, type Hour } from '../hour';
import type { Counts, Snapshot } from '../snapshot';
import { Labels, PackedCounts } from './packed-counts';
import { type DayColumns, SeriesDay } from './series-day';

/** A day of UTC, as days since 1970-01-01. */
export type Day = number;

const NO_COUNTS: Counts = new Map();
/** Counts in another order would be read as those of other hours. */
const LAYOUT = 2;

/** @example dayOf(491_920) === 20_496 */
export const dayOf = (hour: Hour): Day => Math.floor(hour / HOURS_PER_DAY);
export const firstHourOf = (day: Day): Hour => day * HOURS_PER_DAY;
/** The 24 hours of a day, the first first. */
export const hoursOfDay = (day: Day): Hour[] =>
  Array.from({ length: HOURS_PER_DAY }, (_, index) => firstHourOf(day) + index);

/**
 * A day of many series, each hour of which is final: about 30 bytes a series-hour in memory and three to six compressed, where
 * objects and maps take 425. A snapshot is made when it is asked for, equal to the one that was given.
 */
export interface PackedDay {
  readonly day: Day;
  readonly series: readonly string[];
  /** Undefined for a series that is not in it. */
  of(series: string): SeriesDay | undefined;
  /** Whether a snapshot of it was counted by something else, as far as anybody says by what. */
  isOtherwise(by: string): boolean;
}

/** A day that was packed to be written. */
export interface NewDay extends PackedDay {
  /** What {@link unpackDay} reads: the same facts always give the same bytes. */
  readonly bytes: Uint8Array;
}

/** All that a form says of hours which were counted in their time. */
const PLAIN = new Set(['kind', 'labels', 'countedBy', 'revision', 'final']);

/** A snapshot without its series, hour and counts: nearly all of a day have the same. */
type Form = Record<string, unknown> & { labels?: readonly string[] };

/**
 * The head says which series there are and in which forms; numbers follow it: each hour's form, then label by label the
 * counts of all hours that have it. What stands beside each other is alike, and compresses well.
 *
 * @param snapshots of the day, by series; hours may be missing
 */
export function packDay(day: Day, snapshots: ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>): NewDay {
  const series = [...snapshots.keys()].sort();
  const all = series.flatMap((name) => hoursOfDay(day).map((hour) => snapshots.get(name)!.get(hour)));
  const texts = all.map((snapshot) => snapshot && JSON.stringify(formOf(snapshot)));
  const forms = [...new Set(texts.filter((text) => text !== undefined))];
  const ids = new Map(forms.map((text, index) => [text, index + 1]));
  const numbers = texts.map((text) => (text === undefined ? 0 : ids.get(text)!));
  for (const label of labelsIn(forms.map((text) => JSON.parse(text))))
    for (const one of all) {
      const count = one?.kind === 'counted' ? one.counts.get(label) : undefined;
      if (count !== undefined) numbers.push(count);
    }
  const head = Buffer.from(
    `{"layout":${LAYOUT},"day":${day},"series":${JSON.stringify(series)},"forms":[${forms.join()}]}`,
  );
  const bytes = Buffer.concat([varints([head.length]), head, varints(numbers)]);
  return { ...unpackDay(bytes), bytes };
}

/** The labels of all forms, in an order that is always the same. */
const labelsIn = (forms: readonly Form[]): string[] => [...new Set(forms.flatMap(({ labels }) => labels ?? []))].sort();

/**
 * @param bytes of a {@link NewDay}; they are not kept
 * @throws SyntaxError, RangeError when they are none
 */
export function unpackDay(bytes: Uint8Array): PackedDay {
  const next = varintsOf(bytes);
  const length = next();
  const head = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + next.at(), length).toString());
  next.skip(length);
  const { layout, day, series, forms } = head as { layout: number; day: Day; series: string[]; forms: Form[] };
  if (layout !== LAYOUT) throw new RangeError(`got a day in layout ${layout}, expected ${LAYOUT}`);
  const size = series.length * HOURS_PER_DAY;
  const ids = new Uint16Array(size);
  for (let index = 0; index < size; index++) ids[index] = next();
  const labels = forms.map((form) => Labels.of(form.labels ?? []));
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
    end += ids[index] === 0 ? 0 : labels[ids[index]! - 1]!.names.length;
  }
  let numbers: Int32Array | Float64Array = new Int32Array(end);
  for (const label of labelsIn(forms)) {
    const places = [-1, ...labels.map(({ names }) => names.indexOf(label))];
    for (let index = 0; index < size; index++) {
      const place = places[ids[index]!]!;
      if (place < 0) continue;
      const count = next();
      if ((count | 0) !== count && numbers instanceof Int32Array) numbers = new Float64Array(numbers);
      numbers[starts[index]! + place] = count;
    }
  }

  const glances = blanks.map((blank, form) => ({
    ...blank,
    ...('counts' in blank && { counts: new PackedCounts(labels[form]!, numbers, 0) }),
  })) as DayColumns['glances'];
  const plain = forms.map((form) => form.labels !== undefined && Object.keys(form).every((key) => PLAIN.has(key)));
  const columns = { midnight: firstHourOf(day), ids, starts, numbers, labels, blanks, plain, glances };
  const all = new Map(series.map((name, index) => [name, new SeriesDay(name, columns, index * HOURS_PER_DAY)]));
  return {
    day,
    series,
    of: (name) => all.get(name),
    isOtherwise: (by) => forms.some(({ countedBy }) => countedBy !== undefined && countedBy !== by),
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
      if (factor === 1 && byte < 128) return byte;
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
