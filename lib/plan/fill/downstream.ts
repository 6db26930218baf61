import { hasRisen, isEnough } from '../../judge/risen';
import type { ResultWindow } from '../../results/results';
import type { Markup } from '../markdown/markup';
import { type Known, windowAnswer } from './known';
import { rateAnswer, rateBefore } from './rates';
import type { Worded } from './worded';

/** What the endpoints say that share the upstream and not the feature; undefined where there are none. */
export function downstreamAnswer(
  window: ResultWindow,
  known: Known,
  markup: Markup,
): Worded | { open: string } | undefined {
  const { controls } = window;
  if (controls.length === 0) return undefined;
  const before = (endpoint: string) => known.windows[0]!.controls.find((one) => one.endpoint === endpoint)!.tally;
  if (!controls.every(({ endpoint, tally }) => isEnough(tally) && isEnough(before(endpoint))))
    return { open: 'the control endpoints had too few requests to compare' };
  const risen = controls.some(({ endpoint, tally }) => hasRisen(tally, before(endpoint), endpoint, known.release));
  const each = controls.map(
    (control) =>
      `${markup.text(control.endpoint)} ${rateAnswer(control, window, known, markup)}, ${rateBefore(control, known, markup)}`,
  );
  const said = risen ? 'endpoints beside the feature fail more than before' : 'no sign of it beside the feature';
  const head = `${said} in ${windowAnswer(window, known, markup)}:`;
  return { text: `${head} ${each.join('; ')}`, lines: [head, ...each] };
}
