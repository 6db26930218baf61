import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { claim } from '../../lib/local/claim';
import { listen } from '../../lib/local/listen';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'claim-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a folder that nobody plays in is ours at once, even one that is not there yet', async () => {
  const ours = await claim(path.join(dir, 'new', 'folder'));
  expect(ours()).toBe(true);
});

test('another player that comes later takes it over, and so does one that wipes it', async () => {
  const ours = await claim(dir);
  writeFileSync(path.join(dir, 'player'), '1');
  expect(ours()).toBe(false);
  rmSync(path.join(dir, 'player'));
  expect(ours()).toBe(false);
});

test('while another process answers in it, that one is told and waited for', async () => {
  const holder = await listen(() => ({ status: 200, type: 'text/plain', body: 'healthy: dynamodb' }));
  writeFileSync(path.join(dir, 'server.json'), JSON.stringify({ pid: 1, url: holder.url }));
  writeFileSync(path.join(dir, 'player'), '1');
  let claimed = false;
  const waiting = claim(dir).then((ours) => {
    claimed = true;
    return ours;
  });
  // The holder sees this at its next hour.
  expect(readFileSync(path.join(dir, 'player'), 'utf8')).toBe(String(process.pid));
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(claimed).toBe(false);
  await holder.close();
  expect((await waiting)()).toBe(true);
});

test.each([
  ['is of a process that was killed', '{"pid":1,"url":"http://127.0.0.1:1"}'],
  ['is cut off', '{"pid":1,'],
  ['says something else', '{}'],
])('a notice that %s holds nobody up', async (_, notice) => {
  writeFileSync(path.join(dir, 'server.json'), notice);
  expect((await claim(dir))()).toBe(true);
});
