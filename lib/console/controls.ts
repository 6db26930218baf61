import { percent } from '../facts/format';
import { type Html, html } from '../facts/html';
import { OFF } from '../facts/stage';
import type { Release } from '../release/schema';
import type { View } from '../text/view';
import type { Asked } from './asked';
import { SILENCE_HOURS } from './asked';
import { button } from './button';

/** What an operator can record. It is shown to everybody: the console says to nobody who looks, and AWS refuses the call of who may not. */
export function controls({ open, quiet }: View, release: Release, operator: string): Html {
  const act = (words: string, what: Asked['act']) =>
    button(words, operator, { release: release.name, asked: { act: what } });
  return html`<section><details><summary>Record a stage, an acknowledgement, a silence</summary>
<form>
<p>For operators; AWS refuses the call of anybody else. You see what will be recorded before it is.</p>
<div class="row"><label>Your name<input name="by" maxlength="100" autocomplete="name"></label><label>Note or reason<input name="note" maxlength="500"></label></div>
<div class="row"><label>Stage<select name="stage">${release.stages.map(({ name, exposure }) => option(name, `${name}, ${percent(exposure)}`))}${option(OFF, `${OFF}, 0 %`)}</select></label>${act('Enter the stage', 'enter')}<label>Silence for<select name="hours">${SILENCE_HOURS.map((hours) => option(String(hours), `${hours} h`))}</select></label>${act('Silence', 'silence')}</div>
<p>${open.length > 0 && act('Acknowledge what is open', 'ack')}${quiet.length > 0 && act('End all silences', 'end-silences')}${act('Undo the newest stage entry', 'undo')}</p>
</form></details></section>`;
}

const option = (value: string, words: string): Html => html`<option value="${value}">${words}</option>`;
