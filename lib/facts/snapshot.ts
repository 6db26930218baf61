import type { Hour, Instant } from './hour';

/**
 * Requests by HTTP status, or by whatever label the source gave. A map, since V8 keeps an object with keys such as '502'
 * as an array with room for 502 elements: twenty times the memory, in every hour of every endpoint.
 */
export type Counts = ReadonlyMap<string, number>;

/**
 * What a source says about one series in one whole hour. Unknown is never zero. `countedBy` tells counts by one metric,
 * scope and tag from those by another; where nobody says, as in what older versions kept, they are taken to be alike.
 */
export type Sample =
  | { endpoint: string; hour: Hour; kind: 'counted'; counts: Counts; countedBy?: string }
  | { endpoint: string; hour: Hour; kind: 'unknown'; reason: string };

/** A sample as it is kept: `revision` 1 is the first reading, and `final` means that it is read no more. */
export type Snapshot = Sample & {
  revision: number;
  final: boolean;
  /** When an hour that had been unknown was counted after all. */
  filledAt?: Instant;
  /** When an hour was counted late that nobody had asked for in its time, or that had been far too low until then. */
  caughtUpAt?: Instant;
  /** The newest hour that had a verdict when this one was filled or caught up. */
  judgedUpTo?: Hour;
  /** Set where the hour does not count: why, and whether the source had counted it. Only read, never stored. */
  leftOut?: WhyLeftOut & { heard: boolean };
};

/** Why an hour does not count. */
export interface WhyLeftOut {
  reason: string;
  /** It was counted by something else than is counted by now. */
  otherwise?: true;
}

export type Snapshots = ReadonlyMap<string, ReadonlyMap<Hour, Snapshot>>;

/** How one walks through a map that is made only for those who walk through it. */
export const walks = (whole: () => ReadonlyMap<Hour, Snapshot>) => ({
  values: () => whole().values(),
  entries: () => whole().entries(),
  forEach: (callback: (snapshot: Snapshot, hour: Hour, all: ReadonlyMap<Hour, Snapshot>) => void) =>
    whole().forEach(callback),
  [Symbol.iterator]: () => whole().entries(),
});
