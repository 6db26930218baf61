import { count, percent, plural } from '../../facts/format';
import type { Tally } from '../../facts/window';
import type { Result, ResultWindow } from '../../results/results';
import type { Markup } from '../markdown/markup';
import { type Known, linked, windowAnswer } from './known';

/**
 * An endpoint's rate in a window with its counts, and what it was in the baseline; too few requests for its limit are
 * said to be, and so are unknown hours.
 *
 * @returns undefined when no hour of the window was counted
 */
export function rateText(result: Result, window: ResultWindow, known: Known, markup: Markup): string | undefined {
  const now = rateAnswer(result, window, known, markup);
  return now && `${now} in ${windowAnswer(window, known, markup)}; ${rateBefore(result, known, markup)}`;
}

/** So many endpoints can be read in one line. */
export const IN_A_LINE = 10;

/** The rates of all endpoints in one line, each beside its baseline; undefined where they are too many, or no hour was counted. */
export function ratesText(window: ResultWindow, known: Known, markup: Markup): string | undefined {
  const { results } = window;
  if (results.length > IN_A_LINE || results.every(({ tally }) => tally.counted === 0)) return undefined;
  const each = results.map((result) => {
    const now = rateAnswer(result, window, known, markup) ?? 'unknown';
    return `${markup.text(result.endpoint)} ${now}, ${rateBefore(result, known, markup)}`;
  });
  return `in ${windowAnswer(window, known, markup)}: ${each.join('; ')}`;
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
  { tally, needed }: Pick<Result, 'tally' | 'needed'>,
  window: ResultWindow,
  { release }: Known,
  markup: Markup,
): string | undefined {
  const { requests, errors, counted } = tally;
  if (counted === 0) return undefined;
  const link = (words: string) => linked(words, window, release, markup);
  const gaps = gapsIn(tally);
  if (requests === 0) return `${link('no requests')}${gaps && ` (${gaps})`}`;
  const thin = needed === undefined ? '' : `not enough data: ${plural(requests, 'request')}, ${count(needed)} needed`;
  const counts = [thin || `${errors === 0 ? '' : `${count(errors)} of `}${plural(requests, 'request')}`, gaps];
  const said = errors === 0 ? 'no errors' : thin ? plural(errors, 'error') : percent(errors / requests);
  return `${link(said)} (${counts.filter(Boolean).join('; ')})`;
}

/** "3 hours unknown"; nothing where all were counted. */
export const gapsIn = ({ unknown }: Tally): string => (unknown > 0 ? `${plural(unknown, 'hour')} unknown` : '');
