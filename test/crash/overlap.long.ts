import type { AlertRecord } from '../../lib/alert/record';
import type { Hour, Instant } from '../../lib/facts/hour';
import type { Verdict } from '../../lib/judge/verdict';
import { randomness } from '../../lib/local/randomness';
import { run, type Watch } from '../../lib/run';
import { type Table, whenever } from '../worlds/memory-history';
import { tickOf } from '../worlds/moments';

import { LONG, say, TIME } from './form';
import { type Scene, scenes } from './histories';
import { keep } from './kept-table';
import { ONE_ENDPOINT, type Told, watchOn } from './neighbours';

const ONLY = process.env.STAGEWATCH_CRASH_SEED;
const seeds = (count: number) =>
  ONLY === undefined ? Array.from({ length: count }, (_, seed) => seed) : [Number(ONLY)];

let all: Scene[];
beforeAll(async () => {
  all = await scenes();
});

/** Says which seed failed and how to play it again. */
async function eachSeed(count: number, play: (seed: number) => Promise<void>): Promise<void> {
  for (const seed of seeds(count)) {
    await play(seed).catch((error: Error) => {
      const name = expect.getState().currentTestName;
      const again = `STAGEWATCH_CRASH_SEED=${seed} npm run test:crash -- overlap -t '${name}'`;
      throw new Error(`seed ${seed}, again with: ${again}\n${error.message}`);
    });
  }
  say(`${count} seeds: ${expect.getState().currentTestName}`);
}

/**
 * Lets one of the waiting calls go on at a time, as `pick` decides. Some seeds let a process go on for long before
 * another one has a turn: taking turns evenly, nobody is ever overtaken by a whole run.
 */
function scheduler(pick: (count: number) => number) {
  const waiting: { process: number; goOn: () => void }[] = [];
  const patience = [1, 4, 40][pick(3)]!;
  let processes = 0;
  let favoured = 0;
  const underWay = 0;
  return {
    /** A process that waits for its turn before each call of a neighbour takes effect, and before it hears of it. */
    slowed({ release, source, history, sink, events }: Watch): Watch {
      const process = ++processes;
      const turn = () => new Promise<void>((goOn) => waiting.push({ process, goOn }));
      const wrapped = <T extends object>(part: T) =>
        Object.fromEntries(
          Object.entries(part).map(([name, call]) => [
            name,
            async (...args: unknown[]) => {
              await turn();
              const result = await call(...args);
              await turn();
              return result;
            },
          ]),
        ) as T;
      return {
        release,
        source: wrapped(source),
        history: wrapped(history),
        sink: wrapped(sink),
        events: wrapped(events!),
      };
    },
    async untilDone(work: Promise<unknown>): Promise<void> {
      let done = false;
      const ended = work.finally(() => {
        done = true;
      });
      while (!done) {
        await new Promise(setImmediate);
        // A table behind a connection takes its time; nobody has a turn meanwhile, so that a seed plays the same again.
        if (underWay > 0) continue;
        const stays = pick(patience) > 0 ? waiting.findIndex(({ process }) => process === favoured) : -1;
        const [next] = waiting.splice(stays >= 0 ? stays : pick(waiting.length), 1);
        favoured = next?.process ?? 0;
        next?.goOn();
      }
      await ended;
    },
  };
}

/**
 * A message but for its times: a late tick that finds the newest verdict already there works as of the minute in which
 * that hour had settled, some minutes before its tick.
 */
const timeless = ({ at, pagedAt, noticedAt, dedupKey, heldBack, ...message }: AlertRecord) => ({
  ...message,
  heldBack: heldBack?.map(({ what, why }) => ({ what, why })),
});

/** What is new in a table, in its order; who took a message and when is not for people. */
const newIn = (table: Table, before: Table) => ({
  stages: table.stages,
  snapshots: [...table.snapshots].map(([endpoint, byHour]) => [
    endpoint,
    inOrder(byHour)
      .filter(([hour, snapshot]) => before.snapshots.get(endpoint)?.get(hour) !== snapshot)
      .map(([hour, snapshot]) => [hour, whenever(snapshot)]),
  ]),
  verdicts: inOrder(table.verdicts).filter(([hour]) => !before.verdicts.has(hour)),
  alerts: inOrder(table.alerts).map(([, { takenAt, ...alert }]) => timeless(alert)),
  eventCounts: [...table.eventCounts.values()].map(({ at, ...count }) => count),
});
/** Only runs that come late find hours in which something broke and was over. */
const withoutPast = ([hour, { notices, ...verdict }]: [Hour, Verdict]) => [
  hour,
  { ...verdict, notices: notices.filter(({ kind }) => kind !== 'past') },
];
const heard = (told: readonly Told[]) => told.map(({ alert }) => timeless(alert));
const inOrder = <V>(map: ReadonlyMap<number, V>) => [...map].sort(([a], [b]) => a - b);

