import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dayOf, firstHourOf } from '../../lib/facts/packed/packed-day';
import type { Counts } from '../../lib/facts/snapshot';
import { dynamoHistory } from '../../lib/history/dynamodb';
import { randomness } from '../../lib/local/randomness';
import { seriesOf } from '../../lib/release/series-of';
import { run } from '../../lib/run';
import { firstHour } from '../../lib/sampling';
import { byStatus } from '../worlds/by-status';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { LONG, say, TIME } from './form';
import { memorySink, memorySource, RELEASE } from './neighbours';
import { type RestoredTable, restoredTable } from './restored-table';

/**
 * Runs that are killed at each of their calls of the table, and runs that overlap, on hours and days as they are kept, in
 * the hours around which a day becomes final and is packed.
 */

/** Every hour of every series has counts of its own. */
const traffic = (endpoint: string, hour: number): Counts =>
  byStatus({ 200: 1000 + (hour % 97) + endpoint.length, 500: hour % 3 });

type Send = (command: unknown, ...rest: unknown[]) => Promise<unknown>;
type Client = Pick<DynamoDBClient, 'send'>;

let table: RestoredTable;
let client: DynamoDBClient;
beforeAll(async () => {
  table = await restoredTable();
  client = table.client;
});
afterAll(() => table.close());

/** A process of its own, of which the table hears through `of`. */
function processOf(of: Client, hour: number) {
  const now = tickOf(hour);
  const clock = () => now;
  const history = dynamoHistory({
    client: of,
    table: table.tableName,
    release: RELEASE.name,
    classify: RELEASE,
    clock,
  });
  return { release: RELEASE, source: memorySource(traffic, clock), history, sink: memorySink([], clock) };
}
/** @throws also what a run reports, and goes on after */
async function runOf(hour: number, of: Client = client): Promise<void> {
  const { failure } = await run(processOf(of, hour), tickOf(hour));
  if (failure) throw failure;
}

/** All that a new process reads as of an hour: each series' hours, and the verdict. */
async function readAt(hour: number) {
  const { history } = processOf(client, hour);
  const log = await history.stages();
  const names = seriesOf(RELEASE).map(({ name }) => name);
  const snapshots = await history.snapshots(names, firstHour(RELEASE, log, tickOf(hour)), hour + 1);
  return {
    snapshots: [...snapshots].map(([name, byHour]) => [name, [...byHour]] as const),
    verdict: await history.lastVerdict(),
  };
}

/** Sends all calls until the one with that number, which is the last of its process: cut off before or after its effect. */
function killedAt(last: number, isDone: boolean): { client: Client; calls: () => number } {
  let calls = 0;
  const send: Send = async (...args) => {
    calls++;
    if (calls > last || (calls === last && !isDone)) throw new Error('the process was killed');
    const reply = await (client.send as Send)(...args);
    if (calls >= last) throw new Error('the process was killed');
    return reply;
  };
  return { client: { send } as Client, calls: () => calls };
}

/** Waits before and after each call, now and then for long. */
function slowed(seed: string): Client {
  const random = randomness(seed);
  const wait = () => new Promise((resolve) => setTimeout(resolve, random() < 0.1 ? 20 : 3 * random()));
  const send: Send = async (...args) => {
    await wait();
    const reply = await (client.send as Send)(...args);
    await wait();
    return reply;
  };
  return { send } as Client;
}

/** So many calls at the start and at the end of a run differ; between them it may write weeks of days. */
const ALIKE = 12;

/** Calls at which a run is killed: each of them, or in the short form every eighth of many that are alike. */
function killsOf(calls: number): { last: number; isDone: boolean }[] {
  const all = Array.from({ length: calls }, (_, index) => index + 1);
  const few = all.filter(
    (last) => LONG || calls <= 3 * ALIKE || Math.min(last, calls - last) < ALIKE || last % 8 === 0,
  );
  return few.flatMap((last) => [false, true].map((isDone) => ({ last, isDone })));
}
/** What a test plays, also when its time is over: jest goes on with the next test then, on the same table. */
let played: Promise<unknown> = Promise.resolve();
let isOver = false;
beforeEach(() => {
  isOver = false;
});
afterEach(async () => {
  isOver = true;
  await played.catch(() => {});
}, TIME);

function play<T>(rounds: readonly T[], one: (round: T) => Promise<void>): Promise<void> {
  const playing = (async () => {
    for (const round of rounds) if (!isOver) await one(round);
  })();
  played = playing;
  return playing;
}

const MIDNIGHT = firstHourOf(dayOf(LAUNCH) + 1);
/** The first run, which packs the weeks before the launch, and those in which its day becomes final, is packed, and is read as a day. */
const SCENES = [LAUNCH, MIDNIGHT + 5, MIDNIGHT + 6, MIDNIGHT + 7];

/** The table before the run of an hour, as undisturbed runs leave it. */
async function before(hour: number): Promise<() => Promise<void>> {
  await processOf(client, LAUNCH).history.enterStage(entered(LAUNCH));
  for (let one = LAUNCH; one < hour; one++) await runOf(one);
  return table.remember();
}

describe.each(SCENES.map((hour) => [hour - LAUNCH, hour]))('the run %i hours after the launch', (_, hour) => {
  let restore: () => Promise<void>;
  let expected: Awaited<ReturnType<typeof readAt>>;
  let calls: number;
  let clean: () => Promise<void>;
  beforeAll(async () => {
    clean = await table.remember();
    restore = await before(hour);
    const counted = killedAt(Number.POSITIVE_INFINITY, true);
    await runOf(hour, counted.client);
    calls = counted.calls();
    await runOf(hour + 1);
    expected = await readAt(hour + 1);
  }, TIME);
  afterAll(() => clean());

  test(
    'that is killed at any call of the table is made up for by the next one',
    async () => {
      expect(calls).toBeGreaterThan(8);
      const kills = killsOf(calls);
      await play(kills, async ({ last, isDone }) => {
        await restore();
        await expect(runOf(hour, killedAt(last, isDone).client)).rejects.toThrow('the process was killed');
        await runOf(hour);
        await runOf(hour + 1);
        expect({ last, isDone, ...(await readAt(hour + 1)) }).toEqual({ last, isDone, ...expected });
      });
      say(`${kills.length} kills at ${calls} calls of the run ${hour - LAUNCH} hours after the launch`);
    },
    TIME,
  );

  test(
    'that overlaps with another one of the same hour, and one of the next, loses nothing',
    () =>
      play([...Array(10).keys()], async (seed) => {
        await restore();
        await Promise.all([runOf(hour, slowed(`a${seed}`)), runOf(hour, slowed(`b${seed}`))]);
        await Promise.all([runOf(hour + 1, slowed(`c${seed}`)), runOf(hour + 1, slowed(`d${seed}`))]);
        expect({ seed, ...(await readAt(hour + 1)) }).toEqual({ seed, ...expected });
      }),
    TIME,
  );
});
