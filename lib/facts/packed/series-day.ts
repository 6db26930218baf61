import { type CountRules, isSameRules, type Parts, partsOf } from '../counts';
import { HOURS_PER_DAY, type Hour } from '../hour';
import type { Counts, Snapshot } from '../snapshot';
import { type Labels, PackedCounts } from './packed-counts';

/** A snapshot that has neither its series, its hour nor its counts yet. */
type Blank = { endpoint: string; hour: Hour; counts?: Counts; countedBy?: string };

/** Of a day with more series, what was counted of its hours is not kept: it takes more room than the day itself. */
export const FEW_SERIES = 30;

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
  /** Whether its hours were counted in their time. */
  readonly plain: readonly boolean[];
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

  /** Whether every hour is there, was counted in its time, and by nothing else than what was asked last. */
  private whole: boolean | undefined;
  private inTime: boolean | undefined;
  private countedBy: { by: string; alone: boolean } | undefined;

  /** What became of the requests of its hours, by the rules that were asked last. */
  private counted: { rules: CountRules; parts: readonly Parts[] } | undefined;

  private placeOf(hour: Hour): number {
    const index = hour - this.columns.midnight;
    return index >= 0 && index < HOURS_PER_DAY ? this.place + index : -1;
  }

  /** Whether every hour is there. */
  isWhole(): boolean {
    this.whole ??= this.everyForm(() => true);
    return this.whole;
  }

  /** Whether every hour is there and was counted in its time, and by `by`, as far as anybody says by what. */
  isPlain(by?: string): boolean {
    const { blanks, plain } = this.columns;
    this.inTime ??= this.everyForm((form) => plain[form]!);
    if (!this.inTime || by === undefined) return this.inTime;
    if (this.countedBy?.by !== by)
      this.countedBy = { by, alone: this.everyForm((form) => (blanks[form]!.countedBy ?? by) === by) };
    return this.countedBy.alone;
  }

  private everyForm(is: (form: number) => boolean): boolean {
    const { ids } = this.columns;
    let last = -1;
    for (let place = this.place; place < this.place + HOURS_PER_DAY; place++) {
      const id = ids[place]!;
      if (id !== last && (id === 0 || !is(id - 1))) return false;
      last = id;
    }
    return true;
  }

  /**
   * What became of the requests of its hours, the first at 0, on a day that {@link isPlain}. What it gives is good until the
   * next call.
   */
  partsBy(rules: CountRules): (index: number) => Readonly<Parts> {
    const { midnight, ids } = this.columns;
    const partsAt = (index: number) => partsOf(this.countsAt(midnight + index), rules);
    if (ids.length > FEW_SERIES * HOURS_PER_DAY) return partsAt;
    if (!this.counted || !isSameRules(this.counted.rules, rules))
      this.counted = { rules, parts: Array.from({ length: HOURS_PER_DAY }, (_, index) => ({ ...partsAt(index) })) };
    const { parts } = this.counted;
    return (index) => parts[index]!;
  }

  private countsAt(hour: Hour): Counts {
    return (this.glance(hour) as Extract<Snapshot, { kind: 'counted' }>).counts;
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
