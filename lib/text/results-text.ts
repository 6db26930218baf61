import { leftOutTexts } from '../facts/exclusion';
import { count, plain, plural, rateOf, span } from '../facts/format';
import { entryExposureText } from '../judge/toggles/exposure-text';
import { dashboardAt } from '../release/dashboard';
import type { Release } from '../release/schema';
import { eventQueriesOf } from '../release/source-section';
import { type EventCount, usersIn, usersText } from '../results/event-count';
import type { Result, ResultWindow } from '../results/results';

/**
 * The plan's Results as text: a block for each window, a line for each endpoint and one for the users that were counted, of
 * all pages and of each, and the dashboard at just these hours.
 */
export function resultsText(
  windows: readonly ResultWindow[],
  release: Release,
  counts: readonly EventCount[],
): string[] {
  const width = Math.max(...release.endpoints.map((endpoint) => plain(endpoint.name).length));
  return windows.flatMap((window, index) => [
    ...(index === 0 ? [] : ['']),
    `${plain(window.name)}${window.name === 'since launch' ? '' : `, ${entryExposureText(window)}`}, ${span(window.from, window.to, release.timeZone)}${window.complete ? '' : ' (not complete)'}`,
    ...window.results.map((result) => `  ${plain(result.endpoint).padEnd(width)}  ${resultText(result)}`),
    ...leftOutTexts(window.leftOut ?? [], release.timeZone).map((text) => `  ${plain(text, 600)}`),
    ...[undefined, ...eventQueriesOf(release).usersOf.map(({ name }) => name)].flatMap((name) => {
      const users = usersIn(counts, window, name);
      const of = name === undefined ? '' : ` of ${plain(name)}`;
      return users ? [`  users${of}: ${usersText(users, window.exposure)}`] : [];
    }),
    ...[dashboardAt(release, window)].flatMap((link) => (link === undefined ? [] : [`  ${link}`])),
  ]);
}

function resultText(result: Result): string {
  const { excluded, unknown, leftOut = 0 } = result.tally;
  const gaps = `${unknown > 0 ? `, ${plural(unknown, 'hour')} unknown` : ''}${leftOut > 0 ? `, ${plural(leftOut, 'hour')} left out` : ''}`;
  return `${rateOfResult(result)}${excluded > 0 ? `, ${count(excluded)} excluded` : ''}${gaps}`;
}

/** "1.37 % (2,290 of 167,200)", or why there is no rate to speak of. */
export function rateOfResult({ tally, needed }: Result): string {
  if (needed === undefined) return rateOf(tally);
  const errors = tally.errors === 0 ? 'no errors' : plural(tally.errors, 'error');
  return `not enough data: ${plural(tally.requests, 'request')}, ${count(needed)} needed; ${errors}`;
}
