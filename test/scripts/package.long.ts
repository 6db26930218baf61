import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const about = JSON.parse(read('package.json'));
const sourcesOf = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((name) => /\.([cm]?js|ts)$/.test(name));

test('what is installed with the package is what its code imports, and nothing else; CDK is the user’s own', () => {
  const imported = (files: string[]) =>
    [
      ...new Set(
        files.flatMap((file) => [...read(file).matchAll(/(?:from|import\(|require\()\s*'(?!\.)([@\w./:-]+)'/g)]),
      ),
    ]
      .map(([, name]) => /^(@[^/]+\/)?[^/]+/.exec(name!)![0])
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name) && name !== 'aws-lambda');
  const files = ['bin/stagewatch.ts', ...sourcesOf('lib'), ...sourcesOf('lambdas')];
  const types = ['mdast', 'stagewatch'];
  const needed = [...new Set(imported(files))].filter((name) => !types.includes(name)).sort();
  expect(needed).toEqual([...Object.keys(about.dependencies), ...Object.keys(about.peerDependencies)].sort());
  expect(about.peerDependenciesMeta).toEqual({ 'aws-cdk-lib': { optional: true }, constructs: { optional: true } });
});

test('the package has what it names: the command, the construct with its types, and no sources', async () => {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], { cwd: ROOT });
  const packed: string[] = Object.values<{ files: { path: string }[] }>(JSON.parse(stdout))[0]!.files.map(
    ({ path }) => path,
  );
  expect(packed).toContain(about.bin.stagewatch);
  expect(packed).toEqual(
    expect.arrayContaining([
      'dist/sampler/index.js',
      'dist/notifier/index.js',
      'dist/console/index.js',
      'docs/runbook.md',
      'docs/judging/method.md',
      'LICENSE',
    ]),
  );
  expect(packed.filter((file) => /^(lib|lambdas|scripts|test)\/|(?<!\.d)\.ts$|\.env|keys\.json$/.test(file))).toEqual(
    [],
  );
  // The types are those of the file that is compiled.
  const { files } = JSON.parse(read('tsconfig.package.json'));
  expect(about.exports['.'].types).toBe(`./dist/types/${files[0].replace(/\.ts$/, '.d.ts')}`);
  expect(read('scripts/package.mjs')).toContain(`stagewatch: '${files[0]}'`);
  expect(existsSync(path.join(ROOT, files[0]))).toBe(true);
  // Nobody publishes it by accident; a name in a registry is another decision.
  expect(about.private).toBe(true);
});

test('no page and no message has a command that a registry could answer', () => {
  const pages = ['docs', 'docs/judging'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  );
  const spoken = ['README.md', 'CONTRIBUTING.md', 'action.yml', ...pages, ...sourcesOf('lib'), ...sourcesOf('lambdas')];
  const wrong = spoken.flatMap((file) =>
    read(file)
      .split('\n')
      .filter((line) =>
        /\b(npx (?!--no-install )(-\S+ )*stagewatch|npm (i|install|exec)( -\S+)* stagewatch)\b/.test(line),
      )
      .map((line) => `${file}: ${line}`),
  );
  // The page that says why not to.
  expect(wrong).toEqual([expect.stringMatching(/^docs\/your-own-repo\.md: .*Never install it by its bare name/)]);
});

describe('in a checkout', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'checkout-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('the command is what the sources say now, whatever was compiled before', async () => {
    for (const name of ['bin', 'lib', 'lambdas', 'package.json', 'tsconfig.json'])
      cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    mkdirSync(path.join(folder, 'scripts'));
    for (const file of ['command.mjs', 'slim-datadog-client.mjs'])
      cpSync(path.join(ROOT, 'scripts', file), path.join(folder, 'scripts', file));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    const version = async () =>
      (await run(process.execPath, ['bin/stagewatch.mjs', '--version'], { cwd: folder })).stdout;
    // Two at once, and nothing compiled yet.
    expect(await Promise.all([version(), version()])).toEqual([`${about.version}\n`, `${about.version}\n`]);
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...about, version: '9.9.9' }));
    expect(await version()).toBe('9.9.9\n');
    writeFileSync(path.join(folder, 'bin', 'stagewatch.ts'), 'const x = ;');
    await expect(version()).rejects.toMatchObject({ stderr: expect.stringContaining('stagewatch.ts:1:10') });
  });
});
