import { type Instant, startOf } from '../lib/facts/hour';
import type { Release } from '../lib/release/schema';
import { missedRuns } from '../lib/roll-call';
import { run } from '../lib/run';
import { toggleServiceOf } from '../lib/toggles/toggle-service-of';
import { memoryWatch, type Told } from './crash/neighbours';
import { startFlipper } from './worlds/flipper-stand-in';
import { copyOf, emptyTable, memoryHistory, type Table } from './worlds/memory-history';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { FINE, releaseOf } from './worlds/small-release';

let flipper: Awaited<ReturnType<typeof startFlipper>>;
let release: Release;
/** The end of the only stage. */
const END = 24;
const DAY_MS = 86_400_000;
/** The first notice hour, 09:00 in New York, that is so many days or more after the end. */
const noticeAfter = (days: number): Instant => {
  const morning = startOf(LAUNCH + END) + days * DAY_MS;
  // The launch was at 11:00 EST, and a month later the clocks are an hour ahead.
  return morning + 21 * 3_600_000 + 20 * 60_000;
};

/** A release that is finished: its last stage is over, and everybody heard so. */
let finished: Table;
const played: Told[] = [];
beforeAll(async () => {
  flipper = await startFlipper();
  release = releaseOf('clean-up', {
    endpoints: [{ name: '#show', tag: 'show', criteria: [{ below: '5%' }] }],
    stages: [{ name: 'A', exposure: '100%', length: '1 day' }],
    toggles: [{ name: 'one' }, { name: 'two' }],
    exposed: 'any',
    toggleService: { flipper: { url: flipper.url } },
  });
  for (const name of ['one', 'two']) flipper.set(name, '100');
  finished = emptyTable();
  await memoryHistory(finished).enterStage(entered(LAUNCH, 'A', 1));
  for (let hour = LAUNCH; hour < LAUNCH + END + 8; hour++) await at(finished, tickOf(hour), played);
});
afterAll(() => flipper.close());
beforeEach(() => {
  for (const name of ['one', 'two']) flipper.set(name, '100');
  flipper.script.length = 0;
});

/** A run at an instant; the message may not arrive, or the process may end in a call of its own. */
async function at(table: Table, now: Instant, told: Told[], { file = release, dies }: Change = {}) {
  const watch = memoryWatch(table, { release: file, traffic: () => FINE, told, clock: () => now });
  const died = async () => {
    throw new Error('killed');
  };
  return run(
    {
      ...watch,
      toggles: toggleServiceOf(file, { env: {} })!,
      ...(dies === 'publish' && { sink: { publish: died } }),
      ...(dies && dies !== 'publish' && { history: { ...watch.history, [dies]: died } }),
    },
    now,
  );
}
interface Change {
  file?: Release;
  dies?: 'publish' | 'recordAlert' | 'markSent' | 'recordToggles';
}

const texts = (told: readonly Told[]) => told.flatMap(({ alert }) => alert.notices.map(({ text }) => text));
const world = () => {
  const table = copyOf(finished);
  const told: Told[] = [];
  return {
    table,
    told,
    at: (now: Instant, change?: Change) => at(table, now, told, change),
    /** Every hour of some days. */
    async days(from: number, to: number, change?: Change) {
      for (let now = tickOf(LAUNCH + END + from * 24); now < tickOf(LAUNCH + END + to * 24); now += 3_600_000)
        await at(table, now, told, change);
    },
  };
};

test('the last message says that the toggles are looked at once a month', () => {
  expect(texts(played).at(-1)).toContain('Once a month, its toggles are read');
});

test('once a month, at the hour of notices, what is left is said, and in no other hour is a toggle asked', async () => {
  const { days, told, table } = world();
  flipper.asked.length = 0;
  await days(1, 64);
  const left = (count: number) =>
    `toggles to take out of the code, ${count} days after the release was finished: one is still at 100 %; two is still at 100 %`;
  expect(texts(told)).toEqual([left(30), left(60)]);
  expect(told.map(({ at: when }) => when)).toEqual([noticeAfter(30), noticeAfter(60)]);
  expect(flipper.asked).toHaveLength(4);
  expect(Math.max(...table.verdicts.keys())).toBe(Math.max(...finished.verdicts.keys()));
  const roll = { entries: async () => [{ release: 'clean-up', since: 0 }], write: async () => {} };
  const caller = { roll, historyOf: () => memoryHistory(table) };
  const later = noticeAfter(64);
  expect((await missedRuns({ stack: 's', releases: ['clean-up'] }, caller, later)).get('clean-up')).toBe(0);
});

