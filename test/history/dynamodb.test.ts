import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { hourText } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import { dynamoHistory } from '../../lib/history/dynamodb';
import type { Verdict } from '../../lib/judge/verdict';
import { listen } from '../../lib/local/listen';
import { byStatus } from '../worlds/by-status';
import { alert, counted, describeHistory, event, H, unknown, verdict } from '../worlds/history-contract';
import { kept, record } from '../worlds/kept';
import { queriedStore } from '../worlds/queried-store';

// Hundreds of requests over HTTP; a busy machine is no failure.
jest.setTimeout(60_000);

const classify = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };

let store: Awaited<ReturnType<typeof queriedStore>>;
let client: DynamoDBClient;
let releases = 0;

beforeAll(async () => {
  store = await queriedStore();
  client = store.client;
});
afterAll(() => store.close());
beforeEach(() => {
  store.queries.length = 0;
});

const open = (release: string) => dynamoHistory({ client, table: store.table, release, classify });
const fresh = () => open(`release-${++releases}`);

const stored = async (pk: string, sk: string) => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: store.table, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return unmarshall(Item!);
};

describeHistory((release, clock) => dynamoHistory({ client, table: store.table, release, classify, clock }));

describe('snapshots', () => {
  test('can be read in the table by a person, with the rate of the counts that are requests', async () => {
    const history = open('document-status');
    await record(history, counted(H, { counts: byStatus({ '200': 90, '401': 7, '502': 10, 'N/A': 3 }) }));
    expect(await stored('document-status#%23show', '2026-02-11T16:00Z')).toEqual({
      pk: 'document-status#%23show',
      sk: '2026-02-11T16:00Z',
      version: 1,
      endpoint: '#show',
      hour: '2026-02-11T16:00Z',
      kind: 'counted',
      requests: 100,
      errors: 10,
      excluded: 7,
      rate: 0.1,
      counts: { '200': 90, '401': 7, '502': 10, 'N/A': 3 },
      revision: 1,
      final: true,
    });
  });

  test('have no rate without a request, and no numbers at all while unknown', async () => {
    const history = open('rates');
    await record(history, counted(H, { counts: byStatus({ '401': 7 }) }));
    await record(history, unknown(H + 1));
    expect(await stored('rates#%23show', hourText(H))).not.toHaveProperty('rate');
    const item = await stored('rates#%23show', hourText(H + 1));
    expect(item).toMatchObject({ kind: 'unknown', reason: 'no data' });
    for (const name of ['requests', 'errors', 'rate', 'counts']) expect(item).not.toHaveProperty(name);
  });

  test('of more than one page are all read', async () => {
    const history = fresh();
    const all = Array.from({ length: 60 }, (_, index) =>
      unknown(H + index, { reason: randomBytes(30_000).toString('base64') } as Partial<Snapshot>),
    );
    await Promise.all(all.map((one) => record(history, one)));
    expect(await kept(history, '#show', H, H + 60)).toEqual(all);
    // Days, then two pages of hours.
    expect(store.queries.length).toBeGreaterThan(2);
  });
});

