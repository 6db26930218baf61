import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

/**
 * npm run test:flags [-- flipper | unleash]: moves a toggle of real flag servers, and expects the stage log of the moves.
 * None of the servers is a dependency of the project; what is missing is listed at once.
 */
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KEPT = join(ROOT, '.flags');
const FOLDER = join(ROOT, 'test', 'flags');
const SERVERS = ['flipper', 'unleash'];
const POSTGRES = '/usr/lib/postgresql';

const asked = process.argv.slice(2);
const odd = asked.filter((one) => !SERVERS.includes(one));
if (odd.length > 0) {
  console.error(`got ${odd.join(', ')}, expected flipper, unleash or nothing`);
  process.exit(1);
}
const wanted = asked.length > 0 ? asked : SERVERS;

const answers = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES) : [];
const postgres = (name) => join(POSTGRES, versions.sort((a, b) => a - b).at(-1), 'bin', name);
const needs = {
  flipper: [
    [
      () =>
        answers('ruby', ['-rpathname', '-rset', '-e', 'require "flipper-api"; require "flipper-ui"; require "puma"']),
      'Flipper - sudo apt-get install -y ruby-dev build-essential && sudo gem install flipper-api flipper-ui puma; RUBYLIB names a copy in another place',
    ],
  ],
  unleash: [
    [() => versions.length > 0, 'PostgreSQL - sudo apt-get install -y --no-install-recommends postgresql'],
    [
      () => existsSync(join(KEPT, 'node_modules', 'unleash-server')),
      'Unleash - npm install --prefix .flags --no-audit --no-fund unleash-server@6.10.1',
    ],
  ],
};
const missing = wanted.flatMap((name) => needs[name].filter(([isThere]) => !isThere()).map(([, text]) => text));
if (missing.length > 0) {
  console.error(`npm run test:flags needs more on this machine; install\n  ${missing.join('\n  ')}`);
  process.exit(1);
}

const started = [];
/** Starts a server, and waits until it is ready. */
async function start(name, command, args, isReady) {
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  started.push({ server, ended });
  let said = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (part) => {
      said = `${said}${part}`.slice(-2000);
    });
  for (const end = Date.now() + 120_000; Date.now() < end && server.exitCode === null; await sleep(200))
    if (await isReady()) return;
  throw new Error(`${name} did not start - ${said}`);
}

const answersAt = (url) => () =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function startFlipper() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(FOLDER, 'flipper.ru');
  const args = ['-e', 'load Gem.bin_path("puma", "puma")', '--', '-b', `tcp://127.0.0.1:${port}`, config];
  await start('Flipper', 'ruby', args, answersAt(`${url}/flipper/api/features`));
  return { STAGEWATCH_TEST_FLIPPER: url };
}

async function startUnleash(data) {
  const [database, port] = [await freePort(), await freePort()];
  // PostgreSQL does not run as root.
  const user = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (user.length > 0) spawnSync('chown', ['postgres', data]);
  const [command, ...first] = [...user, postgres('initdb')];
  const made = spawnSync(command, [...first, '-D', `${data}/db`, '-U', 'unleash', '-A', 'trust', '--no-sync']);
  if (made.status !== 0) throw new Error(`PostgreSQL made no database - ${made.stderr}`);
  const [run, ...rest] = [...user, postgres('postgres')];
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
  await start('PostgreSQL', run, [...rest, '-D', `${data}/db`, '-p', `${database}`, ...settings], () =>
    answers(postgres('pg_isready'), ['-h', '127.0.0.1', '-p', `${database}`]),
  );
  const url = `http://127.0.0.1:${port}`;
  const args = [join(FOLDER, 'unleash-server.cjs'), KEPT, `${port}`, `${database}`];
  await start('Unleash', process.execPath, args, answersAt(`${url}/health`));
  return { STAGEWATCH_TEST_UNLEASH: url };
}

const data = mkdtempSync(join(tmpdir(), 'stagewatch-flags-'));
try {
  const env = { ...process.env };
  if (wanted.includes('flipper')) Object.assign(env, await startFlipper());
  if (wanted.includes('unleash')) Object.assign(env, await startUnleash(data));
  const jest = [join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), '--testMatch'];
  const files = wanted.map((name) => `**/test/flags/${name}.flags.ts`);
  const tests = spawnSync(process.execPath, [...jest, ...files], { cwd: ROOT, env, stdio: 'inherit' });
  process.exitCode = tests.status ?? 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  // The database ends last, as Unleash still asks it.
  for (const { server, ended } of started.reverse()) {
    server.kill('SIGINT');
    await Promise.race([ended, sleep(10_000)]);
    server.kill('SIGKILL');
  }
  rmSync(data, { recursive: true, force: true });
}
