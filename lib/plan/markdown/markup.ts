import { apart, plain } from '../../facts/format';

/** How words are put into a plan, so that text from outside forms nothing there. */
export interface Markup {
  /** Text from outside on one line: names, reasons. */
  text(words: string): string;
  /** Words that are marked up already, with a link. */
  link(words: string, url: string): string;
}

const LONGEST = 200;

const safeUrl = (url: string): string =>
  url.replace(/[()<>[\]{}|\\^`"'*\s]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);

/** @example MARKDOWN.text('a|b <i> @me') === 'a\\|b &lt;i&gt; @<!-- -->me' */
export const MARKDOWN: Markup = {
  text: (words) =>
    apart(
      plain(words, LONGEST)
        .replace(/[\\`*_[\]|~!&$]/g, '\\$&')
        .replace(/</g, '&lt;')
        .replace(/>/g, '&gt;'),
    ),
  link: (words, url) => `[${words}](${safeUrl(url)})`,
};

/** @example HTML.text('a|b <i>') === 'a|b &lt;i&gt;' */
export const HTML: Markup = {
  text: (words) =>
    plain(words, LONGEST).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;'),
  link: (words, url) => `<a href="${safeUrl(url).replace(/&/g, '&amp;')}">${words}</a>`,
};
