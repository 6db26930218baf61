import { plain } from './format';

/**
 * Text as Markdown: one line in which nothing is a mark, a link, a mention or HTML; at most `max` characters before that.
 * A bare address and a mention are taken apart, since readers look for those in what is escaped, too.
 *
 * @example markdown('#show: a | <b> @me') === '#show: a \\| &lt;b&gt; @<!-- -->me'
 */
export const markdown = (text: string, max = Number.POSITIVE_INFINITY): string =>
  plain(text, max)
    .replace(/[\\`*_[\]|~$&!]|#(?=#*(?:\s|$))/g, '\\$&')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/@|:(?=\/\/)|www(?=\.)/gi, '$&<!-- -->')
    .replace(/^(?=[-+=])/, '\\')
    .replace(/^(\d+)(?=[.)](?:\s|$))/, '$1\\');

/**
 * Words that are Markdown already, with a link.
 *
 * @example markdownLink('here', 'https://x.y/?a=(1)&b=2') === '[here](https://x.y/?a=%281%29&b=2)'
 */
export const markdownLink = (words: string, url: string): string =>
  `[${words}](${bareAddress(url).replace(/&(?=#?\w+;)/g, '\\&')})`;

/** An address in which nothing ends a link, a cell or a quoted attribute. */
export const bareAddress = (url: string): string =>
  url.replace(
    /[()<>[\]{}|\\^`"'*$\s]/g,
    (found) => `%${found.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