test('one that is gone and one that is not are told apart; when both are gone that is said once, and no more is asked', async () => {
  const { at, days, told } = world();
  flipper.delete('one');
  flipper.set('two', { groups: ['staff'] });
  const first = noticeAfter(30);
  // One reading may be wrong.
  expect(await at(first)).not.toHaveProperty('alert');
  await at(first + 3_600_000);
  expect(texts(told)).toEqual([
    'toggles to take out of the code, 30 days after the release was finished: one is gone; two is still on for 1 group',
  ]);
  flipper.delete('two');
  await days(59, 63);
  expect(texts(told).slice(1)).toEqual([
    'the toggle service has no toggle of the release any more (one, two): nothing is left to do with them, and they are asked for no more',
  ]);
  flipper.asked.length = 0;
  flipper.set('one', '100');
  await days(89, 93);
  expect(flipper.asked).toEqual([]);
  expect(told).toHaveLength(2);
});

test('what cannot be read is said in the same message, and is never taken for gone', async () => {
  const { at, told, table } = world();
  const month = (count: number) => noticeAfter(30 * count);
  const [one] = [/^.*finished: one cannot be read, so nobody knows whether it is gone \((.*)\); it was at 100 % when/];
  const wrong = [
    // A page that is not Flipper's, an address that leads elsewhere, a refusal, and no answer.
    (response: import('node:http').ServerResponse) => response.writeHead(404).end('<h1>Not found</h1>'),
    (response: import('node:http').ServerResponse) => response.writeHead(404).end('{}'),
    (response: import('node:http').ServerResponse) => response.writeHead(302, { location: '/login' }).end(),
    (response: import('node:http').ServerResponse) => response.writeHead(401).end(),
  ];
  for (const [index, answer] of wrong.entries()) {
    flipper.script.push(answer, answer);
    await at(month(index + 1));
    expect(texts(told).at(-1)).toMatch(one);
  }
  // Another Flipper, which never had them, and a name that was always wrong.
  const elsewhere = await startFlipper();
  const moved = { ...release, toggleService: { ...release.toggleService!, flipper: { url: elsewhere.url } } };
  for (const later of [0, 3_600_000]) await at(month(5) + later, { file: moved });
  await elsewhere.close();
  expect(told).toHaveLength(5);
  expect(texts(told).at(-1)).toContain(
    'one cannot be read, so nobody knows whether it is gone (Flipper knows no toggle',
  );
  expect([...table.alerts.values()].every(({ notices }) => notices.every(({ key }) => !key.endsWith('/done')))).toBe(
    true,
  );
});

test('a run that is killed at any call tells it all the same, and once, and wakes nothing', async () => {
  for (const dies of ['recordToggles', 'recordAlert', 'publish', 'markSent'] as const) {
    const { at, told, table } = world();
    const first = noticeAfter(30);
    await expect(at(first, { dies })).rejects.toThrow('killed');
    // Undelivered, it does not begin the release anew.
    for (const later of [1, 2, 3]) expect(await at(first + later * 3_600_000)).toMatchObject({ finished: true });
    const times = dies === 'markSent' ? 2 : 1;
    expect([dies, texts(told).length]).toEqual([dies, times]);
    expect([...table.alerts.values()].at(-1)).toMatchObject({ status: 'sent' });
    expect(table.verdicts.size).toBe(finished.verdicts.size);
  }
});

test('a silence and a new stage come first', async () => {
  const { at, told, table } = world();
  const first = noticeAfter(30);
  const silence = { kind: 'silence' as const, at: first - 60_000, until: first + DAY_MS, by: 'Ada', reason: 'x' };
  await memoryHistory(table).recordOnCall(silence);
  await at(first);
  expect(told).toEqual([]);
  await expect(at(first + DAY_MS, { dies: 'publish' })).rejects.toThrow('killed');
  await memoryHistory(table).enterStage({ at: first + DAY_MS + 60_000, stage: 'off', exposure: 0, by: 'Ada' });
  flipper.set('one', '0');
  flipper.set('two', '0');
  const woken = await at(first + DAY_MS + 3_600_000);
  expect(woken.finished).toBeUndefined();
  expect(woken.verdict.recommendation).toBe('not exposed');
  expect(texts(told).join()).not.toContain('to take out of the code');
});
