import { clock, percent, plural, rateOf } from '../../facts/format';
import { hourOf, hourText, type Instant, startOf } from '../../facts/hour';
import { pastBreaches } from '../breaches/past-breaches';
import type { Case } from '../case';
import { CRITERION_TEXT, type Notice } from '../verdict';

/** A notice may have to wait for the end of a silence over a long weekend. What is older is no news, and takes time to look for. */
const NEWS_HOURS = 4 * 24;

/** What broke and was over before anybody could look, once and at once. */
export function pastNotices(about: Case): Notice[] {
  const isNews = (at: Instant) => hourOf(at) > about.newest - NEWS_HOURS;
  // Looking takes as long as a finding does, and in most hours nothing was caught up lately.
  if (![...about.course.volume.requests.caughtUp.values()].some(({ at }) => isNews(at))) return [];
  return pastBreaches(about)
    .filter(({ knownAt }) => isNews(knownAt))
    .map(({ criterion, from, to, pooled, limit }) => {
      const { timeZone } = about.release;
      const what = criterion === 'silent' ? 'lost most of its requests' : `was not ${CRITERION_TEXT[criterion]}`;
      const numbers =
        limit === undefined
          ? `${plural(pooled.requests, 'request')} counted`
          : `${rateOf(pooled)} against ${percent(limit)}`;
      return {
        key: `past/${about.endpoint.name}/${criterion}/${hourText(from)}`,
        kind: 'past',
        endpoint: about.endpoint.name,
        text: `${about.endpoint.name} ${what} from ${clock(startOf(from), timeZone)} to ${clock(startOf(to), timeZone)}: ${numbers}. It is over; these hours were known only afterwards`,
        hours: { from, to },
        atOnce: true,
      };
    });
}
