import type { Hour } from '../lib/facts/hour';
import { type EventSource, SourceError } from '../lib/ports';
import type { Release } from '../lib/release/schema';
import { type RunReport, run } from '../lib/run';
import { memoryWatch, type Told } from './crash/neighbours';
import { emptyTable } from './worlds/memory-history';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { BAD, FINE, fileOf, releaseOf } from './worlds/small-release';

const { datadog } = fileOf();
const query = { source: 'rum', search: '*', facet: '@usr.id', kept: '30 days' };
const change = {
  toggles: [{ name: 'a' }],
  datadog: { ...datadog, users: { ...query, counts: 'all' }, errorClasses: query },
};
const RELEASE = releaseOf('events', change);
/** Stage A is planned for a day: this run's newest hour is its last. */
const END = LAUNCH + 24;

/** A release in stage A whose events are told by a stand-in for Datadog's; what it was asked is kept. */
async function launched({ release = RELEASE, bad = -1 }: { release?: Release; bad?: Hour } = {}) {
  const table = emptyTable();
  const told: Told[] = [];
  const asked: string[] = [];
  let now = 0;
  let users = 1000;
  const weather = { fails: undefined as Error | undefined };
  const answer = <T>(what: string, from: Hour, to: Hour, value: T): Promise<T> => {
    asked.push(`${what} ${from - LAUNCH}-${to - LAUNCH}`);
    return weather.fails ? Promise.reject(weather.fails) : Promise.resolve(value);
  };
  const events: EventSource = {
    users: (from, to) => answer('users', from, to, users++),
    usersOf: (name, from, to) => answer(name, from, to, name.length),
    errorClasses: (from, to) => answer('classes', from, to, [{ name: 'Timeout', errors: 3 }]),
  };
  const surroundings = {
    release,
    told,
    clock: () => now,
    traffic: (_: string, hour: Hour) => (hour === bad ? BAD : FINE),
  };
  const watch = memoryWatch(table, surroundings);
  const tick = (hour: Hour, change: object = {}, signal?: AbortSignal): Promise<RunReport> => {
    now = Math.max(now + 60_000, tickOf(hour));
    return run({ ...watch, events, ...change }, tickOf(hour), { signal });
  };
  await tick(LAUNCH - 1);
  await watch.history.enterStage(entered(LAUNCH));
  return { table, told, asked, weather, watch, tick, events };
}
type Play = Awaited<ReturnType<typeof launched>>;

const counted = ({ table }: Play) =>
  [...table.eventCounts.values()].map((one) =>
    one.kind === 'users' ? `${one.users} users ${one.from - LAUNCH}-${one.to - LAUNCH}` : one.kind,
  );
const readyOf = ({ told }: Play) => told.flatMap(({ alert }) => alert.notices.flatMap(({ ready }) => ready ?? []));

