import type { Instant } from '../facts/hour';
import type { History } from '../ports';
import type { Release } from '../release/schema';

/** What an action is about: a release, its history, and the present. */
export interface ActedOn {
  release: Release;
  history: History;
  now: Instant;
}

/** What is about to be recorded. Nothing is written before {@link record} is called. */
export interface Action<E> {
  event: E;
  /** What will be so, in lines; the same before and after it is recorded. */
  text: string[];
  /** @throws ActionError when somebody else was quicker */
  record(): Promise<void>;
}

/** What was asked for and cannot be done: all that is wrong with it, a line each. */
export class ActionError extends Error {
  override readonly name = 'ActionError';
}
