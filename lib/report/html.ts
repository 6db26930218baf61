import { plain } from '../domain/format';

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/**
 * Text as HTML, in an element or a quoted attribute: one line of visible characters.
 *
 * @example html('<b> & "c"') === '&lt;b&gt; &amp; &quot;c&quot;'
 */
export const html = (text: string): string =>
  plain(text, Number.POSITIVE_INFINITY).replace(/[&<>"']/g, (found) => ENTITIES[found]!);
