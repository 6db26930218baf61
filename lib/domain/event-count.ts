import type { Hour, Instant } from './hour';

/** A class of errors, such as an exception's, and how many events had it. */
export interface ErrorClass {
  name: string;
  errors: number;
}

/** What the events of the hours [from, to) said when they were asked, just after the end. They are not kept for long. */
export type EventCount = { from: Hour; to: Hour; at: Instant } & (
  | { kind: 'users'; users: number }
  | { kind: 'errorClasses'; errorClasses: ErrorClass[] }
);
