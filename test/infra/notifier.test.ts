import { Match } from 'aws-cdk-lib/assertions';
import { readNotifierSettings } from '../../lambdas/notifier/settings';
import { RECEIPTS_KEY } from '../../lib/history/receipts';
import { RECEIVER_NAMES, RECEIVERS } from '../../lib/receivers/receivers';
import { synthesized } from '../worlds/synthesized';
import { NOTIFY, STRICT } from './context';
import { readable, rightsOf } from './rights';

const off = synthesized();
const on = synthesized({ notify: NOTIFY });
const strict = synthesized({ notify: NOTIFY, strict: STRICT });

/** The one resource of a type that belongs to Slack's notifier. */
const ofSlack = (type: string, of = on, prefix = 'Slack') => {
  const found = Object.entries(of.findResources(`AWS::${type}`)).filter(([id]) => id.startsWith(prefix));
  expect(found).toHaveLength(1);
  return { id: found[0]![0], ...(found[0]![1].Properties as Record<string, never>) } as Record<string, unknown> & {
    id: string;
  };
};

test('what is not asked for is not there, and what is asked for changes nothing that was there', () => {
  const before = off.toJSON().Resources;
  const { [Object.keys(off.findResources('AWS::CloudWatch::Dashboard'))[0]!]: dashboard, ...others } = before;
  expect(dashboard).toBeDefined();
  const { slack, pagerDuty } = NOTIFY;
  expect(synthesized({ notify: { slack, pagerDuty } }).toJSON().Resources).toMatchObject(others);
  expect(JSON.stringify(before)).not.toMatch(/slack|pagerduty/i);
  const onlySlack = synthesized({ notify: { slack: NOTIFY.slack } });
  expect(JSON.stringify(onlySlack.toJSON())).not.toMatch(/pagerduty/i);
  onlySlack.resourceCountIs('AWS::Lambda::Function', 2);
});

/** Every right of a role, as "action resource", with its condition. */
function rightsIn(of: typeof on, role: string): unknown[] {
  return Object.values(of.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref.startsWith(role)))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Effect, Action, Resource, Condition }) =>
      [Action].flat().map((action) => {
        const right = `${Effect} ${action} ${readable(Resource)}`;
        return Condition ? [right, Condition] : right;
      }),
    )
    .sort();
}
const OWN = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [RECEIPTS_KEY] } };

test.each(Object.values(RECEIVERS).map(({ title }) => title))('the notifier of %s may do exactly this', (name) => {
  expect(rightsIn(on, `${name}Role`)).toEqual([
    ['Allow dynamodb:UpdateItem HistoryTable', OWN],
    `Allow logs:CreateLogStream ${name}Log`,
    `Allow logs:PutLogEvents ${name}Log`,
    `Allow secretsmanager:GetSecretValue ${name}Secret`,
    `Allow sqs:DeleteMessage ${name}Queue`,
    `Allow sqs:GetQueueAttributes ${name}Queue`,
    `Allow sqs:ReceiveMessage ${name}Queue`,
  ]);
});

test('marks have a topic of their own, which only the sampler publishes to and only their receiver hears', () => {
  const { datadog, ...others } = NOTIFY;
  expect(JSON.stringify(synthesized({ notify: others }).toJSON())).not.toContain('Marks');
  const only = synthesized({ notify: { datadog } });
  const topic = Object.keys(only.findResources('AWS::SNS::Topic')).find((id) => id.startsWith('MarksTopic'))!;
  const subscribed = Object.values(only.findResources('AWS::SNS::Subscription')).filter(
    ({ Properties }) => Properties.TopicArn.Ref === topic,
  );
  expect(subscribed.map(({ Properties }) => [Properties.Protocol, readable(Properties.Endpoint)])).toEqual([
    ['sqs', 'DatadogEventsQueue'],
  ]);
  expect(rightsOf(only, 'Sampler').filter((right) => right.includes('Marks'))).toEqual(['sns:Publish MarksTopic']);
  only.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': { Ref: topic } } } }),
      ]),
    },
  });
  only.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ STAGEWATCH_MARKS_TOPIC: { Ref: topic } }) },
  });
});

test('in a strict account it may also use the key and join the network, and runs are kept free for it', () => {
  const more = rightsIn(strict, 'SlackRole').filter(
    (right) => !rightsIn(on, 'SlackRole').some((one) => String(one) === String(right)),
  );
  expect(more.map(String).filter((right) => !right.includes('ec2:'))).toEqual([
    'Allow kms:Decrypt DataKey',
    'Allow kms:DescribeKey DataKey',
    'Allow kms:Encrypt DataKey',
    'Allow kms:GenerateDataKey* DataKey',
    'Allow kms:ReEncrypt* DataKey',
  ]);
  const { ReservedConcurrentExecutions, VpcConfig, KmsKeyArn } = ofSlack('Lambda::Function', strict);
  expect([ReservedConcurrentExecutions, VpcConfig]).toEqual([
    2,
    { SubnetIds: STRICT.subnetIds, SecurityGroupIds: [expect.anything()] },
  ]);
  expect(KmsKeyArn).toBeDefined();
  strict.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  strict.allResourcesProperties('AWS::SQS::Queue', { KmsMasterKeyId: KmsKeyArn });
  const services = JSON.stringify(Object.values(strict.findResources('AWS::KMS::Key'))).match(/sns\.amazonaws\.com/g);
  expect(services).toHaveLength(1);
});

