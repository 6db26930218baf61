import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a stand-in gets it. */
export interface Received {
  path: string;
  authorization?: string;
  apiKey?: string;
  appKey?: string;
  body: string;
}

type Answer = [status: number, body: string | object];

/** A server on this machine that answers by a service's own rules, but for the next answers, which a test may say. */
export async function startAnswering(answer: (received: Received) => Answer) {
  const asked: Received[] = [];
  const script: ((response: ServerResponse) => void)[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const received = {
      path: request.url!,
      authorization: request.headers.authorization,
      apiKey: request.headers['dd-api-key'] as string | undefined,
      appKey: request.headers['dd-application-key'] as string | undefined,
      body: String(Buffer.concat(parts)),
    };
    asked.push(received);
    const next = script.shift();
    if (next) return next(response);
    const [status, body] = answer(received);
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    script,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
