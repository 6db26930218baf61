import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildCommand } from './command.mjs';

/**
 * Makes what the package has of compiled code: the command, the construct with its types, and the bundles of the functions.
 * npm runs it before it packs, and after it has cloned a git tag.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const node = (...args) => execFileSync(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });

const command = join(ROOT, 'dist', 'command');
const files = await buildCommand();
for (const left of readdirSync(command).filter((name) => !files.includes(name))) rmSync(join(command, left));
rmSync(join(ROOT, 'dist', 'types'), { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: { stagewatch: 'lib/infra/construct/stagewatch-stack.ts' },
  outdir: 'dist/cdk',
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'linked',
  sourcesContent: false,
});
node('node_modules/typescript/bin/tsc', '--project', 'tsconfig.package.json');
node('scripts/bundle.mjs');
