import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { parseRollTick } from '../../lambdas/sampler/event';
import { VARIABLES } from '../../lib/cli/stack';
import { templateBytes } from '../../lib/infra/bounds';
import { parseRelease } from '../../lib/release/parse';
import { readRelease } from '../../lib/release/read';
import { appOfCdkJson, stackOf, synthesized } from '../worlds/synthesized';
import { NOTIFY, STRICT, SUBSCRIPTIONS } from './context';

const template = synthesized();

/** The one resource of a type whose logical id begins with `prefix`. */
function only(type: string, prefix = '') {
  const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(prefix));
  expect(found).toHaveLength(1);
  const [id, { Properties }] = found[0]!;
  return { id, Properties };
}

describe('the history', () => {
  test('survives the stack, a mistaken delete and a bad write', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        Replicas: [
          Match.objectLike({
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });
});

test('what holds state keeps its logical id: with another one CloudFormation makes another, empty one', () => {
  const stateful = ['DynamoDB::GlobalTable', 'KMS::Key', 'SNS::Topic', 'SecretsManager::Secret'];
  const ids = (of: typeof template) => stateful.flatMap((type) => Object.keys(of.findResources(`AWS::${type}`)));
  const [table, topic, secret] = ['HistoryTable4479EEA3', 'AlertsTopicCF7C81C9', 'DatadogKeysSecretAD0C35CA'];
  expect(ids(template)).toEqual([table, 'AlertsKey9E1197AF', topic, secret]);
  expect(ids(synthesized({ strict: STRICT }))).toEqual([table, 'DataKey17AFBB84', 'AlertsKey9E1197AF', topic, secret]);
});

test.each(['DynamoDB::GlobalTable', 'SecretsManager::Secret', 'KMS::Key', 'Logs::LogGroup'])(
  'an AWS::%s outlives the stack',
  (type) => {
    template.allResources(`AWS::${type}`, { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  },
);

describe('the sampler', () => {
  test('runs on Node 24 and arm64, for at most five minutes', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 512,
      Timeout: 300,
    });
  });

  test('knows the table, the topic, the secret and the name of its stack, and nothing else', () => {
    expect(only('AWS::Lambda::Function').Properties.Environment.Variables).toEqual({
      STAGEWATCH_TABLE: { Ref: only('AWS::DynamoDB::GlobalTable').id },
      STAGEWATCH_TOPIC: { Ref: only('AWS::SNS::Topic').id },
      STAGEWATCH_STACK: 'Stagewatch',
      NODE_OPTIONS: '--max-semi-space-size=8',
      STAGEWATCH_SECRET: { Ref: only('AWS::SecretsManager::Secret').id },
    });
  });

  test('logs as text, to a log group that forgets after three months', () => {
    const { id } = only('AWS::Logs::LogGroup');
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogGroup: { Ref: id }, LogFormat: Match.absent() },
    });
  });

  test('is tried three times, and then its event goes to its queue', () => {
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [only('AWS::SQS::Queue', 'SamplerFailed').id, 'Arn'] } },
      },
    });
  });
});

describe('the schedules', () => {
  test('there is one a release, at minute 20 of every hour of UTC, and one for the roll call around it', () => {
    const expressions = Object.values(template.findResources('AWS::Scheduler::Schedule')).map(
      ({ Properties }) => Properties.ScheduleExpression,
    );
    expect(expressions).toEqual(['cron(20 * * * ? *)', 'cron(20 * * * ? *)', 'cron(5,45 * * * ? *)']);
    template.allResourcesProperties('AWS::Scheduler::Schedule', {
      ScheduleExpressionTimezone: 'Etc/UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
    });
  });

  test('give up after an hour, into a queue of their own', () => {
    template.allResourcesProperties('AWS::Scheduler::Schedule', {
      Target: {
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [only('AWS::SQS::Queue', 'SchedulesUndelivered').id, 'Arn'] } },
      },
    });
  });

  test('send the name and the file of the release, and the time of the tick', () => {
    const { Properties } = only('AWS::Scheduler::Schedule', 'Schedulesclaimletters');
    expect(JSON.parse(Properties.Target.Input)).toEqual({
      release: { name: 'claim-letters', file: { title: 'Claim Letters' } },
      scheduledTime: '<aws.scheduler.scheduled-time>',
    });
  });

  test('the roll call knows the stack and every release of it', () => {
    const { Properties } = only('AWS::Scheduler::Schedule', 'SchedulesRollCall');
    const event = JSON.parse(Properties.Target.Input);
    expect(event).toEqual({
      rollCall: { stack: 'Stagewatch', releases: ['document-status', 'claim-letters'] },
      scheduledTime: '<aws.scheduler.scheduled-time>',
    });
    const at = '2026-02-11T16:45:00Z';
    expect(parseRollTick({ ...event, scheduledTime: at }, Date.parse(at)).rollCall).toEqual(event.rollCall);
  });

  test('the sampler reads in the event the same release as the person wrote', () => {
    const { name, file, release } = readRelease(path.join(__dirname, '..', '..', 'releases', 'document-status'));
    const schedules = synthesized({ releases: [{ name, file }] }).findResources('AWS::Scheduler::Schedule');
    const schedule = Object.entries(schedules).find(([id]) => id.startsWith('Schedulesdocumentstatus'))?.[1];
    const input = JSON.parse(schedule!.Properties.Target.Input);
    expect(parseRelease(input.release.name, input.release.file)).toEqual({ release });
  });
});

