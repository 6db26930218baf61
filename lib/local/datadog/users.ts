import { parseRelease } from '../../release/parse';
import type { ReadRelease } from '../../release/read';
import { eventQueriesOf } from '../../release/source-section';
import { SERVICE } from '../traffic';
import { PATHS, USER } from './event-query';

/** What the pages of the feature have in common. */
const CLAIMS = '/track-claims';

const users = (path: string) => ({
  source: 'rum',
  search: `@type:view ${SERVICE.scope} @view.url_path:${path}`,
  facet: USER,
  kept: '30 days',
  counts: 'all',
});

/**
 * A release as it is played: the users of its pages are counted, all of them and those of each endpoint's page. It stays
 * as it is if it says itself what counts its users, or if no endpoint has a page in the simulated service.
 */
export function withUsers(read: ReadRelease): ReadRelease {
  const { name, file, release } = read;
  const said = eventQueriesOf(release);
  const pages = release.endpoints.flatMap(({ name, tag = '' }) => {
    const path = PATHS[tag];
    return path?.startsWith(CLAIMS) ? [{ name, path }] : [];
  });
  if (said.users || said.usersOf.length > 0 || pages.length === 0) return read;
  const { datadog, ...others } = file as { datadog: object };
  const counted = {
    ...others,
    datadog: {
      ...datadog,
      users: users(`${CLAIMS}*`),
      usersOf: pages.map(({ name, path }) => ({ name, ...users(path) })),
    },
  };
  const parsed = parseRelease(name, counted);
  return 'release' in parsed ? { ...read, file: counted, release: parsed.release } : read;
}
