import { randomUUID } from 'node:crypto';
import { type HttpAnswer, type Listening, listen } from './listen';

export interface PublishRecord {
  messageId: string;
  topicArn: string;
  subject?: string;
  /** The text; with `MessageStructure: json` what `default` subscribers get. */
  message: string;
  /** With `MessageStructure: json` the texts by protocol, `default` among them. */
  byProtocol?: Record<string, string>;
  attributes: Record<string, { type: string; value: string }>;
}

export interface LocalSns extends Listening {
  /** A topic that is there from the start. */
  topicArn: string;
}

/** 256 KB, in bytes of UTF-8, message attributes included (SNS, API reference of Publish). */
const MAX_MESSAGE_BYTES = 262_144;

/** ASCII, fewer than 100 characters, no control characters, not starting with a space (SNS, API reference of Publish). */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

interface Options {
  /** The access key id of those who are let in. */
  key: string;
  onPublish(record: PublishRecord): void;
  /** Who has subscribed; `PendingConfirmation` is the ARN of somebody who has not confirmed. */
  subscriptions?(): { protocol: string; arn: string }[];
}

/**
 * An SNS endpoint that knows `CreateTopic`, `Publish` and `ListSubscriptionsByTopic` and refuses what SNS refuses, with SNS's error codes.
 * `onPublish` is told of every accepted message before the publisher is; if it throws, the publisher gets SNS's
 * InternalError (HTTP 500), as from an SNS that is down. Unless told otherwise, it is the only subscriber of each topic.
 */
export async function startSns({ key, onPublish, subscriptions }: Options): Promise<LocalSns> {
  const topics = new Set<string>();

  const topicOf = (parameters: URLSearchParams) => {
    const topicArn = parameters.get('TopicArn') ?? '';
    if (!/^arn(:[^:]+){5}$/.test(topicArn)) throw new SnsError('InvalidParameter', 'Invalid parameter: TopicArn');
    if (!topics.has(topicArn)) throw new SnsError('NotFound', 'Topic does not exist', 404);
    return topicArn;
  };
  const actions: Record<string, (parameters: URLSearchParams) => string> = {
    CreateTopic(parameters) {
      const name = parameters.get('Name') ?? '';
      if (!/^[\w-]{1,256}$/.test(name)) throw new SnsError('InvalidParameter', 'Invalid parameter: Topic Name');
      const arn = `arn:aws:sns:us-east-1:000000000000:${name}`;
      topics.add(arn);
      return `<TopicArn>${arn}</TopicArn>`;
    },
    ListSubscriptionsByTopic(parameters) {
      const topicArn = topicOf(parameters);
      const members = (subscriptions?.() ?? [{ protocol: 'application', arn: `${topicArn}:on-publish` }]).map(
        ({ protocol, arn }) =>
          `<member><TopicArn>${topicArn}</TopicArn><Protocol>${protocol}</Protocol><SubscriptionArn>${arn}</SubscriptionArn></member>`,
      );
      return `<Subscriptions>${members.join('')}</Subscriptions>`;
    },
    Publish(parameters) {
      const topicArn = topicOf(parameters);
      const record = { messageId: randomUUID(), topicArn, ...readMessage(parameters) };
      onPublish(record);
      return `<MessageId>${record.messageId}</MessageId>`;
    },
  };

  const listening = await listen((_request, body) => {
    const parameters = new URLSearchParams(body);
    const name = parameters.get('Action') ?? '';
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    try {
      if (!action) throw new SnsError('InvalidAction', `The action ${name} is not valid for this endpoint.`);
      const result = `<${name}Result>${action(parameters)}</${name}Result>`;
      return xml(200, `<${name}Response>${result}${REQUEST_ID}</${name}Response>`);
    } catch (error) {
      const { code, status } = error instanceof SnsError ? error : { code: 'InternalError', status: 500 };
      const kind = status < 500 ? 'Sender' : 'Receiver';
      const text = `<Type>${kind}</Type><Code>${code}</Code><Message>${escapeXml((error as Error).message)}</Message>`;
      return xml(status, `<ErrorResponse><Error>${text}</Error>${REQUEST_ID}</ErrorResponse>`);
    }
  }, key);
  const topicArn = 'arn:aws:sns:us-east-1:000000000000:stagewatch-alerts';
  topics.add(topicArn);
  return { ...listening, topicArn };
}

class SnsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

function readMessage(parameters: URLSearchParams): Omit<PublishRecord, 'messageId' | 'topicArn'> {
  const subject = parameters.get('Subject') ?? undefined;
  if (subject !== undefined && !SUBJECT.test(subject)) {
    throw new SnsError('InvalidParameter', 'Invalid parameter: Subject');
  }
  const text = parameters.get('Message') ?? '';
  if (text === '') throw new SnsError('InvalidParameter', 'Invalid parameter: Empty message');
  const attributes = readAttributes(parameters);
  const sized = [text, ...Object.entries(attributes).flatMap(([name, { type, value }]) => [name, type, value])];
  if (sized.reduce((bytes, part) => bytes + Buffer.byteLength(part), 0) > MAX_MESSAGE_BYTES) {
    throw new SnsError('InvalidParameter', 'Invalid parameter: Message too long');
  }
  const structure = parameters.get('MessageStructure');
  if (structure === null) return { subject, message: text, attributes };
  if (structure !== 'json') throw new SnsError('InvalidParameter', 'Invalid parameter: MessageStructure');
  const byProtocol = readProtocols(text);
  return { subject, message: byProtocol.default!, byProtocol, attributes };
}

/** SNS ignores values that are not text, and insists on `default`. */
function readProtocols(text: string): Record<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new SnsError('InvalidParameter', 'Invalid parameter: Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries(content ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const byProtocol = Object.fromEntries(texts);
  if (byProtocol.default === undefined) {
    throw new SnsError(
      'InvalidParameter',
      'Invalid parameter: Message Structure - No default entry in JSON message body',
    );
  }
  return byProtocol;
}

function readAttributes(parameters: URLSearchParams): PublishRecord['attributes'] {
  const attributes: PublishRecord['attributes'] = {};
  for (let index = 1; parameters.has(`MessageAttributes.entry.${index}.Name`); index++) {
    const field = (name: string) => parameters.get(`MessageAttributes.entry.${index}.${name}`) ?? '';
    const name = field('Name');
    const type = field('Value.DataType');
    const value = field('Value.StringValue') || field('Value.BinaryValue');
    if (!/^[\w.-]{1,256}$/.test(name) || !/^(String|Number|Binary)\b/.test(type) || value === '') {
      throw new SnsError(
        'ParameterValueInvalid',
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`,
      );
    }
    attributes[name] = { type, value };
  }
  return attributes;
}

const REQUEST_ID = '<ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata>';

const xml = (status: number, body: string): HttpAnswer => ({ status, type: 'text/xml', body });

const escapeXml = (text: string) => text.replace(/[<>&'"]/g, (character) => `&#${character.charCodeAt(0)};`);
