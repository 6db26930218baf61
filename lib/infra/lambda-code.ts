import { existsSync } from 'node:fs';
import path from 'node:path';
import { Architecture, type AssetCode, Code, Runtime } from 'aws-cdk-lib/aws-lambda';

/** The project's folder, as seen from lib/infra and, compiled, from dist/cdk. */
const ROOT = path.join(__dirname, '..', '..');

/** On what every function runs. */
export const ON_LAMBDA = {
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  handler: 'index.handler',
} as const;

/**
 * How the sampler's Node is started. On 512 MB it would keep new objects in 2 MB, and collect them so often that a release of
 * 1,000 endpoints took a sixth more of a processor's time.
 */
export const NODE_OPTIONS = '--max-semi-space-size=8';

export type FunctionName = 'sampler' | 'notifier' | 'console';

/**
 * A folder of lambdas/, bundled. In a checkout that is done at synth, in half a second and without network; the package has
 * the bundle and no sources. CDK's NodejsFunction would be shorter, but it takes no esbuild plugins, and without the one of
 * scripts/ the Datadog client alone is 10 MB.
 *
 * @throws when the bundle cannot be built, with the bundler's own words
 */
export function lambdaCode(name: FunctionName): AssetCode {
  const folder = path.join(ROOT, 'dist', name);
  const entry = `lambdas/${name}/handler.ts`;
  if (!existsSync(path.join(ROOT, entry))) return Code.fromAsset(folder);
  const script = path.join(ROOT, 'scripts', 'bundle.mjs');
  return Code.fromCustomCommand(folder, [process.execPath, script, entry, path.join(folder, 'index.js')]);
}
