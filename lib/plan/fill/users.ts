import { eventQueriesOf } from '../../release/source-section';
import { usersIn, usersText } from '../../results/event-count';
import type { ResultWindow } from '../../results/results';
import { isKept, windowsToCount } from '../../results/windows-to-count';
import type { Markup } from '../markdown/markup';
import { type Known, linked, windowAnswer } from './known';

/**
 * How many users had the feature in a window: as the events counted them, else as somebody said. A number that was not
 * counted has no link, since no dashboard shows it.
 *
 * @returns the number, or why nobody knows it
 */
export function usersAnswer(window: ResultWindow, known: Known, markup: Markup): { text: string } | { open: string } {
  const { release, counts, users } = known;
  const where = `in ${windowAnswer(window, known, markup)}`;
  const counted = usersIn(counts, window);
  if (counted) {
    const link = (number: string) => linked(number, window, release, markup);
    return { text: `${usersText(counted, window.exposure, link)} ${where}` };
  }
  if (users !== undefined) return { text: `${usersText({ users, counts: 'all' }, window.exposure)} ${where}` };
  return { open: `${uncounted(window, known)}; say how many with --users` };
}

function uncounted(window: ResultWindow, { release, log, newest }: Known): string {
  const query = eventQueriesOf(release).users;
  if (!query) return 'nobody has counted the users: the release file has no datadog.users';
  const { from, to } = window;
  if (windowsToCount(release, log, newest).some((one) => one.kind === 'users' && one.from === from && one.to === to))
    return "the users are not counted yet: the next run tries again, and the last one's log says what failed";
  return isKept(window, query, to)
    ? 'the users were not counted in the week after its end'
    : 'the users were not counted: it began before the events that Datadog keeps (datadog.users.kept)';
}
