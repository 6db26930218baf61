import { count, plural } from '../domain/format';
import type { Hour } from '../domain/hour';
import type { Release } from '../domain/release';
import type { EventSource } from '../ports';
import { NOBODY } from '../sources/datadog-events';
import { type Check, ok, skipped, wrong } from './check';

const HOURS = 24;
const CLASSES_NAMED = 3;

/**
 * What the release's queries for events find in the 24 hours before `to`, a check for each query. Nothing found is never
 * ok: it is skipped where it can be true, which is for users of a feature that nobody has yet and where nothing failed.
 */
export async function eventChecks(
  events: EventSource,
  { users, errorClasses }: Release['datadog'],
  to: Hour,
  signal: AbortSignal,
): Promise<Check[]> {
  const where = ({ facet, source }: { facet: string; source: string }) => `in ${HOURS} hours by ${facet} in ${source}`;
  const checks: Promise<Check>[] = [];
  if (users && events.users)
    checks.push(
      events.users(to - HOURS, to, signal).then(
        (found) =>
          ok(
            'users',
            `${plural(found, 'user')} ${where(users)}, ${users.counts === 'all' ? 'with and without the feature' : 'who have the feature'}`,
          ),
        ({ message }: Error) =>
          users.counts === 'exposed' && message.startsWith(NOBODY)
            ? skipped(
                'users',
                `nobody who has the feature was found ${where(users)}: right before the launch, else check datadog.users`,
              )
            : wrong('users', message),
      ),
    );
  if (errorClasses && events.errorClasses)
    checks.push(
      events.errorClasses(to - HOURS, to, signal).then(
        (classes) => {
          const most = classes.slice(0, CLASSES_NAMED).map(({ name, errors }) => `${name} (${count(errors)})`);
          return most.length > 0
            ? ok('error classes', `most frequent ${where(errorClasses)}: ${most.join(', ')}`)
            : skipped(
                'error classes',
                `none was found ${where(errorClasses)}: right when nothing failed, else check datadog.errorClasses`,
              );
        },
        ({ message }: Error) => wrong('error classes', message),
      ),
    );
  return Promise.all(checks);
}
