import http from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** What a server said, whole. */
export interface HttpReply {
  status: number;
  /** By names of small letters. */
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A request, and the bounds of its reply. */
export interface HttpCall {
  /** GET unless it is said. */
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Milliseconds for all of it. */
  ms: number;
  /** Bytes that are read at most, unpacked. */
  mostBytes: number;
  /** Ends it early. */
  signal?: AbortSignal | undefined;
}

/** Why there is no whole reply. The message says what came instead, and quotes no address and no header. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';

  constructor(
    readonly kind: 'broken' | 'late' | 'stopped' | 'too long',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Sends one request and reads its reply. Redirects are not followed: they would carry keys elsewhere. Not by `fetch`, which
 * takes a process longer to load than the sampler's work for three endpoints does.
 *
 * @throws HttpFailure when no whole reply came in time
 */
export async function httpReply(url: URL, call: HttpCall): Promise<HttpReply> {
  const { method = 'GET', headers, body, ms, mostBytes, signal } = call;
  let request: http.ClientRequest | undefined;
  let cut: HttpFailure | undefined;
  const end = (failure: HttpFailure) => {
    cut = failure;
    request?.destroy();
  };
  const stop = () => end(new HttpFailure('stopped', 'the end of the time for it'));
  const timer = setTimeout(() => end(new HttpFailure('late', `nothing complete in ${Math.round(ms)} ms`)), ms);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted) stop();
  try {
    if (cut) throw cut;
    const { request: send } = url.protocol === 'https:' ? https : http;
    request = send(url, { method, headers: { 'user-agent': 'stagewatch', ...headers, 'accept-encoding': 'gzip' } });
    const response = await responseTo(request, body);
    return { status: response.statusCode!, headers: response.headers, body: await textOf(response, mostBytes) };
  } catch (error) {
    if (error instanceof HttpFailure) throw error;
    if (cut) throw cut;
    // The system's word for it; the error itself may quote a header.
    const { code } = error as NodeJS.ErrnoException;
    throw new HttpFailure('broken', code ?? 'a broken connection');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

/** An error that comes after the response has begun is the response's, too. */
const responseTo = (request: http.ClientRequest, body: string | undefined) =>
  new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('error', reject).on('response', resolve).end(body);
  });

async function textOf(response: http.IncomingMessage, mostBytes: number): Promise<string> {
  const isPacked = response.headers['content-encoding'] === 'gzip';
  // What breaks one of the two ends the other, and is thrown by the loop.
  const body = isPacked ? pipeline(response, createGunzip(), () => {}) : response;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > mostBytes) throw new HttpFailure('too long', `an answer over ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
