import type { SlackBlock } from '../../lib/receivers/slack/blocks';

/** Blocks as Slack's app shows them on a telephone, near enough to look at them: a page for a browser 390 pixels wide. */
export function slackPage(messages: readonly { text: string; blocks: readonly SlackBlock[] }[]): string {
  const shown = messages.map(
    ({ text, blocks }) =>
      `<aside>${escaped(text.split('\n').slice(0, 3).join(' '))}</aside><article><b>Stagewatch</b> <small>APP 3:20 AM</small>${blocks.map(blockHtml).join('')}</article>`,
  );
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${shown.join('')}`;
}

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
            .replace(/<!date\^(\d+)\^[^|]*\|[^>]*>/g, (_, epoch) =>
              new Date(Number(epoch) * 1000).toUTCString().slice(5, 22),
            )
            .replace(/<(https:[^|>]+)\|([^>]+)>/g, '<a href="$1">$2</a>'),
    )
    .join('')
    .replace(/\*([^*\n]+)\*/g, '<b>$1</b>');
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

const STYLE = `
body { margin: 0; padding: 8px; font: 16px/1.4 Lato, sans-serif; color: #1d1c1d; background: #fff; overflow-wrap: anywhere }
article { border-bottom: 1px solid #ddd; padding: 8px 0 12px; margin-bottom: 12px }
aside { background: #eee; border-radius: 12px; padding: 8px 12px; font-size: 14px; max-height: 4.2em; overflow: hidden }
h3 { font-size: 18px; margin: 6px 0 } p { margin: 6px 0; white-space: pre-wrap }
code { background: #f6f6f6; border: 1px solid #ddd; border-radius: 3px; color: #c01343; font-size: 13px; padding: 1px 3px }
footer { color: #616061; font-size: 13px } footer span { margin-right: 10px }
nav a { display: inline-block; border: 1px solid #bbb; border-radius: 4px; padding: 5px 12px; margin: 3px 8px 3px 0; color: inherit; font-weight: 700; text-decoration: none; font-size: 15px; max-width: 90%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom }
`;
