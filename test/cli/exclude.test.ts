import { rmSync } from 'node:fs';
import { startOf } from '../../lib/facts/hour';
import type { Release } from '../../lib/release/schema';
import { folder, stagewatch, written } from '../worlds/console';
import { LAUNCH, tickOf } from '../worlds/moments';
import { releaseOf } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let release: Release;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.heal();
  release = releaseOf(world.freshName());
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const NOW = tickOf(LAUNCH + 30);
const command = (args: string[], change: object = {}) =>
  stagewatch([...args, '--release', written(root, release.name, change), '--table', world.store.tableName], {
    now: NOW,
  });
const SPAN = ['--from', '2026-02-12T02:00-05:00', '--to', '2026-02-12T06:00-05:00', '--reason', 'database outage'];

test('an exclusion is written with its reason and its author, listed beside those of the release file, and taken back', async () => {
  expect(await command(['exclude', ...SPAN, '--by', 'Ada'])).toMatchObject({
    code: 0,
    err: `in the table ${world.store.tableName}`,
    out: 'Small: left out 2026-02-12 02:00 EST - 2026-02-12 06:00 EST, by Ada: database outage',
  });
  const [from, to] = ['2026-02-12T07:00Z', '2026-02-12T11:00Z'];
  const said = { kind: 'exclusion', reason: 'database outage', by: 'Ada' };
  expect(await world.historyOf(release).exclusions()).toEqual([
    { ...said, at: NOW, from: Date.parse(from), to: Date.parse(to) },
  ]);
  const file = {
    exclude: [
      { weekly: 'Sun 02:00-04:00', reason: 'reindexing' },
      { from: '2026-02-01T00:00Z', to: '2026-02-08T00:00Z', reason: 'incident week' },
    ],
  };
  expect((await command(['exclude'], file)).out.split('\n')).toEqual([
    'weekly Sun 02:00-04:00  reindexing (release file)',
    '2026-01-31 19:00 EST - 2026-02-07 19:00 EST  incident week (release file)',
    '2026-02-12 02:00 EST - 2026-02-12 06:00 EST  database outage (Ada)',
  ]);
  expect((await command(['exclude', '--json'], file)).json).toEqual([
    { weekly: 'Sun 02:00-04:00', reason: 'reindexing', by: 'release file' },
    { from: '2026-02-01T00:00Z', to: '2026-02-08T00:00Z', reason: 'incident week', by: 'release file' },
    { from, to, reason: 'database outage', by: 'Ada' },
  ]);
  expect(await command(['exclude', '--end', '--from', '2026-02-12T08:00Z'])).toMatchObject({ code: 64 });
  const end = await command(['exclude', '--end', '--from', from, '--by', 'Bo', '--json']);
  expect(end.json).toMatchObject({ kind: 'exclusion-end', from, by: 'Bo' });
  expect(await command(['exclude'])).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('nothing is excluded'),
  });
  expect(await command(['exclude', '--end'])).toMatchObject({
    code: 64,
    err: expect.stringContaining('nothing that it could take back'),
  });
});

test('what cannot be is refused, all of it at once, and nothing is written', async () => {
  const refused = async (...args: string[]) => (await command(['exclude', ...args])).err;
  expect(await refused('--from', '2026-02-12T02:00-05:00')).toMatch(/--to - got nothing.*\n.*--reason - got nothing/);
  expect(await refused('--from', '2026-02-12T12:00Z', '--to', '2026-02-13T00:00Z', '--reason', 'x')).toMatch(
    /--to - got 2026-02-13T00:00Z, expected a time that is over; it is 2026-02-12T23:20Z, and what is planned belongs into the release file/,
  );
  expect(await refused('--from', '2026-01-01T00:00Z', '--to', '2026-02-01T00:00Z', '--reason', 'x')).toMatch(
    /30 days after --from at most/,
  );
  expect(await refused('--from', '2026-02-12T02:00Z', '--to', '2026-02-12T02:00Z', '--reason', 'x')).toMatch(
    /a time after --from/,
  );
  expect(await refused('--end', '--reason', 'x')).toMatch(/--end - got it beside/);
  expect(await refused(...SPAN.slice(0, 4), '--reason', 'x'.repeat(201))).toMatch(/201 characters/);
  expect(await world.historyOf(release).exclusions()).toEqual([]);
});

test('results say what they leave out, and why', async () => {
  release = await world.launched();
  await world.hours(release, LAUNCH, LAUNCH + 6);
  await world.historyOf(release).recordExclusion({
    kind: 'exclusion',
    at: NOW,
    by: 'Ada',
    from: startOf(LAUNCH + 2),
    to: startOf(LAUNCH + 4),
    reason: 'database outage',
  });
  const args = ['results', '--release', written(root, release.name), '--table', world.store.tableName];
  const at = { now: tickOf(LAUNCH + 5) };
  const { out } = await stagewatch(args, at);
  expect(out).toMatch(
    /stage A.*\n {2}#show +0\.2 % \(8 of 4,000\), 2 hours left out\n {2}2 hours left out, 2026-02-11 13:00 EST - 2026-02-11 15:00 EST: database outage/,
  );
  const { json } = await stagewatch([...args, '--json'], at);
  expect((json as { windows: object[] }).windows.at(-1)).toMatchObject({
    leftOut: [{ reason: 'database outage', hours: 2, from: '2026-02-11T18:00Z', to: '2026-02-11T20:00Z' }],
    results: [{ tally: { requests: 4000, unknown: 0, leftOut: 2 } }],
  });
});
