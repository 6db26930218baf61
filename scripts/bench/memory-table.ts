import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type HttpAnswer, type Listening, listen } from '../../lib/local/listen';
import { CONDITIONS } from '../../lib/local/store/conditions.cjs';

type Item = Record<string, AttributeValue>;
type Names = Record<string, string>;

/** The rows of one `pk`, by `sk` in the order of DynamoDB; each as the text that is sent. */
interface Partition {
  keys: string[];
  texts: string[];
  /** Bytes by DynamoDB's rules. */
  sizes: number[];
}

export interface MemoryTable extends Listening {
  tableName: string;
  /** Puts an item without a request. */
  put(item: Item): void;
  /** Keeps what is in it now; what it gives puts all of that back, and nothing else. */
  remember(): () => void;
  /** What is in it, in bytes by DynamoDB's rules. */
  size(): { items: number; bytes: number };
}

/** What a page of a query has, in bytes by DynamoDB's rules. */
export interface Found {
  pk: string;
  items: number;
  bytes: number;
}

/** A page of a query ends after this much (API reference of Query: 1 MB of items; here, of their text). */
const PAGE_BYTES = 1_000_000;

/** What a unit is (Developer Guide, "Read/write capacity"); a read that may be stale takes half of one. */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/**
 * A table `stagewatch` that speaks as much of DynamoDB's protocol as lib/history does, over HTTP; anything else, an unknown
 * condition too, is refused. It is for measuring the other side: 840,000 hours are in it in seconds, and a query takes as
 * long as sending its text.
 *
 * @param onCall is told the operation of every request, what DynamoDB would bill for it (read or write units), and what a
 *   query has found
 */
export async function startMemoryTable(
  onCall: (operation: string, units: number, found?: Found) => void = () => {},
): Promise<MemoryTable> {
  const partitions = new Map<string, Partition>();

  const partitionOf = (pk: string) => {
    const partition = partitions.get(pk) ?? { keys: [], texts: [], sizes: [] };
    partitions.set(pk, partition);
    return partition;
  };
  const find = (key: Item) => {
    const partition = partitionOf(key.pk!.S!);
    const index = placeOf(partition.keys, key.sk!.S!);
    const text = partition.keys[index] === key.sk!.S ? partition.texts[index]! : undefined;
    return text === undefined ? undefined : (JSON.parse(text) as Item);
  };
  const put = (item: Item) => {
    const { keys, texts, sizes } = partitionOf(item.pk!.S!);
    const index = placeOf(keys, item.sk!.S!);
    const known = keys[index] === item.sk!.S ? 1 : 0;
    const size = sizeOf(item);
    units = Math.ceil(Math.max(size, known === 1 ? sizes[index]! : 0) / WRITE_UNIT_BYTES);
    keys.splice(index, known, item.sk!.S!);
    texts.splice(index, known, JSON.stringify(item));
    sizes.splice(index, known, size);
  };
  /** Of the request that is being answered. */
  let units = 0;
  let found: Found | undefined;

  const operations: Record<string, (input: Input) => string> = {
    Query({ KeyConditionExpression, ExpressionAttributeValues, ScanIndexForward, Limit, ExclusiveStartKey, ...rest }) {
      if (KeyConditionExpression !== 'pk = :pk AND sk BETWEEN :from AND :to') throw new Refusal(KeyConditionExpression);
      if (rest.FilterExpression || rest.ProjectionExpression) throw new Refusal('a filter or a projection');
      const { ':pk': pk, ':from': from, ':to': to } = ExpressionAttributeValues!;
      const { keys, texts, sizes } = partitionOf(pk!.S!);
      const first = placeOf(keys, from!.S!);
      const end = placeOf(keys, `${to!.S!}\0`);
      let order = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
      if (ScanIndexForward === false) order.reverse();
      if (ExclusiveStartKey) order = order.slice(order.findIndex((at) => keys[at] === ExclusiveStartKey.sk!.S) + 1);
      const page: string[] = [];
      let bytes = 0;
      let size = 0;
      for (const at of order) {
        if (page.length === Limit || bytes >= PAGE_BYTES) break;
        page.push(texts[at]!);
        bytes += texts[at]!.length;
        size += sizes[at]!;
      }
      found = { pk: pk!.S!, items: page.length, bytes: size };
      units = (Math.max(1, Math.ceil(size / READ_UNIT_BYTES)) * (rest.ConsistentRead ? 2 : 1)) / 2;
      const last =
        page.length < order.length
          ? `,"LastEvaluatedKey":${JSON.stringify({ pk, sk: { S: keys[order[page.length - 1]!] } })}`
          : '';
      return `{"Count":${page.length},"Items":[${page.join(',')}]${last}}`;
    },
    PutItem(input) {
      check(input, find(input.Item!));
      put(input.Item!);
      return '{}';
    },
    UpdateItem(input) {
      const stored = find(input.Key!);
      check(input, stored);
      put({ ...updated(stored, input), ...input.Key });
      return '{}';
    },
  };

  const listening = await listen((request, body) => {
    const name = String(request.headers['x-amz-target']).replace('DynamoDB_20120810.', '');
    units = 1;
    found = undefined;
    try {
      if (!Object.hasOwn(operations, name)) throw new Refusal(name);
      const answer = operations[name]!(JSON.parse(body));
      onCall(name, units, found);
      return json(200, answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      onCall(name, units);
      return json(
        400,
        JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.message }),
      );
    }
  });
  const size = () => {
    const all = [...partitions.values()].flatMap(({ sizes }) => sizes);
    return { items: all.length, bytes: all.reduce((sum, one) => sum + one, 0) };
  };
  const copyOf = ({ keys, texts, sizes }: Partition): Partition => ({
    keys: [...keys],
    texts: [...texts],
    sizes: [...sizes],
  });
  const remember = () => {
    const kept = [...partitions].map(([pk, partition]) => [pk, copyOf(partition)] as const);
    return () => {
      partitions.clear();
      for (const [pk, partition] of kept) partitions.set(pk, copyOf(partition));
    };
  };
  return { ...listening, tableName: 'stagewatch', put, remember, size };
}