describe('snapshots', () => {
  test('agree with the table after any writes of two processes and any reads', async () => {
    const step = fc.record({
      writer: fc.nat(1),
      hour: fc.nat(7),
      final: fc.boolean(),
      readFrom: fc.nat(7),
      readHours: fc.integer({ min: 1, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        const release = `two-${++releases}`;
        const processes = [open(release), open(release)];
        for (const { writer, hour, final, readFrom, readHours } of steps) {
          const [from, to] = [H + readFrom, H + readFrom + readHours];
          const truth = await kept(open(release), '#show', H, H + 20);
          const previous = truth.find((one) => one.hour === H + hour);
          const next = counted(H + hour, { final, revision: (previous?.revision ?? 0) + 1 });
          const done = await record(processes[writer]!, next, previous);
          expect(done).toBe(!previous?.final);
          const expected = [...truth.filter((one) => !done || one.hour !== next.hour), ...(done ? [next] : [])]
            .filter((one) => one.hour >= from && one.hour < to)
            .sort((a, b) => a.hour - b.hour);
          for (const process of processes) expect(await kept(process, '#show', from, to)).toEqual(expected);
        }
      }),
      { numRuns: 5 },
    );
  });
});

describe('verdicts', () => {
  test('say the main things as plain attributes', async () => {
    await open('plain').recordVerdict(verdict(H));
    expect(await stored('plain', 'verdict#2026-02-11T16:00Z')).toMatchObject({
      hour: '2026-02-11T16:00Z',
      recommendation: 'hold',
      reason: 'not enough requests yet',
      stage: 'A',
      judge: '1',
      document: { hour: H, stage: { exposure: 0.25 } },
    });
  });

  test.each([
    [0.1 + 0.2, 0.1 + 0.2],
    [2 ** 60, 2 ** 60],
    [1e300, 1e120],
    [Number.POSITIVE_INFINITY, 1e120],
    [1e-300, 0],
  ])('keep the evidence %p as %p', async (evidence, kept) => {
    const history = fresh();
    const finding = { endpoint: '#show', evidence: { breach: evidence } } as Verdict['findings'][number];
    await history.recordVerdict(verdict(H, { findings: [finding] }));
    expect((await history.lastVerdict())!.findings[0]!.evidence.breach).toBe(kept);
  });

  test('with a number that is none are refused', async () => {
    const finding = { evidence: { pass: Number.NaN } } as Verdict['findings'][number];
    await expect(fresh().recordVerdict(verdict(H, { findings: [finding] }))).rejects.toThrow('got NaN as pass');
  });

  test('of more than the 1 MB that a page takes are all read, and a long reason is in an item but once', async () => {
    const history = fresh();
    const reason = 'x'.repeat(290_000);
    const all = [0, 1, 2, 3].map((index) => verdict(H + index, { reason }));
    for (const one of all) await history.recordVerdict(one);
    expect(await history.verdicts(H, H + 4)).toEqual(all);
    await history.recordAlert(alert(1, { reason, verdict: verdict(H, { reason: 'x' }) }));
    expect(await history.lastAlert()).toMatchObject({ reason });
  });

  test('of a thousand endpoints fit into an item', async () => {
    const history = fresh();
    const findings = Array.from(
      { length: 2000 },
      (_, index) => ({ endpoint: `#${index}`, reason: 'x'.repeat(300) }) as Verdict['findings'][number],
    );
    await history.recordVerdict(verdict(H, { findings }));
    expect(await history.lastVerdict()).toEqual(verdict(H, { findings }));
    await history.recordAlert(alert(1, { verdict: verdict(H, { findings }) }));
    await history.markSent(alert(1));
    expect(await history.lastAlert()).toEqual(alert(1, { verdict: verdict(H, { findings }), status: 'sent' }));
  });
});

describe('a write whose reply is lost', () => {
  // The effect is there, and the SDK tries again, as after a connection that broke.
  const forgetful = () => {
    const losing = store.connect();
    losing.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        if (sent++ > 0) return result;
        throw Object.assign(new Error('the connection broke'), { name: 'TimeoutError' });
      },
      { step: 'deserialize' },
    );
    let sent = 0;
    return dynamoHistory({ client: losing, table: store.table, release: `release-${++releases}`, classify });
  };

  test('is a success when it was an alert, so that its page goes out now', async () => {
    const history = forgetful();
    expect(await history.recordAlert(alert(1))).toBe(true);
    expect(await history.recordAlert(alert(1))).toBe(false);
  });

  test('is a success when it took an alert over, and nobody else has it', async () => {
    const history = forgetful();
    const later = dynamoHistory({
      client,
      table: store.table,
      release: `release-${releases}`,
      classify,
      clock: () => 0,
    });
    await later.recordAlert(alert(1));
    expect(await history.takeOver(alert(1))).toBe(true);
    expect(await history.takeOver(alert(1))).toBe(false);
  });

  test('is a success when it was a stage event', async () => {
    const history = forgetful();
    expect(await history.enterStage(event(0))).toBe(true);
    expect(await history.enterStage(event(0))).toBe(false);
  });

  test('is a success when it was a snapshot, and no harm when it was a verdict or a mark', async () => {
    const snapshot = forgetful();
    expect(await record(snapshot, counted(H))).toBe(true);
    expect(await kept(snapshot, '#show', H, H + 1)).toEqual([counted(H)]);
    const opinion = forgetful();
    await opinion.recordVerdict(verdict(H));
    expect(await opinion.lastVerdict()).toEqual(verdict(H));
    const mark = forgetful();
    await open(`release-${releases}`).recordAlert(alert(1));
    await mark.markSent(alert(1));
    expect(await mark.lastAlert()).toEqual(alert(1, { status: 'sent' }));
  });
});

test('an alert of an older version, which says nothing of who took it, can be taken over at once', async () => {
  await open('older').recordAlert(alert(1));
  const { writer, takenAt, ...older } = await stored('older', 'alert#0000000001');
  await client.send(new PutItemCommand({ TableName: store.table, Item: marshall(older) }));
  expect(await open('older').takeOver(alert(1))).toBe(true);
});

test('what on-call said can be read in the table by a person', async () => {
  await open('said').recordOnCall({
    kind: 'silence',
    at: H * 3_600_000,
    until: H * 3_600_000 + 90_000,
    by: 'Ada',
    reason: 'upgrade',
    endpoints: ['#show'],
  });
  expect(await stored('said', 'oncall#2026-02-11T16:00:00.000Z')).toEqual({
    pk: 'said',
    sk: 'oncall#2026-02-11T16:00:00.000Z',
    version: 1,
    digest: '45d2dfb6c6ae0bf3',
    kind: 'silence',
    at: '2026-02-11T16:00Z',
    until: '2026-02-11T16:01:30Z',
    by: 'Ada',
    reason: 'upgrade',
    endpoints: ['#show'],
  });
});

