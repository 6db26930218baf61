import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldIn } from './store/store';

const WAIT_MS = 15_000;

/**
 * Makes this process the one that plays in `dir`. An earlier one may still be running there, orphaned when its terminal or
 * npm was killed: it sees at its next hour that the folder is no longer its own, and ends.
 *
 * @returns whether the folder is still this process's
 * @throws Error when the other one has not ended after 15 seconds
 */
export async function claim(dir: string): Promise<() => boolean> {
  const file = path.join(dir, 'player');
  mkdirSync(dir, { recursive: true });
  writeFileSync(file, String(process.pid));
  const deadline = Date.now() + WAIT_MS;
  while (await heldIn(dir)) {
    if (Date.now() > deadline)
      throw new Error(
        `the history in ${dir} is in use - got no end of the process that holds it within 15 seconds; end it, or choose another folder with --data`,
      );
    await sleep(100);
  }
  return () => existsSync(file) && readFileSync(file, 'utf8') === String(process.pid);
}
