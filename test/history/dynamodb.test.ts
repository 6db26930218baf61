import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AttributeValue, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import type { AlertRecord } from '../../lib/domain/alert';
import { hourText, parseHour, parseInstant } from '../../lib/domain/hour';
import type { OnCallEvent } from '../../lib/domain/on-call';
import type { Snapshot } from '../../lib/domain/snapshot';
import type { StageEvent } from '../../lib/domain/stage';
import type { Verdict } from '../../lib/domain/verdict';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { listen } from '../../lib/local/listen';
import { type LocalStore, openStore } from '../../lib/local/store';
import { byStatus } from '../by-status';

const classify = { excludedStatuses: [401, 403], errorStatuses: { from: 400, to: 599 } };
const H = parseHour('2026-02-11T16:00Z')!;

let store: LocalStore;
let client: DynamoDBClient;
let reads: number;
let releases = 0;

beforeAll(async () => {
  store = await openStore(':memory:');
  client = new DynamoDBClient({
    endpoint: store.url,
    region: 'us-gov-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'QueryCommand') reads++;
      return next(args);
    },
    { step: 'initialize' },
  );
});
afterAll(async () => {
  client.destroy();
  await store.close();
});
beforeEach(() => {
  reads = 0;
});

const open = (release: string) => dynamoHistory({ client, table: store.tableName, release, classify });
const fresh = () => open(`release-${++releases}`);

const counted = (hour: number, change: Partial<Snapshot> = {}): Snapshot =>
  ({
    endpoint: '#show',
    hour,
    kind: 'counted',
    counts: byStatus({ '200': 10 }),
    revision: 1,
    final: true,
    ...change,
  }) as Snapshot;
const unknown = (hour: number, change: Partial<Snapshot> = {}): Snapshot =>
  ({ endpoint: '#show', hour, kind: 'unknown', reason: 'no data', revision: 1, final: false, ...change }) as Snapshot;
const verdict = (hour: number, change: Partial<Verdict> = {}): Verdict => ({
  judge: '1',
  hour,
  stage: { name: 'A', exposure: 0.25, since: H * 3_600_000 },
  recommendation: 'hold',
  reason: 'not enough requests yet',
  findings: [],
  notices: [],
  ...change,
});
const alert = (seq: number, change: Partial<AlertRecord> = {}): AlertRecord => ({
  seq,
  at: H * 3_600_000 + seq,
  severity: 'page',
  change: 'firing',
  reason: '#show is above 5 %',
  dedupKey: 'k',
  open: [{ key: '#show/ceiling', since: H, rollBack: false }],
  changes: [],
  told: [],
  notices: [],
  verdict: verdict(H),
  status: 'pending',
  ...change,
});
const stored = async (pk: string, sk: string) => {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: store.tableName, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return unmarshall(Item!);
};

