import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.join(__dirname, '..', '..');
const page = readFileSync(path.join(ROOT, 'docs', 'your-own-repo.md'), 'utf8');

/** The block behind a line that ends with this file's name. */
const fileOf = (name: string) =>
  new RegExp(`^\\W{0,3}${name.replace(/\./g, '\\.')}\`[^\\n]*:\\n\\n\`\`\`\\w*\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(
    page,
  )![1]!;
const commands = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text!.trim());
const answers = /For the example:\n\n```yaml\n([\s\S]*?)^```$/m.exec(page)![1]!.trim().split('\n');

const place = mkdtempSync(path.join(tmpdir(), 'own-'));
const own = path.join(place, 'rollouts');
afterAll(() => rmSync(place, { recursive: true }));

// No registry can be asked: whatever is not installed fails.
const env = {
  ...process.env,
  npm_config_registry: 'http://127.0.0.1:9',
  npm_config_cache: path.join(place, 'cache'),
  npm_config_offline: 'true',
  CI: 'true',
};
const sh = (script: string) =>
  promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], { cwd: own, env, maxBuffer: 1e8 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, out: String(stdout), err: String(stderr) }),
  );

/** What npm would install, without a registry: the tarball as it is, and what it depends on as links into the checkout. */
function install() {
  const [{ filename }] = Object.values<{ filename: string }>(
    JSON.parse(
      execFileSync('npm', ['pack', '--json', '--pack-destination', place], {
        cwd: ROOT,
        env,
        encoding: 'utf8',
      }).replace(/^[^[{]*/, ''),
    ),
  ) as [{ filename: string }];
  const tarball = path.join(place, filename);
  const modules = path.join(own, 'node_modules');
  const installed = path.join(modules, 'stagewatch');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const asked = JSON.parse(fileOf('package.json'));
  const { bin, dependencies } = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'));
  for (const name of Object.keys({ ...asked.dependencies, ...asked.devDependencies, ...dependencies })) {
    if (name === 'stagewatch') continue;
    mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', name), path.join(modules, name));
  }
  mkdirSync(path.join(modules, '.bin'));
  symlinkSync(path.join(installed, bin.stagewatch), path.join(modules, '.bin', 'stagewatch'));
  symlinkSync(path.join(ROOT, 'node_modules', '.bin', 'cdk'), path.join(modules, '.bin', 'cdk'));
  return statSync(tarball).size;
}

test('its commands, word for word, lead from an empty folder to a rollout and a template', async () => {
  mkdirSync(own);
  cpSync(path.join(ROOT, 'releases', 'document-status', 'release-plan.md'), path.join(own, 'release-plan.md'));
  for (const name of ['package.json', 'cdk.json', 'app.mjs', 'stagewatch.yaml', '.gitignore'])
    writeFileSync(path.join(own, name), fileOf(name));
  const [npmInstall, init, validate, simulate, synth, ...others] = commands;
  expect([npmInstall, others]).toEqual(['npm install', []]);

  // Before it is installed, the command fails and fetches nothing.
  expect(await sh(init!)).toMatchObject({ code: expect.not.stringMatching(/^0$/), out: '' });
  expect(install()).toBeLessThan(5e6);
  expect((await sh('npx --no-install stagewatch --version')).out).toBe(
    `${JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version}\n`,
  );

  expect(await sh(init!)).toMatchObject({ code: 0, out: 'releases/document-status/release.yaml\n' });
  const file = path.join(own, 'releases', 'document-status', 'release.yaml');
  const drafted = readFileSync(file, 'utf8');
  const [, schema] = /\$schema=(\S+)/.exec(drafted)!;
  expect(JSON.parse(readFileSync(path.join(path.dirname(file), schema!), 'utf8'))).toHaveProperty('$schema');
  expect((await sh(validate!)).code).toBe(64);
  const left = [...answers];
  const filled = drafted.replace(/^(\s*)(\w+): # TODO.*$/gm, (_, margin, key) => {
    expect(left[0]).toMatch(new RegExp(`^${key}: `));
    return `${margin}${left.shift()}`;
  });
  expect(left).toEqual([]);
  writeFileSync(file, filled);
  expect(await sh(validate!)).toMatchObject({ code: 0, out: expect.stringContaining('document-status is valid') });

  const synthesized = await sh(synth!);
  expect(synthesized).toMatchObject({ code: 0 });
  const theirs = readFileSync(path.join(own, 'cdk.out', 'Stagewatch.template.json'), 'utf8');
  await promisify(execFile)(
    path.join(ROOT, 'node_modules', '.bin', 'cdk'),
    ['synth', '--quiet', '-c', `settings=${path.join(own, 'stagewatch.yaml')}`, '--output', path.join(place, 'ours')],
    { cwd: ROOT, env },
  );
  expect(theirs).toBe(readFileSync(path.join(place, 'ours', 'Stagewatch.template.json'), 'utf8'));

  const played = await sh(simulate!);
  expect(played.code).toBe(0);
  expect(played.out).toMatch(
    /stage A entered[\s\S]*\nPlayed \d+ hours in \d+ s: 0 pages published, last verdict hold\.\n/,
  );
  const [, next] = /^Look closer: (npx --no-install stagewatch check)/m.exec(played.out)!;
  expect(await sh(next!)).toMatchObject({ code: 2, out: expect.stringContaining('#files-we-couldnt-receive') });
  for (const command of [
    'report --out report',
    'results',
    "history '#show' --last 24h",
    'fill releases/document-status/release-plan.md',
  ])
    expect(await sh(`npx --no-install stagewatch ${command}`)).toMatchObject({ code: 0 });
}, 1_800_000);

test('the construct has types that a strict program takes, from both kinds of modules', async () => {
  const example = /```ts\n([\s\S]*?)^```$/m.exec(page)![1]!;
  for (const name of ['guard.mts', 'guard.cts']) writeFileSync(path.join(own, name), example);
  const wrong = `${example}new Stagewatch(stack, 'Second', { releases: 'releases', logRetention: 1 });\n`;
  writeFileSync(path.join(own, 'wrong.mts'), wrong);
  const tsc = (file: string) =>
    sh(
      `node ${path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')} --noEmit --strict --module nodenext --target es2022 --typeRoots ${path.join(ROOT, 'node_modules', '@types')} --types node ${file}`,
    );
  expect(await tsc('guard.mts guard.cts')).toEqual({ code: 0, out: '', err: '' });
  expect(await tsc('wrong.mts')).toMatchObject({
    code: expect.any(Number),
    out: expect.stringContaining('logRetention'),
  });
}, 120_000);
