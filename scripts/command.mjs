import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { slimDatadogClient } from './slim-datadog-client.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'dist', 'command');

/** What the code reads from beside itself. */
const ASSETS = ['lib/page/page.css', 'lib/page/live.js'];

const ALIKE = {
  absWorkingDir: ROOT,
  outdir: FOLDER,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  write: false,
};

/**
 * Compiles the command into dist/command, in a third of a second. Packages stay outside, but for what is asked of Datadog's
 * client every hour: the whole of it takes two seconds to load. What is imported later is a file of
 * its own, named by its content. So a process that runs meanwhile finds its files as they were: only the entry is ever
 * replaced, last and at once.
 *
 * @returns the names of its files, without those that former sources left behind
 * @throws when the sources cannot be compiled, with the bundler's own words
 */
export async function buildCommand() {
  const [command, thread] = await Promise.all([
    build({
      ...ALIKE,
      entryPoints: ['bin/stagewatch.ts'],
      outExtension: { '.js': '.mjs' },
      splitting: true,
      format: 'esm',
      // import.meta.dirname is younger than the oldest Node that the project supports. Some files are shared with a thread
      // of its own, which requires them.
      banner: {
        js: "import { createRequire as __requireFrom } from 'node:module'; import { fileURLToPath as __pathOf } from 'node:url'; const require = __requireFrom(import.meta.url); const __dirname = __pathOf(new URL('.', import.meta.url));",
      },
      sourcemap: 'linked',
      sourcesContent: false,
      plugins: [slimDatadogClient],
    }),
    build({
      ...ALIKE,
      entryPoints: ['lib/local/store/store-worker.cjs'],
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
    }),
  ]);
  const assets = await Promise.all(
    ASSETS.map(async (asset) => ({ path: join(FOLDER, basename(asset)), contents: await readFile(join(ROOT, asset)) })),
  );
  const entry = ({ path }) => basename(path).startsWith('stagewatch.mjs');
  const files = [...assets, ...thread.outputFiles, ...command.outputFiles];
  await Promise.all(files.filter((file) => !entry(file)).map(put));
  await Promise.all(files.filter(entry).map(put));
  return files.map(({ path }) => basename(path));
}

/** Renaming is atomic: whoever reads the file at the same time sees the old one or the new one, never half of it. */
async function put({ path, contents }) {
  const old = await readFile(path).catch(() => undefined);
  if (old?.equals(contents)) return;
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}
