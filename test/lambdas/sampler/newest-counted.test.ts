import { newestCounted } from '../../../lambdas/sampler/newest-counted';
import type { Snapshot } from '../../../lib/facts/snapshot';
import type { History } from '../../../lib/ports';
import { byStatus } from '../../worlds/by-status';
import { kept, record } from '../../worlds/kept';
import { entered, LAUNCH } from '../../worlds/moments';
import { fileOf, releaseOf } from '../../worlds/small-release';
import { openWorld, type World } from '../../worlds/world';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const [show, list] = ['#show', '#list'];
const control = { name: 'beside', tag: 'beside' };
const endpoints = [show, list].map((name) => ({ ...fileOf().endpoints[0]!, name, tag: name.slice(1) }));

const counted = (endpoint: string, hour: number, revision = 1): Snapshot => ({
  endpoint,
  hour,
  kind: 'counted',
  counts: byStatus({ 200: 100 - revision, 500: revision, 401: 7 }),
  revision,
  final: false,
});
const unknown = (endpoint: string, hour: number): Snapshot => ({
  endpoint,
  hour,
  kind: 'unknown',
  reason: 'nothing',
  revision: 1,
  final: false,
});

/** A history that is noted, and a second one of the same table, for another run. */
function histories() {
  const release = releaseOf(world.freshName(), { endpoints, controls: [control] });
  return { noted: newestCounted(world.historyOf(release), release), other: world.historyOf(release) };
}
const write = async (history: History, ...snapshots: Snapshot[]) => {
  for (const snapshot of snapshots) await record(history, snapshot);
};

test('the lag is that of the newest counted hour of any series, read or written', async () => {
  const { noted, other } = histories();
  await write(other, counted(show, LAUNCH), unknown(show, LAUNCH + 1), counted(list, LAUNCH - 1));
  for (const name of [show, list]) await kept(noted.history, name, LAUNCH - 10, LAUNCH + 2);
  expect(noted.lagHours(LAUNCH + 1)).toBe(1);
  await write(noted.history, unknown(list, LAUNCH + 2), counted(control.name, LAUNCH + 3));
  expect(noted.lagHours(LAUNCH + 3)).toBe(0);
  await write(noted.history, counted(show, LAUNCH - 5));
  expect(noted.lagHours(LAUNCH + 3)).toBe(0);
});

test('without any counted hour it is four weeks, and never none', async () => {
  const { noted } = histories();
  expect(noted.lagHours(LAUNCH)).toBe(672);
  await write(noted.history, unknown(show, LAUNCH));
  expect(noted.lagHours(LAUNCH)).toBe(672);
});

test('what another run was quicker to write is not taken for ours', async () => {
  const { noted, other } = histories();
  await write(other, unknown(show, LAUNCH));
  await write(noted.history, counted(show, LAUNCH));
  expect(noted.lagHours(LAUNCH)).toBe(672);
});

test("an hour's requests and errors are those of the endpoints that were counted, revised, without controls", async () => {
  const { noted } = histories();
  await write(noted.history, counted(show, LAUNCH), unknown(list, LAUNCH), counted(control.name, LAUNCH));
  expect(noted.pooled(LAUNCH)).toEqual({ requests: 100, errors: 1 });
  await record(noted.history, counted(show, LAUNCH, 2), counted(show, LAUNCH));
  expect(noted.pooled(LAUNCH)).toEqual({ requests: 100, errors: 2 });
  expect(noted.pooled(LAUNCH + 1)).toBeUndefined();
});

test('all else of the history is as it was', async () => {
  const { noted, other } = histories();
  expect(await noted.history.enterStage(entered(LAUNCH))).toBe(true);
  expect(await noted.history.stages()).toEqual(await other.stages());
});
