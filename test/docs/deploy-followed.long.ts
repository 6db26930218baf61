import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { notifier } from '../../lambdas/notifier/handler';
import { listen } from '../../lib/local/listen';
import type { PublishRecord } from '../../lib/local/sns';
import { startCloudFormation } from '../worlds/cloudformation';
import { envelopeOf } from '../worlds/envelopes';
import { KEYS, openSetUp } from '../worlds/set-up';
import { BOT, startSlack } from '../worlds/slack-stand-in';

const ROOT = path.join(__dirname, '..', '..');
const folder = mkdtempSync(path.join(tmpdir(), 'friday-'));
afterAll(() => rmSync(folder, { recursive: true }));

const page = readFileSync(path.join(ROOT, 'docs', 'deploy.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text]) => text!);

/** A checkout as somebody has it, but for the packages, which take minutes to install. */
function checkout(): string {
  const place = path.join(folder, 'stagewatch');
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(path.join(ROOT, file), path.join(place, file));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(place, 'node_modules'));
  return place;
}

/** In the place of what needs an account: each notes what it is asked; the rest is real. */
function standIns(place: string, filled: string): string {
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const command = (name: string, script: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/bash\necho "${name} $*" >> "${folder}/asked"\n${script}`);
    chmodSync(path.join(bin, name), 0o755);
  };
  const outputs = JSON.stringify({ Stagewatch: { SecretArn: 'datadog-keys' } });
  command('npm', 'exit 0');
  command(
    'npx',
    `case "$1 $2" in
      "--no-install stagewatch") exec node "${place}/bin/stagewatch.mjs" "\${@:3}" ;;
      "cdk synth") exec node "${place}/node_modules/aws-cdk/bin/cdk" "\${@:2}" ;;
      "cdk deploy") echo '${outputs}' > "$4" ;;
    esac\n`,
  );
  command('aws', `curl --fail --silent --data-binary "@\${6#file://}" ${filled}\n`);
  return bin;
}

test('docs/deploy.md, followed word for word, ends with a watched release and a message in Slack', async () => {
  const slack = await startSlack();
  const brought: Promise<unknown>[] = [];
  // Brings to the notifier what is published for it, as its queue does.
  const bring = ({ subject, byProtocol, attributes }: PublishRecord) => {
    if (attributes.to?.value !== 'slack') return;
    const values = Object.entries(attributes).map(([name, { value }]) => [name, value]);
    const message = { subject: subject!, body: JSON.stringify(byProtocol), attributes: Object.fromEntries(values) };
    const env = {
      STAGEWATCH_RECEIVER: 'slack',
      STAGEWATCH_SECRET: 'slack',
      STAGEWATCH_TABLE: setUp.store.tableName,
      STAGEWATCH_RECEIVER_HOST: 'slack.com',
      STAGEWATCH_RECEIVER_URL: slack.url,
    };
    brought.push(notifier(env, () => {})({ Records: [{ messageId: '1', body: envelopeOf(message) }] as never }));
  };
  const setUp = await openSetUp(bring);
  delete setUp.secret['datadog-keys'];
  setUp.secret.slack = JSON.stringify(BOT);
  const filled = await listen((_request, body) => {
    setUp.secret['datadog-keys'] = body;
    return { status: 200, type: 'text/plain', body: '' };
  });
  const outputs = {
    TableName: setUp.store.tableName,
    TopicArn: setUp.sns.topicArn,
    SecretArn: 'datadog-keys',
    Receivers: 'slack',
  };
  const formation = await startCloudFormation({ Stagewatch: outputs });

  const place = checkout();
  const bin = standIns(place, filled.url);
  const script = path.join(folder, 'friday.sh');
  const noting = `trap 'echo "FAILED $? $BASH_COMMAND"' ERR`;
  writeFileSync(script, `${noting}\n${blocks.map((block, index) => `echo "== ${index + 1}"\n${block}`).join('')}`);
  const { STAGEWATCH_DATADOG_URL } = setUp.env;
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_CLOUDFORMATION: formation.url,
    STAGEWATCH_DATADOG_URL,
    PATH: `${bin}:${process.env.PATH}`,
  };
  const shell = spawn('bash', ['--norc', '-uo', 'pipefail', script], { cwd: place, env });
  shell.stdin.end(`${KEYS.apiKey}\n${KEYS.appKey}\n`);
  let said = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (said += chunk));
  await new Promise((resolve) => shell.on('close', resolve));
  await Promise.all(brought);

  const inBlock = said.split(/^== \d+\n/m).slice(1);
  const saying = (command: string) => inBlock[blocks.findIndex((block) => block.includes(command))];
  // The first run has not come yet, so there is nothing to judge.
  expect(said.match(/^FAILED .*/gm)).toEqual(['FAILED 2 npx --no-install stagewatch --stack Stagewatch check']);
  expect(saying('stagewatch validate')).toContain('document-status is valid');
  for (const doctor of ['stagewatch doctor ', 'Stagewatch doctor '])
    expect(saying(doctor)).toMatch(/^\d+ checks: 0 wrong, \d skipped$/m);
  expect(JSON.parse(setUp.secret['datadog-keys']!)).toEqual(KEYS);
  expect(saying('test-alert')).toContain('Slack has taken the test message');
  expect(slack.channel.at(-1)!.text).toContain('a test, nothing is wrong');
  expect(saying('stage enter A')).toContain('stage A, 25 % of users');
  for (const key of Object.values(KEYS)) expect(said).not.toContain(key);
  const asked = readFileSync(path.join(folder, 'asked'), 'utf8');
  expect(asked.match(/^npx cdk \w+/gm)).toEqual(
    ['synth', 'bootstrap', 'diff', 'deploy', 'destroy'].map((name) => `npx cdk ${name}`),
  );
  await Promise.all([slack.close(), filled.close(), formation.close(), setUp.close()]);
}, 300_000);
