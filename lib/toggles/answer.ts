import { isLoopback } from '../facts/loopback.cjs';
import { type HttpFailure, type HttpReply, httpReply } from '../http-reply';
import type { ToggleKey } from './key';

/** Why a toggle service's answer cannot be had or trusted; its message is the reason of an unknown state. */
export class ToggleError extends Error {
  override readonly name = 'ToggleError';

  /** @param isGone the service itself says that it has no such toggle */
  constructor(
    message: string,
    readonly isGone = false,
  ) {
    super(message);
  }
}

/** What a 404 means; where a service has words of its own for it, by the answer. */
type Missing = string | ((body: string) => ToggleError);

/** How a service is asked. */
export interface Asking {
  /** The header that has the key, where the service wants one. */
  header?: string;
  key?: ToggleKey;
  /** The type of answer that is asked for; JSON unless it is said. */
  accept?: string;
  signal?: AbortSignal;
}

/** Of one attempt; a network failure and a server error are tried once more. */
const ATTEMPT_MS = 5_000;
const WAIT_MS = 300;
/** A thousand toggles with their strategies. */
const MOST_BYTES = 4 * 2 ** 20;

/**
 * The JSON that a GET brings; see {@link textAt}.
 *
 * @throws ToggleError when there is no such answer; `missing` is what a 404 means
 */
export async function answerOf(url: URL, missing: Missing, asking: Asking): Promise<unknown> {
  const body = await textAt(url, missing, asking);
  try {
    return JSON.parse(body);
  } catch {
    throw new ToggleError(`${url.host} - got no JSON, expected the toggle as JSON`);
  }
}

/**
 * What a GET brings. Bounded in time and size; no redirect is followed, as it would carry the key elsewhere. No error
 * quotes the answer, the address or the key.
 *
 * @throws ToggleError when there is no such answer; `missing` is what a 404 means
 */
export async function textAt(url: URL, missing: Missing, asking: Asking): Promise<string> {
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.host)))
    throw new ToggleError(`${url.host} - got an address without https, expected one with it`);
  let reply = await reliably(url, asking);
  if (isRefusal(reply.status) && asking.key) {
    asking.key.forget();
    reply = await reliably(url, asking);
  }
  const { status, body } = reply;
  if (status === 404) throw typeof missing === 'string' ? new ToggleError(missing) : missing(body);
  if (isRefusal(status))
    throw new ToggleError(`${url.host} refuses to say (HTTP ${status}); check the key and its rights`);
  if (status >= 300 && status < 400)
    throw new ToggleError(`${url.host} leads elsewhere (HTTP ${status}), which is not followed; correct the address`);
  if (status !== 200) throw new ToggleError(`${url.host} gave no answer (HTTP ${status})`);
  return body;
}

const isRefusal = (status: number) => status === 401 || status === 403;

async function reliably(url: URL, asking: Asking): Promise<HttpReply> {
  const first = await attempt(url, asking);
  if ('status' in first && first.status !== 429 && first.status < 500) return first;
  if (!asking.signal?.aborted) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * WAIT_MS));
    const second = await attempt(url, asking);
    if ('status' in second) return second;
    throw second.error;
  }
  if ('status' in first) return first;
  throw first.error;
}

async function attempt(
  url: URL,
  { header, key, accept = 'application/json', signal }: Asking,
): Promise<HttpReply | { error: ToggleError }> {
  const held = key && (await key.get().catch((error: Error) => new ToggleError(error.message)));
  if (held instanceof ToggleError) throw held;
  try {
    return await httpReply(url, {
      headers: { accept, ...(header && held !== undefined && { [header]: held }) },
      mostBytes: MOST_BYTES,
      ms: ATTEMPT_MS,
      signal,
    });
  } catch (error) {
    const { kind, message } = error as HttpFailure;
    if (kind === 'too long') return { error: new ToggleError(`${url.host} - got ${message}, expected less`) };
    const got = kind === 'broken' ? message : 'no whole answer in time';
    return { error: new ToggleError(`${url.host} cannot be reached (${got})`) };
  }
}