describe('snapshots', () => {
  test('come back as they were recorded, oldest first, from `from` up to and without `to`', async () => {
    const history = fresh();
    const all = [
      counted(H, { filledAt: parseInstant('2026-02-11T18:15:30.5Z')! }),
      unknown(H + 1),
      counted(H + 2, { counts: byStatus({}) }),
    ];
    for (const one of [all[2]!, all[0]!, all[1]!, counted(H - 1), counted(H + 3)]) {
      expect(await history.record(one, undefined)).toBe(true);
    }
    expect(await history.snapshots('#show', H, H + 3)).toEqual(all);
    expect(await history.snapshots('#show', H, H)).toEqual([]);
    expect(await history.snapshots('#index', H, H + 3)).toEqual([]);
  });

  test('can be read in the table by a person, with the rate of the counts that are requests', async () => {
    const history = open('document-status');
    await history.record(counted(H, { counts: byStatus({ '200': 90, '401': 7, '502': 10, 'N/A': 3 }) }), undefined);
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
    await history.record(counted(H, { counts: byStatus({ '401': 7 }) }), undefined);
    await history.record(unknown(H + 1), undefined);
    expect(await stored('rates#%23show', hourText(H))).not.toHaveProperty('rate');
    const item = await stored('rates#%23show', hourText(H + 1));
    expect(item).toMatchObject({ kind: 'unknown', reason: 'no data' });
    for (const name of ['requests', 'errors', 'rate', 'counts']) expect(item).not.toHaveProperty(name);
  });

  test('are recorded once: a second first reading is told that another run was quicker', async () => {
    const history = fresh();
    expect(await history.record(counted(H), undefined)).toBe(true);
    expect(await history.record(counted(H, { counts: byStatus({ '200': 99 }) }), undefined)).toBe(false);
    expect(await history.snapshots('#show', H, H + 1)).toEqual([counted(H)]);
  });

  test('go from unknown to counted, and from one revision to the next', async () => {
    const history = fresh();
    const first = unknown(H);
    const second = counted(H, { revision: 2, final: false, filledAt: H * 3_600_000 });
    const third = counted(H, { revision: 3, counts: byStatus({ '200': 11 }) });
    await history.record(first, undefined);
    expect(await history.record(second, first)).toBe(true);
    expect(await history.record(third, first)).toBe(false);
    expect(await history.record(third, second)).toBe(true);
    expect(await history.snapshots('#show', H, H + 1)).toEqual([third]);
  });

  test('that are final never change, whatever the writer believes', async () => {
    const history = fresh();
    await history.record(counted(H), undefined);
    const wrong = counted(H, { revision: 2, counts: byStatus({}) });
    expect(await history.record(wrong, counted(H))).toBe(false);
    expect(await history.record(wrong, counted(H, { final: false }))).toBe(false);
    expect(await history.record(wrong, undefined)).toBe(false);
    expect(await history.snapshots('#show', H, H + 1)).toEqual([counted(H)]);
  });

  test('are not brought to life by a revision of what was never recorded', async () => {
    const history = fresh();
    expect(await history.record(counted(H, { revision: 2 }), unknown(H))).toBe(false);
    expect(await history.snapshots('#show', H, H + 1)).toEqual([]);
  });

  test('have one winner among concurrent writers, whose snapshot is the one kept', async () => {
    const history = fresh();
    const previous = unknown(H);
    await history.record(previous, undefined);
    const writers = Array.from({ length: 12 }, (_, index) =>
      counted(H, { revision: 2, counts: byStatus({ '200': index + 1 }) }),
    );
    const won = await Promise.all(writers.map((next) => history.record(next, previous)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await history.snapshots('#show', H, H + 1)).toEqual([writers[won.indexOf(true)]]);
  });

  test('of more than one page are all read', async () => {
    const history = fresh();
    const all = Array.from({ length: 60 }, (_, index) =>
      unknown(H + index, { reason: 'x'.repeat(30_000) } as Partial<Snapshot>),
    );
    await Promise.all(all.map((one) => history.record(one, undefined)));
    expect(await history.snapshots('#show', H, H + 60)).toEqual(all);
    expect(reads).toBeGreaterThan(1);
  });
});

describe('the final snapshots that are remembered', () => {
  test('are not read again, and what follows them is', async () => {
    const history = fresh();
    for (let hour = H; hour < H + 5; hour++) await history.record(counted(hour, { final: hour < H + 3 }), undefined);
    const all = await history.snapshots('#show', H, H + 5);
    expect(await history.snapshots('#show', H + 1, H + 3)).toEqual(all.slice(1, 3));
    expect(reads).toBe(1);
    expect(await history.snapshots('#show', H, H + 5)).toEqual(all);
    expect(reads).toBe(2);
  });

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
          const truth = await open(release).snapshots('#show', H, H + 20);
          const previous = truth.find((one) => one.hour === H + hour);
          const next = counted(H + hour, { final, revision: (previous?.revision ?? 0) + 1 });
          const done = await processes[writer]!.record(next, previous);
          expect(done).toBe(!previous?.final);
          const expected = [...truth.filter((one) => !done || one.hour !== next.hour), ...(done ? [next] : [])]
            .filter((one) => one.hour >= from && one.hour < to)
            .sort((a, b) => a.hour - b.hour);
          for (const process of processes) expect(await process.snapshots('#show', from, to)).toEqual(expected);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('the stage log', () => {
  const event = (at: number, change: Partial<StageEvent> = {}): StageEvent => ({
    at,
    stage: 'A',
    exposure: 0.25,
    by: 'pat',
    ...change,
  });

  test('is in the order of time, whatever the order and the precision of the entries', async () => {
    const history = fresh();
    const start = parseInstant('2026-02-11T16:00Z')!;
    const times = [0, 1, 999, 1000, 59_999, 60_000, 3_600_000, 86_400_000 * 400].map((ms) => start + ms);
    for (const at of [...times].reverse()) expect(await history.enterStage(event(at))).toBe(true);
    expect((await history.stages()).map(({ at }) => at)).toEqual(times);
  });

  test('keeps everything an entry says, and the first of two entries at one instant', async () => {
    const history = fresh();
    const full = event(0, { plannedExposure: 0.5, note: 'was "B" #2', relaunch: true, exposure: 0 });
    expect(await history.enterStage(full)).toBe(true);
    expect(await history.enterStage(event(0))).toBe(false);
    expect(await history.stages()).toEqual([full]);
  });

  test('is empty before the first entry', async () => {
    expect(await fresh().stages()).toEqual([]);
  });
});

describe('verdicts', () => {
  test('are kept once an hour, and the newest is the last', async () => {
    const history = fresh();
    expect(await history.lastVerdict()).toBeUndefined();
    await history.recordVerdict(verdict(H + 1));
    await history.recordVerdict(verdict(H));
    await history.recordVerdict(verdict(H + 1, { recommendation: 'advance' }));
    expect(await history.lastVerdict()).toEqual(verdict(H + 1));
    expect(await history.verdicts(H, H + 1)).toEqual([verdict(H)]);
    expect(await history.verdicts(H, H)).toEqual([]);
  });

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

describe('alerts', () => {
  test('are numbered once, pending until sent, and the newest is the last', async () => {
    const history = fresh();
    expect(await history.lastAlert()).toBeUndefined();
    for (const seq of [1, 2, 9, 10, 11]) expect(await history.recordAlert(alert(seq))).toBe(true);
    expect(await history.recordAlert(alert(11, { reason: 'other' }))).toBe(false);
    expect(await history.lastAlert()).toEqual(alert(11));
    await history.markSent(alert(11));
    await history.markSent(alert(11));
    expect(await history.lastAlert()).toEqual(alert(11, { status: 'sent' }));
    expect((await history.alerts()).map(({ seq, status }) => `${seq} ${status}`)).toEqual([
      '1 pending',
      '2 pending',
      '9 pending',
      '10 pending',
      '11 sent',
    ]);
  });

  test('that were held back come back with what people have not heard of', async () => {
    const history = fresh();
    const held = alert(1, {
      status: 'held',
      open: [{ key: '#show/ceiling', since: H, rollBack: false, untold: true }],
      heldBack: [{ at: 5, what: 'firing (first firing)', why: 'silence by Ada: upgrade' }],
    });
    await history.recordAlert(held);
    expect(await history.lastAlert()).toEqual(held);
  });

  test('that were never recorded cannot be marked as sent', async () => {
    const history = fresh();
    await expect(history.markSent(alert(1))).rejects.toThrow();
    expect(await history.alerts()).toEqual([]);
  });

  test('have one winner among concurrent writers', async () => {
    const history = fresh();
    const won = await Promise.all(
      Array.from({ length: 8 }, (_, index) => history.recordAlert(alert(1, { reason: `${index}` }))),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect((await history.lastAlert())!.reason).toBe(`${won.indexOf(true)}`);
  });
});

describe('what on-call said', () => {
  const said = { at: H * 3_600_000, by: 'Ada' };
  const events: OnCallEvent[] = [
    { ...said, kind: 'silence', until: said.at + 90_000, reason: 'upgrade', endpoints: ['#show'] },
    { ...said, kind: 'silence-end', at: said.at + 1 },
    {
      ...said,
      kind: 'ack',
      at: said.at + 2_000,
      hour: H,
      members: [{ key: '#show/below', since: H - 1, rollBack: false }],
      note: 'on it',
    },
  ];

  test('comes back in the order of time, with everything it said', async () => {
    const history = fresh();
    expect(await history.onCall()).toEqual([]);
    for (const one of [events[2]!, events[0]!, events[1]!]) expect(await history.recordOnCall(one)).toBe(true);
    expect(await history.onCall()).toEqual(events);
    expect(await history.stages()).toEqual([]);
    expect(await history.lastAlert()).toBeUndefined();
  });

  test('is kept once an instant', async () => {
    const history = fresh();
    await history.recordOnCall(events[0]!);
    expect(await history.recordOnCall({ ...said, kind: 'silence-end' })).toBe(false);
    expect(await history.onCall()).toEqual([events[0]]);
  });

  test('can be read in the table by a person', async () => {
    await open('said').recordOnCall(events[0]!);
    expect(await stored('said', 'oncall#2026-02-11T16:00:00.000Z')).toEqual({
      pk: 'said',
      sk: 'oncall#2026-02-11T16:00:00.000Z',
      version: 1,
      kind: 'silence',
      at: '2026-02-11T16:00Z',
      until: '2026-02-11T16:01:30Z',
      by: 'Ada',
      reason: 'upgrade',
      endpoints: ['#show'],
    });
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
        await open(one[0]).record(mine, undefined);
        expect(await theirs.snapshots(other[1], hour, hour + 1)).toEqual([]);
        expect((await theirs.stages()).length + (await theirs.alerts()).length).toBe(0);
      }),
      { numRuns: 100 },
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
  await client.send(new PutItemCommand({ TableName: store.tableName, Item: item }));
  await expect(history.snapshots('#show', H, H + 1)).rejects.toThrow(
    `history item ${key.pk.S} / 2026-02-11T16:00Z cannot be read - got another ${where}`,
  );
});

test('a verdict whose document is damaged is an error, not a verdict', async () => {
  const history = fresh();
  const key = { pk: { S: `release-${releases}` }, sk: { S: `verdict#${hourText(H)}` } };
  const damaged: Record<string, AttributeValue>[] = [{ document: { S: 'x' } }, { packed: { B: Buffer.from('x') } }, {}];
  for (const part of damaged) {
    await client.send(
      new PutItemCommand({ TableName: store.tableName, Item: { ...key, version: { N: '1' }, ...part } }),
    );
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
