import { HOURS_PER_DAY, type Hour } from '../hour';
import type { Counts, Snapshot } from '../snapshot';
import { type Labels, PackedCounts } from './packed-counts';

/** A snapshot that has neither its series, its hour nor its counts yet. */
type Blank = { endpoint: string; hour: Hour; counts?: Counts };

/** The hours of all series of a day, those of a series one after another. */
export interface DayColumns {
  readonly midnight: Hour;
  /** 1 + the form of an hour; 0 where the hour is not there. */
  readonly ids: Uint16Array;
  /** Where the counts of an hour begin in `numbers`. */
  readonly starts: Uint32Array;
  readonly numbers: ArrayLike<number>;
  /** Of each form its labels, what it is copied from, and what is shown at a glance. */
  readonly labels: readonly Labels[];
  readonly blanks: readonly Blank[];
  readonly glances: readonly (Omit<Blank, 'counts'> & { counts?: PackedCounts })[];
}

/** One series in a packed day. */
export class SeriesDay {
  constructor(
    private readonly name: string,
    private readonly columns: DayColumns,
    /** Of its first hour. */
    private readonly place: number,
  ) {}

  private placeOf(hour: Hour): number {
    const index = hour - this.columns.midnight;
    return index >= 0 && index < HOURS_PER_DAY ? this.place + index : -1;
  }

  /** Whether every hour is there. */
  isWhole(): boolean {
    return !this.columns.ids.subarray(this.place, this.place + HOURS_PER_DAY).includes(0);
  }

  has(hour: Hour): boolean {
    return (this.columns.ids[this.placeOf(hour)] ?? 0) !== 0;
  }

  get(hour: Hour): Snapshot | undefined {
    const { ids, blanks, labels, numbers, starts } = this.columns;
    const place = this.placeOf(hour);
    const form = (ids[place] ?? 0) - 1;
    if (form < 0) return undefined;
    // A spread that comes first is by far the fastest.
    const snapshot: Blank = { ...blanks[form]! };
    snapshot.endpoint = this.name;
    snapshot.hour = hour;
    if (snapshot.counts) snapshot.counts = new PackedCounts(labels[form]!, numbers, starts[place]!);
    return snapshot as Snapshot;
  }

  /** The same, until the next glance at any series of the day. */
  glance(hour: Hour): Snapshot | undefined {
    const { ids, glances, starts } = this.columns;
    const place = this.placeOf(hour);
    if (place < 0 || ids[place] === 0) return undefined;
    const snapshot = glances[ids[place]! - 1]!;
    snapshot.endpoint = this.name;
    snapshot.hour = hour;
    snapshot.counts?.moveTo(starts[place]!);
    return snapshot as Snapshot;
  }
}
