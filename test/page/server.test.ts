import { request } from 'node:http';
import { startOf } from '../../lib/facts/hour';
import { type LivePage, servePage } from '../../lib/page/server';
import type { Release } from '../../lib/release/schema';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BAD } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let release: Release;
let page: LivePage;
let now = tickOf(LAUNCH + 2);
beforeAll(async () => {
  world = await openWorld();
  world.heal();
  release = await world.launched();
});
// Every request reads anew.
beforeEach(async () => {
  page = await servePage({ port: 0, everySeconds: 0, note: 'a simulation' });
});
afterEach(() => page.close());
afterAll(() => world.close());

const show = () => page.show({ release, history: world.historyOf(release), now: () => now });
const get = async (headers: Record<string, string> = {}) => {
  const answer = await fetch(page.url, { headers });
  return { status: answer.status, etag: answer.headers.get('etag')!, text: await answer.text() };
};

/** What `fetch` would not send. */
const raw = (headers: Record<string, string>, { method = 'GET', path = '/' } = {}) =>
  new Promise<{ status: number; headers: Record<string, unknown> }>((resolve, reject) => {
    const { port } = new URL(page.url);
    request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode!, headers: answer.headers });
    })
      .on('error', reject)
      .end();
  });

test('the page shows what the history says now, run by run', async () => {
  expect((await get()).text).toContain('STARTING');
  show();
  expect((await get()).text).toContain('NOT JUDGED YET');
  await world.hours(release, LAUNCH, LAUNCH + 3);
  const good = await get();
  expect(good.text).toContain('>HOLD<');
  expect(good.text).toContain('nothing is open');

  world.shows((at) => (at > LAUNCH + 2 ? BAD : undefined));
  await world.hours(release, LAUNCH + 3, LAUNCH + 6);
  now = tickOf(LAUNCH + 5);
  const bad = await get({ 'if-none-match': good.etag });
  expect(bad.status).toBe(200);
  expect(bad.text).toContain('>ROLL BACK<');
  expect(bad.text).toContain('#show is not below its limit');
  expect(bad.text).toContain('<b>ALARM: ');
  expect((await get({ 'if-none-match': bad.etag })).status).toBe(304);

  const at = now - 60_000;
  await world
    .historyOf(release)
    .recordOnCall({ kind: 'silence', at, until: at + startOf(4), by: 'Ada', reason: 'upgrade <b>' });
  expect((await get()).text).toContain('silence by Ada: upgrade &lt;b&gt;');
});

test('it is read by whoever asks at most once in its interval', async () => {
  const slow = await servePage({ port: 0, everySeconds: 3600 });
  let reads = 0;
  const history = world.historyOf(release);
  slow.show({
    release,
    history: {
      ...history,
      stages: () => {
        reads++;
        return history.stages();
      },
    },
    now: () => now,
  });
  await Promise.all(Array.from({ length: 5 }, () => fetch(slow.url)));
  await fetch(slow.url);
  expect(reads).toBe(1);
  await slow.close();
});

test('when its history closes it stays as it was', async () => {
  const history = world.historyOf(release);
  let open = true;
  const stages = () => (open ? history.stages() : Promise.reject(new Error('closed')));
  page.show({ release, history: { ...history, stages }, now: () => now });
  await page.freeze();
  open = false;
  const { status, text } = await get();
  expect(status).toBe(200);
  expect(text).toContain('a simulation; it has ended, and this page stays as it was then');
});

test('a history that cannot be read is no page, and is asked again', async () => {
  const history = world.historyOf(release);
  let broken = true;
  const stages = () => (broken ? Promise.reject(new Error('out of order')) : history.stages());
  page.show({ release, history: { ...history, stages }, now: () => now });
  expect(await get()).toMatchObject({ status: 503, text: expect.stringContaining('out of order') });
  broken = false;
  expect((await get()).status).toBe(200);
});

describe('only this page may ask', () => {
  const host = () => new URL(page.url).host;

  test.each(['127.0.0.1', 'localhost'])('%s with its port is let in', async (name) => {
    expect((await raw({ host: `${name}:${new URL(page.url).port}` })).status).toBe(200);
  });

  test.each(['evil.example', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example', '[::1]'])(
    'a browser that was led here as %s gets nothing',
    async (name) => {
      expect((await raw({ host: name })).status).toBe(403);
    },
  );

  test.each([
    ['another origin', { origin: 'http://evil.example' }, 403],
    ['no origin that has a name', { origin: 'null' }, 403],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a picture on another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
    ['a link on another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 200],
    ['the page itself', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }, 200],
    ['the address bar', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, 200],
  ])('%s', async (_, headers, status) => {
    expect((await raw({ host: host(), ...headers })).status).toBe(status);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])('%s is refused', async (method) => {
    const { status, headers } = await raw({ host: host() }, { method });
    expect([status, headers.allow]).toEqual([405, 'GET']);
  });

  test.each(['/favicon.ico', '/../package.json', '//evil.example/', '/?x'])('there is nothing at %s', async (path) => {
    expect((await raw({ host: host() }, { path })).status).toBe(404);
  });

  test('every answer has the policy, and none is for other origins', async () => {
    for (const [headers, status] of [
      [{ host: host() }, 200],
      [{ host: 'evil.example' }, 403],
    ] as const) {
      const answer = await raw(headers);
      expect(answer.status).toBe(status);
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; /);
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

test('it listens on this machine only, and closes with a reader connected', async () => {
  const other = await servePage({ port: 0, everySeconds: 1 });
  expect(new URL(other.url).hostname).toBe('127.0.0.1');
  await fetch(other.url);
  await other.close();
  await expect(fetch(other.url)).rejects.toThrow();
});

test('a port that is taken is an error', async () => {
  await expect(servePage({ port: Number(new URL(page.url).port), everySeconds: 1 })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
