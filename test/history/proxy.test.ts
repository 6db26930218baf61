import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** Node 24.5 is the first whose agents know a proxy; to an earlier one the variables mean nothing. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const KNOWS_PROXIES = major > 24 || (major === 24 && minor >= 5);

const asked: string[] = [];
const proxy = createServer().on('connect', ({ url }, socket) => {
  // It neither lets the one through nor refuses it.
  if (url === 'silent.invalid:443') return void proxy.once('close-silent', () => socket.destroy());
  asked.push(String(url));
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
beforeAll(() => new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  proxy.emit('close-silent');
  await new Promise((resolve) => proxy.close(resolve));
});

/** A call of AWS and one of anybody else. */
const CALLS = `
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { openDynamo } from './lib/history/client';
import { httpReply } from './lib/http-reply';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
for (const host of ['direct.invalid', 'proxied.invalid']) {
  const client = openDynamo({ endpoint: 'https://dynamodb.' + host, credentials });
  client.config.maxAttempts = async () => 1;
  await client.send(new ListTablesCommand()).catch(() => {});
  await httpReply(new URL('https://datadog.' + host), { ms: 5000, mostBytes: 100 }).catch(() => {});
}
await httpReply(new URL('https://silent.invalid'), { ms: 100, mostBytes: 100 }).catch(({ kind }) => console.log(kind));
process.exit();`;

test('a process that is told of a proxy asks by it, where Node can, but not what is excepted', async () => {
  const { outputFiles } = await build({
    stdin: { contents: CALLS, resolveDir: process.cwd(), loader: 'ts' },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', write: false },
  });
  const env = {
    AWS_REGION: 'us-gov-west-1',
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    NO_PROXY: '.direct.invalid',
  };
  const args = ['--input-type=module', '-e', outputFiles[0]!.text];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: env as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
  });
  const proxied = ['dynamodb.proxied.invalid:443', 'datadog.proxied.invalid:443'];
  expect(asked.filter((one, index) => one !== asked[index - 1])).toEqual(KNOWS_PROXIES ? proxied : []);
  expect(stdout.trim()).toBe(KNOWS_PROXIES ? 'late' : 'broken');
});
