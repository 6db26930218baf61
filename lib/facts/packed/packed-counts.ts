import type { Counts } from '../snapshot';

/** Labels of different hours are mostly alike; of so many kinds each is kept once. */
const MOST_KINDS = 1000;
const kinds = new Map<string, Labels>();

/** The labels that hours of a form have, each once. */
export class Labels {
  private by: object | undefined;
  private made: readonly unknown[] = [];

  private constructor(readonly names: readonly string[]) {}

  /** The same object for the same labels, so that what is known of them is looked up once and not for each day. */
  static of(names: readonly string[]): Labels {
    const key = JSON.stringify(names);
    const known = kinds.get(key);
    if (known) return known;
    if (kinds.size === MOST_KINDS) kinds.clear();
    const labels = new Labels(names);
    kinds.set(key, labels);
    return labels;
  }

  /** What is known of each label in `by`; looked up once for as long as `by` is the same. */
  in<T>(by: ReadonlyMap<string, T>, make: (label: string) => T): readonly T[] {
    if (this.by !== by) {
      this.made = this.names.map((label) => by.get(label) ?? make(label));
      this.by = by;
    }
    return this.made as readonly T[];
  }
}

/**
 * The counts of an hour where they lie packed: what is read like a map of its own, without the 400 bytes of one.
 *
 * @example [...new PackedCounts(Labels.of(['200', '500']), [7, 90, 3], 1)] // [['200', 90], ['500', 3]]
 */
export class PackedCounts implements Counts {
  /**
   * @param numbers of many hours
   * @param start where those of this hour begin, in the order of its labels
   */
  constructor(
    readonly labels: Labels,
    private readonly numbers: ArrayLike<number>,
    private start: number,
  ) {}

  /** Turns to another hour of the same form. */
  moveTo(start: number): void {
    this.start = start;
  }

  get size(): number {
    return this.labels.names.length;
  }

  /** The count of the label at a place. */
  at(place: number): number {
    return this.numbers[this.start + place]!;
  }

  /** Of all labels. */
  sum(): number {
    let sum = 0;
    for (let place = 0; place < this.size; place++) sum += this.at(place);
    return sum;
  }

  get(label: string): number | undefined {
    const place = this.labels.names.indexOf(label);
    return place < 0 ? undefined : this.at(place);
  }

  has(label: string): boolean {
    return this.labels.names.includes(label);
  }

  forEach(callback: (count: number, label: string, counts: Counts) => void): void {
    for (const [label, count] of this) callback(count, label, this);
  }

  keys() {
    return this.labels.names.values();
  }

  values() {
    return this.labels.names.map((_, place) => this.at(place)).values();
  }

  entries() {
    return this.labels.names.map((label, place): [string, number] => [label, this.at(place)]).values();
  }

  [Symbol.iterator]() {
    return this.entries();
  }
}
