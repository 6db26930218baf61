import path from 'node:path';
import { type AssetCode, Code } from 'aws-cdk-lib/aws-lambda';

const ROOT = path.join(__dirname, '..', '..');

/**
 * Bundles a folder of lambdas/ at synth, in half a second and without network. CDK's NodejsFunction would be shorter, but it
 * takes no esbuild plugins, and without the one of scripts/ the Datadog client alone is 10 MB.
 *
 * @throws when the bundle cannot be built, with the bundler's own words
 */
export function lambdaCode(name: 'sampler' | 'notifier'): AssetCode {
  const folder = path.join(ROOT, 'dist', name);
  const script = path.join(ROOT, 'scripts', 'bundle.mjs');
  return Code.fromCustomCommand(folder, [
    process.execPath,
    script,
    `lambdas/${name}/handler.ts`,
    path.join(folder, 'index.js'),
  ]);
}
