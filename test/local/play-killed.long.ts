import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { folder } from '../worlds/console';
import { contents, played, small } from '../worlds/played';

const ROOT = path.join(__dirname, '..', '..');
const root = folder();
const undisturbed = path.join(root, 'undisturbed');
beforeAll(() => played(undisturbed));
afterAll(() => rmSync(root, { recursive: true }));

/** Plays in a process of its own, until it is time to kill it as hard as can be. */
async function killed(dir: string, itIsTime: (said: string) => boolean, ...args: string[]) {
  const command = ['bin/stagewatch.mjs', 'simulate', '--release', small(root), '--data', dir, ...args];
  const env = { ...process.env, CI: 'true', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk;
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const watch = setInterval(() => itIsTime(said) && child.kill('SIGKILL'), 10);
  const [, signal] = await once(child, 'close');
  clearInterval(watch);
  expect(signal).toBe('SIGKILL');
  return said;
}

/** Bytes that the database has taken in so far. */
function taken(dir: string): number {
  const database = path.join(dir, 'dynamodb');
  const logs = existsSync(database) ? readdirSync(database).filter((name) => name.endsWith('.log')) : [];
  return logs.reduce((bytes, name) => bytes + statSync(path.join(database, name)).size, 0);
}

test('a play that is killed in its first hour and again in its second day ends as an undisturbed one', async () => {
  const dir = path.join(root, 'killed');
  const first = await killed(dir, () => taken(dir) > 50_000, '--scenario', 'outage', '--seed', '3');
  expect(first).not.toContain('entered');
  const { facts } = await contents(dir);
  expect(facts.length).toBeGreaterThan(0);
  expect(facts.length).toBeLessThan(672);

  const second = await killed(dir, (said) => said.includes('stage B entered'), '--resume');
  expect(second).toContain('stage A entered');
  expect(second).toContain('NOTICE: Small');
  expect(second).not.toContain('\u001b');
  expect(await played(dir, { resume: true })).toMatchObject({ finished: true, stages: [] });

  const [disturbed, reference] = [await contents(dir), await contents(undisturbed)];
  expect(disturbed.facts).toEqual(reference.facts);
  expect(disturbed.alerts.map(({ status }) => status)).toEqual(['sent', 'sent']);
});
