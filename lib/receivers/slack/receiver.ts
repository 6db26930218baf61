import * as z from 'zod/mini';
import type { Bulletin } from '../bulletin';
import { postJson } from '../exchange';
import { addressAt, type Receiver, ReceiverError, type ReceiverPlace, type Taken, type Tell } from '../receiver';
import { type SlackMessage, slackMessage } from './slack-message';

const WEBHOOK = '{"webhook": "https://hooks.slack.com/services/..."}';
const BOT = '{"botToken": "xoxb-...", "channel": "C0123456789"}';

const webhookForm = z.strictObject({ webhook: z.string() });
const botForm = z.strictObject({
  botToken: z.string().check(z.regex(/^[\x21-\x7e]{1,500}$/)),
  channel: z.string().check(z.regex(/^[CG][A-Z0-9]{6,20}$/)),
});

/**
 * Slack, by an incoming webhook: each message stands for itself. Or by the token of a bot with the scope `chat:write` that
 * is in the channel: what belongs to an alert is one thread, and the message that began it shows the newest state.
 */
export const slack: Receiver = {
  title: 'Slack',
  hosts: ['slack.com', 'slack-gov.com'],
  secret: `${WEBHOOK} or ${BOT}`,
  connect(secret, place) {
    const bot = botForm.safeParse(secret);
    if (bot.success) return byBot(bot.data, place);
    const hook = webhookForm.safeParse(secret);
    const address = hook.success && URL.canParse(hook.data.webhook) ? new URL(hook.data.webhook) : undefined;
    if (address?.protocol !== 'https:' || address.host !== `hooks.${place.host}` || address.username !== '')
      throw refused('another secret', `${slack.secret}, the webhook at hooks.${place.host}; put it into the secret`);
    return byWebhook(addressAt(address.href, place));
  },
};

function byWebhook(url: URL): Tell {
  const post = async (content: object) => {
    const { status, body } = await postJson('slack', url, { ...content, ...QUIET });
    if (status !== 200 || body !== 'ok') throw failure(status, body);
  };
  return async (bulletin) => {
    if (bulletin.kind === 'ack' || bulletin.kind === 'mark') return { unused: true };
    return { plainly: (await plainlyIfRefused(slackMessage(bulletin), post)).plainly };
  };
}

/** Neither previews of what a message links, nor formatting of its text from outside. */
const QUIET = { unfurl_links: false, unfurl_media: false, mrkdwn: false };

/** People look at these in the channel, too; anything else of a thread only those who follow it see. */
const BROADCAST = new Set(['firing', 'worse', 'repeat', 'resolved']);

function byBot({ botToken, channel }: z.output<typeof botForm>, place: ReceiverPlace): Tell {
  const call = async (method: string, content: object): Promise<{ ts: string }> => {
    const url = addressAt(`https://${place.host}/api/${method}`, place);
    const headers = { authorization: `Bearer ${botToken}` };
    const answer = await postJson('slack', url, { channel, ...content }, { headers });
    const { ok, ts, error } = parsed(answer.body);
    if (answer.status !== 200 || ok !== true || typeof ts !== 'string') throw failure(answer.status, error);
    return { ts };
  };
  const post = (content: object) => call('chat.postMessage', { ...content, ...QUIET });
  const begin = async (message: SlackMessage, bulletin: Bulletin): Promise<Taken> => {
    const { result, plainly } = await plainlyIfRefused(message, post);
    return { plainly, ...(isThreaded(bulletin) && { thread: `${channel} ${result.ts}` }) };
  };
  return async (bulletin, thread) => {
    if (bulletin.kind === 'ack' || bulletin.kind === 'mark') return { unused: true };
    const message = slackMessage(bulletin);
    const [where, ts] = thread?.split(' ') ?? [];
    if (ts === undefined || where !== channel) return begin(message, bulletin);
    try {
      // First what can be repeated: the reply is tried again only with it.
      await plainlyIfRefused(message, (content) => call('chat.update', { ...content, ts }));
    } catch (error) {
      if (error instanceof ReceiverError && GONE.test(error.message)) return begin(message, bulletin);
      throw error;
    }
    const isLoud = bulletin.kind === 'alert' && BROADCAST.has(bulletin.event.status);
    const reply = (content: object) => post({ ...content, thread_ts: ts, reply_broadcast: isLoud });
    return { plainly: (await plainlyIfRefused(message, reply)).plainly };
  };
}

/** A notice is for everyone in the channel, and a test belongs to nothing. */
const isThreaded = (bulletin: Bulletin): boolean =>
  bulletin.kind === 'alert' && bulletin.event.severity === 'page' && bulletin.event.status !== 'test';

/** Tells a message in plain text, at once, when Slack will never take its blocks. */
async function plainlyIfRefused<T>({ text, blocks }: SlackMessage, send: (content: object) => Promise<T>) {
  try {
    return { result: await send({ text, blocks }) };
  } catch (error) {
    if (!(error instanceof ReceiverError && error.kind === 'content')) throw error;
    return { result: await send({ text }), plainly: error.message };
  }
}

/** https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, /reference/methods/chat.postMessage */
const CONTENT = /^(invalid_(blocks|blocks_format|payload|attachments)|msg_(blocks_)?too_long|no_text)$/;
const LATER =
  /^(ratelimited|rate_limited|internal_error|fatal_error|service_unavailable|request_timeout|rollup_error)$/;
/** What chat.update says of a message that somebody deleted, or that is too old. */
const GONE = /got (message_not_found|cant_update_message|edit_window_closed|thread_not_found)[ ,]/;

/** Slack's own word for it; anything else is not repeated, since it may quote what it was sent. */
function failure(status: number, said: unknown): ReceiverError {
  const word = typeof said === 'string' && /^[a-z_]{1,60}$/.test(said.trim()) ? said.trim() : `HTTP ${status}`;
  if (CONTENT.test(word)) return new ReceiverError(`slack refused the message - got ${word}, expected ok`, 'content');
  if (LATER.test(word))
    return new ReceiverError(`slack gave no answer - got ${word}, expected ok; it is tried again`, 'unreachable');
  return refused(
    word,
    'ok; look whether the webhook or token was revoked, and whether the channel is there and the bot in it',
  );
}

const refused = (got: string, expected: string) =>
  new ReceiverError(`slack refused - got ${got}, expected ${expected}`, 'refused');

function parsed(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}
