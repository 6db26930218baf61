import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { listen } from '../../lib/local/listen';
import { folder } from '../worlds/console';
import { openGithub } from '../worlds/github';

const ROOT = path.join(__dirname, '..', '..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const page = read('docs/github.md');
const blocks = (language: string) =>
  [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, kind]) => kind === language).map(([, , text]) => text!);
const action = parse(read('action.yml'));
const workflow = parse(blocks('yaml').find((one) => one.startsWith('name: '))!);
type Step = { uses?: string; run?: string; shell?: string; env?: Record<string, string>; with?: object };
const steps: Step[] = action.runs.steps;
const scripts = steps.flatMap(({ run }) => run ?? []);

const root = folder();
afterAll(() => rmSync(root, { recursive: true }));

/** Runs a script as a runner does, with programs that say what they got. */
async function bash(script: string, env: Record<string, string | undefined>, cwd = ROOT) {
  const run = promisify(execFile)('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env: { ...env } as NodeJS.ProcessEnv,
  });
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, stdout: String(stdout), stderr: String(stderr) }),
  );
}
function program(name: string, script: string): string {
  const bin = path.join(root, `bin-${name}`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${bin}${path.delimiter}${process.env.PATH}`;
}

describe('action.yml', () => {
  test('is an action of steps, each with its shell, and no text from outside in a script', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run, uses, shell } of steps)
      expect(run === undefined ? uses : shell).toMatch(/^actions\/setup-node@v\d|^bash$/);
    for (const script of scripts) expect(script).not.toContain('${{');
    const used = JSON.stringify(steps)
      .match(/inputs\.\w+/g)!
      .map((one) => one.slice('inputs.'.length));
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
    expect(action.inputs.token.default).toMatch(/^\$\{\{ github\.token \}\}$/);
  });

  test('installs what package-lock.json names, and runs nothing of it', async () => {
    const PATH = program('npm', 'echo "$@"');
    expect((await bash(scripts[0]!, { PATH })).stdout).toBe('ci --ignore-scripts --no-audit --no-fund\n');
  });

  describe('takes the role, and', () => {
    const asked: (string | undefined)[] = [];
    let github: Awaited<ReturnType<typeof listen>>;
    beforeAll(async () => {
      github = await listen(({ url, headers }) => {
        asked.push(`${url} ${headers.authorization}`);
        return url!.includes('refused')
          ? { status: 403, type: 'text/plain', body: 'no' }
          : { status: 200, type: 'application/json', body: '{"count":1,"value":"web-identity"}' };
      });
    });
    afterAll(() => github.close());
    const env = (change: Record<string, string | undefined> = {}) => ({
      PATH: program(
        'node',
        `[ "$1" = bin/stagewatch.mjs ] || exec '${process.execPath}' "$@"; echo "$# $*"; ls -l "$AWS_WEB_IDENTITY_TOKEN_FILE" | cut -c1-10; cat "$AWS_WEB_IDENTITY_TOKEN_FILE"; echo " $GH_HOST $ACTIONS_ID_TOKEN_REQUEST_TOKEN."; exit $CODE`,
      ),
      RUNNER_TEMP: root,
      GITHUB_SERVER_URL: 'https://github.com',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'sentinel-request-token',
      STACK: 'Stage"; exit 3; "$(touch hacked)',
      REVIEWERS: '',
      CODE: '0',
      ...change,
    });

    test('hands the identity over in a file that is gone afterwards, and obeys no text', async () => {
      const { code, stdout } = await bash(scripts[1]!, env());
      const [stop, args, mode, rest, start] = stdout.trim().split('\n');
      expect([code, args, mode, rest]).toEqual([
        0,
        '6 bin/stagewatch.mjs --stack Stage"; exit 3; "$(touch hacked) propose --reviewers ',
        '-rw-------',
        'web-identity github.com .',
      ]);
      expect(stop).toMatch(/^::stop-commands::[\w-]{36}$/);
      expect(start).toBe(`::${stop!.slice('::stop-commands::'.length)}::`);
      expect(asked).toEqual(['/token?api-version=2.0&audience=sts.amazonaws.com bearer sentinel-request-token']);
      expect([existsSync(path.join(root, 'stagewatch-identity')), existsSync(path.join(ROOT, 'hacked'))]).toEqual([
        false,
        false,
      ]);
    });

    test('fails as the command fails, and says what the job lacks', async () => {
      const failed = await bash(scripts[1]!, env({ CODE: '70' }));
      expect(failed.code).toBe(70);
      expect(failed.stdout).toMatch(/::[\w-]{36}::\n$/);
      expect(existsSync(path.join(root, 'stagewatch-identity'))).toBe(false);
      expect(await bash(scripts[1]!, env({ ACTIONS_ID_TOKEN_REQUEST_URL: undefined }))).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('id-token: write'),
      });
      const refused = await bash(scripts[1]!, env({ ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/refused?x=1` }));
      expect(refused).toMatchObject({
        code: 70,
        stderr: expect.stringContaining('got no token from GitHub (HTTP 403)'),
      });
      expect(refused.stdout + refused.stderr).not.toContain('sentinel-request-token');
    });
  });
});

