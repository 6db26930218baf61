import { plain } from '../../facts/format';
import type { Instant } from '../../facts/hour';
import { type HttpFailure, type HttpReply, httpReply } from '../../http-reply';
import { SourceError } from '../../ports';
import type { RequestContext } from './client';

/** An answer that will not change by asking again: a success or a refusal. */
export interface Reply {
  status: number;
  body: string;
  /** The server's clock, by the Date of the answer; undefined where it says none. */
  date?: Instant;
}

/** A request, as the client makes one. */
export type Request = Pick<RequestContext, 'getUrl' | 'getHttpMethod' | 'getHeaders' | 'getBody'>;

/** Bounds of one exchange. */
export interface Limits {
  /** Milliseconds for everything, retries and waits included; one attempt gets a third. */
  timeoutMs: number;
  signal?: AbortSignal;
}

type Attempt = Reply | { error: SourceError; resetMs?: number };

const RETRIES = 2;
const FIRST_WAIT_MS = 500;
/** A thousand endpoints with fifteen statuses each take about 11 MB for a week of hours. */
const MAX_BODY_BYTES = 64 * 2 ** 20;

/**
 * Sends one request of the client and reads the whole reply. Throttling, server errors and network failures are tried
 * again, at most twice, after a wait with full jitter or, when throttled, until the limit's reset. A wait that would
 * outlast the time left is not begun. Redirects are not followed: they would carry the keys elsewhere.
 *
 * @throws SourceError when there is no reply at the end of that
 */
export async function exchange(request: Request, { timeoutMs, signal }: Limits): Promise<Reply> {
  const end = performance.now() + timeoutMs;
  for (let retry = 0; ; retry++) {
    if (signal?.aborted) throw stopped();
    const left = end - performance.now();
    const result = await attempt(request, Math.min(left, timeoutMs / (RETRIES + 1)), signal);
    if ('status' in result) return result;
    const jitter = Math.random() * FIRST_WAIT_MS * 2 ** retry;
    const wait = result.resetMs === undefined ? jitter : result.resetMs + jitter;
    if (retry === RETRIES || signal?.aborted || performance.now() + wait >= end) throw result.error;
    await pause(wait, signal);
  }
}

async function attempt(request: Request, ms: number, signal?: AbortSignal): Promise<Attempt> {
  const url = new URL(request.getUrl());
  const { host } = url;
  try {
    const { status, headers, body } = await httpReply(url, {
      method: request.getHttpMethod(),
      headers: request.getHeaders(),
      body: request.getBody() as string,
      mostBytes: MAX_BODY_BYTES,
      ms,
      signal,
    });
    if (status !== 408 && status !== 425 && status !== 429 && status < 500) return { status, body, ...dateOf(headers) };
    if (status !== 429) return { error: failed(`HTTP ${status} from ${host}`, 'unreachable') };
    const resetMs = resetOf(headers);
    const limit = plain(String(headers['x-ratelimit-name'] ?? 'unnamed'), 60);
    const reset = resetMs === undefined ? '?' : resetMs / 1000;
    return { error: failed(`HTTP 429 from ${host} (limit ${limit}, reset in ${reset} s)`, 'throttled'), resetMs };
  } catch (error) {
    const { kind, message } = error as HttpFailure;
    if (kind === 'too long') throw failed(message, 'malformed');
    if (kind === 'stopped') return { error: stopped() };
    return { error: failed(`${message} from ${host}`, kind === 'late' ? 'timeout' : 'unreachable') };
  }
}

function dateOf({ date }: HttpReply['headers']): { date?: Instant } {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? {} : { date: at };
}

/** X-RateLimit-Reset is in seconds from now. */
function resetOf(headers: HttpReply['headers']): number | undefined {
  const reset = String(headers['x-ratelimit-reset'] ?? '');
  return /^\d{1,9}$/.test(reset) ? Number(reset) * 1000 : undefined;
}

const failed = (got: string, kind: SourceError['kind']) =>
  new SourceError(`datadog gave no answer - got ${got}, expected counts; the next run asks again`, kind);

const stopped = () => failed('the end of the time for this run', 'timeout');

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
