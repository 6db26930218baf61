import { rmSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Release } from '../../lib/release/schema';
import { folder, stagewatch, written } from '../worlds/console';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { BAD, FINE, releaseOf } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let release: Release;
const NOW = tickOf(LAUNCH + 3);
const root = folder();
beforeAll(async () => {
  world = await openWorld();
  world.heal();
  release = releaseOf(world.freshName());
  await world.seed(release, LAUNCH - 44, LAUNCH + 4, (at) => (at > LAUNCH ? BAD : FINE));
  const history = world.historyOf(release);
  await history.enterStage(entered(LAUNCH));
  await history.recordOnCall({ kind: 'silence', at: NOW - 1, until: NOW + 1, by: 'Ada', reason: 'upgrade' });
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const status = async (args: string[] = [], columns?: number) => {
  const place = ['--release', written(root, release.name), '--table', world.store.tableName];
  const said = await stagewatch(['status', ...place, ...args], { now: NOW, columns });
  // In colours where this suite runs on a terminal.
  return Object.assign(said, { out: stripVTControlCharacters(said.out) });
};

test('status tells how the release stands, with exit code 0 whatever that is', async () => {
  const { code, out, err } = await status();
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^ROLL BACK: #show: /);
  expect(out).toMatch(/\n {2}#show {2}│▂{45}███│\n/);
  expect(out).toMatch(/\nQuiet\n {2}silence by Ada: upgrade; the whole release until 2026-02-11 15:20 EST\n/);
  expect(out).toMatch(
    /\nWindows\n {2}last 48 hours, .*\n {2}last 3 hours, 2026-02-11 12:00 EST - 2026-02-11 15:00 EST$/,
  );
});

test('on a terminal it has no line that is longer than the terminal is wide', async () => {
  const { out } = await status([], 40);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(out).toMatch(/\n {2}#show\n {4}│▂{24}│\n {4}│▂{21}███│\n/);
});

test('with --json it is the same for machines', async () => {
  const { code, json } = await status(['--json']);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    release: release.name,
    judgedUpTo: '2026-02-11T20:00Z',
    verdict: { recommendation: 'roll back' },
    data: { countedTo: '2026-02-11T20:00Z', unjudged: 0 },
    endpoints: [
      {
        name: '#show',
        outcome: 'breach',
        unknown: 0,
        window: { name: 'last 48 hours', from: '2026-02-09T20:00Z', to: '2026-02-11T20:00Z' },
        criteria: [{ window: { name: 'last 3 hours', from: '2026-02-11T17:00Z', to: '2026-02-11T20:00Z' } }],
      },
    ],
    quiet: [{ why: 'silence by Ada: upgrade' }],
  });
});

test('without a history it says so, and everything is unknown', async () => {
  const place = ['--release', written(root, 'never'), '--data', path.join(root, 'none')];
  const { code, out, err } = await stagewatch(['status', ...place]);
  expect(code).toBe(0);
  expect(err).toContain('there is no history in');
  expect(out).toContain('no hour counted in the last two days');
  expect(out).toContain('last 48 hours: nothing is known');
});

test('what a terminal would obey is said visibly', async () => {
  const { err } = await stagewatch(['status', '--release', written(root, 'never'), '--data', 'none\u009b2J']);
  expect(err).toContain('none\\u009b2J');
});
