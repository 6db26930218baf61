import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { NODE_OPTIONS } from '../../lib/infra/lambda-code';

/** What `npm run build` makes. */
export const FUNCTION = path.join(__dirname, '..', '..', 'dist', 'sampler', 'index.js');

/** Handles the events of its standard input one after another, then says what that took. */
const CHILD = `
let input = '';
process.stdin.on('data', (part) => { input += part; }).on('end', async () => {
  const { handler } = require(process.argv[1]);
  const stillDue = [];
  const start = performance.now();
  for (const event of JSON.parse(input)) stillDue.push((await handler(event)).stillDue);
  const { user, system } = process.cpuUsage();
  console.error(JSON.stringify({
    seconds: (performance.now() - start) / 1000, cpuSeconds: (user + system) / 1e6,
    megabytes: process.resourceUsage().maxRSS / 1024, stillDue,
  }));
});
`;

export interface Took {
  /** From the first event to the end of the last one; the loading of the function is not in it. */
  seconds: number;
  /** Of one processor, all threads, the start of Node included. */
  cpuSeconds: number;
  /** The largest resident set. */
  megabytes: number;
  /** Hours that each run has left for later ones. */
  stillDue: number[];
}

/**
 * Node gives its heap half of a machine's memory when that is small (V8, Heap::HeapSizeFromPhysicalMemory): 256 MB of 512, old
 * and new objects together. Without a limit it would take what this machine has before it collects its garbage.
 */
const HEAP_MB = 256;

/** None of this machine's own: certificates that it adds (NODE_EXTRA_CA_CERTS) take a fifth of a second of every start. */
const variablesOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(env).filter(([name]) => /^(AWS|STAGEWATCH)_/.test(name))),
  NODE_OPTIONS,
});

/**
 * Runs the built function, cold, in a process of its own, with a heap as on a machine of 512 MB.
 *
 * @throws Error with the end of what it said when it fails, as when its memory ends
 */
export async function runSampler(events: readonly object[], env: NodeJS.ProcessEnv): Promise<Took> {
  const child = spawn(process.execPath, [`--max-heap-size=${HEAP_MB}`, '-e', CHILD, FUNCTION], {
    env: variablesOf(env),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(JSON.stringify(events));
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the function failed - got exit code ${code}: ${said.slice(-1_500)}`);
  return JSON.parse(said.trim().split('\n').at(-1)!);
}
