import { plain } from '../../facts/format';
import { type Hour, hourText, startOf } from '../../facts/hour';
import { type EventSource, SourceError } from '../../ports';
import { type DatadogOptions, datadogApi } from './api';
import type { EventsScalarQuery, ScalarFormulaQueryRequest } from './client';
import { MOST_CLASSES, readCount, readErrorClasses } from './columns';

/**
 * Users, those of pages, and error classes from Datadog's events (RUM, logs or spans), where the release file has a query
 * for them: one request each. Of a window whose first events are kept no longer, the answer is too small and does not show it: the
 * asker has to know (`kept`).
 *
 * @throws Error when `url` is not plain http on loopback; the methods throw SourceError when an answer cannot be had or
 * trusted, and `users` when there is none
 */
export function datadogEvents(options: DatadogOptions): EventSource {
  const { users, usersOf, errorClasses } = options.datadog;
  const ask = datadogApi(options);
  const usersBy = async (field: string, query: Events, from: Hour, to: Hour, signal?: AbortSignal): Promise<number> => {
    const body = scalarRequest(from, to, {
      ...eventsOf(query),
      compute: { aggregation: 'cardinality', metric: query.facet },
    });
    const found = readCount(await ask((api) => api.queryScalarData({ body }), signal));
    // Pages that had requests had users: a wrong facet or search finds none, too.
    if (found === 0) throw noUser(field, query, from, to);
    return found;
  };
  return {
    ...(users && { users: (from, to, signal) => usersBy('datadog.users', users, from, to, signal) }),
    ...(usersOf && {
      usersOf: (name, from, to, signal) =>
        usersBy('datadog.usersOf', usersOf.find((one) => one.name === name)!, from, to, signal),
    }),
    ...(errorClasses && {
      async errorClasses(from, to, signal) {
        const body = scalarRequest(from, to, {
          ...eventsOf(errorClasses),
          compute: { aggregation: 'count' },
          groupBy: [{ facet: errorClasses.facet, limit: MOST_CLASSES, sort: { aggregation: 'count', order: 'desc' } }],
        });
        return readErrorClasses(await ask((api) => api.queryScalarData({ body }), signal));
      },
    }),
  };
}

type Events = Pick<NonNullable<DatadogOptions['datadog']['users']>, 'source' | 'search' | 'facet'>;

/** All indexes, as logs can have several; the client's recorded tests ask RUM and spans with them, too. */
const eventsOf = ({ source, search }: Events) => ({
  dataSource: source,
  name: 'events',
  search: { query: search },
  indexes: ['*'],
});

const scalarRequest = (from: Hour, to: Hour, query: EventsScalarQuery): ScalarFormulaQueryRequest => ({
  data: {
    type: 'scalar_request',
    attributes: { from: startOf(from), to: startOf(to), formulas: [{ formula: query.name! }], queries: [query] },
  },
});

/** How the error begins that says so. */
export const NOBODY = 'no user found';

const noUser = (field: string, { source, search, facet }: Events, from: Hour, to: Hour) =>
  new SourceError(
    `${NOBODY} - got none by ${facet} in ${source} of ${plain(search, 100)} from ${hourText(from)} to ${hourText(to)}, expected some; check ${field}, and that the key's owner may read these events`,
    'malformed',
  );
