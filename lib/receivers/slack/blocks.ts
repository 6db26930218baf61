import { plain } from '../../facts/format';
import { inert } from '../../messages/chat';

/**
 * Blocks within Slack's limits, whatever is put into them (https://docs.slack.dev/reference/block-kit/blocks). Text from
 * outside stands in plain text or in code, where neither mentions, links nor formatting are read.
 */
export interface SlackBlock {
  type: 'header' | 'section' | 'context' | 'actions';
  [field: string]: unknown;
}

const LIMITS = {
  header: 150,
  section: 3000,
  context: 2000,
  elements: 10,
  buttons: 25,
  button: 75,
  url: 3000,
  blocks: 50,
};
/**
 * Of all blocks as JSON. Slack refuses a message with some 13,200 characters in its blocks, and says so nowhere
 * (slackapi/bolt-js#2509).
 */
const LONGEST_BLOCKS = 12_000;

export const header = (text: string): SlackBlock => ({ type: 'header', text: plainText(plain(text, LIMITS.header)) });

/** A paragraph as it is; without words there is none. */
export function paragraph(text: string): SlackBlock[] {
  const kept = cut(text, LIMITS.section);
  return kept.trim() === '' ? [] : [{ type: 'section', text: plainText(kept) }];
}

/** Lines in Slack's Markdown, as many as there is room for; those of this program, with names from outside as {@link code}. */
export function mrkdwn(lines: readonly string[]): SlackBlock[] {
  const kept: string[] = [];
  for (const line of lines) {
    if ([...kept, line].join('\n').length > LIMITS.section) break;
    kept.push(line);
  }
  return kept.length === 0 ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: kept.join('\n') } }];
}

/** A small grey line; `last` is Slack's Markdown of this program. */
export function context(texts: readonly string[], last?: string): SlackBlock[] {
  const elements: object[] = texts
    .slice(0, LIMITS.elements - 1)
    .map((text) => plainText(plain(text, LIMITS.context) || '-'));
  if (last !== undefined) elements.push({ type: 'mrkdwn', text: last });
  return elements.length === 0 ? [] : [{ type: 'context', elements }];
}

/** Buttons that open an address, the first first; an address that Slack would not take has none. */
export function buttons(links: readonly { text: string; url: string }[]): SlackBlock[] {
  const elements: object[] = [];
  let room = LONGEST_BLOCKS / 2;
  for (const { text, url } of links) {
    room -= url.length;
    if (url.length > LIMITS.url || room < 0 || elements.length === LIMITS.buttons) continue;
    const action_id = `link-${elements.length}`;
    elements.push({ type: 'button', text: plainText(plain(text, LIMITS.button) || '-'), url, action_id });
  }
  return elements.length === 0 ? [] : [{ type: 'actions', elements }];
}

/** As many blocks as Slack takes, the first first. */
export function fitting(blocks: readonly SlackBlock[]): SlackBlock[] {
  const kept = blocks.slice(0, LIMITS.blocks);
  while (JSON.stringify(kept).length > LONGEST_BLOCKS && kept.length > 1) kept.pop();
  return kept;
}

/** A name from outside in Slack's Markdown, of at most `max` characters and what their escapes add. */
export const code = (text: string, max = 80): string => `\`${inert(plain(text, max)) || '-'}\``;

/** An instant as everyone's own clock has it. */
export const date = (iso: string): string =>
  `<!date^${Math.floor(Date.parse(iso) / 1000)}^{date_short_pretty} {time}|${iso}>`;

const plainText = (text: string) => ({ type: 'plain_text', text, emoji: false });

const cut = (text: string, max: number) =>
  text.length > max ? `${text.slice(0, max - 3).replace(/\p{Cs}$/u, '')}...` : text;
