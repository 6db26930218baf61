import type { Release } from './schema';

/** The section of a release file that names its source; a release of another source has another section. */
type Section = { datadog?: Pick<Release['datadog'], 'toggleOff' | 'classTag' | 'users' | 'usersOf' | 'errorClasses'> };

/** A query for the users of one page: of the name or path that plans call it. */
export type UsersOf = NonNullable<Release['datadog']['usersOf']>[number];

/** Whether the source tells requests with the toggle off from the others. */
export const hasToggleOff = ({ datadog }: Section): boolean => datadog?.toggleOff !== undefined;

/** Whether the source tells errors apart by their class. */
export const hasClasses = ({ datadog }: Section): boolean => datadog?.classTag !== undefined;

/** The queries over the source's events, as far as there are any. */
export const eventQueriesOf = ({
  datadog,
}: Section): Pick<Release['datadog'], 'users' | 'errorClasses'> & { usersOf: readonly UsersOf[] } => ({
  ...(datadog?.users && { users: datadog.users }),
  usersOf: datadog?.usersOf ?? [],
  ...(datadog?.errorClasses && { errorClasses: datadog.errorClasses }),
});