describe('docs/github.md', () => {
  test('has a workflow that gives the action what it requires, and the job no right too many', () => {
    expect(workflow.permissions).toEqual({ 'id-token': 'write', contents: 'write', 'pull-requests': 'write' });
    expect(Object.keys(workflow.on)).toEqual(['schedule', 'workflow_dispatch']);
    expect(workflow.concurrency.group).toBeTruthy();
    // Minute 0 is when GitHub is busiest.
    expect(workflow.on.schedule).toEqual([{ cron: expect.stringMatching(/^[1-9]\d* \d+ \* \* \*$/) }]);
    const [checkout, propose] = workflow.jobs.propose.steps;
    expect(checkout).toEqual({ uses: 'actions/checkout@v4', with: { 'persist-credentials': false } });
    expect(propose.uses).toBe('./');
    const required = Object.keys(action.inputs).filter((name) => action.inputs[name].required);
    expect(Object.keys(propose.with)).toEqual(expect.arrayContaining(required));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(propose.with)));
    for (const { run } of workflow.jobs.propose.steps) expect(run).toBeUndefined();
  });

  test('has a trust policy that pins repository and branch', () => {
    const [{ Action, Condition, Principal }] = JSON.parse(blocks('json')[0]!).Statement;
    expect(Action).toBe('sts:AssumeRoleWithWebIdentity');
    expect(Principal.Federated).toMatch(/:oidc-provider\/token\.actions\.githubusercontent\.com$/);
    expect(Condition).toEqual({
      StringEquals: {
        'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
        'token.actions.githubusercontent.com:sub': expect.stringMatching(/^repo:[\w/]+:ref:refs\/heads\/main$/),
      },
    });
  });

  test('has lines for GitLab that push what was filled, on top of what people pushed, and nothing if nothing was', async () => {
    const script = blocks('sh').at(-1)!;
    const github = await openGithub(root);
    const there = github.repository('org/plans', { 'plan.md': 'open\n', 'README.md': 'Plans\n' });
    github.git(['--git-dir', there.bare, 'config', 'receive.advertisePushOptions', 'true']);
    const hook = path.join(there.bare, 'hooks', 'pre-receive');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "$GIT_PUSH_OPTION_0 $GIT_PUSH_OPTION_1" >> options\n', { mode: 0o755 });
    const run = (fills: string, clone: string) => {
      const CI_PROJECT_DIR = path.join(root, clone);
      github.git(['clone', '--quiet', 'https://github.com/org/plans.git', CI_PROJECT_DIR]);
      // What stands in for the command does what fill does.
      const PATH = program('npx', `[ "$5 $6 $7 $8" = "fill --checkout $CI_PROJECT_DIR --write" ] || exit 64; ${fills}`);
      return bash(script, { ...github.env, PATH, HOME: root, CI_PROJECT_DIR, STAGEWATCH: ROOT });
    };
    expect((await run(':', 'one')).code).toBe(0);
    expect(there.branches()).toEqual(['main']);
    expect((await run('echo answered >> "$CI_PROJECT_DIR/plan.md"', 'two')).code).toBe(0);
    there.push('stagewatch/plans', { 'README.md': 'Plans, by Ann\n' });
    expect((await run('echo more >> "$CI_PROJECT_DIR/plan.md"', 'three')).code).toBe(0);
    expect(there.log('stagewatch/plans')).toEqual([
      'Stagewatch: Fill in the plans',
      'Ann: By hand',
      'Stagewatch: Fill in the plans',
    ]);
    expect(there.text('stagewatch/plans', 'plan.md')).toBe('open\nanswered\nmore\n');
    expect(read(path.relative(ROOT, path.join(there.bare, 'options'))).split('\n')[0]).toBe(
      'merge_request.create merge_request.remove_source_branch',
    );
    await github.close();
  });
});