describe('the subscriptions of the settings', () => {
  const subscribed = synthesized({ subscriptions: SUBSCRIPTIONS });
  const subscriptions = Object.values(subscribed.findResources('AWS::SNS::Subscription'));

  test('are of the topic, each with its filter, and never raw, so that each protocol gets its own text', () => {
    const [email, https, sqs] = subscriptions.map(({ Properties: { RedrivePolicy, ...rest } }) => rest);
    const TopicArn = { Ref: only('AWS::SNS::Topic').id };
    expect([email, https, sqs]).toEqual([
      { TopicArn, Protocol: 'email', Endpoint: 'team@example.com' },
      {
        TopicArn,
        Protocol: 'https',
        Endpoint: 'https://chat.example.com/alerts',
        FilterPolicy: { severity: ['page'], env: ['prod'] },
      },
      { TopicArn, Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-east-1:111111111111:alerts' },
    ]);
  });

  test('have a dead-letter queue each, which takes messages of this topic only', () => {
    const queues = subscriptions.map(({ Properties }) => Properties.RedrivePolicy.deadLetterTargetArn);
    expect(new Set(queues.map((arn) => arn['Fn::GetAtt'][0])).size).toBe(3);
    for (const Resource of queues) {
      subscribed.hasResourceProperties('AWS::SQS::QueuePolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([
            {
              Effect: 'Allow',
              Action: 'sqs:SendMessage',
              Principal: { Service: 'sns.amazonaws.com' },
              Condition: { ArnEquals: { 'aws:SourceArn': { Ref: only('AWS::SNS::Topic').id } } },
              Resource,
            },
          ]),
        },
      });
    }
  });

  test('stay what they are in another order, and put no address into a name', () => {
    const ids = (of: typeof template) => Object.keys(of.findResources('AWS::SNS::Subscription')).sort();
    expect(ids(synthesized({ subscriptions: SUBSCRIPTIONS.toReversed() }))).toEqual(ids(subscribed));
    expect(Object.keys(subscribed.toJSON().Resources).join()).not.toMatch(/team|example|chat/);
  });
});

describe('what cannot be deployed is said at synth', () => {
  test('a stack without a release', () => {
    expect(() => synthesized({ releases: [] })).toThrow('got no releases/<name>/release.yaml, expected at least one');
  });

  test('a release that is too large for its schedule, at the first byte too many', () => {
    const sized = (bytes: number) => [{ name: 'large', file: 'x'.repeat(bytes) }];
    const input = { release: { name: 'large', file: '' }, scheduledTime: '<aws.scheduler.scheduled-time>' };
    const room = 200_000 - JSON.stringify(input).length;
    expect(() => synthesized({ releases: sized(room) })).not.toThrow();
    expect(() => synthesized({ releases: sized(room + 1) })).toThrow(
      'release large is too large for a schedule - got 200001 bytes of JSON, expected at most 200000; split it into two releases',
    );
  });
});

describe('a stack that CloudFormation would not take', () => {
  const many = (count: number, bytes = 0) =>
    Array.from({ length: count }, (_, index) => ({ name: `release-${index}`, file: { title: 'x'.repeat(bytes) } }));
  const REMEDY = 'releases to another stack, see "More than one stack" in docs/deploy.md';

  test('is refused at synth, at the first resource too many', () => {
    const left = 500 - Object.keys(template.toJSON().Resources).length + 2;
    expect(() => stackOf(appOfCdkJson(), { releases: many(left) })).not.toThrow();
    expect(() => stackOf(appOfCdkJson(), { releases: many(left + 1) })).toThrow(
      `the stack Stagewatch is too large - got 501 resources, expected at most 500; move some of its ${left + 1} ${REMEDY}`,
    );
  });

  test('is refused when its releases make the template too large', () => {
    expect(() => stackOf(appOfCdkJson(), { releases: many(5, 190_000) })).toThrow(
      /got about 10\d{5} bytes of template, expected at most 1000000; move some of its 5 releases/,
    );
  });

  test('is judged by a size that the template does not exceed, and is not far from', () => {
    const releases = many(60, 3000);
    const app = appOfCdkJson();
    const besides = { notifiers: Object.keys(NOTIFY).length, console: true };
    stackOf(app, { releases, strict: STRICT, subscriptions: SUBSCRIPTIONS, notify: NOTIFY, console: true });
    const { length } = readFileSync(app.synth().getStackByName('Stagewatch').templateFullPath);
    expect(length).toBeLessThanOrEqual(templateBytes(releases, besides));
    expect(length).toBeGreaterThan(0.95 * templateBytes(releases, besides));
  });
});

test('the outputs tell people and `stagewatch --stack` what they need, and how the keys get into the secret', () => {
  const outputs = template.toJSON().Outputs;
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining(Object.keys(VARIABLES)));
  expect(Object.keys(outputs)).toEqual([
    'TableName',
    'TopicArn',
    'SecretArn',
    'ReaderPolicyArn',
    'OperatorPolicyArn',
    'FillSecret',
  ]);
  expect(JSON.stringify(outputs.FillSecret.Value)).toContain('aws secretsmanager put-secret-value --secret-id ');
});
