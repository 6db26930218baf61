import http from 'node:http';
import https from 'node:https';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

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
 * takes a tenth of the processor time of a run to load.
 *
 * @throws HttpFailure when no whole reply came in time
 */
export async function httpReply(url: URL, { ms, signal, ...call }: HttpCall): Promise<HttpReply> {
  const stopped = new HttpFailure('stopped', 'the end of the time for it');
  if (signal?.aborted) throw stopped;
  let request: http.ClientRequest | undefined;
  let stop = () => {};
  let timer: NodeJS.Timeout | undefined;
  // The request itself may not end by being destroyed, as while a proxy is silent.
  const end = new Promise<never>((_, reject) => {
    const endBy = (failure: HttpFailure) => {
      reject(failure);
      request?.destroy();
    };
    stop = () => endBy(stopped);
    timer = setTimeout(() => endBy(new HttpFailure('late', `nothing complete in ${Math.round(ms)} ms`)), ms);
  });
  signal?.addEventListener('abort', stop, { once: true });
  const whole = async () => {
    request = requestTo(url, call);
    return replyTo(request, call);
  };
  try {
    return await Promise.race([end, whole()]);
  } catch (error) {
    if (error instanceof HttpFailure) throw error;
    // The system's word for it; the error itself may quote a header.
    const { code } = error as NodeJS.ErrnoException;
    throw new HttpFailure('broken', code ?? 'a broken connection');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

type Question = Omit<HttpCall, 'ms' | 'signal'>;

const requestTo = (url: URL, { method = 'GET', headers }: Question) =>
  (url.protocol === 'https:' ? https : http).request(url, {
    method,
    headers: { 'user-agent': 'stagewatch', ...headers, 'accept-encoding': 'gzip' },
  });

async function replyTo(request: http.ClientRequest, { body, mostBytes }: Question): Promise<HttpReply> {
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    // An error that comes after the response has begun is the response's, too.
    request.on('error', reject).on('response', resolve);
    // Such as by an answer that would go on in another protocol.
    request.on('close', () => reject(new Error('closed before a response')));
    request.end(body);
  });
  const { statusCode: status, headers } = response;
  return { status: status!, headers, body: await unpacked(headers, await bytesOf(response, mostBytes), mostBytes) };
}

async function bytesOf(response: http.IncomingMessage, mostBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw tooLong(mostBytes);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The text of a body; an empty one is not packed, whatever its headers say. */
async function unpacked(
  { 'content-encoding': encoding = 'identity' }: http.IncomingHttpHeaders,
  bytes: Buffer,
  mostBytes: number,
): Promise<string> {
  if (bytes.length === 0 || /^identity$/i.test(encoding)) return bytes.toString('utf8');
  if (!/^(x-)?gzip$/i.test(encoding)) throw new HttpFailure('broken', 'an answer packed in a way nobody asked for');
  const text = await promisify(gunzip)(bytes, { maxOutputLength: mostBytes }).catch((error) => {
    throw error.code === 'ERR_BUFFER_TOO_LARGE' ? tooLong(mostBytes) : error;
  });
  return text.toString('utf8');
}

const tooLong = (mostBytes: number) => new HttpFailure('too long', `an answer over ${mostBytes} bytes`);
