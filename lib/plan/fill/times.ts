import { span } from '../../facts/format';
import type { Result, ResultWindow } from '../../results/results';
import type { Markup } from '../markdown/markup';
import { plainWords } from '../markdown/words';
import type { Known } from './known';
import { rateAnswer } from './rates';

/** Of a rate: before the launch, since then, or in the stage or check itself. */
export type Time = 'before' | 'since launch' | 'own';

const TIMES: Record<Time, RegExp> = {
  before:
    /^(4 weeks? )?((avg|average|mean|error rate|rate) )*(before|prior to) (the )?launch$|^(4 weeks? )?baseline$|^4 weeks (before|prior to) (the )?launch$/,
  'since launch': /^since (the )?launch$/,
  own: /^(since (the )?start of (this |the )?stage|(at|in|during) (this|the) stage|this stage|since (this |the )?stage (began|started))$/,
};

/** The time that a line under an endpoint's name asks for. @example timeOf('4 week avg before launch') === 'before' */
export const timeOf = (label: string): Time | undefined =>
  (Object.keys(TIMES) as Time[]).find((time) => TIMES[time].test(plainWords(label)));

/**
 * An endpoint's rate before the launch, or from the launch to the end of a window.
 *
 * @returns undefined when no hour of that time was counted
 */
export function rateAt(
  time: Exclude<Time, 'own'>,
  endpoint: string,
  window: ResultWindow,
  known: Known,
  markup: Markup,
): string | undefined {
  const of =
    time === 'before' ? known.windows[0]! : known.windowsUpTo(window.to).find(({ name }) => name === 'since launch')!;
  const { tally } = of.results.find((one: Result) => one.endpoint === endpoint)!;
  const rate = rateAnswer({ endpoint, tally }, of, known, markup);
  return (
    rate &&
    `${rate} ${time === 'before' ? `in the ${of.name}` : `since launch, ${span(of.from, of.to, known.release.timeZone)}`}`
  );
}
