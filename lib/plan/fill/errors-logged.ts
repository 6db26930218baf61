import { count, percent, plural } from '../../facts/format';
import { failedText } from '../../judge/failed';
import { type ErrorKind, errorKinds, hasRisen, isEnough, risenKinds } from '../../judge/risen';
import { risenClasses } from '../../judge/risen-classes';
import type { Release } from '../../release/schema';
import { errorClassesIn } from '../../results/event-count';
import type { Result, ResultWindow } from '../../results/results';
import type { Markup } from '../markdown/markup';
import { type Known, linked, windowName } from './known';
import { gapsIn } from './rates';
import type { Worded } from './worded';

/** So many statuses of an endpoint are named where none matters. */
const NAMED = 3;
/**
 * The errors of a window by status, or by the word in its place: the kinds that rose, and endpoints that rose over all their kinds; then a word on the
 * others, then the classes that the events counted. Classes of the metric are named where they rose. It describes and decides nothing.
 *
 * @returns undefined when no hour of the window was counted
 */
export function errorsText(window: ResultWindow, known: Known, markup: Markup): Worded | undefined {
  const { release, windows } = known;
  if (window.results.every(({ tally }) => tally.counted === 0)) return undefined;
  const each = window.results.map((result) => {
    const before = windows[0]!.results.find(({ endpoint }) => endpoint === result.endpoint)!;
    const kinds = errorKinds(result, before, release);
    const comparable = isEnough(result.tally) && isEnough(before.tally);
    const rising = risenKinds(result, before, result.endpoint, release);
    const risen = risenClasses(withClasses(result), withClasses(before), result.endpoint, release);
    const classes = failedText({ classes: risen });
    const all = { ...result.tally, before: before.tally };
    const spread = comparable && rising.length === 0 && hasRisen(all, all.before, result.endpoint, release);
    return { name: markup.text(result.endpoint), kinds, comparable, rising, classes, all, spread };
  });
  const where = linked(windowName(window, known, markup), window, release, markup);
  const rising = each.flatMap(({ name, rising }) =>
    rising.map(
      ({ status, requests, errors, before }) =>
        `${name} ${status} ${percent(errors / requests)} (${count(errors)}), before ${before.errors === 0 ? 'none' : percent(before.errors / before.requests)}`,
    ),
  );
  const ofClasses = each
    .filter(({ classes }) => classes !== '')
    .map(({ name, classes }) => `${name} ${markup.text(classes)}`);
  const spread = each
    .filter((one) => one.spread)
    .map(
      ({ name, kinds, all }) =>
        `${name} ${percent(all.errors / all.requests)}, before ${percent(all.before.errors / all.before.requests)}, ${mostly(kinds)}`,
    );
  const rest = each
    .filter((one) => one.comparable && !one.spread)
    .map(({ name, kinds, rising }) => ({
      name,
      kinds: kinds.filter(({ status }) => !rising.some((one) => one.status === status)),
    }))
    .filter(({ kinds }) => kinds.length > 0)
    .map(({ name, kinds }) => `${name} ${mostly(kinds)}`);
  const thin = each
    .filter(({ kinds, comparable }) => !comparable && kinds.length > 0)
    .map(({ name, kinds }) => `${name} ${mostly(kinds)}`);
  const none = each.filter(({ kinds }) => kinds.length === 0).map(({ name }) => name);
  const sentences = [
    rising.length > 0 ? `more than before: ${rising.join('; ')}` : '',
    ofClasses.join('; '),
    spread.length > 0 ? `more than before, though no kind by itself: ${spread.join('; ')}` : '',
    rest.length > 0
      ? `${rising.length + spread.length > 0 ? 'others' : 'all'} about as before or rarer: ${rest.join('; ')}`
      : '',
    thin.length > 0 ? `too few requests to compare: ${thin.join('; ')}` : '',
    none.length > 0 ? `none in ${none.join(', ')}` : '',
    excludedText(window, release),
    ...new Set(window.results.map(({ tally }) => gapsIn(tally, window, markup)).filter(Boolean)),
    loggedText(window, known, markup),
  ];
  const capital = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}`;
  const said = sentences.filter(Boolean).map((one, index) => (index === 0 ? `${where}: ${one}` : capital(one)));
  return { text: said.join('. '), lines: said };
}

function mostly(kinds: readonly ErrorKind[]): string {
  const named = kinds.slice(0, NAMED).map(({ status, errors }) => `${status} (${count(errors)})`);
  return `${kinds.length > NAMED ? 'mostly ' : ''}${named.join(', ')}`;
}

const withClasses = ({ ofClasses = { classes: [] }, ...result }: Result) => ({ ...result, ...ofClasses });

function loggedText(window: ResultWindow, { counts }: Known, markup: Markup): string {
  const classes = errorClassesIn(counts, window);
  if (!classes) return '';
  const each = classes.map(({ name, errors }) => `${markup.text(name)} (${count(errors)})`);
  return `most frequent classes: ${each.join(', ') || 'none'}`;
}

/** What is no part of any number above it. */
function excludedText({ results }: ResultWindow, { excludedStatuses }: Release): string {
  const excluded = results.reduce((sum, { tally }) => sum + tally.excluded, 0);
  return excludedStatuses.length === 0
    ? ''
    : `${excludedStatuses.join(' and ')} left out (${plural(excluded, 'request')})`;
}
