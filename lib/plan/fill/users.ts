import { count } from '../../facts/format';
import { eventQueriesOf } from '../../release/source-section';
import { usersIn, usersText } from '../../results/event-count';
import type { ResultWindow } from '../../results/results';
import { isKept, isSameCount, type ToCount, windowsToCount } from '../../results/windows-to-count';
import type { Markup } from '../markdown/markup';
import { type Known, linked, windowAnswer } from './known';
import type { UsersAsked } from './users-asked';

/**
 * How many users a window had: as the events counted them, else, of all pages, as somebody said. A number that was not
 * counted has no link, since no dashboard shows it.
 *
 * @returns the number, or why nobody knows it
 */
export function usersAnswer(
  window: ResultWindow,
  known: Known,
  markup: Markup,
  asked: Pick<UsersAsked, 'page' | 'who'> = {},
): { text: string } | { open: string } {
  const { release, counts, users } = known;
  const { page, who } = asked;
  const counted = usersIn(counts, window, page?.name);
  const given = page || users === undefined ? undefined : { users, counts: 'all' as const };
  const found = counted ?? given;
  if (!found) return { open: `${uncounted(window, known, page)}${page ? '' : '; say how many with --users'}` };
  const link = (number: string) => (counted ? linked(number, window, release, markup) : number);
  const where = `in ${windowAnswer(window, known, markup)}`;
  if (who !== 'all' && who !== 'both') return { text: `${usersText(found, window.exposure, link)} ${where}` };
  if (found.counts === 'exposed' && window.exposure < 1)
    return { open: `only those exposed were counted (counts of datadog.${page ? 'usersOf' : 'users'})` };
  const all = link(count(found.users));
  if (who === 'all') return { text: `${all}, exposed or not, ${where}` };
  return { text: `${all} in total, ${usersText(found, window.exposure)} exposed, ${where}` };
}

function uncounted(window: ResultWindow, { release, log, newest }: Known, page: UsersAsked['page']): string {
  const query = page ?? eventQueriesOf(release).users;
  if (!query) return 'nobody has counted the users: the release file has no datadog.users';
  const { from, to } = window;
  const asked: ToCount = page ? { kind: 'usersOf', name: page.name, from, to } : { kind: 'users', from, to };
  if (windowsToCount(release, log, newest).some((one) => isSameCount(one, asked)))
    return "the users are not counted yet: the next run tries again, and the last one's log says what failed";
  return isKept(window, query, to)
    ? 'the users were not counted in the week after its end'
    : `the users were not counted: it began before the events that Datadog keeps (datadog.${page ? 'usersOf' : 'users'}.kept)`;
}
