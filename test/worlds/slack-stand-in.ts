import { startAnswering } from './answering';

/** A message as Slack has it. */
export interface Posted {
  ts: string;
  text: string;
  blocks?: Record<string, unknown>[];
  thread_ts?: string;
  reply_broadcast?: boolean;
}

export const HOOK = '/services/T00000000/B00000000/sentinelsentinelsentinel';
export const BOT = { botToken: 'xoxb-sentinel-token', channel: 'C0123456789' };

/** Slack's incoming webhook and the two methods that the receiver calls, with Slack's limits and Slack's words. */
export async function startSlack() {
  /** What stands in the channel, oldest first, as it is now. */
  const channel: Posted[] = [];
  let clock = 1_770_000_000;
  const post = (content: Posted) => {
    const ts = `${++clock}.000100`;
    channel.push({ ...content, ts });
    return ts;
  };
  const api = (content: { error?: string; [field: string]: unknown }): [number, object] => [
    200,
    { ok: content.error === undefined, ...content },
  ];
  const server = await startAnswering(({ path, authorization, body }) => {
    const content = JSON.parse(body);
    const problem = refusalOf(content);
    if (path === HOOK) {
      if (problem) return [400, problem];
      post(content);
      return [200, 'ok'];
    }
    if (path.startsWith('/services/')) return [404, 'no_service'];
    if (authorization !== `Bearer ${BOT.botToken}`) return api({ error: 'invalid_auth' });
    if (content.channel !== BOT.channel) return api({ error: 'channel_not_found' });
    if (problem) return api({ error: problem });
    if (path === '/api/chat.postMessage') return api({ channel: content.channel, ts: post(content) });
    if (path !== '/api/chat.update') return api({ error: 'unknown_method' });
    const found = channel.find(({ ts }) => ts === content.ts);
    if (!found) return api({ error: 'message_not_found' });
    Object.assign(found, { text: content.text, blocks: content.blocks });
    return api({ channel: content.channel, ts: found.ts });
  });
  return { ...server, channel };
}

/** Slack's word for what it refuses; undefined for what it takes. */
export function refusalOf({ text: plain, blocks }: { text?: unknown; blocks?: unknown }): string | undefined {
  if (blocks === undefined) return typeof plain === 'string' && plain !== '' ? undefined : 'no_text';
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.length > 50) return 'invalid_blocks';
  if (!blocks.every(isBlock)) return 'invalid_blocks';
  return JSON.stringify(blocks).length > 13_200 ? 'msg_blocks_too_long' : undefined;
}

const isText = (one: unknown, max: number, types = ['plain_text']): boolean => {
  const { type, text: said, emoji, verbatim, ...more } = Object(one);
  return (
    types.includes(type) &&
    typeof said === 'string' &&
    said.length >= 1 &&
    said.length <= max &&
    Object.keys(more).length === 0
  );
};
const BOTH = ['plain_text', 'mrkdwn'];

function isBlock({ type, ...block }: Record<string, unknown>): boolean {
  const elements = (block.elements ?? []) as Record<string, unknown>[];
  if (type === 'header') return isText(block.text, 150);
  if (type === 'section') return isText(block.text, 3000, BOTH);
  if (type === 'context')
    return elements.length >= 1 && elements.length <= 10 && elements.every((one) => isText(one, 2000, BOTH));
  const isButton = ({ type: kind, text: said, url, action_id: id }: Record<string, unknown>) =>
    kind === 'button' &&
    isText(said, 75) &&
    URL.canParse(String(url)) &&
    String(url).length <= 3000 &&
    String(id).length <= 255;
  const ids = new Set(elements.map(({ action_id: id }) => id));
  return (
    type === 'actions' &&
    elements.length >= 1 &&
    elements.length <= 25 &&
    ids.size === elements.length &&
    elements.every(isButton)
  );
}
