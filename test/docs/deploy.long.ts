import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { checkedSettings } from '../../lib/infra/settings';
import { CA_FILE } from '../infra/context';

const ROOT = path.join(__dirname, '..', '..');
const page = readFileSync(path.join(ROOT, 'docs', 'deploy.md'), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text!);
const shell = blocksOf('sh');

const folder = mkdtempSync(path.join(tmpdir(), 'deploy-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a line that asks for a secret stands in a block of its own, so that no paste is taken for the answer', () => {
  const asking = shell.filter((block) => /\bread\b/.test(block));
  expect(asking).toHaveLength(2);
  for (const block of asking) expect(block).toMatch(/^read -rsp '[^']+: ' \w+; export \w+\n$/);
});

test('every settings block is taken as it stands, with ids in the place of dots', () => {
  const blocks = blocksOf('yaml');
  expect(blocks.length).toBeGreaterThan(3);
  writeFileSync(path.join(folder, 'agency-ca.pem'), readFileSync(CA_FILE));
  for (const block of blocks) {
    const filled = block.replace(/(vpc|subnet|sg)-\.\.\./g, '$1-0123456789abcdef0');
    expect(checkedSettings(parse(filled), { where: 'docs/deploy.md', folder })).toBeDefined();
  }
});

test('the block that fills the secret gives both keys to AWS by a file, and leaves nothing behind', () => {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  mkdirSync(path.join(folder, 'cdk.out'));
  writeFileSync(path.join(folder, 'cdk.out', 'outputs.json'), '{"Stagewatch":{"SecretArn":"arn:aws:the-secret"}}');
  // Notes its arguments, and what it would send.
  writeFileSync(
    path.join(bin, 'aws'),
    `#!/bin/sh\nprintf '%s\\n' "$*" > asked\nstat -c %a datadog-keys.json > mode\ncat "\${6#file://}" > sent\n`,
  );
  chmodSync(path.join(bin, 'aws'), 0o755);
  const fill = shell.filter((block) => block.includes('put-secret-value'));
  expect(fill).toHaveLength(1);
  const env = { PATH: `${bin}:${process.env.PATH}`, DD_API_KEY: 'sentinel "api"', DD_APP_KEY: 'sentinel-app' };
  const options = { cwd: folder, env: env as unknown as NodeJS.ProcessEnv, encoding: 'utf8' } as const;
  const script = `${fill[0]}\necho "left: \${DD_API_KEY-}\${DD_APP_KEY-}"`;
  expect(execFileSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], options)).toBe('left: \n');
  const noted = (name: string) => readFileSync(path.join(folder, name), 'utf8').trim();
  expect(noted('asked')).toBe(
    'secretsmanager put-secret-value --secret-id arn:aws:the-secret --secret-string file://datadog-keys.json',
  );
  expect(JSON.parse(noted('sent'))).toEqual({ apiKey: 'sentinel "api"', appKey: 'sentinel-app' });
  expect(noted('mode')).toBe('600');
  expect(existsSync(path.join(folder, 'datadog-keys.json'))).toBe(false);
});
