import * as z from 'zod/mini';
import { pagePath } from './users-of';

const facet = z
  .string()
  .check(z.regex(/^@?[a-zA-Z_][\w.-]{0,199}$/, 'expected a facet of the events such as "@usr.id" or "@error.type"'));

/**
 * Queries over Datadog's events, where a release has any: they are asked for each whole window just after its end, since
 * Datadog keeps events for weeks only.
 */
export function eventQueries(
  text: (what: string, max: number) => z.ZodMiniType<string, string>,
  duration: z.ZodMiniType<number, string>,
) {
  const events = {
    source: z.enum(['rum', 'logs', 'spans'], 'expected rum, logs or spans'),
    /** In Datadog's search syntax; "*" is all of them. */
    search: text('a search of the events', 1000),
    facet,
    /** How long Datadog keeps these events: a window that began earlier is not counted, since it would be too few. */
    kept: duration,
  };
  const users = {
    ...events,
    /** Whether the search finds all users of the pages, or only those who have the feature. */
    counts: z.enum(['all', 'exposed'], 'expected all or exposed'),
  };
  return {
    /** Different values of the facet are different users. */
    users: z.optional(z.strictObject(users)),
    /** The same of one page each, which a plan asks for by its name or path. */
    usersOf: z.optional(
      z
        .array(z.strictObject({ name: text('a name', 100), path: z.optional(pagePath), ...users }))
        .check(z.maxLength(20, 'expected at most 20 queries')),
    ),
    /** Values of the facet are classes of errors. */
    errorClasses: z.optional(z.strictObject(events)),
  };
}
