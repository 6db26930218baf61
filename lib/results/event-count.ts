import { count, percent } from '../facts/format';
import type { Hour, Instant } from '../facts/hour';
import type { Window } from '../facts/window';
import type { Release } from '../release/schema';

/** A class of errors, such as an exception's, and how many events had it. */
export interface ErrorClass {
  name: string;
  errors: number;
}

/** What the events of the hours [from, to) said when they were asked, just after the end. They are not kept for long. */
export type EventCount = { from: Hour; to: Hour; at: Instant } & (UserCount | NamedUserCount | ErrorClassCount);

export interface UserCount {
  kind: 'users';
  /** Different users. */
  users: number;
  /** Whom the search found, as the release file said it then. */
  counts: NonNullable<Release['datadog']['users']>['counts'];
}

/** The users of one page: the release file's query of this name (`datadog.usersOf`). */
interface NamedUserCount extends Omit<UserCount, 'kind'> {
  kind: 'usersOf';
  name: string;
}

interface ErrorClassCount {
  kind: 'errorClasses';
  /** Most first; none when nothing failed. */
  errorClasses: ErrorClass[];
}

type Hours = Pick<Window, 'from' | 'to'>;

/**
 * The users of just these hours, of all pages or of the one with this name; undefined when they were not counted. Users
 * are no sum of those of shorter windows, or of those of each page.
 */
export const usersIn = (
  counts: readonly EventCount[],
  window: Hours,
  name?: string,
): Pick<UserCount, 'users' | 'counts'> | undefined =>
  counts
    .filter((one) => one.kind === 'users' || one.kind === 'usersOf')
    .find((one) => isOf(one, window) && (one.kind === 'usersOf' ? one.name : undefined) === name);

/** The most frequent classes of errors of just these hours; undefined when they were not counted. */
export const errorClassesIn = (counts: readonly EventCount[], window: Hours): ErrorClass[] | undefined =>
  counts.filter((one) => one.kind === 'errorClasses').find((one) => isOf(one, window))?.errorClasses;

const isOf = (one: Hours, { from, to }: Hours): boolean => one.from === from && one.to === to;

/**
 * How many users had the feature: those counted, or of all users the exposed share, to three digits and whole.
 *
 * @example exposedOf({ users: 208_045, counts: 'all' }, 0.25) === 52_000
 */
export const exposedOf = ({ users, counts }: Pick<UserCount, 'users' | 'counts'>, exposure: number): number =>
  counts === 'exposed' || exposure === 1 ? users : Math.round(Number((users * exposure).toPrecision(3)));

/**
 * {@link exposedOf} in words, with its arithmetic where it is an estimate.
 *
 * @param linked what becomes of the number
 * @example usersText({ users: 208_045, counts: 'all' }, 0.25) === 'about 52,000 (25 % of 208,045)'
 */
export function usersText(
  counted: Pick<UserCount, 'users' | 'counts'>,
  exposure: number,
  linked = (number: string): string => number,
): string {
  const number = linked(count(exposedOf(counted, exposure)));
  return counted.counts === 'exposed' || exposure === 1
    ? number
    : `about ${number} (${percent(exposure)} of ${count(counted.users)})`;
}
