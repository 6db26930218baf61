import { randomness } from '../../lib/local/randomness';
import { type Fault, MODES } from '../worlds/faults';
import { type Case, losses, type Outcome, played, type Recovery } from './disturbed';
import { LONG, say, TIME } from './form';
import { type Scene, scenes } from './histories';

const RECOVERIES: Recovery[] = ['retry', 'next hour'];

let all: Scene[];
const honest = new Map<string, Outcome>();
beforeAll(async () => {
  all = await scenes();
});

const undisturbed = async (scene: Scene, recovery: Recovery, runs: number): Promise<Outcome> => {
  const key = `${scene.name} ${recovery} ${runs}`;
  const known = honest.get(key) ?? (await played({ scene, faults: Array(runs).fill([]), recovery }));
  honest.set(key, known);
  return known;
};

async function check(one: Case): Promise<void> {
  const wrong = losses(one, await played(one), await undisturbed(one.scene, one.recovery, one.faults.length));
  if (wrong.length === 0) return;
  const where = one.faults.map(
    (faults) => faults.map(({ at, mode }) => `${mode} at call ${at}`).join(' and ') || 'none',
  );
  throw new Error(`${one.scene.name}, ${where.join(', then ')}, ${one.recovery}:\n${wrong.join('\n')}`);
}

test('the scenes are what their names say', async () => {
  const said: string[] = [];
  for (const scene of all) {
    const { told } = await undisturbed(scene, 'next hour', 1);
    said.push(`${scene.name}: ${told.map(({ alert }) => alert.change).join(' ')}`);
  }
  expect(said).toEqual([
    'first run: ',
    'first hour: ',
    'steady hour: firing',
    'page due: firing worse',
    'open alert: worse',
    'worse: worse',
    'resolving: resolved',
    'blind: firing',
    'data back: resolved',
    'notice due: notice resolved',
    'pending left over: firing worse',
    'pending resolution left over: resolved',
    'page due, silenced: ',
    'silence over, page held back: firing resolved',
    'another edition, alert open: resolved',
    'off and on again, alert open: notice',
    'verdict to come, page due: firing worse',
    'pending left over, silenced since: ',
    'source that lags, hour 7: firing',
    'source that lags, hour 8: worse',
    'source that lags, hour 9: worse',
    'source that lags, hour 12: improved',
    'late zeros, hour 24: firing',
    'late zeros, hour 30: ',
    'late zeros, hour 34: ',
    'fewer requests by exposure, hour 3: ',
    'fewer requests by exposure, hour 8: ',
    '36 h catch-up: notice',
    '36 h catch-up, alert open: resolved notice',
  ]);
});

test(
  'a run that is stopped at any call of a neighbour loses nothing',
  async () => {
    let points = 0;
    let cases = 0;
    let considered = 0;
    for (const scene of all) {
      const { calls } = await undisturbed(scene, 'retry', 1);
      points += calls;
      for (let at = 1; at <= calls; at++) {
        for (const mode of MODES) {
          for (const recovery of RECOVERIES) {
            considered++;
            // Of the many like writes of a catch-up, each fault is healed in one of the two ways.
            if ((considered + at) % (LONG ? scene.longOneIn : scene.oneIn) !== 0) continue;
            await check({ scene, faults: [[{ at, mode }]], recovery });
            cases++;
          }
        }
      }
    }
    expect(cases).toBeGreaterThan(LONG ? 500 : 50);
    say(`${cases} single faults at ${points} points of ${all.length} histories`);
  },
  TIME,
);

test(
  'faults that come in pairs, in one run or in its retry too, lose nothing',
  async () => {
    const random = randomness('pairs of faults');
    const pick = (count: number) => Math.floor(random() * count);
    const few = all.filter(({ oneIn }) => oneIn < 100);
    const cases = LONG ? 4000 : 24;
    for (let nth = 0; nth < cases; nth++) {
      const scene = few[pick(few.length)]!;
      const recovery = RECOVERIES[pick(2)]!;
      const { calls } = await undisturbed(scene, recovery, 1);
      const fault = (): Fault => ({ at: 1 + pick(calls), mode: MODES[pick(MODES.length)]! });
      await check({ scene, faults: pick(2) === 0 ? [[fault()], [fault()]] : [[fault(), fault()]], recovery });
    }
    say(`${cases} pairs of faults`);
  },
  TIME,
);
