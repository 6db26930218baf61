import { plain } from './format';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as HTML, in an element or a quoted attribute: one line of visible characters. */
const escaped = (text: string): string =>
  plain(text, Number.POSITIVE_INFINITY).replace(/[&<>"']/g, (found) => ENTITIES[found]!);

/** Text that is HTML already; only {@link html} makes it. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | undefined | false | Html | readonly Html[];

/**
 * HTML in which every value is text, in elements and in quoted attributes alike: nothing from outside is markup, a control
 * or an invisible character. Html goes in as it is, a list one after the other, undefined and false as nothing.
 *
 * @example html`<b>${'a < b'}</b>`.markup === '<b>a &lt; b</b>'
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  const texts = values.map((value) => {
    if (value === undefined || value === false) return '';
    if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
    return 'markup' in value ? value.markup : value.map((one) => one.markup).join('');
  });
  return { markup: String.raw({ raw: parts }, ...texts) };
}
