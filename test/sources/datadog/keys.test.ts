import { inspect } from 'node:util';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { BOUNDED_CALLS } from '../../../lib/history/client';
import { type Listening, listen } from '../../../lib/local/listen';
import { startSecrets } from '../../../lib/local/secrets';
import { secretKeys } from '../../../lib/sources/datadog/keys';

const OLD = { apiKey: 'sentinel-api-old', appKey: 'sentinel-app-old' };
const NEW = { apiKey: 'sentinel-api-new', appKey: 'sentinel-app-new' };
const MINUTE = 60_000;

const values: Record<string, string> = {};
let server: Listening;
let client: SecretsManagerClient;
let now: number;
beforeAll(async () => {
  server = await startSecrets(values, 'local');
  client = new SecretsManagerClient({
    ...BOUNDED_CALLS,
    region: 'us-gov-west-1',
    endpoint: server.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
beforeEach(() => {
  now = 0;
  values.datadog = JSON.stringify(OLD);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

const keys = () => secretKeys(client, 'datadog', () => now);

test('the keys are kept for five minutes and then read again', async () => {
  const source = keys();
  expect(await source.get()).toEqual(OLD);
  values.datadog = JSON.stringify(NEW);
  now = 5 * MINUTE - 1;
  expect(await source.get()).toEqual(OLD);
  now = 5 * MINUTE;
  expect(await source.get()).toEqual(NEW);
});

test('keys that were refused are read again at once', async () => {
  const source = keys();
  await source.get();
  values.datadog = JSON.stringify(NEW);
  source.forget();
  expect(await source.get()).toEqual(NEW);
});

test('a secret may say more than the keys', async () => {
  values.datadog = JSON.stringify({ ...OLD, rotatedBy: 'someone' });
  expect(await keys().get()).toEqual(OLD);
});

test('an answer that is no JSON is an error that quotes nothing of it', async () => {
  const broken = await listen(() => ({ status: 200, type: 'application/x-amz-json-1.1', body: 'sentinel-api-old' }));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const other = new SecretsManagerClient({ region: 'us-gov-west-1', endpoint: broken.url, credentials });
  const error = await secretKeys(other, 'datadog')
    .get()
    .catch((reason) => reason);
  expect(inspect(error, { showHidden: true, depth: 9 })).toContain('got an answer that is no JSON');
  expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('sentinel');
  other.destroy();
  await broken.close();
});

test.each([
  ['no JSON', 'sentinel-text'],
  ['empty', ''],
  ['null', 'null'],
  ['a list', '["sentinel-api","sentinel-app"]'],
  ['one key only', '{"apiKey":"sentinel-api"}'],
  ['an empty key', '{"apiKey":"sentinel-api","appKey":""}'],
  ['a key that is no text', '{"apiKey":"sentinel-api","appKey":5}'],
  ['other names', '{"api_key":"sentinel-api","app_key":"sentinel-app"}'],
])('a secret that is %s is an error that says what to do and nothing of its content', async (_, content) => {
  values.datadog = content;
  const source = keys();
  await expect(source.get()).rejects.toThrow('expected {"apiKey": "...", "appKey": "..."}; put both keys into it');
  const error = await source.get().catch((thrown: Error) => thrown);
  expect(`${(error as Error).stack} ${String((error as Error).cause)} ${JSON.stringify(error)}`).not.toContain(
    'sentinel',
  );
});

test('a secret without a value says so, and works once it has one', async () => {
  delete values.datadog;
  const source = keys();
  await expect(source.get()).rejects.toThrow('datadog secret - got no value');
  values.datadog = JSON.stringify(OLD);
  expect(await source.get()).toEqual(OLD);
});

test('a wrong secret is not kept', async () => {
  values.datadog = '{}';
  const source = keys();
  await expect(source.get()).rejects.toThrow('another shape');
  values.datadog = JSON.stringify(OLD);
  expect(await source.get()).toEqual(OLD);
});
