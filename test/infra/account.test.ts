import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Stagewatch } from '../../lib/infra/construct/stagewatch';
import type { Settings } from '../../lib/infra/settings-schema';
import { appOfCdkJson, inlineCode, stackOf, TWO_RELEASES } from '../worlds/synthesized';
import { CA_FILE, KMS_KEYS, NOTIFY, STRICT, SUBSCRIPTIONS } from './context';
import { rightsOf } from './rights';

/** What a central team of a large account gives, each a line of the settings. */
const GIVEN = {
  alertTopicArn: 'arn:aws-us-gov:sns:us-gov-west-1:111111111111:pages',
  kmsKeys: KMS_KEYS,
  proxy: { url: 'http://proxy.example.gov:3128', noProxy: ['.us-gov-west-1.amazonaws.com', '10.0.0.7'] },
  caFile: CA_FILE,
  iamNamePrefix: 'project-claims-',
} satisfies Partial<Settings>;
// CDK prints its warnings there; they are asked for below.
jest.spyOn(console, 'error').mockImplementation();
const app = appOfCdkJson();
const stack = stackOf(app, { ...GIVEN, strict: STRICT, subscriptions: SUBSCRIPTIONS, notify: NOTIFY });
const template = Template.fromStack(stack);

const propertiesOf = (type: string) => Object.values(template.findResources(type)).map(({ Properties }) => Properties);

describe('keys of the account', () => {
  test('encrypt what they were given for, and the stack makes none', () => {
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: KMS_KEYS.table } })],
    });
    template.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KMS_KEYS.queues });
    template.allResourcesProperties('AWS::SecretsManager::Secret', { KmsKeyId: KMS_KEYS.secrets });
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KMS_KEYS.logs });
    template.allResourcesProperties('AWS::Lambda::Function', { KmsKeyArn: KMS_KEYS.functions });
    template.allResourcesProperties('AWS::Scheduler::Schedule', { KmsKeyArn: KMS_KEYS.schedules });
  });

  test('may be used by each role as its work asks for, and by none that has no work with it', () => {
    const names = new Map(Object.entries(KMS_KEYS).map(([kept, arn]) => [arn, kept]));
    const ofKeys = (prefix: string) =>
      rightsOf(template, prefix).flatMap((right) => {
        const [action, arn] = right.split(' ');
        return names.has(arn!) ? `${names.get(arn!)} ${action!.replace('kms:', '')}` : [];
      });
    const table = ['table Decrypt', 'table DescribeKey'];
    const writing = ['table Encrypt', 'table GenerateDataKey*', 'table ReEncrypt*'];
    const publishing = ['topic Decrypt', 'topic GenerateDataKey*'];
    const sending = ['queues Decrypt', 'queues GenerateDataKey*'];
    expect(ofKeys('SamplerRole').sort()).toEqual(
      ['functions Decrypt', 'secrets Decrypt', ...sending, ...table, ...writing, ...publishing].sort(),
    );
    expect(ofKeys('SchedulesRole').sort()).toEqual(['schedules Decrypt', ...sending].sort());
    expect(ofKeys('AccessReader').sort()).toEqual(table);
    expect(ofKeys('AccessOperator').sort()).toEqual([...table, ...writing, ...publishing].sort());
  });

  test('of which some are given leave the rest to the key of the strict stack, or to AWS', () => {
    const some = { kmsKeys: { table: KMS_KEYS.table, topic: KMS_KEYS.topic } };
    const plain = Template.fromStack(stackOf(appOfCdkJson(), some));
    plain.resourceCountIs('AWS::KMS::Key', 0);
    plain.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: KMS_KEYS.topic });
    plain.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: Match.absent(), SqsManagedSseEnabled: true });
    const strict = Template.fromStack(stackOf(appOfCdkJson(), { ...some, strict: STRICT }));
    strict.resourceCountIs('AWS::KMS::Key', 1);
    strict.hasResourceProperties('AWS::SecretsManager::Secret', {
      KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DataKey'), 'Arn'] },
    });
  });

  test('may be made in the same app', () => {
    const theirs = new Stack(appOfCdkJson(), 'Theirs');
    const key = new Key(theirs, 'Central');
    const releases = path.join(__dirname, '..', '..', 'releases');
    new Stagewatch(theirs, 'Guard', { releases, code: inlineCode, kmsKeys: { table: key.keyArn } });
    Template.fromStack(theirs).hasResourceProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [
        Match.objectLike({
          SSESpecification: { KMSMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Central'), 'Arn'] } },
        }),
      ],
    });
  });

  test('come with a warning where a service that they do not let in would lose messages without a word', () => {
    const about = (text: string) =>
      Annotations.fromStack(stack).hasWarning('/Stagewatch/Alerts', Match.stringLikeRegexp(text));
    about('^kmsKeys.queues - got a key .* lets SNS in');
    about('^alertTopic - got a topic whose policy or key .* let CloudWatch in');
  });
});

