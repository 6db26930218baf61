import { execFile } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { httpReply } from '../../lib/http/reply';

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
  ['one that is not packed at all', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('plain')],
];
test.each(broken)('%s is none, and says what the system says', async (_what, how) => {
  answer = how;
  await expect(ask()).rejects.toMatchObject({ kind: 'broken', message: expect.stringMatching(/^[A-Z_]+$/) });
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

/** Node 24.5 is the first whose agents know a proxy; to an earlier one the variables mean nothing. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const KNOWS_PROXIES = major > 24 || (major === 24 && minor >= 5);

test('a process that is told of a proxy asks by it, where Node can, and without fetch', async () => {
  const { outputFiles } = await build({
    stdin: { contents: `export * from './lib/http/reply'`, resolveDir: process.cwd() },
    ...{ bundle: true, platform: 'node', format: 'cjs', write: false },
  });
  const code = `${outputFiles[0]!.text}
    const ask = (url) => module.exports.httpReply(new URL(url), { ms: 2000, mostBytes: 100 }).catch(() => {});
    Promise.all(['https://direct.invalid', 'https://proxied.invalid'].map(ask))
      .then(() => console.log(process.moduleLoadList.some((name) => name.includes('undici'))));`;
  const asked: unknown[] = [];
  server.on('connect', ({ url: host }, socket) => {
    asked.push(host);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  const env = { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: url.origin, NO_PROXY: 'direct.invalid' };
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], {
    env: env as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
  });
  expect(asked).toEqual(KNOWS_PROXIES ? ['proxied.invalid:443'] : []);
  // With a proxy, a newer Node prepares one for fetch as well.
  expect(stdout.trim()).toBe(String(KNOWS_PROXIES));
});
