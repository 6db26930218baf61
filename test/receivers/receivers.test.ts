import { readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { settingsSchema } from '../../lib/infra/settings-schema';
import { postJson } from '../../lib/receivers/exchange';
import type { Receiver } from '../../lib/receivers/receiver';
import { RECEIVERS } from '../../lib/receivers/receivers';
import { SITES } from '../../lib/release/schema';
import { startAnswering } from '../worlds/answering';

const ROOT = path.join(__dirname, '..', '..');

test('every folder of lib/receivers is a receiver, with its line in receivers.ts, and no line is without a folder', () => {
  const entries = readdirSync(path.join(ROOT, 'lib', 'receivers'), { withFileTypes: true });
  const folders = entries.filter((one) => one.isDirectory()).map(({ name }) => name);
  const names = Object.keys(RECEIVERS).map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  expect(names.sort()).toEqual(folders.sort());
});

const all = Object.entries<Receiver>(RECEIVERS);

test.each(all)('%s can be asked for in the settings, at any of its hosts and no other', (name, { hosts, title }) => {
  const read = (settings: object) => settingsSchema.parse({ notify: { [name]: settings } }).notify;
  for (const host of hosts) expect(read({ host })).toEqual({ [name]: { host } });
  expect(read({})).toEqual({ [name]: { host: hosts[0] } });
  expect(() => read({ host: 'example.com' })).toThrow('expected ');
  // A part of construct ids and outputs.
  expect(title).toMatch(/^[A-Za-z]+$/);
});

test.each(all)('%s takes no secret of another form, and repeats none', (_, receiver) => {
  const sentinel = 'sentinel-of-a-secret';
  const secrets = [
    ...[
      undefined,
      null,
      sentinel,
      [sentinel],
      {},
      { webhook: sentinel },
      { webhook: `https://example.com/${sentinel}` },
    ],
    ...[{ webhook: `http://hooks.slack.com/${sentinel}` }, { webhook: `https://${sentinel}@hooks.slack.com/x` }],
    ...[
      { botToken: sentinel },
      { botToken: sentinel, channel: '#alerts' },
      { routingKey: sentinel },
      { apiKey: `${sentinel} x` },
    ],
  ];
  for (const secret of secrets) {
    let message = '';
    try {
      receiver.connect(secret, { host: receiver.hosts[0] });
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('got another secret');
    expect(message).not.toContain('sentinel');
  }
});

test('Datadog is told at every site that a release may name', () => {
  expect(RECEIVERS.datadog.hosts).toEqual(SITES.map((site) => `api.${site}`));
});

describe('a receiver that does not answer in time', () => {
  let server: Awaited<ReturnType<typeof startAnswering>>;
  beforeAll(async () => {
    server = await startAnswering(() => [200, 'ok']);
  });
  afterAll(() => server.close());

  test.each<[string, (response: ServerResponse) => void]>([
    ['at all', () => {}],
    ['in full', (response) => void response.writeHead(200).write('o')],
  ])('%s is an error that says so, without its address', async (_, stall) => {
    server.script.push(stall, stall, stall);
    const told = postJson('slack', new URL('/services/sentinel', server.url), {}, { timeMs: 90 });
    await expect(told).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringMatching(/^slack gave no answer - got nothing complete in \d+ ms, expected one/),
    });
  });

  test('is told nothing more once nobody listens there', async () => {
    const { url, close } = await startAnswering(() => [200, 'ok']);
    await close();
    await expect(postJson('slack', new URL(url), {}, { timeMs: 90 })).rejects.toThrow('got ECONNREFUSED');
  });
});