test(
  'two or three runs at once, of one tick or of late ones too, end as one run alone, and people hear of it once',
  async () => {
    // Late ticks find the same only where the source always says the same.
    const few = all.filter(({ oneIn, moves }) => oneIn < 100 && !moves);
    const known = new Map<Scene, object>();
    const alone = async (scene: Scene) => {
      if (known.has(scene)) return known.get(scene)!;
      const { before, hour, traffic } = scene;
      const kept = await keep(before);
      const told: Told[] = [];
      const clock = () => tickOf(hour);
      await run(watchOn(kept.history(clock), { release: ONE_ENDPOINT, traffic, told, clock }), clock());
      known.set(scene, { ...newIn(await kept.read(), before), heard: heard(told) });
      return known.get(scene)!;
    };
    await eachSeed(LONG ? 10_000 : 60, async (seed) => {
      const random = randomness(`overlap ${seed}`);
      const pick = (count: number) => Math.floor(random() * count);
      const scene = few[pick(few.length)]!;
      const { before, hour, traffic } = scene;
      const expected = await alone(scene);
      const together = await keep(before);
      const told: Told[] = [];
      const { slowed, untilDone } = scheduler(pick);
      const clock = () => tickOf(hour);
      // One has the newest tick; the others may be late.
      const ticks = [hour, ...Array.from({ length: 1 + pick(2) }, () => hour - pick(4))];
      const runs = ticks.map((tick) =>
        run(slowed(watchOn(together.history(clock), { release: ONE_ENDPOINT, traffic, told, clock })), tickOf(tick), {
          clock: clock(),
        }),
      );
      await untilDone(Promise.all(runs));
      expect({ ...newIn(await together.read(), before), heard: heard(told) }).toEqual(expected);
    });
  },
  TIME,
);

/** When each tick is delivered, if at all: up to ten times, up to five hours late, in any order, some at once. */
function deliveries(ticks: readonly Hour[], pick: (count: number) => number): Map<Instant, Hour[]> {
  const slots = new Map<Instant, Hour[]>();
  for (const tick of ticks) {
    const times = pick(8) === 0 ? pick(11) : pick(3);
    for (let nth = 0; nth < times; nth++) {
      const at = tickOf(tick + pick(2) * pick(6));
      slots.set(at, [...(slots.get(at) ?? []), tick]);
    }
  }
  return new Map([...slots].sort(([a], [b]) => a - b));
}

test(
  'ticks that are lost, doubled, late and out of order end in the same table, and people hear all once',
  async () => {
    const scene = all.find(({ name }) => name === 'page due')!;
    const ticks = Array.from({ length: 9 }, (_, index) => scene.hour + index);
    const end = ticks.at(-1)! + 6;
    const honest = await keep(scene.before);
    for (let tick = scene.hour; tick <= end; tick++) {
      const clock = () => tickOf(tick);
      await run(watchOn(honest.history(clock), { release: ONE_ENDPOINT, told: [], clock }), clock());
    }
    const { alerts: sent, verdicts: judged, ...rest } = newIn(await honest.read(), scene.before);
    const expected = { ...rest, verdicts: judged.map(withoutPast) };

    await eachSeed(LONG ? 1500 : 10, async (seed) => {
      const random = randomness(`deliveries ${seed}`);
      const pick = (count: number) => Math.floor(random() * count);
      const kept = await keep(scene.before);
      const told: Told[] = [];
      let now = 0;
      const clock = () => now;
      const { slowed, untilDone } = scheduler(pick);
      const deliver = async (tick: Hour) => {
        await run(slowed(watchOn(kept.history(clock), { release: ONE_ENDPOINT, told, clock })), tickOf(tick));
      };
      for (const [at, delivered] of deliveries(ticks, pick)) {
        now = at;
        // Three at once at most; the others one minute later.
        for (let first = 0; first < delivered.length; first += 3, now += 60_000)
          await untilDone(Promise.all(delivered.slice(first, first + 3).map(deliver)));
      }
      now = tickOf(end);
      await untilDone(deliver(end));

      const table = await kept.read();
      const { alerts: _, verdicts, ...facts } = newIn(table, scene.before);
      expect({ ...facts, verdicts: verdicts.map(withoutPast) }).toEqual(expected);
      const alerts = [...table.alerts.values()];
      expect(told.map(({ alert }) => alert.seq)).toEqual(alerts.map((_, index) => index + 1));
      expect(alerts.every(({ status }) => status === 'sent')).toBe(true);
      expect(alerts.map(({ verdict }) => verdict.hour)).toEqual(alerts.map(({ verdict }) => verdict.hour).sort());
      for (const [index, { change, open }] of alerts.entries()) {
        const wasOpen = (alerts[index - 1]?.open.length ?? 0) > 0;
        if (change === 'resolved') expect([wasOpen, open]).toEqual([true, []]);
        else if (change !== 'notice') expect(open).not.toEqual([]);
        if (change === 'worse') expect(wasOpen).toBe(true);
      }
      expect(alerts.at(-1)?.open ?? []).toEqual(sent.at(-1)!.open);
    });
  },
  TIME,
);
