import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { bounded, openDynamo } from '../../history/client';
import type { LocalStore } from './store';

/** A client of the table, as the history needs it. */
export type TableClient = Pick<DynamoDBClient, 'send' | 'destroy'>;

/** What the history and what goes with it send. */
const OPERATIONS = new Map<unknown, string>([
  [QueryCommand, 'Query'],
  [PutItemCommand, 'PutItem'],
  [UpdateItemCommand, 'UpdateItem'],
  [GetItemCommand, 'GetItem'],
]);

/**
 * A client of a local database: where this process holds it, without the AWS SDK's protocol, signature and connection, which take
 * ten times as long as the database; else the SDK's own.
 */
export function clientOf(store: LocalStore): TableClient {
  const { ask } = store;
  if (!ask)
    return openDynamo({ endpoint: store.url, credentials: { accessKeyId: store.key, secretAccessKey: 'local' } });
  const send = async (command: { input: object }) => {
    const name = OPERATIONS.get(command.constructor);
    if (!name) throw new Error(`the local table - got ${command.constructor.name}, expected one of its operations`);
    const { status, body } = await ask(name, textOf(command.input));
    const said = JSON.parse(body);
    if (status !== 200) throw errorOf(said);
    for (const item of [said.Item, said.Attributes, ...(said.Items ?? [])]) if (item) readBytes(item);
    return said;
  };
  const client = { send, destroy() {}, config: { serviceId: 'DynamoDB' } };
  return bounded(client) as unknown as TableClient;
}

/** A function that looks at every value takes most of the time; few requests have bytes. */
const textOf = (input: object) => JSON.stringify(input, Object.values(input).some(hasBytes) ? asText : undefined);

const hasBytes = (value: unknown): boolean =>
  ArrayBuffer.isView(value) || (typeof value === 'object' && value !== null && Object.values(value).some(hasBytes));

/** Bytes of an attribute are base64 in DynamoDB's protocol. */
const asText = (_: string, value: unknown) => {
  const { B: bytes } = (value ?? {}) as { B?: unknown };
  return ArrayBuffer.isView(bytes) ? { B: Buffer.from(bytes as Uint8Array).toString('base64') } : value;
};

function readBytes(attributes: object): void {
  for (const value of Object.values(attributes) as { B?: unknown; L?: object; M?: object }[]) {
    if (typeof value.B === 'string') value.B = Buffer.from(value.B, 'base64');
    else if (value.L ?? value.M) readBytes((value.L ?? value.M)!);
  }
}

function errorOf({ __type, message, Message = message }: Record<string, string>): Error {
  const name = __type!.replace(/^.*#/, '');
  if (name === 'ConditionalCheckFailedException')
    return new ConditionalCheckFailedException({ message: Message!, $metadata: {} });
  return Object.assign(new Error(Message), { name });
}