describe('names', () => {
  test('forge nothing: what one release and endpoint records, no other one reads', async () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'a#b', 'a#b#c', 'b#c', 'c', '%23', 'a%23b', '#', 'a/b', 'a\n', 'a%0A', 'é', 'e\u0301'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.tuple(name, name), fc.tuple(name, name), async (one, other) => {
        fc.pre(one[0] !== other[0] || one[1] !== other[1]);
        const hour = H + ++round;
        const mine = counted(hour, { endpoint: one[1] });
        const theirs = open(other[0]);
        await record(open(one[0]), mine);
        expect(await kept(theirs, other[1], hour, hour + 1)).toEqual([]);
        expect((await theirs.stages()).length + (await theirs.alerts()).length).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});

test.each([
  ['a newer version', { version: { N: '2' } }, 'version'],
  ['counts that are no numbers', { counts: { M: { '200': { S: 'many' } } } }, 'counts.200'],
  ['a negative count', { counts: { M: { '200': { N: '-1' } } } }, 'counts.200'],
  ['an hour that is none', { hour: { S: '2026-02-30T16:00Z' } }, 'hour'],
  ['a kind of its own', { kind: { S: 'guessed' } }, 'kind'],
])('an item with %s is an error that names its key', async (_, change, where) => {
  const history = fresh();
  const key = { pk: { S: `release-${releases}#%23show` }, sk: { S: hourText(H) } };
  const item = {
    ...key,
    version: { N: '1' },
    endpoint: { S: '#show' },
    hour: { S: hourText(H) },
    kind: { S: 'counted' },
    counts: { M: { '200': { N: '1' } } },
    revision: { N: '1' },
    final: { BOOL: true },
    ...change,
  };
  await client.send(new PutItemCommand({ TableName: store.table, Item: item }));
  await expect(kept(history, '#show', H, H + 1)).rejects.toThrow(
    `history item ${key.pk.S} / 2026-02-11T16:00Z cannot be read - got another ${where}`,
  );
});

test('a verdict whose document is damaged is an error, not a verdict', async () => {
  const history = fresh();
  const key = { pk: { S: `release-${releases}` }, sk: { S: `verdict#${hourText(H)}` } };
  const damaged: Record<string, AttributeValue>[] = [{ document: { S: 'x' } }, { packed: { B: Buffer.from('x') } }, {}];
  for (const part of damaged) {
    await client.send(new PutItemCommand({ TableName: store.table, Item: { ...key, version: { N: '1' }, ...part } }));
    await expect(history.lastVerdict()).rejects.toThrow('cannot be read');
  }
});

test('an empty page is not the end of a partition', async () => {
  const item = {
    pk: { S: 'r' },
    sk: { S: 'stage#2026-02-11T16:00:00.000Z' },
    version: { N: '1' },
    at: { S: '2026-02-11T16:00Z' },
    stage: { S: 'A' },
    exposure: { N: '0.25' },
    by: { S: 'pat' },
  };
  const pages = [{ Items: [], LastEvaluatedKey: { pk: { S: 'x' }, sk: { S: 'y' } } }, { Items: [item] }];
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    const body: Buffer[] = [];
    for await (const part of request) body.push(part);
    asked.push(JSON.parse(Buffer.concat(body).toString()));
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(pages.shift()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const paged = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-gov-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stages = await dynamoHistory({ client: paged, table: 't', release: 'r', classify }).stages();
  expect(stages.map(({ stage }) => stage)).toEqual(['A']);
  expect(asked).toMatchObject([{ ConsistentRead: true }, { ExclusiveStartKey: { pk: { S: 'x' }, sk: { S: 'y' } } }]);
  paged.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test.each([
  ['no items', '{}', 'got an answer without items'],
  ['nothing', '', 'got an answer without items'],
  ['an item of another release', pageOf('other', 'stage#2026-02-11T16:00Z'), 'got an item under another key'],
  ['an item outside the range', pageOf('mine', 'verdict#2026-02-11T16:00Z'), 'got an item under another key'],
])('a 200 with %s is an error and not a release that was never launched', async (_, body, message) => {
  const liar = await listen(() => ({ status: 200, type: 'application/x-amz-json-1.0', body }));
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const other = new DynamoDBClient({ endpoint: liar.url, region: 'us-gov-west-1', credentials });
  const history = dynamoHistory({ client: other, table: 'stagewatch', release: 'mine', classify });
  await expect(history.stages()).rejects.toMatchObject({
    name: 'HistoryError',
    message: expect.stringContaining(message),
  });
  other.destroy();
  await liar.close();
});

function pageOf(pk: string, sk: string): string {
  return JSON.stringify({ Items: [{ pk: { S: pk }, sk: { S: sk } }], Count: 1 });
}
