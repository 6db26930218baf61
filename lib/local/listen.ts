import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../facts/hour';
import { refusalOf, refused } from './door.cjs';

export interface HttpAnswer {
  status: number;
  type: string;
  body: string;
  /** What the server's clock says, where it is not this machine's. */
  date?: Instant;
}

export interface Listening {
  /** `http://127.0.0.1:PORT`, without a path. */
  url: string;
  /** Ends every connection, answered or not. */
  close(): Promise<void>;
}

/** SNS's largest message is 256 KB, three times that when it is form-encoded; nothing here is larger. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Serves HTTP on a free port of this machine only; `answer` gets each request with its whole body. A request that
 * cannot be answered (its body is over 2 MB, or `answer` throws) gets a 500 that says why. One that a web page sends, or
 * that does not name the key where there is one, gets a 403.
 *
 * @param key the access key id that each request must name, as the AWS SDK sends it
 */
export async function listen(
  answer: (request: IncomingMessage, body: string) => HttpAnswer | Promise<HttpAnswer>,
  key?: string,
): Promise<Listening> {
  const server = createServer(async (request, response) => {
    try {
      const why = refusalOf(request, key);
      const { status, type, body, date }: HttpAnswer =
        why === undefined ? await answer(request, await bodyOf(request)) : refused(why);
      const clock = date === undefined ? {} : { date: new Date(date).toUTCString() };
      response.writeHead(status, { 'content-type': type, ...clock }).end(body);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    }
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`request body too large - got over ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
