import { Match } from 'aws-cdk-lib/assertions';
import { synthesized } from '../worlds/synthesized';
import { STRICT, SUBSCRIPTIONS } from './context';
import { readable, rightsOf } from './rights';

const DATA_KEY = { 'Fn::GetAtt': ['DataKey17AFBB84', 'Arn'] };
const template = synthesized();
const strict = synthesized({ strict: STRICT, subscriptions: SUBSCRIPTIONS });

test('is off by default: no network, no reserved concurrency, no key but that of the alerts', () => {
  template.resourceCountIs('AWS::KMS::Key', 1);
  template.resourceCountIs('AWS::EC2::SecurityGroup', 0);
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: Match.absent(),
    ReservedConcurrentExecutions: Match.absent(),
    KmsKeyArn: Match.absent(),
  });
});

test("puts the function into the account's network, from which it may only call out by HTTPS and DNS", () => {
  const [group] = Object.entries(strict.findResources('AWS::EC2::SecurityGroup'));
  const { VpcId, SecurityGroupIngress, SecurityGroupEgress } = group![1].Properties;
  expect({ VpcId, SecurityGroupIngress }).toEqual({ VpcId: STRICT.vpcId, SecurityGroupIngress: undefined });
  expect(SecurityGroupEgress).toEqual([
    expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
    expect.objectContaining({ IpProtocol: 'udp', FromPort: 53, ToPort: 53 }),
    expect.objectContaining({ IpProtocol: 'tcp', FromPort: 53, ToPort: 53 }),
  ]);
  strict.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: { SubnetIds: STRICT.subnetIds, SecurityGroupIds: [{ 'Fn::GetAtt': [group![0], 'GroupId'] }] },
  });
});

test('reserves a run for each release, since all of them start in the same minute', () => {
  strict.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 2 });
});

test('encrypts all that is kept with a key of the account that is rotated', () => {
  strict.hasResourceProperties('AWS::KMS::Key', {
    Description: 'Encrypts what Stagewatch keeps',
    EnableKeyRotation: true,
  });
  strict.hasResourceProperties('AWS::DynamoDB::GlobalTable', {
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    Replicas: [Match.objectLike({ SSESpecification: { KMSMasterKeyId: DATA_KEY } })],
  });
  strict.hasResourceProperties('AWS::SecretsManager::Secret', { KmsKeyId: DATA_KEY });
  strict.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: DATA_KEY });
  strict.hasResourceProperties('AWS::Lambda::Function', { KmsKeyArn: DATA_KEY });
  strict.allResourcesProperties('AWS::Scheduler::Schedule', { KmsKeyArn: DATA_KEY });
  strict.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: DATA_KEY });
});

test('gives everyone the right to that key that their work needs', () => {
  const ofKey = (role: string) => rightsOf(strict, role).filter((right) => right.endsWith(' DataKey'));
  const reading = ['kms:Decrypt DataKey', 'kms:DescribeKey DataKey'];
  const all = [...reading, 'kms:Encrypt DataKey', 'kms:GenerateDataKey* DataKey', 'kms:ReEncrypt* DataKey'];
  expect(ofKey('SamplerRole')).toEqual(all);
  expect(ofKey('AccessReader')).toEqual(reading);
  expect(ofKey('AccessOperator')).toEqual(all);
  expect(ofKey('SchedulesRole')).toEqual(['kms:Decrypt DataKey', 'kms:GenerateDataKey* DataKey']);
  const [key] = Object.values(
    strict.findResources('AWS::KMS::Key', { Properties: { Description: Match.stringLikeRegexp('keeps') } }),
  );
  const services = key!.Properties.KeyPolicy.Statement.flatMap(
    ({ Principal }: { Principal: { Service?: unknown } }) => Principal.Service ?? [],
  );
  expect(services.map(readable)).toEqual(['logs.AWS::Region.amazonaws.com', 'sns.amazonaws.com']);
});

test('gives no right on everything but that of Lambda to join a network', () => {
  const everywhere = ['SamplerRole', 'SchedulesRole', 'Access']
    .flatMap((role) => rightsOf(strict, role))
    .filter((right) => right.endsWith(' *'));
  expect(everywhere.map((right) => right.split(':')[0])).toEqual(Array(6).fill('ec2'));
  expect(rightsOf(template, 'SamplerRole').join()).not.toContain('ec2:');
});
