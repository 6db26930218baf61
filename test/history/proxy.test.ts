import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';

/** Node 24.5 is the first whose agents know a proxy; to an earlier one the variables mean nothing. */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const KNOWS_PROXIES = major > 24 || (major === 24 && minor >= 5);

const asked: string[] = [];
const proxy = createServer().on('connect', ({ url }, socket) => {
  asked.push(String(url));
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});
const { env } = process;
beforeAll(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  process.env = {
    ...env,
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    NO_PROXY: '.direct.invalid',
  };
});
afterAll(async () => {
  process.env = env;
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});

/** A call by the bounds as a process has them that starts with the variables of now. */
async function call(host: string) {
  const { BOUNDED_CALLS } = jest.requireActual('../../lib/history/client');
  const client = new DynamoDBClient({
    ...BOUNDED_CALLS,
    maxAttempts: 1,
    region: 'us-gov-west-1',
    endpoint: `https://${host}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await expect(client.send(new ListTablesCommand())).rejects.toThrow();
}

test('calls of AWS go by the proxy of the environment, where Node can, and not to what is excepted', async () => {
  await call('dynamodb.direct.invalid');
  await call('dynamodb.proxied.invalid');
  expect(asked).toEqual(KNOWS_PROXIES ? ['dynamodb.proxied.invalid:443'] : []);
});
