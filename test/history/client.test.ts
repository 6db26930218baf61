import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { BOUNDED_CALLS, bounded } from '../../lib/history/client';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: number;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked++;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const place = () => ({
  ...BOUNDED_CALLS,
  region: 'us-gov-west-1',
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const LATE = / - got no whole reply in 300 ms/;

describe('a call', () => {
  const calls: [string, () => Promise<unknown>][] = [
    ['DynamoDB', () => bounded(new DynamoDBClient(place()), 300).send(new ListTablesCommand())],
    ['SNS', () => bounded(new SNSClient(place()), 300).send(new PublishCommand({ TopicArn: 'a', Message: 'm' }))],
    [
      'Secrets Manager',
      () => bounded(new SecretsManagerClient(place()), 300).send(new GetSecretValueCommand({ SecretId: 's' })),
    ],
  ];

  test.each(calls)('of %s whose reply trickles in without end is cut off', async (_, call) => {
    let cutOff: Promise<unknown> | undefined;
    answer = (request, response) => {
      cutOff = new Promise((resolve) => request.socket.once('close', resolve));
      const drip = setInterval(() => response.write(' '), 10);
      request.socket.once('close', () => clearInterval(drip));
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    };
    await expect(call()).rejects.toThrow(LATE);
    await cutOff;
  });

  test.each(calls)('of %s that waits for its next attempt ends by its deadline', async (_, call) => {
    answer = (_request, response) =>
      response.writeHead(503, { 'retry-after': '0.5', 'content-type': 'text/plain' }).end();
    await expect(call()).rejects.toThrow(LATE);
    expect(asked).toBe(1);
  });

  const silent = (_request: IncomingMessage, _response: ServerResponse) => {};
  const headersAlone = (_request: IncomingMessage, response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'content-length': '9' }).write('{');
  test.each([
    ['whose attempt gets no answer', 'requestTimeout', silent],
    ['whose answer stops after its headers', 'socketTimeout', headersAlone],
  ] as const)('%s is tried again after the %s, long before its own end', async (_, bound, stuck) => {
    answer = (request, response) =>
      asked === 1
        ? stuck(request, response)
        : response
            .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
            .end('{"TableNames":["stagewatch"]}');
    const requestHandler = { ...BOUNDED_CALLS.requestHandler, [bound]: BOUNDED_CALLS.requestHandler[bound] / 25 };
    const client = bounded(new DynamoDBClient({ ...place(), requestHandler }), 4000);
    expect(await client.send(new ListTablesCommand())).toMatchObject({ TableNames: ['stagewatch'] });
    expect(asked).toBe(2);
    client.destroy();
  });

  test('that fails for a moment is tried again', async () => {
    answer = (_request, response) =>
      response
        .writeHead(asked < 3 ? 500 : 200, { 'content-type': 'application/x-amz-json-1.0' })
        .end('{"TableNames":["stagewatch"]}');
    const client = bounded(new DynamoDBClient(place()));
    expect(await client.send(new ListTablesCommand())).toMatchObject({ TableNames: ['stagewatch'] });
  });
});
