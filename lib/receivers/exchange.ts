import { type HttpFailure, httpReply } from '../http-reply';
import { ReceiverError } from './receiver';

/** An answer that will not change by asking again at once. */
interface Answer {
  status: number;
  body: string;
}

/** Of all attempts and the waits between them, an attempt's a third: the function that this runs in has 30 s for two calls. */
const TIME_MS = 10_000;
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 250;
const JSON_BODY = { 'content-type': 'application/json; charset=utf-8' };
/** A receiver answers in a line; of a page of HTML the start is enough. */
const LONGEST_BODY = 4096;
const MOST_BYTES = 16 * 2 ** 20;

/**
 * Posts JSON. Throttling, server errors and network failures are tried again, at most twice in 10 s, after the wait that
 * Retry-After asks for or one with full jitter; what takes longer is left to the queue. Redirects are not followed: they
 * would carry the credentials elsewhere. No error says the address, which may be a credential itself.
 *
 * @param to the receiver, as people call it
 * @throws ReceiverError when there is no answer at the end of that
 */
export const postJson = (to: string, url: URL, content: object, means?: Means): Promise<Answer> =>
  exchanged(to, url, JSON.stringify(content), means);

/** Asks with a GET, in the same way. */
export const getJson = (to: string, url: URL, means?: Means): Promise<Answer> => exchanged(to, url, undefined, means);

interface Means {
  headers?: Record<string, string>;
  timeMs?: number;
}

async function exchanged(
  to: string,
  url: URL,
  body: string | undefined,
  { headers = {}, timeMs = TIME_MS }: Means = {},
): Promise<Answer> {
  const end = performance.now() + timeMs;
  for (let attempt = 1; ; attempt++) {
    const result = await once(url, body, headers, Math.min(timeMs / ATTEMPTS, end - performance.now()));
    if ('status' in result && result.status !== 429 && result.status < 500) return result;
    const jitter = Math.random() * FIRST_WAIT_MS * 2 ** attempt;
    const wait = (result.retryAfterMs ?? 0) + jitter;
    if (attempt === ATTEMPTS || performance.now() + wait >= end) {
      const got = 'status' in result ? `HTTP ${result.status}` : result.failure;
      throw new ReceiverError(`${to} gave no answer - got ${got}, expected one; it is tried again`, 'unreachable');
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

type Attempt = (Answer | { failure: string }) & { retryAfterMs?: number };

async function once(url: URL, body: string | undefined, headers: Record<string, string>, ms: number): Promise<Attempt> {
  const content = body === undefined ? { headers } : { method: 'POST', headers: { ...JSON_BODY, ...headers }, body };
  try {
    const reply = await httpReply(url, { ...content, ms, mostBytes: MOST_BYTES });
    const seconds = reply.headers['retry-after'] ?? '';
    return {
      status: reply.status,
      body: reply.body.slice(0, LONGEST_BODY),
      ...(/^\d{1,6}$/.test(seconds) && { retryAfterMs: Number(seconds) * 1000 }),
    };
  } catch (error) {
    return { failure: (error as HttpFailure).message };
  }
}
