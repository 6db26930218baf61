import { plain } from '../../facts/format';
import { html } from '../../facts/html';
import { bareAddress, markdown, markdownLink } from '../../facts/markdown';

/** How words are put into a plan, so that text from outside forms nothing there. */
export interface Markup {
  /** Text from outside on one line: names, reasons. */
  text(words: string): string;
  /** Words that are marked up already, with a link. */
  link(words: string, url: string): string;
}

const LONGEST = 200;

/** @example MARKDOWN.text('a|b <i> @me') === 'a\\|b &lt;i&gt; @<!-- -->me' */
export const MARKDOWN: Markup = { text: (words) => markdown(words, LONGEST), link: markdownLink };

/** @example HTML.text('a|b <i>') === 'a|b &lt;i&gt;' */
export const HTML: Markup = {
  text: (words) => html`${plain(words, LONGEST)}`.markup,
  link: (words, url) => html`<a href="${bareAddress(url)}">${{ markup: words }}</a>`.markup,
};