describe('the events of a window', () => {
  test('are counted once, when it has ended and before its check-in, which tells them', async () => {
    const play = await launched();
    const read = jest.spyOn(play.watch.history, 'eventCounts');
    for (let hour = LAUNCH; hour < END - 1; hour++) await play.tick(hour);
    // Before a window has ended there is nothing to look for.
    expect(read).not.toHaveBeenCalled();
    for (let hour = END - 1; hour < END + 3; hour++) await play.tick(hour);
    expect(play.asked).toEqual(['users 0-24', 'classes 0-24']);
    expect(counted(play)).toEqual(['1000 users 0-24', 'errorClasses']);
    expect(play.told.map(({ alert }) => `${alert.change} ${alert.verdict.hour - LAUNCH}`)).toEqual(['notice 23']);
    const where = 'in stage A at 25 % of users, 2026-02-11 11:00 EST - 2026-02-12 11:00 EST';
    expect(readyOf(play)).toEqual(
      expect.arrayContaining([
        `Estimated number of users: about 250 (25 % of 1,000) ${where}`,
        expect.stringContaining(`#show: 0.2 % (48 of 24,000 requests) ${where}; `),
        expect.stringContaining('Most frequent classes: Timeout (3)'),
        expect.stringMatching(/^KPIs .*: all met \(#show below 5 %: met\)$/),
      ]),
    );
  });

  test('are counted for each page that has a query, and the check-in names it', async () => {
    const pages = ['Letters', '#show'].map((name) => ({ ...query, name, counts: 'all' }));
    const play = await launched({
      release: releaseOf('pages', { ...change, datadog: { ...datadog, usersOf: pages } }),
    });
    await play.tick(END - 1);
    expect(play.asked).toEqual(['Letters 0-24', '#show 0-24']);
    expect([...play.table.eventCounts.values()]).toMatchObject([
      { kind: 'usersOf', name: 'Letters', users: 7, counts: 'all' },
      { kind: 'usersOf', name: '#show', users: 5, counts: 'all' },
    ]);
    expect(readyOf(play).slice(0, 3)).toEqual([
      'Estimated number of users: [FILL_IN]',
      expect.stringMatching(/^Users of Letters: about 2 \(25 % of 7\) in stage A/),
      expect.stringMatching(/^Users of #show: about 1 \(25 % of 5\) in stage A/),
    ]);
    play.weather.fails = new SourceError('Datadog is down', 'unreachable');
    await play.watch.history.enterStage(entered(END + 2, 'B', 1));
    const { eventFailure } = await play.tick(END + 2);
    expect(eventFailure).toMatch(/^users \(Letters\) of 2026-.*: Datadog is down; users \(#show\) of /);
  });

  test('are counted for the whole stage too when it was left', async () => {
    const play = await launched();
    await play.tick(END + 1);
    await play.watch.history.enterStage(entered(END + 2, 'B', 1));
    await play.tick(END + 2);
    expect(counted(play)).toContain('1001 users 0-26');
  });

  test('are counted by a late, missed, doubled or overlapping tick as by one in time, in one item', async () => {
    const late = await launched();
    await late.tick(LAUNCH);
    await late.tick(END + 30);
    await late.tick(END - 1);
    await late.tick(END + 30);
    expect(late.asked).toEqual(['users 0-24', 'classes 0-24']);

    const overlapping = await launched();
    await overlapping.tick(END - 2);
    await Promise.all([overlapping.tick(END - 1), overlapping.tick(END - 1)]);
    // Each of the two asks for each at most once; the later one may find what the other has kept.
    for (const asked of ['users 0-24', 'classes 0-24'])
      expect([1, 2]).toContain(overlapping.asked.filter((one) => one === asked).length);
    expect(counted(overlapping)).toHaveLength(2);
    expect(overlapping.told).toHaveLength(1);
    const [stored] = overlapping.table.eventCounts.values();
    expect(readyOf(overlapping)[0]).toContain(
      stored!.kind === 'users' && stored!.users === 1000 ? 'of 1,000' : 'of 1,001',
    );
  });

  test('that cannot be had hold up no notice and fail no run; they are asked for again for a week', async () => {
    const play = await launched();
    play.weather.fails = new SourceError('Datadog is down', 'unreachable');
    const reports: RunReport[] = [];
    for (const hour of [-2, -1, 0, 100, 166, 167, 168, 200]) reports.push(await play.tick(END + hour));
    expect(play.told[0]!.alert.verdict.hour).toBe(END - 1);
    expect(readyOf(play)[0]).toBe('Estimated number of users: [FILL_IN]');
    expect(reports.every(({ failure }) => failure === undefined)).toBe(true);
    const failing = reports.filter(({ eventFailure }) => eventFailure !== undefined);
    expect(failing).toHaveLength(5);
    expect(failing[0]!.eventFailure).toBe(
      'users of 2026-02-11T16:00Z - 2026-02-12T16:00Z: Datadog is down; errorClasses of 2026-02-11T16:00Z - 2026-02-12T16:00Z: Datadog is down',
    );
    expect(counted(play)).toEqual([]);
  });

  test('that could be had later are kept, though the check-in went without', async () => {
    const play = await launched();
    play.weather.fails = new Error('out of order');
    for (let hour = END - 1; hour < END + 2; hour++) await play.tick(hour);
    play.weather.fails = undefined;
    await play.tick(END + 2);
    expect(counted(play)).toEqual(['1003 users 0-24', 'errorClasses']);
    expect(play.told).toHaveLength(1);
  });

  test('are asked for after a page, never before it', async () => {
    const play = await launched({ bad: END - 1 });
    const order: string[] = [];
    const sink = { publish: async () => void order.push('page') };
    const users = async () => order.push('users');
    for (const hour of [END - 2, END - 1]) await play.tick(hour, { sink, events: { ...play.events, users } });
    expect(order).toEqual(['page', 'users']);
  });

  test('are asked for also when a message cannot be delivered', async () => {
    const play = await launched({ bad: END - 1 });
    const sink = { publish: () => Promise.reject(new Error('SNS is down')) };
    await play.tick(END - 2);
    await expect(play.tick(END - 1, { sink })).rejects.toThrow('SNS is down');
    expect(counted(play)).toHaveLength(2);
  });

  test('are left to the next run while Datadog takes so long that people would wait for their check-in', async () => {
    const play = await launched();
    await play.tick(LAUNCH);
    await play.watch.history.enterStage(entered(LAUNCH + 6, 'B', 1));
    await play.watch.history.enterStage(entered(LAUNCH + 12));
    let clock = 0;
    const now = jest.spyOn(performance, 'now').mockImplementation(() => clock);
    const users = async () => {
      clock += 45_000;
      throw new SourceError('too slow', 'timeout');
    };
    const { eventFailure } = await play.tick(END - 1, { events: { ...play.events, users } });
    now.mockRestore();
    expect(eventFailure!.split('; ').map((one) => one.replace(/^.*Z: /, ''))).toEqual([
      'too slow',
      'too slow',
      'no time was left to ask',
    ]);
    expect(counted(play)).toEqual(['errorClasses']);
    await play.tick(END);
    expect(counted(play)).toHaveLength(4);
  });

  test('are left to the next run when the time is over or the history cannot tell', async () => {
    const play = await launched();
    await play.tick(END - 2);
    const { eventFailure } = await play.tick(END - 1, {}, AbortSignal.abort());
    expect(eventFailure).toContain('no time was left to ask');
    const history = { ...play.watch.history, eventCounts: () => Promise.reject(new Error('throttled')) };
    expect(await play.tick(END, { history })).toMatchObject({ eventFailure: 'the history: throttled' });
    expect(play.asked).toEqual([]);
    await play.tick(END + 1);
    expect(counted(play)).toHaveLength(2);
  });

  test.each([
    ['a source of events', { release: RELEASE, events: undefined }],
    ['a query in its file', { release: releaseOf('without') }],
  ])('of a release without %s are never read, and its check-in says the rest', async (_, { release, ...without }) => {
    const play = await launched({ release });
    const history = { ...play.watch.history, eventCounts: () => Promise.reject(new Error('was read')) };
    for (const hour of [END - 2, END - 1])
      expect(await play.tick(hour, { ...without, history })).not.toHaveProperty('eventFailure');
    expect(readyOf(play)[0]).toBe('Estimated number of users: [FILL_IN]');
  });
});

test('a check-in that was written and not sent goes out with the text it was written with', async () => {
  const play = await launched();
  await play.tick(END - 2);
  const sink = { publish: () => Promise.reject(new Error('SNS is down')) };
  await expect(play.tick(END - 1, { sink })).rejects.toThrow();
  const [written] = play.table.alerts.values();
  play.table.eventCounts.clear();
  await play.tick(END);
  expect(play.told[0]!.alert.notices).toEqual(written!.notices);
  expect(readyOf(play)[0]).toContain('about 250 (25 % of 1,000)');
});
