import type { Release } from './schema';

/** The section of a release file that names its source; a release of another source has another section. */
type Section = { datadog?: Pick<Release['datadog'], 'toggleOff' | 'users' | 'errorClasses'> };

/** Whether the source tells requests with the toggle off from the others. */
export const hasToggleOff = ({ datadog }: Section): boolean => datadog?.toggleOff !== undefined;

/** The queries over the source's events, as far as there are any. */
export const eventQueriesOf = ({ datadog }: Section): Pick<Release['datadog'], 'users' | 'errorClasses'> => ({
  ...(datadog?.users && { users: datadog.users }),
  ...(datadog?.errorClasses && { errorClasses: datadog.errorClasses }),
});
