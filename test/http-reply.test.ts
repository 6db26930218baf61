import { getEventListeners, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { httpReply } from '../lib/http-reply';

let answer: (response: ServerResponse) => void;
const server = createServer((_request, response) => answer(response));
let url: URL;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (more = {}) => httpReply(url, { ms: 2_000, mostBytes: 100, ...more });
const packed = (text: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-encoding': 'gzip' });
  response.end(gzipSync(text));
};

test('a redirect is an answer like others, and is not followed', async () => {
  answer = (response) => response.writeHead(302, { location: `${url}elsewhere`, date: 'now' }).end('over there');
  expect(await ask()).toMatchObject({ status: 302, body: 'over there', headers: { date: 'now' } });
});

test('what was asked arrives as it is, also a body', async () => {
  const seen: unknown[] = [];
  server.once('request', async (request) => {
    const { method, headers } = request;
    seen.push(method, headers['content-length'], headers['x-key'], headers['user-agent']);
  });
  answer = (response) => response.end();
  await ask({ method: 'POST', body: 'é', headers: { 'X-Key': 'a', 'User-Agent': 'else' } });
  expect(seen).toEqual(['POST', '2', 'a', 'else']);
});

test('a packed answer is read to the most bytes that it unpacks to, and not a byte further', async () => {
  answer = packed('é'.repeat(50));
  expect((await ask()).body).toBe('é'.repeat(50));
  answer = packed('x'.repeat(101));
  await expect(ask()).rejects.toMatchObject({ kind: 'too long', message: 'an answer over 100 bytes' });
  answer = (response) => response.end('x'.repeat(101));
  await expect(ask()).rejects.toMatchObject({ kind: 'too long' });
});

test('an empty answer is empty, however it is said to be packed; names of a packing are read in any case', async () => {
  for (const status of [200, 204, 304]) {
    answer = (response) => response.writeHead(status, { 'content-encoding': 'gzip' }).end();
    expect(await ask()).toMatchObject({ status, body: '' });
  }
  for (const name of ['GZIP', 'x-gzip']) {
    answer = (response) => response.writeHead(200, { 'content-encoding': name }).end(gzipSync('fine'));
    expect((await ask()).body).toBe('fine');
  }
  answer = (response) => response.writeHead(200, { 'content-encoding': 'Identity' }).end('fine');
  expect((await ask()).body).toBe('fine');
});

const half = gzipSync('{"a":1}').subarray(0, 12);
const broken: [string, (response: ServerResponse) => void][] = [
  ['a connection that ends before an answer', (response) => response.destroy()],
  ['one that ends within an answer', (response) => response.write('x', () => response.destroy())],
  [
    'one that ends within a packed answer',
    (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(half, () => response.destroy());
    },
  ],
  ['a packed answer that is cut', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(half)],
  ['one that is packed in another way', (response) => response.writeHead(200, { 'content-encoding': 'br' }).end(half)],
  [
    'one that goes on in another protocol',
    ({ socket }) => socket!.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'),
  ],
  ['one that is not packed at all', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain')],
];
test.each(broken)('%s is none, and says so in known words', async (_what, how) => {
  answer = how;
  await expect(ask()).rejects.toMatchObject({
    kind: 'broken',
    message: expect.stringMatching(/^([A-Z_]+|a broken connection|an answer packed in a way nobody asked for)$/),
  });
});

test('nobody there, and a header that cannot be sent, quote neither the address nor the header', async () => {
  await expect(httpReply(new URL('http://127.0.0.1:1/secret'), { ms: 2_000, mostBytes: 1 })).rejects.toMatchObject({
    kind: 'broken',
    message: 'ECONNREFUSED',
  });
  await expect(ask({ headers: { key: 'secret\n' } })).rejects.toMatchObject({ message: 'ERR_INVALID_CHAR' });
});

const slow: [string, (response: ServerResponse) => void][] = [
  ['before an answer', () => {}],
  ['within an answer', (response) => response.write('x')],
  [
    'within a packed answer',
    (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.write(half);
    },
  ],
];
test.each(slow)('the time ends, or somebody ends it, %s', async (_where, how) => {
  const end = new AbortController();
  answer = how;
  await expect(ask({ ms: 50, signal: end.signal })).rejects.toMatchObject({
    kind: 'late',
    message: 'nothing complete in 50 ms',
  });
  setTimeout(() => end.abort(), 50);
  await expect(ask({ signal: end.signal })).rejects.toMatchObject({ kind: 'stopped' });
  await expect(ask({ signal: end.signal })).rejects.toMatchObject({ kind: 'stopped' });
  expect(getEventListeners(end.signal, 'abort')).toEqual([]);
});

test('one connection serves several requests', async () => {
  const ports = new Set<unknown>();
  answer = (response) => {
    ports.add(response.socket?.remotePort);
    response.end('fine');
  };
  for (let index = 0; index < 3; index++) await ask();
  expect(ports.size).toBe(1);
});
