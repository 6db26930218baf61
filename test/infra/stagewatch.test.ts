import path from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { VARIABLES } from '../../lib/cli/stack';
import { Stagewatch, type StagewatchProps } from '../../lib/infra/construct/stagewatch';
import { StagewatchStack } from '../../lib/infra/construct/stagewatch-stack';
import { readStackSettings } from '../../lib/infra/settings';
import { appOfCdkJson, inlineCode } from '../worlds/synthesized';
import { NOTIFY, SUBSCRIPTIONS } from './context';

const releases = path.join(__dirname, '..', '..', 'releases');

/** A team's stack in an app without any flag. */
const theirs = (name = 'Theirs') => new Stack(new App({ builtinCloudFormationValidation: false } as object), name);
const guard = (scope: Stack, props: Partial<StagewatchProps> = {}, id = 'Guard') =>
  new Stagewatch(scope, id, { releases, code: inlineCode, ...props });

/** A template with its logical ids as numbers in the order of the file, whatever the constructs around are named. */
function withoutNames(stack: Stack): string {
  const { Outputs, ...template } = Template.fromStack(stack).toJSON();
  const outputs = Object.entries(Outputs).map(([name, output]) => [name.replace(/^Stagewatch/, ''), output]);
  const number = new Map(Object.keys(template.Resources).map((id, index) => [id, `#${index}`]));
  // What CDK makes of ids in texts, such as names of policies, has them within.
  return JSON.stringify({ ...template, outputs }).replace(/\w+/g, (word) => number.get(word) ?? word);
}

test('in an app of a team it is what the stack of this repository is, with the same settings', () => {
  const settings = { subscriptions: SUBSCRIPTIONS, notify: NOTIFY, iamPath: '/theirs/', fips: true };
  const { stack: _, ...read } = readStackSettings(path.join(__dirname, '..', '..'), {});
  const ours = new StagewatchStack(appOfCdkJson(), 'Stagewatch', { ...read, ...settings, code: inlineCode });
  const their = theirs('Stagewatch');
  guard(their, settings);
  const [expected, got] = [withoutNames(ours), withoutNames(their)];
  expect(got.length).toBeGreaterThan(20_000);
  expect(got).toBe(expected);
});

test('its outputs are found by the command, and two of it in a stack are refused', () => {
  const stack = theirs();
  guard(stack);
  expect(() => guard(stack, {}, 'Second')).toThrow(
    'Theirs/Second - got a second Stagewatch in the stack Theirs, expected one; make a stack for each',
  );
  const alone = theirs();
  guard(alone, { managedPolicies: false });
  const outputs = Object.keys(Template.fromStack(alone).toJSON().Outputs);
  expect(outputs).toEqual(expect.arrayContaining(Object.keys(VARIABLES).map((key) => `Stagewatch${key}`)));
});

test('says all that is wrong with its settings at once, and which are the stack’s', () => {
  const wrong = { logRetentionDays: 17, notify: { slack: { host: 'evil.example' } }, tags: { a: 'b' } } as object;
  expect(() => guard(theirs(), wrong)).toThrow(
    /^Stagewatch Theirs\/Guard has 3 problems:\n {2}tags - got it here, expected it of your stack\n {2}.*(logRetention|notify).*\n {2}.*(logRetention|notify)/,
  );
  expect(() => guard(theirs(), { releases: 'nowhere' })).toThrow('no release to watch');
});

test('takes the ids of a network of the same app, which nobody knows yet', () => {
  const stack = theirs();
  const vpc = new Vpc(stack, 'Network', { maxAzs: 1 });
  guard(stack, { strict: { vpcId: vpc.vpcId, subnetIds: [vpc.privateSubnets[0]!.subnetId] } });
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    VpcId: { Ref: Match.stringLikeRegexp('^Network') },
  });
  expect(() => guard(theirs(), { strict: { vpcId: 'vpc', subnetIds: [] } })).toThrow('has 2 problems');
});

describe('with a topic that there is already', () => {
  test('it publishes there, and lets the alarms into its policy and key', () => {
    const stack = theirs();
    const topic = new Topic(stack, 'Pages', { masterKey: new Key(stack, 'PagesKey') });
    expect(guard(stack, { alertTopic: topic, subscriptions: SUBSCRIPTIONS }).alertTopic).toBe(topic);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    const cloudWatch = (type: string) =>
      Object.values(template.findResources(type)).filter((one) => JSON.stringify(one).includes('cloudwatch.amazon'));
    expect(cloudWatch('AWS::SNS::TopicPolicy')).toHaveLength(1);
    expect(cloudWatch('AWS::KMS::Key')).toHaveLength(1);
    Annotations.fromStack(stack).hasNoWarning('*', '*');
    const arns = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      (one) => one.Properties.AlarmActions,
    );
    for (const actions of arns) expect(actions).toEqual([{ Ref: expect.stringMatching(/^Pages/) }]);
  });

  test('it warns when the policy is not the app’s to change, and refuses a FIFO topic', () => {
    const stack = theirs();
    guard(stack, { alertTopic: Topic.fromTopicArn(stack, 'Pages', 'arn:aws:sns:us-east-1:111111111111:pages') });
    Annotations.fromStack(stack).hasWarning(
      '/Theirs/Guard/Alerts',
      Match.stringLikeRegexp('expected that they let CloudWatch in'),
    );
    const fifo = new Topic(stack, 'Ordered', { fifo: true });
    expect(() => guard(theirs(), { alertTopic: fifo })).toThrow(
      'alertTopic - got a FIFO topic, expected a standard one',
    );
  });
});
