import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does instead of answering; `honest` is what the one behind it would send. */
export type Manner = (response: ServerResponse, honest: () => Promise<string>) => void | Promise<void>;

const send =
  (status: number, body: string, type = 'application/x-amz-json-1.0'): Manner =>
  (response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);
const awsError = (code: string) => send(400, JSON.stringify({ __type: `com.amazonaws#${code}`, message: 'slow down' }));

/** Ways to fail that every neighbour has. */
export const MANNERS: Record<string, Manner> = {
  'never answers': () => {},
  'breaks off': async (response, honest) => {
    const text = await honest();
    response.writeHead(200, { 'content-length': text.length + 50 });
    response.write(text.slice(0, text.length / 2), () => response.destroy());
  },
  'stops in the middle': async (response, honest) => {
    const text = await honest();
    response.writeHead(200, { 'content-length': text.length + 50 });
    response.write(text.slice(0, text.length / 2));
  },
  'drips without end': (response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(drip));
  },
  'says less than it has': async (response, honest) => {
    const text = await honest();
    response.writeHead(200, { 'content-length': Math.floor(text.length / 2) }).end(text.slice(0, text.length / 2));
  },
  'is out of order': send(503, 'Service Unavailable', 'text/plain'),
  'shows a web page': send(200, '<html><body>Please log in</body></html>', 'text/html'),
  'says nothing': send(200, ''),
};

/** How each neighbour says that it is asked too much. */
export const THROTTLES = {
  dynamodb: awsError('ProvisionedThroughputExceededException'),
  secrets: awsError('ThrottlingException'),
  sns: send(
    400,
    '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
    'text/xml',
  ),
  datadog: send(429, '{"errors":["Too many requests"]}', 'application/json'),
};

/** Stands before a server: requests whose X-Amz-Target matches get the manner, all others are passed on. */
export async function badNeighbour(behind: string, manner: Manner, target = /^/) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const names = ['authorization', 'content-type', 'dd-api-key', 'dd-application-key', 'x-amz-date', 'x-amz-target'];
    const passed = names.flatMap((name) => (request.headers[name] ? [[name, String(request.headers[name])]] : []));
    const ask = () =>
      fetch(`${behind}${request.url}`, {
        method: 'POST',
        headers: Object.fromEntries(passed),
        body: Buffer.concat(parts),
      });
    if (target.test(String(request.headers['x-amz-target'] ?? '')))
      return manner(response, async () => (await ask()).text());
    const honest = await ask();
    response.writeHead(honest.status, { 'content-type': honest.headers.get('content-type') ?? '' });
    response.end(await honest.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
