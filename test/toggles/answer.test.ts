import { getEventListeners } from 'node:events';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { useLocalCloud } from '../../lib/local/cloud';
import { startSecrets } from '../../lib/local/secrets';
import { answerOf } from '../../lib/toggles/answer';
import { toggleKey } from '../../lib/toggles/key';
import { standIn, status } from '../worlds/datadog-stand-in';

let server: Awaited<ReturnType<typeof standIn>>;
beforeAll(async () => {
  server = await standIn();
});
afterAll(() => server.close());
const ask = (asking = {}) => answerOf(new URL(`${server.url}/x`), 'not there', asking);

test('only plain http on this machine is asked without encryption', async () => {
  for (const url of ['http://flags.example.test/', 'ftp://127.0.0.1/'])
    await expect(answerOf(new URL(url), '', {})).rejects.toThrow('got an address without https');
});

test('what is no answer says what it is, and quotes nothing of it', async () => {
  server.answers(status(302, 'secret', { location: 'https://elsewhere.example.test/' }));
  await expect(ask()).rejects.toThrow(/leads elsewhere \(HTTP 302\)/);
  expect(server.asked).toHaveLength(1);
  server.answers(status(404, 'secret'));
  await expect(ask()).rejects.toThrow(/^not there$/);
  server.answers(status(400, 'secret'));
  await expect(ask()).rejects.toThrow(/^127.0.0.1:\d+ gave no answer \(HTTP 400\)$/);
  server.answers('<html>secret');
  await expect(ask()).rejects.toThrow(/^127.0.0.1:\d+ - got no JSON/);
});

test('a server error and a broken connection are tried once more', async () => {
  server.answers(status(503), { fine: true });
  expect(await ask()).toEqual({ fine: true });
  server.answers((response) => response.destroy(), { fine: true });
  expect(await ask()).toEqual({ fine: true });
  server.answers(status(503), status(503), { fine: true });
  await expect(ask()).rejects.toThrow('HTTP 503');
  expect(server.asked).toHaveLength(2);
  server.answers((response) => response.destroy());
  await expect(ask()).rejects.toThrow(/cannot be reached \(.+\)/);
});

test('an answer is read to 4 MiB, and not a byte further', async () => {
  const most = 4 * 2 ** 20;
  server.answers(`"${'x'.repeat(most - 2)}"`);
  expect(String(await ask())).toHaveLength(most - 2);
  server.answers(`"${'x'.repeat(most - 1)}"`);
  await expect(ask()).rejects.toThrow('got an answer over 4194304 bytes');
});

test('a run that ends, ends it at once, and nothing is left listening', async () => {
  const end = new AbortController();
  server.answers(() => setTimeout(() => end.abort(), 20));
  await expect(ask({ signal: end.signal })).rejects.toThrow('no whole answer in time');
  await expect(ask({ signal: end.signal })).rejects.toThrow('no whole answer in time');
  expect(getEventListeners(end.signal, 'abort')).toEqual([]);
});

test("the key stands beside the source's keys, is kept, and is asked for again when it is refused", async () => {
  const values: Record<string, string> = { keys: JSON.stringify({ apiKey: 'a', appKey: 'b', toggleKey: 'first' }) };
  const secrets = await startSecrets(values, 'door');
  useLocalCloud(process.env, { key: 'door', secretsManager: secrets.url });
  const client = new SecretsManagerClient();
  const key = toggleKey({ env: {}, secret: { client, id: 'keys' } }, () => 0);
  const sent = () => server.asked.map(({ headers }) => headers['x-api-key']);
  server.answers({});
  await ask({ header: 'X-Api-Key', key });
  values.keys = JSON.stringify({ apiKey: 'a', appKey: 'b', toggleKey: 'second' });
  await ask({ header: 'X-Api-Key', key });
  expect(sent()).toEqual(['first', 'first']);
  server.answers(status(401), {});
  await ask({ header: 'X-Api-Key', key });
  expect(sent()).toEqual(['first', 'second']);
  for (const [held, why] of [
    [JSON.stringify({ apiKey: 'a', appKey: 'b' }), 'got no toggleKey'],
    ['sentinel', 'got no toggleKey'],
  ]) {
    values.keys = held!;
    key.forget();
    await expect(ask({ header: 'X-Api-Key', key })).rejects.toThrow(why);
  }
  delete values.keys;
  const failure = await ask({ header: 'X-Api-Key', key }).catch((error: Error) => error);
  expect(String(failure)).toContain('secret - got no value, expected {"toggleKey": "..."}');
  client.destroy();
  await secrets.close();
});
