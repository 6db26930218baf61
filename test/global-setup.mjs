import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Bundles the Datadog client as the sampler's bundle has it, once for all test files (test/worlds/sampler-client.ts). */
export default function bundleClient() {
  const bundle = ['scripts/bundle.mjs', 'test/worlds/datadog-client.ts', 'dist/test/datadog-client.js'];
  execFileSync(process.execPath, bundle, { cwd: fileURLToPath(new URL('..', import.meta.url)) });
}
