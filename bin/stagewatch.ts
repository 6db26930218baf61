#!/usr/bin/env tsx
import { main } from '../lib/cli/program';

// The AWS SDK warns of Node 20 on every start; package.json says which versions this runs on.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const interrupted = new AbortController();
process.once('SIGINT', () => {
  // A second Ctrl-C ends the process at once: nothing is lost by that either.
  interrupted.abort();
});
// A reader that has seen enough, such as head, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));

void main(process.argv.slice(2), {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
  terminal: process.stderr.isTTY === true,
  // Some terminals do not know theirs and say 0.
  columns: process.stdout.columns || undefined,
  env: process.env,
  now: Date.now,
  signal: interrupted.signal,
}).then((code) => {
  process.exitCode = code;
});
