import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { SETTINGS } from './bundle-settings.mjs';
import { envCredentials } from './env-credentials.mjs';
import { lateEmoji } from './late-emoji.mjs';
import { slimDatadogClient } from './slim-datadog-client.mjs';

/**
 * Bundles a function for Lambda: node scripts/bundle.mjs [entry outfile], without these each of lambdas/
 *
 * One minified CommonJS file with the AWS SDK inside loads in about 50 ms. The target is Node 20, so that the same file
 * also runs as a plain process on the oldest Node that the project supports.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Bytes. More means that something came in whole, most likely the Datadog client or zod. */
const LIMIT = 630_000;
const LIMITS = { 'lambdas/notifier/handler.ts': 300_000, 'lambdas/console/handler.ts': 400_000 };

async function bundle(entry, outfile) {
  const { outputFiles, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    ...SETTINGS,
    plugins: [slimDatadogClient, envCredentials, lateEmoji],
  });
  const { contents } = outputFiles[0];
  if (warnings.length > 0) throw new Error(`esbuild warns: ${warnings.map((warning) => warning.text).join('; ')}`);
  const limit = LIMITS[relative(ROOT, entry)] ?? LIMIT;
  if (contents.length > limit) {
    throw new Error(
      `the bundle of ${entry} is too large - got ${contents.length} bytes, expected at most ${limit}; import less, or deeper`,
    );
  }
  // Renaming is atomic: whoever reads the file at the same time sees the old one or the new one, never half of it.
  await mkdir(dirname(outfile), { recursive: true });
  const unfinished = `${dirname(outfile)}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, outfile);
  return contents.length;
}

const [entry, outfile] = process.argv.slice(2);
const asked = entry
  ? [[entry, outfile]]
  : ['sampler', 'notifier', 'console'].map((name) => [`lambdas/${name}/handler.ts`, `dist/${name}/index.js`]);
try {
  for (const [from, to] of asked) {
    const bytes = await bundle(resolve(ROOT, from), resolve(ROOT, to));
    console.log(`${to}  ${(bytes / 1e6).toFixed(2)} MB`);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
