import { setImmediate } from 'node:timers/promises';
import type { History } from '../lib/ports';
import { loadSnapshots } from '../lib/sampling';
import { releaseOf } from './worlds/small-release';

const MANY = 40;
const AT_ONCE = 16;
const release = releaseOf('many', {
  endpoints: Array.from({ length: MANY }, (_, index) => ({
    name: `#${index}`,
    tag: `tag${index}`,
    criteria: [{ below: '5%' }],
  })),
});

/** A history that counts its calls; `work` is what each takes. */
function counting(work: (name: string) => Promise<void>) {
  const calls = { begun: 0, ended: 0, most: 0 };
  const history = {
    async snapshots(name: string) {
      calls.begun++;
      calls.most = Math.max(calls.most, calls.begun - calls.ended);
      await work(name).finally(() => calls.ended++);
      return [];
    },
  } as Partial<History> as History;
  return { calls, load: () => loadSnapshots(history, release, 0, 1) };
}

test('calls of the table are bounded, and a slow one holds up no other', async () => {
  const { calls, load } = counting(async (name) => {
    while (name === '#0' && calls.begun < MANY) await setImmediate();
    await setImmediate();
  });
  await load();
  expect(calls).toMatchObject({ most: AT_ONCE });
  expect(calls.ended).toBe(calls.begun);
});

test('a failure is thrown when all that was begun has ended, and nothing is begun after it', async () => {
  const { calls, load } = counting(async (name) => {
    if (name === '#3') throw new Error('the table is gone');
    for (let turn = 0; turn < 5; turn++) await setImmediate();
  });
  await expect(load()).rejects.toThrow('the table is gone');
  expect(calls.ended).toBe(calls.begun);
  expect(calls.begun).toBeLessThanOrEqual(AT_ONCE);
});
