import { Match } from 'aws-cdk-lib/assertions';
import { synthesized } from './synthesized';

const template = synthesized();

/** Every right of the roles whose id begins with `role`, as "action resource", without CDK's hashes. */
function rights(role: string): string[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
    Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(role)),
  );
  return policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, Condition }) => {
      expect({ Effect, Condition }).toEqual({ Effect: 'Allow', Condition: undefined });
      return [Action]
        .flat()
        .flatMap((action) => [Resource].flat().map((resource) => `${action} ${readable(resource)}`));
    })
    .sort();
}

/** `{ "Ref": "HistoryTable4479EEA3" }` → HistoryTable */
function readable(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = resource as Reference;
  if (join) return join[1].map(readable).join(join[0]);
  return String(Ref ?? attribute?.[0]).replace(/[0-9A-F]{8}$/, '');
}

interface Reference {
  Ref?: string;
  'Fn::GetAtt'?: [id: string, attribute: string];
  'Fn::Join'?: [separator: string, parts: unknown[]];
}

test('the sampler may do exactly this', () => {
  expect(rights('SamplerRole')).toEqual([
    'dynamodb:GetItem HistoryTable',
    'dynamodb:PutItem HistoryTable',
    'dynamodb:Query HistoryTable',
    'dynamodb:UpdateItem HistoryTable',
    'kms:Decrypt AlertsKey',
    'kms:GenerateDataKey* AlertsKey',
    'logs:CreateLogStream SamplerLog',
    'logs:PutLogEvents SamplerLog',
    'secretsmanager:GetSecretValue DatadogKeysSecret',
    'sns:Publish AlertsTopic',
    'sqs:SendMessage SamplerFailed',
  ]);
});

test('the scheduler may start the sampler, keep what it could not deliver, and nothing else', () => {
  expect(rights('SchedulerRole')).toEqual([
    'lambda:InvokeFunction SamplerFunction',
    'lambda:InvokeFunction SamplerFunction:*',
    'sqs:SendMessage SchedulesUndelivered',
  ]);
});

test('no role has more than its own policy, and only its service can take it', () => {
  const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties);
  for (const role of roles) expect(role).toEqual({ AssumeRolePolicyDocument: expect.anything() });
  const services = roles.flatMap((role) => role.AssumeRolePolicyDocument.Statement).map(({ Principal }) => Principal);
  expect(services).toEqual([{ Service: 'lambda.amazonaws.com' }, { Service: 'scheduler.amazonaws.com' }]);
  template.resourceCountIs('AWS::IAM::Policy', 2);
});

describe('the alert topic', () => {
  test('is encrypted with a key that is rotated and that CloudWatch can use, or its alarms would be lost', () => {
    const [key] = Object.keys(template.findResources('AWS::KMS::Key'));
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [key, 'Arn'] },
      SignatureVersion: '2',
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
          },
        ]),
      },
    });
  });

  test('refuses what comes without TLS, and lets in the alarms of this account only', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ],
      },
    });
  });
});

test('both failure queues are encrypted, refuse what comes without TLS and keep messages for 14 days', () => {
  template.resourceCountIs('AWS::SQS::Queue', 2);
  template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
  template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
  template.allResourcesProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: [
        Match.objectLike({ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ],
    },
  });
});

test('the secret is made without a value, so that none is in the template and none is ever overwritten', () => {
  const [secret] = Object.values(template.findResources('AWS::SecretsManager::Secret'));
  expect(Object.keys(secret!.Properties)).toEqual(['Description']);
});

test('keys in the environment of whoever deploys stay out of the template', () => {
  process.env.DD_API_KEY = 'sentinel-of-an-api-key';
  process.env.DD_APP_KEY = 'sentinel-of-an-app-key';
  try {
    expect(JSON.stringify(synthesized().toJSON())).not.toContain('sentinel-of');
  } finally {
    delete process.env.DD_API_KEY;
    delete process.env.DD_APP_KEY;
  }
});

describe('the partition', () => {
  const arns = (region?: string) => {
    const env = region === undefined ? undefined : { account: '111111111111', region };
    return [...new Set(JSON.stringify(synthesized({ env }).toJSON()).match(/arn:aws[a-z-]*/g))];
  };

  test('is never named in the template for any region', () => {
    expect(arns()).toEqual([]);
  });

  test('is that of the region where one is given, so GovCloud is an ordinary region', () => {
    expect(arns('us-east-1')).toEqual(['arn:aws']);
    expect(arns('us-gov-west-1')).toEqual(['arn:aws-us-gov']);
  });
});
