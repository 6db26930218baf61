import { count, percent, plain, plural } from '../../facts/format';
import type { Tally } from '../../facts/window';
import { criterionOf } from '../../release/criteria';
import { dashboardAt } from '../../release/dashboard';
import { wordsOfName } from '../../release/events/users-of';
import type { Release } from '../../release/schema';
import { eventQueriesOf } from '../../release/source-section';
import { exposedOf, usersIn } from '../../results/event-count';
import type { Result, ResultWindow } from '../../results/results';
import type { Markup } from '../markdown/markup';
import { type Known, linked, windowAnswer } from './known';
import type { Worded } from './worded';

/**
 * An endpoint's rate in a window with its counts, and what it was in the baseline; too few requests for its limit are
 * said to be, and so are unknown hours. In a list it has the window, the users of its page where they were counted, and
 * the baseline below it, and whether it is within what its criterion tolerates.
 *
 * @returns undefined when no hour of the window was counted
 */
export function rateText(result: Result, window: ResultWindow, known: Known, markup: Markup): Worded | undefined {
  const now = rateAnswer(result, window, known, markup);
  if (now === undefined) return undefined;
  const where = windowAnswer(window, known, markup);
  const before = rateBefore(result, known, markup);
  const users = usersBeside(result, window, known);
  return {
    text: [`${now} in ${where}`, ...users, before].join('; '),
    lines: [`${now}${levelText(result, window, known)}`, where, ...users, before],
    ...(dashboardAt(known.release, window) !== undefined && { window: where }),
  };
}

/** "400 users, about 100 (25 %) of them exposed", where a query counts the users of the page that is called as the endpoint is. */
function usersBeside({ endpoint }: Result, window: ResultWindow, { release, counts }: Known): string[] {
  const page = eventQueriesOf(release).usersOf.find(({ name }) => wordsOfName(name) === wordsOfName(endpoint));
  const counted = page && usersIn(counts, window, page.name);
  if (!counted) return [];
  const who = counted.counts === 'exposed' ? ' exposed' : '';
  const part = `${count(exposedOf(counted, window.exposure))} (${percent(window.exposure)})`;
  const exposed = who === '' && window.exposure < 1 ? `, about ${part} of them exposed` : '';
  return [`${plural(counted.users, 'user')}${who}${exposed}`];
}

/** So many endpoints can be read in one line. */
export const IN_A_LINE = 10;

/** The rates of all endpoints, each beside its baseline; undefined where they are too many, or no hour was counted. */
export function ratesText(window: ResultWindow, known: Known, markup: Markup): Worded | undefined {
  const { results } = window;
  if (results.length > IN_A_LINE || results.every(({ tally }) => tally.counted === 0)) return undefined;
  const each = results.map((result) => ({
    name: markup.text(result.endpoint),
    now: rateAnswer(result, window, known, markup) ?? 'unknown',
    level: levelText(result, window, known),
    before: rateBefore(result, known, markup),
  }));
  const where = windowAnswer(window, known, markup);
  return {
    text: `in ${where}: ${each.map(({ name, now, before }) => `${name} ${now}, ${before}`).join('; ')}`,
    lines: [
      `error rates in ${where}:`,
      ...each.map(({ name, now, level, before }) => `${name} ${now}${level}; ${before}`),
    ],
  };
}

/** ", within the 0.52 % that is tolerated", as the window's end saw it; nothing where too few requests say it. */
function levelText({ endpoint, tally, needed }: Result, { to }: ResultWindow, { findingsAt }: Known): string {
  if (tally.requests === 0 || needed !== undefined) return '';
  const finding = findingsAt(to - 1).find((one) => one.endpoint === endpoint && one.criterion !== 'ceiling');
  if (finding?.limit === undefined) return '';
  const rate = tally.errors / tally.requests;
  if (finding.criterion === 'below')
    return rate < finding.limit
      ? `, below its limit of ${percent(finding.limit)}`
      : `, not below its limit of ${percent(finding.limit)}`;
  return `, ${rate <= finding.limit ? 'within' : 'beyond'} the ${percent(finding.limit)} that is tolerated`;
}

/** What an endpoint or a control did before the launch. */
export function rateBefore({ endpoint }: Result, known: Known, markup: Markup): string {
  const before = known.windows[0]!;
  const earlier = [...before.results, ...before.controls].find((one) => one.endpoint === endpoint)!;
  const rate = rateAnswer({ ...earlier, needed: undefined }, before, known, markup);
  return rate ? `${rate} in the ${before.name}` : `the ${before.name} are unknown`;
}

/** "[1.37 %](...) (2,290 of 167,200 requests)"; undefined when no hour was counted. */
export function rateAnswer(
  { endpoint, tally, needed }: Pick<Result, 'endpoint' | 'tally' | 'needed'>,
  window: ResultWindow,
  { release }: Known,
  markup: Markup,
): string | undefined {
  const { requests, errors, counted } = tally;
  if (counted === 0) return undefined;
  const link = (words: string) => linked(words, window, release, markup);
  const gaps = gapsIn(tally, window, markup);
  if (requests === 0) return `${link('no requests')}${gaps && ` (${gaps})`}`;
  const thin =
    needed === undefined ? '' : `${plural(requests, 'request')}; ${enoughText(endpoint, errors, needed, release)}`;
  const counts = [thin || `${errors === 0 ? '' : `${count(errors)} of `}${plural(requests, 'request')}`, gaps];
  const said = errors === 0 ? 'no errors' : thin ? plural(errors, 'error') : percent(errors / requests);
  return `${link(said)} (${counts.filter(Boolean).join('; ')})`;
}

/** "68 would show it is below 5 %": how many requests it takes, of which none more fails. */
function enoughText(name: string, errors: number, needed: number, { endpoints }: Release): string {
  const endpoint = endpoints.find((one) => one.name === name);
  const limit = endpoint && criterionOf(endpoint, 'below')?.below;
  const more = errors === 0 ? '' : ', if no more fail';
  return `${count(needed)} would show it is below ${limit === undefined ? 'its limit' : percent(limit)}${more}`;
}

/** "3 hours unknown, 4 hours left out: database outage"; nothing where all were counted. */
export function gapsIn({ unknown, leftOut = 0 }: Tally, window: Pick<ResultWindow, 'leftOut'>, markup: Markup): string {
  const reasons = (window.leftOut ?? []).map(({ reason }) => markup.text(plain(reason, 200)));
  const gaps = [
    unknown > 0 ? `${plural(unknown, 'hour')} unknown` : '',
    leftOut > 0 ? `${plural(leftOut, 'hour')} left out: ${reasons.join('; ')}` : '',
  ];
  return gaps.filter(Boolean).join(', ');
}
