import fc from 'fast-check';
import { byStatus } from '../worlds/by-status';
import { MODES } from '../worlds/faults';
import { BAD, FINE } from '../worlds/small-release';
import { LONG, say, TIME } from './form';
import { beginRollout, type Rollout } from './rollout';

const RUNS = LONG ? 700 : 10;

/** What people and the world know of a rollout; which events can come next depends on nothing more. */
interface Model {
  source: boolean;
  sink: boolean;
  exposed: boolean;
}

type Event = fc.AsyncCommand<Model, Rollout>;

let events = 0;
const event = (
  name: string,
  happens: (model: Model, real: Rollout) => Promise<void>,
  can: (model: Model) => boolean = () => true,
): Event => ({
  check: can,
  run: async (model, real) => {
    events++;
    await happens(model, real);
  },
  toString: () => name,
});

const weathers = { fine: FINE, bad: BAD, quiet: byStatus({}), dark: undefined };
const revisions = [byStatus({ 200: 1200, 500: 3 }), byStatus({ 200: 400, 500: 700 })];

const hours = fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 40 }));
const timePasses = hours.map((count) =>
  event(`${count} hours pass, then a tick`, async ({ source }, real) => {
    real.pass(count);
    const report = await real.tick(0);
    if (report) expect(report.failure === undefined).toBe(source);
  }),
);
const anyEvent = [
  timePasses,
  timePasses,
  fc.integer({ min: 0, max: 5 }).map((back) =>
    event(`the tick of ${back} hours ago again`, async (_, real) => {
      await real.tick(back);
    }),
  ),
  fc.constantFrom(...(Object.keys(weathers) as (keyof typeof weathers)[])).map((name) =>
    event(`traffic is ${name}`, async (_, real) => {
      real.weather.now = weathers[name];
    }),
  ),
  fc
    .tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom(...revisions))
    .map(([back, counts]) => event(`late data for ${back} hours ago`, async (_, real) => real.revise(back, counts))),
  fc.constantFrom(['A', 0.25] as const, ['B', 1] as const).map(([stage, exposure]) =>
    event(`stage ${stage} is entered`, async (model, real) => {
      await real.enter(stage, exposure);
      model.exposed = true;
    }),
  ),
  fc.constant(
    event(
      'the release is rolled back',
      async (model, real) => {
        await real.enter('off', 0);
        model.exposed = false;
      },
      ({ exposed }) => exposed,
    ),
  ),
  ...(['source', 'sink'] as const).map((part) =>
    fc.constant(
      event(`the ${part} fails or recovers`, async (model, real) => {
        model[part] = !model[part];
        real.weather[part] = model[part];
      }),
    ),
  ),
  fc.tuple(fc.integer({ min: 1, max: 14 }), fc.constantFrom(...MODES)).map(([at, mode]) =>
    event(`a run with ${mode} at call ${at}`, async (_, real) => {
      real.pass(1);
      await real.tick(0, [{ at, mode }]);
    }),
  ),
];

test(
  'whatever happens in a rollout, nothing that was said is taken back, and nothing unknown passes',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(anyEvent, { maxCommands: 40, size: 'max' }), (commands) =>
        fc.asyncModelRun(
          async () => ({ model: { source: true, sink: true, exposed: false }, real: await beginRollout() }),
          commands,
        ),
      ),
      { numRuns: RUNS, seed: 1 },
    );
    say(`${RUNS} rollouts of ${events} events`);
  },
  TIME,
);
