import { request } from 'node:http';
import { type Listening, listen } from '../../lib/local/listen';

let server: Listening | undefined;
afterEach(() => server?.close());

const echo = (body: string) => ({ status: 200, type: 'text/plain', body });

test('a body arrives whole, whatever its pieces were', async () => {
  server = await listen((_request, body) => echo(body));
  const text = 'ü'.repeat(500_000);
  const response = await fetch(server.url, { method: 'POST', body: text });
  expect(await response.text()).toBe(text);
});

test('a body over 2 MB is refused', async () => {
  server = await listen((_request, body) => echo(body));
  const response = await fetch(server.url, { method: 'POST', body: 'x'.repeat(2 * 1024 * 1024 + 1) });
  expect(response.status).toBe(500);
  expect(await response.text()).toContain('request body too large - got over 2097152 bytes');
});

test('a request that cannot be answered says why', async () => {
  server = await listen(() => {
    throw new Error('no answer');
  });
  const response = await fetch(server.url);
  expect([response.status, await response.text()]).toEqual([500, 'Error: no answer']);
});

test('closing does not wait for those who are still connected', async () => {
  const waiting = await listen(() => new Promise(() => {}));
  const cut = new Promise((resolve) => {
    request(waiting.url, { method: 'POST' })
      .on('error', resolve)
      .on('socket', (socket) => socket.on('connect', () => setImmediate(() => waiting.close())))
      .end('hello');
  });
  expect(await cut).toMatchObject({ code: 'ECONNRESET' });
});