test('the topic reaches it through a queue of its own, with the whole envelope, and without a filter', () => {
  const queue = ofSlack('SQS::Queue', on, 'SlackQueue');
  const lost = { 'Fn::GetAtt': [ofSlack('SQS::Queue', on, 'SlackUndelivered').id, 'Arn'] };
  const arn = { 'Fn::GetAtt': [queue.id, 'Arn'] };
  const { id, ...subscription } = ofSlack('SNS::Subscription');
  const TopicArn = { Ref: Object.keys(on.findResources('AWS::SNS::Topic'))[0] };
  expect(subscription).toEqual({
    TopicArn,
    Protocol: 'sqs',
    Endpoint: arn,
    RedrivePolicy: { deadLetterTargetArn: lost },
  });
  expect(queue).toMatchObject({
    VisibilityTimeout: 180,
    RedrivePolicy: { deadLetterTargetArn: lost, maxReceiveCount: 120 },
    SqsManagedSseEnabled: true,
  });
  on.hasResourceProperties('AWS::SQS::QueuePolicy', {
    Queues: [{ Ref: queue.id }],
    PolicyDocument: {
      Statement: Match.arrayWith([
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Principal: { Service: 'sns.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': TopicArn } },
          Resource: arn,
        },
      ]),
    },
  });
  const { id: _, ...mapping } = ofSlack('Lambda::EventSourceMapping');
  expect(mapping).toMatchObject({
    EventSourceArn: arn,
    BatchSize: 1,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 2 },
  });
});

test('SQS brings a message again only six times the time of the function later, for six hours', () => {
  const { Timeout } = ofSlack('Lambda::Function');
  const { VisibilityTimeout, RedrivePolicy } = ofSlack('SQS::Queue', on, 'SlackQueue') as never as {
    VisibilityTimeout: number;
    RedrivePolicy: { maxReceiveCount: number };
  };
  expect(VisibilityTimeout).toBe(6 * (Timeout as number));
  expect(VisibilityTimeout * RedrivePolicy.maxReceiveCount).toBe(6 * 3600);
});

test.each(RECEIVER_NAMES)('the environment of %s is one that it reads, and holds no secret', (name) => {
  const { title } = RECEIVERS[name];
  const { Environment } = ofSlack('Lambda::Function', on, title) as never as {
    Environment: { Variables: Record<string, unknown> };
  };
  const { STAGEWATCH_SECRET, STAGEWATCH_TABLE, ...plain } = Environment.Variables;
  expect([readable(STAGEWATCH_SECRET), readable(STAGEWATCH_TABLE)]).toEqual([`${title}Secret`, 'HistoryTable']);
  expect(plain).toEqual({ STAGEWATCH_RECEIVER: name, STAGEWATCH_RECEIVER_HOST: NOTIFY[name]!.host });
  const read = readNotifierSettings({
    ...(plain as Record<string, string>),
    STAGEWATCH_SECRET: 's',
    STAGEWATCH_TABLE: 't',
  });
  expect(read).toEqual({ name, place: { host: NOTIFY[name]!.host }, secret: 's', table: 't' });
  expect(Object.keys(ofSlack('SecretsManager::Secret', on, title))).toEqual(['id', 'Description']);
  expect(JSON.stringify(on.toJSON().Outputs[`Fill${title}Secret`].Value)).toContain(
    `file://${title.toLowerCase()}.json`,
  );
});

test.each([
  [
    'Late',
    { Threshold: 0.5, EvaluationPeriods: 3, DatapointsToAlarm: 3 },
    ['ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesVisible'],
    'receiver-late',
  ],
  [
    'Lost',
    { Threshold: 1, EvaluationPeriods: 1, DatapointsToAlarm: 1 },
    ['ApproximateNumberOfMessagesVisible'],
    'receiver-lost',
  ],
])(
  'the alarm %s looks at what waits or lies there, every five minutes, and says when it is over',
  (kind, numbers, metrics, article) => {
    for (const { title } of Object.values(RECEIVERS)) {
      const alarm = ofSlack('CloudWatch::Alarm', on, `Alarms${title}${kind}`);
      expect(alarm).toMatchObject({
        ...numbers,
        TreatMissingData: 'notBreaching',
        AlarmActions: [expect.anything()],
        OKActions: [expect.anything()],
      });
      const text = JSON.stringify(alarm);
      expect([...text.matchAll(/"MetricName":"(\w+)"/g)].map(([, name]) => name).sort()).toEqual(metrics);
      expect([...text.matchAll(/"Period":(\d+)/g)].map(([, seconds]) => seconds)).toEqual(metrics.map(() => '300'));
      expect(text).toContain(`docs/runbook.md#${article}`);
      expect(text).toContain(title);
    }
    const dashboard = JSON.stringify(on.findResources('AWS::CloudWatch::Dashboard'));
    expect(dashboard).toContain(`AlarmsSlack${kind}`);
  },
);
