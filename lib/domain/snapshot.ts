import type { Hour, Instant } from './hour';

/** Requests by HTTP status (or by whatever label the source gave), e.g. `{ '200': 812, '401': 3, '502': 1 }`. */
export type Counts = Readonly<Record<string, number>>;

/** What a source says about one endpoint in one whole hour. Unknown is never zero. */
export type Sample =
  | { endpoint: string; hour: Hour; kind: 'counted'; counts: Counts }
  | { endpoint: string; hour: Hour; kind: 'unknown'; reason: string };

/** A sample as it is kept: `revision` 1 is the first reading, and `final` means that it is read no more. */
export type Snapshot = Sample & {
  revision: number;
  final: boolean;
  /** When an hour that had been unknown was counted after all. */
  filledAt?: Instant;
};
