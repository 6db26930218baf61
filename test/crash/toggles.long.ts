import type { Hour } from '../../lib/facts/hour';
import { stays } from '../../lib/facts/stage';
import type { ToggleState } from '../../lib/facts/toggle';
import type { ToggleService } from '../../lib/ports';
import { run, type Watch } from '../../lib/run';
import { emptyTable } from '../worlds/memory-history';
import { LAUNCH, tickOf } from '../worlds/moments';
import { releaseOf } from '../worlds/small-release';
import { keep } from './kept-table';
import { memoryWatch, watchOn } from './neighbours';

const RELEASE = releaseOf('crash', {
  endpoints: [{ name: '#show', tag: 'show', criteria: [{ below: '5%' }] }],
  toggles: [{ name: 'one' }],
  toggleService: { flipper: { url: 'https://flags.example.test/' }, follow: true },
});
/** The toggle moves before the runs of hours 1 and 3. */
const SHARES = [0, 0.25, 0.25, 0, 0];
/** What a table has before the first hour, which every play begins with. */
const before = emptyTable();
beforeAll(async () => {
  const now = tickOf(LAUNCH - 1);
  await run({ ...memoryWatch(before, { release: RELEASE, told: [], clock: () => now }) }, now);
});
/** The calls of a run that have to do with toggles; points.long.ts has the others. */
const CALLS = ['read', 'lastToggles', 'recordToggles', 'stageLog', 'enterStage'];

class Killed extends Error {}

/** The calls of a part, of which one is the last of its process: before it takes effect, or after. */
function mortal<T extends object>(part: T, dies: (name: string) => 'before' | 'after' | undefined): T {
  return Object.fromEntries(
    Object.entries(part).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        const when = dies(name);
        if (when === 'before') throw new Killed();
        const result = await call(...args);
        if (when === 'after') throw new Killed();
        return result;
      },
    ]),
  ) as T;
}

/** Plays the hours; the process dies at its n-th call of the toggles and the table, and the hour is tried again. */
async function play(
  n: number,
  when: 'before' | 'after',
  lie?: (hour: Hour) => ToggleState | undefined,
  shares: readonly number[] = SHARES,
) {
  const kept = await keep(before);
  let now = 0;
  let calls = 0;
  let hour = 0;
  const toggles: ToggleService = {
    read: async (names, at) =>
      names.map((toggle) => ({ toggle, at, state: lie?.(hour) ?? { share: shares[hour - LAUNCH]! } })),
  };
  const dies = (name: string) => (CALLS.includes(name) && ++calls === n ? when : undefined);
  const watch = (): Watch => {
    const history = mortal(
      kept.history(() => now),
      dies,
    );
    return {
      ...watchOn(history, { release: RELEASE, told: [], clock: () => now }),
      toggles: mortal(toggles, dies),
    };
  };
  for (hour = LAUNCH; hour < LAUNCH + shares.length; hour++) {
    now = tickOf(hour);
    await run(watch(), now).catch(async (error) => {
      if (!(error instanceof Killed)) throw error;
      now += 90_000;
      await run(watch(), now);
    });
  }
  return { log: await kept.history(() => now).stages(), calls };
}

const EXPECTED = [
  ['A', 0.25],
  ['off', 0],
];
const named = (log: Awaited<ReturnType<typeof play>>['log']) => log.map(({ stage, exposure }) => [stage, exposure]);

test('a run that is killed at any call leaves the same stage log, and no change is lost or doubled', async () => {
  const whole = await play(0, 'before');
  expect(named(whole.log)).toEqual(EXPECTED);
  expect(whole.calls).toBeGreaterThan(15);
  for (let n = 1; n <= whole.calls; n++)
    for (const when of ['before', 'after'] as const) {
      const { log } = await play(n, when);
      expect([n, when, named(log)]).toEqual([n, when, EXPECTED]);
      // What was in a window stays in it, or comes into doubt for the time of the second try.
      expect(stays(log).map(({ from }) => from)).toEqual(stays(whole.log).map(({ from }) => from));
    }
});

test('a service that is gone for an hour, or says nothing of use, is no roll-back and no entry', async () => {
  for (const state of [{ unknown: 'no answer' }, { partial: 'on for 1 group' }]) {
    // Not read between two changes: the first of them is never seen.
    const unseen = await play(0, 'before', (hour) => (hour === LAUNCH + 1 ? state : undefined));
    expect(named(unseen.log)).toEqual([]);
    const late = await play(0, 'before', (hour) => (hour === LAUNCH + 3 ? state : undefined), [...SHARES, 0]);
    expect(named(late.log)).toEqual(EXPECTED);
    expect(stays(late.log)[0]).toMatchObject({ to: LAUNCH + 3 });
  }
});

test('a service that lies once, whatever it says and whenever, makes no entry and hides none', async () => {
  const shares = [0, 0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0];
  for (const share of [0, 0.25, 1])
    for (const [at, truth] of shares.entries()) {
      // Its first word has nothing to be held against.
      if (at === 0 || truth === share) continue;
      const { log } = await play(0, 'before', (hour) => (hour === LAUNCH + at ? { share } : undefined), shares);
      expect([share, at, named(log)]).toEqual([share, at, EXPECTED]);
    }
});

test('an answer that comes when another run has read the toggle since changes nothing', async () => {
  const kept = await keep(before);
  let now = 0;
  const answers: (() => Promise<number>)[] = [];
  const watch = (): Watch => ({
    ...watchOn(
      kept.history(() => now),
      { release: RELEASE, told: [], clock: () => now },
    ),
    toggles: {
      read: async (names, at) => {
        const share = await answers.shift()!();
        return names.map((toggle) => ({ toggle, at, state: { share } }));
      },
    },
  });
  const at = (hour: Hour, later = 0) => {
    now = tickOf(hour) + later;
    return run(watch(), now);
  };
  for (const [after, share] of [0, 0.25, 0.25].entries()) {
    answers.push(async () => share);
    await at(LAUNCH + after);
  }
  let slow: Promise<unknown>;
  const answer = await new Promise<(share: number) => void>((asked) => {
    answers.push(
      () => new Promise(asked),
      async () => 0.25,
    );
    slow = at(LAUNCH + 3);
  });
  await at(LAUNCH + 3, 90_000);
  answer(0);
  await slow!;
  answers.push(async () => 0.25);
  await at(LAUNCH + 4);
  expect(named(await kept.history(() => now).stages())).toEqual(EXPECTED.slice(0, 1));
});
