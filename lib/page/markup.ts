import { html as escaped } from '../report/html';

/** Text that is HTML already; only {@link html} makes it. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | undefined | false | Markup | readonly Markup[];

/**
 * HTML in which every value is text, in elements and in quoted attributes alike: nothing from outside is markup, a control
 * or an invisible character. Markup goes in as it is, a list one after the other, undefined and false as nothing.
 *
 * @example html`<b>${'a < b'}</b>`.markup === '<b>a &lt; b</b>'
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  const texts = values.map((value) => {
    if (value === undefined || value === false) return '';
    if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
    return 'markup' in value ? value.markup : value.map((one) => one.markup).join('');
  });
  return { markup: String.raw({ raw: parts }, ...texts) };
}
