import { count, plain, plural } from '../facts/format';
import type { Hour } from '../facts/hour';
import type { EventSource } from '../ports';
import type { Release } from '../release/schema';
import type { UsersOf } from '../release/source-section';
import type { ErrorClass } from '../results/event-count';
import { NOBODY } from '../sources/datadog/events';
import { type Check, ok, skipped, wrong } from './check';

const HOURS = 24;
/** A page that somebody has open all day asks again and again, but hardly more often. */
const MOST_REQUESTS_A_USER = 100;
/** With fewer requests one user may have made them all. */
const TELLING = 1000;
const CLASSES_NAMED = 3;

/** Until when to look, and how many requests the endpoints had in those hours, where that is known. */
interface Day {
  to: Hour;
  requests?: number;
}

/**
 * What the release's queries for events find in the 24 hours before `to`, a check for each query. Nothing found is never
 * ok: it is skipped where it can be true, which is for users of a feature that nobody has yet and where nothing failed.
 * All users must be as many as can have made the requests.
 */
export async function eventChecks(
  events: EventSource,
  { users, usersOf = [], errorClasses }: Release['datadog'],
  { to, requests }: Day,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks = await Promise.all([
    users &&
      events.users?.(to - HOURS, to, signal).then(
        (found) => usersFound(users, found, requests),
        (error: Error) => noUsers(users, error),
      ),
    errorClasses &&
      events.errorClasses?.(to - HOURS, to, signal).then(
        (found) => classesFound(errorClasses, found),
        ({ message }: Error) => wrong('error classes', message),
      ),
  ]);
  return [
    ...checks.filter((check) => check !== undefined),
    ...(await pageChecks(events, usersOf, { to, requests }, signal)),
  ];
}

type Users = NonNullable<Release['datadog']['users']> & Partial<Pick<UsersOf, 'name'>>;
type ErrorClasses = NonNullable<Release['datadog']['errorClasses']>;

const where = ({ facet, source }: ErrorClasses) => `in ${HOURS} hours by ${facet} in ${source}`;

function usersFound(query: Users, found: number, requests?: number): Check {
  const few = requests !== undefined && requests >= TELLING && requests > MOST_REQUESTS_A_USER * found;
  if (query.counts === 'all' && few)
    return wrong(
      'users',
      `users - got ${plural(found, 'user')} ${where(query)} beside ${plural(Math.round(requests), 'request')} to the endpoints, expected one for every ${MOST_REQUESTS_A_USER} requests at least; does the search find a part of the pages only, or are sessions sampled (sessionSampleRate)?`,
    );
  const who = query.counts === 'all' ? 'with and without the feature' : 'who have the feature';
  const page = query.name === undefined ? '' : `${plain(query.name, 60)}: `;
  return ok('users', `${page}${plural(found, 'user')} ${where(query)}, ${who}`);
}

function noUsers(query: Users, { message }: Error): Check {
  if (query.counts === 'all' || !message.startsWith(NOBODY)) return wrong('users', message);
  const next = 'right before the launch, else check datadog.users';
  return skipped('users', `nobody who has the feature was found ${where(query)}: ${next}`);
}

/** What the queries of single pages find. A day without any user can be true of one of them, not of all that are used. */
async function pageChecks(
  events: EventSource,
  pages: readonly UsersOf[],
  { to, requests = 0 }: Day,
  signal: AbortSignal,
): Promise<Check[]> {
  const found = await Promise.all(
    pages.map((page) =>
      events.usersOf!(page.name, to - HOURS, to, signal).catch((error: Error) => ({
        isNobody: error.message.startsWith(NOBODY),
        message: `${plain(page.name, 60)}: ${error.message}`,
      })),
    ),
  );
  const isNoneFound = requests >= TELLING && found.every((one) => typeof one !== 'number' && one.isNobody);
  return pages.map((page, index) => {
    const one = found[index]!;
    if (typeof one === 'number') return usersFound(page, one);
    if (!one.isNobody || (isNoneFound && page.counts === 'all')) return wrong('users', one.message);
    const next = 'right for a page that few visit, else check datadog.usersOf';
    return skipped('users', `${plain(page.name, 60)}: nobody was found ${where(page)}: ${next}`);
  });
}

function classesFound(query: ErrorClasses, found: readonly ErrorClass[]): Check {
  const most = found.slice(0, CLASSES_NAMED).map(({ name, errors }) => `${name} (${count(errors)})`);
  if (most.length > 0) return ok('error classes', `most frequent ${where(query)}: ${most.join(', ')}`);
  const next = 'right when nothing failed, else check datadog.errorClasses';
  return skipped('error classes', `none was found ${where(query)}: ${next}`);
}
