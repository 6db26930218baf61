import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Release } from '../../lib/release/schema';
import { folder, stagewatch, written } from '../worlds/console';
import { entered, LAUNCH, tickOf } from '../worlds/moments';
import { BAD } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let release: Release;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
  release = await world.launched();
  await world.seed(release, LAUNCH, LAUNCH + 6, (hour) => (hour > LAUNCH + 3 ? BAD : new Map([['200', 1000]])));
  await world.historyOf(release).enterStage(entered(LAUNCH + 3, 'B', 1));
  await world.hours(release, LAUNCH + 4, LAUNCH + 6);
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const command = (out: string, ...args: string[]) =>
  stagewatch(
    [
      'report',
      '--out',
      path.join(root, out),
      '--release',
      written(root, release.name),
      '--table',
      world.store.tableName,
      ...args,
    ],
    { now: tickOf(LAUNCH + 5) },
  );
const read = (...names: string[]) => readFileSync(path.join(root, ...names), 'utf8');

test('writes the page and Markdown with its charts, and says where', async () => {
  const { code, out, err } = await command('report/now');
  expect([code, err]).toEqual([0, '']);
  const names = ['report.html', 'report.md', 'endpoint-1-rate.svg', 'endpoint-1-evidence.svg'];
  expect(out.split('\n')).toEqual(names.map((name) => path.join(root, 'report/now', name)));
  expect(readdirSync(path.join(root, 'report/now')).sort()).toEqual(names.sort());
});

test('says what check says, and what was alerted', async () => {
  await command('told');
  const { json } = await stagewatch(
    ['check', '--json', '--release', written(root, release.name), '--table', world.store.tableName],
    { now: tickOf(LAUNCH + 5) },
  );
  const page = read('told', 'report.html');
  expect(page).toContain(`>${json.recommendation.toUpperCase()}<`);
  expect(page).toContain(json.findings[0].reason);
  expect(page).toMatch(/open<\/th><td[^>]*>#show is not below its limit since 2026-02-11 15:00 EST</);
  expect(page).toContain('Alerted: #show (below its limit) from 2026-02-11 15:00 EST on.');
  expect(page).toMatch(/page, firing<\/td><td[^>]*>sent/);
});

test('of a stage shows it as it ended', async () => {
  expect((await command('a', '--stage', 'A')).code).toBe(0);
  const page = read('a', 'report.html');
  expect(page).toContain('judged up to 2026-02-11 14:00 EST');
  expect(page).not.toContain('>B 100 %<');
  expect(page).toContain('No message was sent.');
});

test('of a stage that was not entered there is none, and it says which there are', async () => {
  const { code, err } = await command('c', '--stage', 'C');
  expect([code, err]).toEqual([64, 'error: stage - got C, expected one that was entered and has a settled hour: A, B']);
  expect(() => readdirSync(path.join(root, 'c'))).toThrow('ENOENT');
});

test('a place that cannot be written is wrong use, and nothing of it is made', async () => {
  mkdirSync(path.join(root, 'taken'));
  writeFileSync(path.join(root, 'taken', 'file'), '');
  const { code, err } = await command('taken/file/report');
  expect([code, err]).toEqual([64, expect.stringMatching(/^error: --out - cannot write to .*file\/report \(ENOTDIR/)]);
});
