import { type IncomingHttpHeaders, request } from 'node:http';
import { startDatadog } from '../../lib/local/datadog/server';
import { authorizationBy, newKey } from '../../lib/local/door.cjs';
import { startSecrets } from '../../lib/local/secrets';
import { startSns } from '../../lib/local/sns';
import { openStore } from '../../lib/local/store/store';
import { trafficOf } from '../../lib/local/traffic';
import { servePage } from '../../lib/page/server';
import { scenario } from '../worlds/local-rollout';

const key = newKey();
const keys = { apiKey: newKey(), appKey: newKey() };
const published: unknown[] = [];
/** Every server that this project starts on this machine, and a request that it takes. */
const servers = {
  'the database': {
    start: () => openStore(':memory:'),
    take: { method: 'POST', headers: { 'x-amz-target': 'DynamoDB_20120810.DescribeTable' } },
    body: '{"TableName":"stagewatch"}',
  },
  SNS: {
    start: () => startSns({ key, onPublish: (record) => published.push(record) }),
    take: { method: 'POST', headers: {} },
    body: 'Action=Publish&TopicArn=arn:aws:sns:us-east-1:000000000000:stagewatch-alerts&Message=made+up',
  },
  'Secrets Manager': {
    start: () => startSecrets({ datadog: 'sentinel' }, key),
    take: { method: 'POST', headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' } },
    body: '{"SecretId":"datadog"}',
  },
  Datadog: {
    start: () => startDatadog({ traffic: trafficOf(scenario('as-it-was'), 1, []), now: () => 0, keys }),
    take: { method: 'GET', path: '/api/v1/validate', headers: { 'dd-api-key': keys.apiKey } },
    body: '',
  },
  'the live page': {
    start: () => servePage({ port: 0, everySeconds: 0 }),
    take: { method: 'GET', headers: {} },
    body: '',
  },
};
type Name = keyof typeof servers;
const names = Object.keys(servers) as Name[];

const open = new Map<Name, { url: string; key?: string; close(): Promise<void> }>();
beforeAll(async () => {
  for (const name of names) open.set(name, await servers[name].start());
});
afterAll(() => Promise.all([...open.values()].map((one) => one.close())));
beforeEach(() => {
  published.length = 0;
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The request that a server takes, with other headers; none that is undefined. */
function ask(name: Name, headers: Record<string, string | undefined> = {}, method?: string): Promise<Answer> {
  const { url, key: own = key } = open.get(name)!;
  const { take, body } = servers[name];
  const all = Object.entries({ authorization: authorizationBy(own), ...take.headers, ...headers });
  const sent = Object.fromEntries(all.filter(([, value]) => value !== undefined)) as Record<string, string>;
  return new Promise((resolve, reject) => {
    request(url, { ...take, ...(method && { method }), headers: sent }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode!, headers: response.headers, body: text });
    })
      .on('error', reject)
      .end((method ?? take.method) === 'POST' ? body : '');
  });
}

const portOf = (name: Name) => new URL(open.get(name)!.url).port;

describe.each(names)('%s', (name) => {
  test.each(['127.0.0.1', 'localhost', '[::1]'])('lets its own programs in as %s', async (host) => {
    expect((await ask(name, { host: `${host}:${portOf(name)}` })).status).toBe(200);
  });

  test.each([
    ['a name that leads here', () => ({ host: `pages.example.net:${portOf(name)}` })],
    ['the address without its port', () => ({ host: '127.0.0.1' })],
    ["another server's port", () => ({ host: '127.0.0.1:1' })],
    ['a web page', () => ({ origin: 'https://pages.example.net' })],
    ['a web page without a name', () => ({ origin: 'null' })],
    ['a page of another server here', () => ({ 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' })],
    ['a picture on a web page', () => ({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })],
  ])('refuses %s, whatever it knows, and says why', async (_, headers) => {
    const { status, body } = await ask(name, headers());
    expect(status).toBe(403);
    expect(body).toMatch(/(host|origin) - got /);
    expect(published).toEqual([]);
  });

  test('has no word for other origins, not even before a request', async () => {
    const asked = { origin: 'https://pages.example.net', 'access-control-request-method': 'POST' };
    for (const answer of [await ask(name), await ask(name, asked), await ask(name, asked, 'OPTIONS')])
      expect(Object.keys(answer.headers).filter((header) => header.startsWith('access-control'))).toEqual([]);
    expect((await ask(name, asked, 'OPTIONS')).status).toBe(403);
  });
});

test.each(['the database', 'SNS', 'Secrets Manager'] as const)('%s takes its own key and no other', async (name) => {
  const own = open.get(name)!.key ?? key;
  const wrong = [
    undefined,
    '',
    authorizationBy(''),
    authorizationBy('local'),
    authorizationBy(own.slice(1)),
    authorizationBy(`${own}0`),
    authorizationBy(own.toLowerCase()),
    authorizationBy(newKey()),
    `Bearer ${own}`,
  ];
  for (const authorization of wrong) {
    const { status, body } = await ask(name, { authorization });
    expect(status).toBe(403);
    expect(JSON.parse(body)).toEqual({
      __type: 'AccessDeniedException',
      message: expect.stringMatching(/^access key - got another one, expected that of the process/),
    });
    expect(body).not.toContain(own);
    expect((await ask(name, { authorization }, 'GET')).status).toBe(403);
  }
  expect(published).toEqual([]);
});

test('the database knows nothing by which its table could go', async () => {
  const { status, body } = await ask('the database', { 'x-amz-target': 'DynamoDB_20120810.DeleteTable' });
  expect([status, JSON.parse(body)]).toEqual([400, expect.objectContaining({ __type: 'UnknownOperationException' })]);
});