interface Input {
  Item?: Item;
  Key?: Item;
  KeyConditionExpression?: string;
  ConditionExpression?: string;
  UpdateExpression?: string;
  FilterExpression?: string;
  ProjectionExpression?: string;
  ExpressionAttributeNames?: Names;
  ExpressionAttributeValues?: Item;
  ExclusiveStartKey?: Item;
  ScanIndexForward?: boolean;
  ConsistentRead?: boolean;
  Limit?: number;
}

class Refusal extends Error {
  constructor(
    unknown: string | undefined,
    readonly code = 'ValidationException',
  ) {
    super(`the memory table does not know ${unknown}`);
  }
}

function check({ ConditionExpression, ExpressionAttributeValues = {} }: Input, stored: Item | undefined) {
  const holds = CONDITIONS[ConditionExpression ?? ''];
  if (!holds) throw new Refusal(`the condition ${ConditionExpression}`);
  if (!holds(stored, ExpressionAttributeValues))
    throw new Refusal('a row for which the condition holds', 'ConditionalCheckFailedException');
}

/** An item after `SET a = :a, #b = :b REMOVE c, d`. */
function updated(
  stored: Item | undefined,
  { UpdateExpression = '', ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Input,
): Item {
  const [, sets, removes = ''] = /^SET (.+?)(?: REMOVE (.+))?$/.exec(UpdateExpression) ?? [];
  if (!sets) throw new Refusal(UpdateExpression);
  const kept = Object.entries(stored ?? {}).filter(([name]) => !removes.split(', ').includes(name));
  const set = sets.split(', ').map((part) => {
    const [, name, value] = /^(#?\w+) = (:\w+)$/.exec(part) ?? [];
    if (!name) throw new Refusal(UpdateExpression);
    return [ExpressionAttributeNames[name] ?? name, ExpressionAttributeValues[value!]!] as const;
  });
  return Object.fromEntries([...kept, ...set]);
}

/** Of an attribute's name and value (Developer Guide, "Item sizes and formats"); of a number at most as many as digits. */
function sizeOf(item: Item): number {
  const bytes = (value: AttributeValue): number => {
    if (value.S !== undefined) return Buffer.byteLength(value.S);
    if (value.N !== undefined) return Math.ceil(value.N.length / 2) + 1;
    if (value.B !== undefined) return Math.ceil((String(value.B).length * 3) / 4);
    if (value.M) return 3 + sizeOf(value.M) + Object.keys(value.M).length;
    if (value.L) return 3 + value.L.reduce((sum, one) => sum + bytes(one) + 1, 0);
    return 1;
  };
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytes(value), 0);
}

/** Where a key is, or would be put. ISO text and ASCII sort as their UTF-8 does. */
function placeOf(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

const json = (status: number, body: string): HttpAnswer => ({ status, type: 'application/x-amz-json-1.0', body });