test('a topic that there is already takes the alerts, the alarms and the subscriptions; the stack has none but that of the marks', () => {
  const [marks, ...others] = Object.keys(template.findResources('AWS::SNS::Topic'));
  expect([marks, others]).toEqual([expect.stringMatching(/^MarksTopic/), []]);
  template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: KMS_KEYS.topic });
  const topics = propertiesOf('AWS::SNS::Subscription').map(({ TopicArn }) => TopicArn);
  expect(topics.filter((arn) => arn !== GIVEN.alertTopicArn)).toEqual([{ Ref: marks }]);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [GIVEN.alertTopicArn] });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ STAGEWATCH_TOPIC: GIVEN.alertTopicArn }) },
  });
  expect(rightsOf(template, 'SamplerRole')).toContain(`sns:Publish ${GIVEN.alertTopicArn}`);
  template.hasOutput('TopicArn', { Value: GIVEN.alertTopicArn });
});

describe('behind a proxy', () => {
  test('every function is told of it as Node and the SDK read it', () => {
    expect(propertiesOf('AWS::Lambda::Function').length).toBe(1 + Object.keys(NOTIFY).length);
    template.allResourcesProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          NODE_USE_ENV_PROXY: '1',
          HTTPS_PROXY: 'http://proxy.example.gov:3128',
          NO_PROXY: '.us-gov-west-1.amazonaws.com,10.0.0.7',
        }),
      },
    });
  });

  test.each([
    ['http://proxy.example.gov:3128', [443, 53, 53, 3128]],
    ['http://proxy.example.gov', [443, 53, 53, 80]],
    ['https://proxy.example.gov', [443, 53, 53]],
    ['https://proxy.example.gov:443/', [443, 53, 53]],
  ])("the stack's own group lets out what goes to %s", (url, ports) => {
    const behind = Template.fromStack(stackOf(appOfCdkJson(), { strict: STRICT, proxy: { url } }));
    const [group] = Object.values(behind.findResources('AWS::EC2::SecurityGroup'));
    const out = group!.Properties.SecurityGroupEgress as { FromPort: number; ToPort: number }[];
    expect(out.map(({ FromPort }) => FromPort)).toEqual(ports);
    expect(out.map(({ ToPort }) => ToPort)).toEqual(ports);
  });
});

test('certificates of the account come in a layer with that file alone, which every function reads when it starts', () => {
  const [layer] = Object.keys(template.findResources('AWS::Lambda::LayerVersion'));
  template.allResourcesProperties('AWS::Lambda::Function', {
    Layers: [{ Ref: layer }],
    Environment: { Variables: Match.objectLike({ NODE_EXTRA_CA_CERTS: '/opt/agency-ca.pem' }) },
  });
  const { directory } = app.synth();
  const assets = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  expect(assets.map((name) => readdirSync(path.join(directory, name)))).toEqual([['agency-ca.pem']]);
});

test('roles and policies are named as the account asks, differently in each stack, and no longer than IAM takes', () => {
  const names = [
    ...propertiesOf('AWS::IAM::Role').map(({ RoleName }) => [RoleName, 64]),
    ...propertiesOf('AWS::IAM::ManagedPolicy').map(({ ManagedPolicyName }) => [ManagedPolicyName, 128]),
  ] as [string, number][];
  expect(names).toHaveLength(7);
  expect(new Set(names.map(([name]) => name)).size).toBe(7);
  for (const [name, longest] of names) {
    expect(name).toMatch(/^project-claims-[\w+=,.@-]+$/);
    expect(name.length).toBeLessThanOrEqual(longest);
  }
  const other = new Stack(appOfCdkJson(), 'A-stack-with-a-name-that-is-as-long-as-it-takes-to-fill-all-the-room');
  const releases = path.join(__dirname, '..', '..', 'releases');
  new Stagewatch(other, 'Guard', { releases, code: inlineCode, iamNamePrefix: 'x'.repeat(32) });
  const roles = Object.values(Template.fromStack(other).findResources('AWS::IAM::Role'));
  for (const { Properties } of roles) expect(Properties.RoleName).toMatch(/^x{32}[\w-]{1,32}$/);
});

test('without any of it, functions have no layer, no name and no proxy', () => {
  const plain = Template.fromStack(stackOf(appOfCdkJson(), { releases: TWO_RELEASES }));
  plain.resourceCountIs('AWS::Lambda::LayerVersion', 0);
  plain.allResourcesProperties('AWS::Lambda::Function', { Layers: Match.absent() });
  plain.allResourcesProperties('AWS::IAM::Role', { RoleName: Match.absent() });
  expect(JSON.stringify(plain.toJSON())).not.toMatch(/PROXY|NODE_EXTRA/);
});
