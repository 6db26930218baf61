import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NOTIFY, STRICT, SUBSCRIPTIONS } from './context';

const ROOT = path.join(__dirname, '..', '..');
const { app, context } = JSON.parse(readFileSync(path.join(ROOT, 'cdk.json'), 'utf8'));

const outdir = mkdtempSync(path.join(tmpdir(), 'cdk-out-'));
afterAll(() => rmSync(outdir, { recursive: true }));

test('the app of cdk.json bundles the functions and synthesizes every release, with the settings and the name that the context asks for', () => {
  const settings = path.join(outdir, 'settings.yaml');
  const releasesOf = path.join(ROOT, 'releases');
  writeFileSync(
    settings,
    JSON.stringify({
      releases: releasesOf,
      subscriptions: SUBSCRIPTIONS,
      strict: STRICT,
      notify: NOTIFY,
      console: true,
    }),
  );
  const asked = { ...context, settings, stack: 'Second' };
  const quiet = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const env = { ...process.env, ...quiet, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(asked) };
  const [command, ...args] = app.split(' ');
  execFileSync(command, args, { cwd: ROOT, env });

  const template = JSON.parse(readFileSync(path.join(outdir, 'Second.template.json'), 'utf8'));
  const descriptions = Object.values<{ Type: string; Properties: { Description: string } }>(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Scheduler::Schedule')
    .map(({ Properties }) => Properties.Description);
  const releases = readdirSync(releasesOf).filter((name) => existsSync(path.join(releasesOf, name, 'release.yaml')));
  const rollCall = 'Looks whether every release has its verdict, and which have left the stack';
  expect(descriptions.sort()).toEqual([rollCall, ...releases.map((name) => `Samples the release ${name}`).sort()]);

  const types = Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type);
  // Datadog's receiver also hears marks.
  expect(types.filter((type) => type === 'AWS::SNS::Subscription')).toHaveLength(
    SUBSCRIPTIONS.length + Object.keys(NOTIFY).length + 1,
  );
  expect(types).toContain('AWS::EC2::SecurityGroup');

  const assets = readdirSync(outdir).flatMap((name) => (name.startsWith('asset.') ? path.join(outdir, name) : []));
  const bundles = assets.filter((folder) => existsSync(path.join(folder, 'index.js')));
  expect(assets.map((folder) => readdirSync(folder).join()).sort()).toEqual([
    ...['index.js', 'index.js', 'index.js'],
    'releases.json',
  ]);
  const load = 'console.log(process.argv.slice(1).map((one) => Object.keys(require(one))).flat().sort().join())';
  expect(execFileSync(process.execPath, ['-e', load, ...bundles], { env, encoding: 'utf8' }).trim()).toMatch(
    /consoleOperator,consoleReader,handler,handler,.*operator,reader/,
  );
});
