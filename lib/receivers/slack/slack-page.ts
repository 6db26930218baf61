import type { SlackBlock } from './blocks';
import type { SlackMessage } from './slack-message';

/**
 * The beginning of a page that shows messages as Slack's app does on a telephone, near enough to look at them: first the
 * notification, then the message. {@link slackArticle} goes on with it.
 *
 * @param note what is shown
 */
export const slackPage = (note: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(note)}</title><style>${STYLE}</style><p><small>${escaped(note)}</small></p>\n`;

/**
 * A message on that page.
 *
 * @param when its time, as it is shown
 */
export const slackArticle = ({ text, blocks }: SlackMessage, when: string): string =>
  `<aside>${escaped(text.split('\n').slice(0, 3).join(' '))}</aside><article><b>Stagewatch</b> <small>${escaped(when)}</small>${blocks.map(blockHtml).join('')}</article>\n`;

interface TextObject {
  type: 'plain_text' | 'mrkdwn';
  text: string;
}

function blockHtml(block: SlackBlock): string {
  const {
    type,
    text,
    elements = [],
  } = block as SlackBlock & { text?: TextObject; elements?: { text: never; url: string }[] };
  if (type === 'header') return `<h3>${textHtml(text!)}</h3>`;
  if (type === 'section') return `<p>${textHtml(text!)}</p>`;
  if (type === 'context')
    return `<footer>${elements.map((one) => `<span>${textHtml(one as unknown as TextObject)}</span>`).join('')}</footer>`;
  return `<nav>${elements.map((one) => `<a href="${escaped(one.url)}">${textHtml(one.text)}</a>`).join('')}</nav>`;
}

/** Slack's Markdown: code first, in which nothing else is read. */
function textHtml({ type, text }: TextObject): string {
  if (type === 'plain_text') return escaped(text);
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, index) =>
      index % 2 === 1
        ? `<code>${part.slice(1, -1)}</code>`
        : part
            // Slack shows it by the reader's clock.
            .replace(
              /<!date\^(\d+)\^[^|]*\|[^>]*>/g,
              (_, epoch) => `${new Date(Number(epoch) * 1000).toUTCString().slice(5, 22)} UTC`,
            )
            .replace(/<(https:[^|>]+)\|([^>]+)>/g, '<a href="$1">$2</a>'),
    )
    .join('')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>');
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

const STYLE = `
body { margin: 0 auto; max-width: 480px; padding: 8px; font: 16px/1.4 Lato, sans-serif; color: #1d1c1d; background: #fff; overflow-wrap: anywhere }
article { border-bottom: 1px solid #ddd; padding: 8px 0 12px; margin-bottom: 12px }
aside { background: #eee; border-radius: 12px; padding: 8px 12px; font-size: 14px; max-height: 4.2em; overflow: hidden }
h3 { font-size: 18px; margin: 6px 0 } p { margin: 6px 0; white-space: pre-wrap }
code { background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; color: #c01343; font-size: 13px; padding: 1px 3px }
footer { color: #616061; font-size: 13px } footer span { margin-right: 10px }
nav a { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px; margin: 3px 8px 3px 0; color: inherit; font-weight: 700; text-decoration: none; font-size: 15px; max-width: 90%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom }
`;
