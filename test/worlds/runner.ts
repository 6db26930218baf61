import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import type { Instant } from '../../lib/facts/hour';
import { listen } from '../../lib/local/listen';
import { startCloudFormation } from './cloudformation';
import type { openGithub } from './github';

const ROOT = path.join(__dirname, '..', '..');
const textOf = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
/** The workflow that docs/github.md says to save. */
const workflow = parse(/^```yaml\n(name: plans\n[\s\S]*?)^```$/m.exec(textOf('docs/github.md'))![1]!);
const action = parse(textOf('action.yml'));

interface Table {
  url: string;
  key: string;
  tableName: string;
}

/**
 * A runner of GitHub Actions on this machine, with AWS and GitHub beside it: runs the script of action.yml as the workflow
 * of docs/github.md uses it, in a clone of the releases' repository. Installing packages is left out; those of this
 * repository are there.
 *
 * @param checkout the folder that the workflow has checked out
 * @param table where the stack's table is; asked before each run
 */
export async function openRunner(
  github: Awaited<ReturnType<typeof openGithub>>,
  checkout: string,
  table: () => Table,
  inputs: Record<string, string> = {},
) {
  const taken: string[] = [];
  const sts = await listen((_, body) => {
    const asked = new URLSearchParams(body);
    taken.push(`${asked.get('Action')} ${asked.get('RoleArn')} ${asked.get('WebIdentityToken')}`);
    const credentials = `<AccessKeyId>${table().key}</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>y</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration>`;
    const answer = `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>${credentials}</Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
    return { status: 200, type: 'text/xml', body: answer };
  });
  const tokens = await listen(() => ({ status: 200, type: 'application/json', body: '{"value":"web-identity"}' }));
  const formation = await startCloudFormation({
    Stagewatch: { TableName: table().tableName, TopicArn: 'arn:aws:sns:us-east-1:1:t', SecretArn: 'arn:aws:s:1' },
  });
  for (const name of ['bin', 'scripts', 'node_modules', 'package.json'])
    if (!existsSync(path.join(checkout, name))) symlinkSync(path.join(ROOT, name), path.join(checkout, name));
  const temp = path.join(path.dirname(checkout), 'temp');
  mkdirSync(temp, { recursive: true });

  const step = action.runs.steps.at(-1) as { run: string; env: Record<string, string> };
  const given = { ...workflow.jobs.propose.steps.at(-1).with, ...inputs };
  const inputOf = (name: string): string => given[name] ?? action.inputs[name].default;
  const stepEnv = Object.fromEntries(
    Object.entries(step.env).map(([name, text]) => [
      name,
      text
        .replace(/\$\{\{ inputs\.(\w+) \}\}/, (_, input) => inputOf(input))
        .replace(/\$\{\{ github\.token \}\}/, github.env.GH_TOKEN),
    ]),
  );
  return {
    /** What the roles were taken with. */
    taken,
    /** The lines that the script prints between its two words to the runner; at the machine's own time, or at `now`. */
    async run(now?: Instant): Promise<string[]> {
      const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, STAGEWATCH_TABLE: ___, ...outside } = process.env;
      const { stdout } = await promisify(execFile)(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
        {
          cwd: checkout,
          env: {
            ...outside,
            ...github.env,
            ...stepEnv,
            HOME: path.dirname(checkout),
            RUNNER_TEMP: temp,
            GITHUB_SERVER_URL: 'https://github.com',
            ACTIONS_ID_TOKEN_REQUEST_URL: `${tokens.url}/?v=1`,
            ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
            AWS_ENDPOINT_URL_STS: sts.url,
            AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url,
            AWS_ENDPOINT_URL_DYNAMODB: table().url,
            ...(now !== undefined && {
              NODE_OPTIONS: `--require ${path.join(__dirname, 'preset-clock.cjs')}`,
              STAGEWATCH_TEST_NOW: String(now),
            }),
          },
        },
      );
      return stdout.trim().split('\n').slice(1, -1);
    },
    close: () => Promise.all([sts.close(), tokens.close(), formation.close()]),
  };
}
