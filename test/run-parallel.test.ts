import { setImmediate } from 'node:timers/promises';
import type { Hour } from '../lib/facts/hour';
import type { History, MetricSource } from '../lib/ports';
import { seriesOf } from '../lib/release/series-of';
import { fill } from '../lib/sampling';
import { emptyTable, memoryHistory } from './worlds/memory-history';
import { entered, LAUNCH, tickOf } from './worlds/moments';
import { releaseOf } from './worlds/small-release';

const AT_ONCE = 16;
const NEWEST = LAUNCH + 40;

/** A sampling of hours that stay unknown, so that each is written by itself; `work` is what a write takes. */
function counting(work: (hour: Hour) => Promise<void>) {
  const calls = { begun: 0, ended: 0, most: 0 };
  const history: History = {
    ...memoryHistory(emptyTable()),
    async recordHour(hour) {
      calls.begun++;
      calls.most = Math.max(calls.most, calls.begun - calls.ended);
      await work(hour).finally(() => calls.ended++);
      return [];
    },
  };
  const source: MetricSource = {
    sample: async (series, from, to) =>
      series.flatMap(({ name: endpoint }) =>
        Array.from({ length: to - from }, (_, index) => ({
          endpoint,
          hour: from + index,
          kind: 'unknown',
          reason: 'nothing came',
        })),
      ),
  };
  const release = releaseOf('parallel');
  const known = history.snapshots(
    seriesOf(release).map(({ name }) => name),
    LAUNCH,
    LAUNCH,
  );
  const now = tickOf(NEWEST);
  return { calls, done: async () => fill({ release, source, history }, await known, [entered(LAUNCH)], now) };
}

test('writes are bounded, and a slow one holds up no other', async () => {
  const { calls, done } = counting(async (hour) => {
    while (hour === NEWEST && calls.begun < AT_ONCE) await setImmediate();
    await setImmediate();
  });
  expect(await done()).not.toHaveProperty('failure');
  expect(calls).toMatchObject({ most: AT_ONCE });
  expect(calls.ended).toBe(calls.begun);
});

test('a failure is reported when all that was begun has ended, and nothing is begun after it', async () => {
  const { calls, done } = counting(async (hour) => {
    if (hour === NEWEST - 3) throw new Error('the table is gone');
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  });
  expect((await done()).failure).toMatchObject({ message: 'the table is gone' });
  expect(calls.ended).toBe(calls.begun);
  expect(calls.begun).toBeLessThanOrEqual(AT_ONCE);
});
