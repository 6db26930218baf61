import type { Instant } from './hour';

/**
 * How a toggle is set: to one share of all users, a fraction; in a way that is no such share; or nobody knows, and why.
 * Unknown is never 0.
 */
export type ToggleState =
  /** `besides` says who has it on top, too few to count, such as "2 single actors". */
  { share: number; besides?: string } | { partial: string } | { unknown: string };

/** What a toggle said of itself. */
export interface ToggleReading {
  toggle: string;
  /** When it was asked. */
  at: Instant;
  state: ToggleState;
  /** Since when it is so, where the service knows the instant. */
  since?: Instant;
}
