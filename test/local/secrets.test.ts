import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Listening } from '../../lib/local/listen';
import { startSecrets } from '../../lib/local/secrets';

const values: Record<string, string> = {};
let secrets: Listening;
let client: SecretsManagerClient;

beforeAll(async () => {
  secrets = await startSecrets(values, 'local');
  client = new SecretsManagerClient({
    region: 'us-east-1',
    endpoint: secrets.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(() => {
  values['stagewatch/datadog'] = '{"apiKey":"a","appKey":"b"}';
});
afterAll(async () => {
  client.destroy();
  await secrets.close();
});

const get = (SecretId: string) => client.send(new GetSecretValueCommand({ SecretId }));

test('a secret is found by its name and by its ARN', async () => {
  const { SecretString, ARN, Name } = await get('stagewatch/datadog');
  expect({ SecretString, Name }).toEqual({
    SecretString: '{"apiKey":"a","appKey":"b"}',
    Name: 'stagewatch/datadog',
  });
  expect((await get(ARN!)).SecretString).toBe(SecretString);
});

test('a secret that was changed is given out changed', async () => {
  await get('stagewatch/datadog');
  values['stagewatch/datadog'] = 'rotated';
  expect((await get('stagewatch/datadog')).SecretString).toBe('rotated');
});

test.each(['stagewatch', 'stagewatch/datadog ', 'constructor'])('a secret %s is not found', async (name) => {
  await expect(get(name)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
    $metadata: { httpStatusCode: 400 },
  });
});

test('what is not served is an error', async () => {
  await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
});
