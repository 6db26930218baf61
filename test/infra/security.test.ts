import { Validations } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, NIST80053R5Checks } from 'cdk-nag';
import { appOfCdkJson, stackOf, synthesized } from '../worlds/synthesized';
import { CA_FILE, KMS_KEYS, NOTIFY, STRICT, SUBSCRIPTIONS } from './context';
import { rightsOf } from './rights';

const template = synthesized();

const rights = (prefix: string) => rightsOf(template, prefix);

test('the sampler may do exactly this', () => {
  expect(rights('SamplerRole')).toEqual([
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

const THIS_STACK = 'arn:AWS::Partition:cloudformation:AWS::Region:AWS::AccountId:stack/Stagewatch/*';
const READER = [`cloudformation:DescribeStacks ${THIS_STACK}`, 'dynamodb:Query HistoryTable'];

test('whoever only reads may read the history, and nothing else', () => {
  expect(rights('AccessReader')).toEqual(READER);
});

test('whoever is on call or enters stages may also write it and publish, but neither delete nor see the keys of Datadog', () => {
  const more = [
    'dynamodb:GetItem HistoryTable',
    'dynamodb:PutItem HistoryTable',
    'dynamodb:UpdateItem HistoryTable',
    'kms:Decrypt AlertsKey',
    'kms:GenerateDataKey* AlertsKey',
    'sns:ListSubscriptionsByTopic AlertsTopic',
    'sns:Publish AlertsTopic',
  ];
  expect(rights('AccessOperator')).toEqual([...READER, ...more].sort());
});

test('the schedules may start the sampler, keep what could not be delivered, and nothing else', () => {
  expect(rights('SchedulesRole')).toEqual([
    'lambda:InvokeFunction SamplerFunction',
    'lambda:InvokeFunction SamplerFunction:*',
    'sqs:SendMessage SchedulesUndelivered',
  ]);
});

test('no role has more than its own policy, and only its service can take it', () => {
  const roles = Object.values(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties);
  for (const role of roles) expect(role).toEqual({ AssumeRolePolicyDocument: expect.anything() });
  const takers = roles.flatMap((role) => role.AssumeRolePolicyDocument.Statement);
  const account = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
  const taker = { Action: 'sts:AssumeRole', Effect: 'Allow' };
  expect(takers).toEqual([
    { ...taker, Principal: { Service: 'lambda.amazonaws.com' } },
    { ...taker, Principal: { Service: 'scheduler.amazonaws.com' }, Condition: account },
  ]);
  template.resourceCountIs('AWS::IAM::Policy', 2);
});

test("the policies for people are attached to nobody; that is the account's own affair", () => {
  const policies = Object.values(template.findResources('AWS::IAM::ManagedPolicy'));
  expect(policies.map(({ Properties }) => Object.keys(Properties))).toEqual([
    ['Description', 'Path', 'PolicyDocument'],
    ['Description', 'Path', 'PolicyDocument'],
  ]);
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
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
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

const STRICTEST = { strict: STRICT, subscriptions: SUBSCRIPTIONS, notify: NOTIFY, console: true };
const GOV = { account: '111111111111', region: 'us-gov-west-1' };
// cdk-nag does not know TableV2 and Scheduler: those are asserted one by one, here and in stagewatch-stack.test.ts.
test.each([
  ['as it is', {}],
  ['strict, with subscriptions and receivers', STRICTEST],
  ['with receivers in GovCloud', { notify: NOTIFY, env: GOV, managedPolicies: false }],
  ['with the console', { console: true }],
  ['with the console in GovCloud', { console: true, env: GOV }],
  ['with what an account gives', { ...STRICTEST, kmsKeys: KMS_KEYS, caFile: CA_FILE, iamNamePrefix: 'team-' }],
])('the rules of cdk-nag hold for the stack %s', (_, props) => {
  const app = appOfCdkJson();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  stackOf(app, props);
  expect(() => app.synth()).not.toThrow();
});

describe('the rules of NIST 800-53 R5', () => {
  /** What cdk-nag finds, without what is acknowledged with its reason. */
  const findings = (props: object): string[] => {
    const app = appOfCdkJson();
    Validations.of(app).addPlugins(new NIST80053R5Checks(app));
    stackOf(app, props);
    const { message } = (() => {
      try {
        app.synth();
      } catch (error) {
        return error as Error;
      }
      return { message: '' };
    })();
    return [...new Set([...message.matchAll(/Acknowledge with '[^']*R5-(\w+)'/g)].map(([, rule]) => rule!))].sort();
  };

  test('hold for a strict stack, with receivers and subscriptions', () => {
    expect(findings(STRICTEST)).toEqual([]);
  });

  test('find in the stack as it is what "strict" mends, and nothing else', () => {
    expect(findings({ notify: NOTIFY, console: true })).toEqual([
      'CloudWatchLogGroupEncrypted',
      'LambdaConcurrency',
      'LambdaInsideVPC',
      'SecretsManagerUsingKMSKey',
    ]);
  });
});

describe('the partition', () => {
  const arns = (region?: string) => {
    const env = region === undefined ? undefined : { account: '111111111111', region };
    return [
      ...new Set(JSON.stringify(synthesized({ env, notify: NOTIFY, console: true }).toJSON()).match(/arn:aws[a-z-]*/g)),
    ];
  };

  test('is never named in the template for any region', () => {
    expect(arns()).toEqual([]);
  });

  test('is that of the region where one is given, so GovCloud is an ordinary region', () => {
    expect(arns('us-east-1')).toEqual(['arn:aws']);
    expect(arns('us-gov-west-1')).toEqual(['arn:aws-us-gov']);
  });
});

// https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/using-services.html
test('is made of nothing that GovCloud lacks', () => {
  const types = Object.values<{ Type: string }>(synthesized({ ...STRICTEST, caFile: CA_FILE }).toJSON().Resources).map(
    ({ Type }) => Type.split('::')[1],
  );
  expect([...new Set(types)].sort()).toEqual([
    'CloudWatch',
    'DynamoDB',
    'EC2',
    'IAM',
    'KMS',
    'Lambda',
    'Logs',
    'SNS',
    'SQS',
    'Scheduler',
    'SecretsManager',
  ]);
});
