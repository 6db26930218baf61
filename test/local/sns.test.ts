import {
  CreateTopicCommand,
  ListSubscriptionsByTopicCommand,
  PublishCommand,
  type PublishCommandInput,
  SNSClient,
} from '@aws-sdk/client-sns';
import { authorizationBy } from '../../lib/local/door.cjs';
import { type LocalSns, type PublishRecord, startSns } from '../../lib/local/sns';

let sns: LocalSns;
let client: SNSClient;
let published: PublishRecord[];
let down: boolean;

beforeAll(async () => {
  sns = await startSns({
    key: 'local',
    onPublish(record) {
      if (down) throw new Error('out of order');
      published.push(record);
    },
  });
  client = new SNSClient({
    region: 'us-east-1',
    endpoint: sns.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(() => {
  published = [];
  down = false;
});
afterAll(async () => {
  client.destroy();
  await sns.close();
});

const publish = (input: Partial<PublishCommandInput>) =>
  client.send(new PublishCommand({ TopicArn: sns.topicArn, Message: 'a message', ...input }));

const byProtocol = (content: unknown) =>
  publish({ MessageStructure: 'json', Message: typeof content === 'string' ? content : JSON.stringify(content) });

test('a published message arrives as it was sent, with its id', async () => {
  const message = `<b>"5 %" & mehr</b> ünïcode\n+ second line`;
  const { MessageId } = await publish({
    Subject: 'ALARM: Document Status',
    Message: message,
    MessageAttributes: {
      severity: { DataType: 'String', StringValue: 'page' },
      open: { DataType: 'Number', StringValue: '2' },
    },
  });
  expect(published).toEqual([
    {
      messageId: MessageId,
      topicArn: sns.topicArn,
      subject: 'ALARM: Document Status',
      message,
      attributes: { severity: { type: 'String', value: 'page' }, open: { type: 'Number', value: '2' } },
    },
  ]);
});

test('a subject is optional', async () => {
  await publish({});
  expect(published[0]!.subject).toBeUndefined();
});

test('a created topic can be published to', async () => {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: 'another' }));
  await publish({ TopicArn });
  expect(published[0]!.topicArn).toBe(TopicArn);
});

test('whoever started it is the only subscriber of a topic', async () => {
  const { Subscriptions } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn: sns.topicArn }));
  expect(Subscriptions).toEqual([expect.objectContaining({ Protocol: 'application', TopicArn: sns.topicArn })]);
  const TopicArn = `${sns.topicArn}-2`;
  await expect(client.send(new ListSubscriptionsByTopicCommand({ TopicArn }))).rejects.toThrow('Topic does not exist');
});

test.each([
  ['99 ASCII characters', 'x'.repeat(99)],
  ['one character', '!'],
])('a subject of %s is taken', async (_what, Subject) => {
  await publish({ Subject });
  expect(published[0]!.subject).toBe(Subject);
});

test.each([
  ['of 100 characters', 'x'.repeat(100)],
  ['with a line break', 'first\nsecond'],
  ['with a control character', 'bell\x07'],
  ['that is not ASCII', 'Fehler bei Prüfung'],
  ['that starts with a space', ' OK'],
  ['that is empty', ''],
])('a subject %s is refused', async (_what, Subject) => {
  await expect(publish({ Subject })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Invalid parameter: Subject',
  });
  expect(published).toEqual([]);
});

test('an empty message is refused', async () => {
  await expect(publish({ Message: '' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Invalid parameter: Empty message',
  });
});

test('a message of 256 KB is taken, one byte more is not, and attributes count', async () => {
  const full = 'x'.repeat(262_144);
  await publish({ Message: full });
  expect(published[0]!.message).toHaveLength(262_144);
  const tooLong = { name: 'InvalidParameterException', message: 'Invalid parameter: Message too long' };
  await expect(publish({ Message: `${full}x` })).rejects.toMatchObject(tooLong);
  await expect(publish({ Message: `${full.slice(2)}ü!` })).rejects.toMatchObject(tooLong);
  const MessageAttributes = { a: { DataType: 'String', StringValue: 'b' } };
  await expect(publish({ Message: full, MessageAttributes })).rejects.toMatchObject(tooLong);
});

test('texts by protocol are told apart, and those that are no text are ignored', async () => {
  await byProtocol({ default: 'for all', email: 'for people', sqs: { not: 'text' } });
  expect(published[0]).toMatchObject({ message: 'for all', byProtocol: { default: 'for all', email: 'for people' } });
  expect(published[0]!.byProtocol).not.toHaveProperty('sqs');
});

test.each([
  ['without default', { email: 'for people' }, 'No default entry in JSON message body'],
  ['with a default that is no text', { default: 5 }, 'No default entry in JSON message body'],
  ['that is null', null, 'No default entry in JSON message body'],
  ['that is no JSON', '{', 'JSON message body failed to parse'],
])('a message by protocol %s is refused', async (_what, content, reason) => {
  await expect(byProtocol(content)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: `Invalid parameter: Message Structure - ${reason}`,
  });
  expect(published).toEqual([]);
});

test('an attribute without a value is refused', async () => {
  const MessageAttributes = { severity: { DataType: 'String', StringValue: '' } };
  await expect(publish({ MessageAttributes })).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('an attribute has a name of at most 256 characters', async () => {
  const named = (length: number) =>
    publish({ MessageAttributes: { ['x'.repeat(length)]: { DataType: 'String', StringValue: 'y' } } });
  await named(256);
  expect(Object.keys(published[0]!.attributes)).toEqual(['x'.repeat(256)]);
  await expect(named(257)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('a topic that does not exist is not found', async () => {
  await expect(publish({ TopicArn: `${sns.topicArn}-2` })).rejects.toMatchObject({
    name: 'NotFoundException',
    message: 'Topic does not exist',
    $metadata: { httpStatusCode: 404 },
  });
});

test('something that is no topic is refused', async () => {
  await expect(publish({ TopicArn: 'stagewatch' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a receiver that throws is an SNS that is down', async () => {
  down = true;
  await expect(publish({})).rejects.toMatchObject({
    name: 'InternalErrorException',
    message: 'out of order',
    $metadata: { httpStatusCode: 500 },
  });
});

test('an action that is not served is an error', async () => {
  const body = new URLSearchParams({ Action: 'constructor', Version: '2010-03-31' });
  const response = await fetch(sns.url, { method: 'POST', body, headers: { authorization: authorizationBy('local') } });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('<Code>InvalidAction</Code>');
});
