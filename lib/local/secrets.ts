import { type HttpAnswer, type Listening, listen } from './listen';

const ARN_PREFIX = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:';

/** Secrets Manager appends a dash and six characters to a secret's name. */
const arnOf = (name: string) => `${ARN_PREFIX}${name}-LoCaL0`;

/**
 * A Secrets Manager endpoint that knows `GetSecretValue`, by name or ARN. `values` maps names to secret strings and is
 * read at each request, so changing it rotates a secret. A secret that is not in it is a ResourceNotFoundException. Only
 * who names `key` as the access key id is let in.
 */
export function startSecrets(values: Record<string, string>, key: string): Promise<Listening> {
  return listen((request, body) => {
    const action = request.headers['x-amz-target'];
    if (action !== 'secretsmanager.GetSecretValue') {
      return failure(
        'UnknownOperationException',
        `the local Secrets Manager knows GetSecretValue only - got ${action}`,
      );
    }
    const id = (JSON.parse(body) as { SecretId?: string }).SecretId;
    if (!id) return failure('ValidationException', "Value null at 'secretId' failed to satisfy constraint");
    const name = Object.keys(values).find((known) => known === id || arnOf(known) === id);
    if (name === undefined) {
      return failure('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return json(200, {
      ARN: arnOf(name),
      Name: name,
      SecretString: values[name],
      VersionId: '00000000-0000-4000-8000-000000000000',
      VersionStages: ['AWSCURRENT'],
    });
  }, key);
}

const json = (status: number, content: object): HttpAnswer => ({
  status,
  type: 'application/x-amz-json-1.1',
  body: JSON.stringify(content),
});

const failure = (code: string, message: string): HttpAnswer => json(400, { __type: code, Message: message });
