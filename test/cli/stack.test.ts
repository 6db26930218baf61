import { rmSync } from 'node:fs';
import type { Listening } from '../../lib/local/listen';
import { startCloudFormation } from '../worlds/cloudformation';
import { folder, stagewatch, written } from '../worlds/console';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BAD, FINE } from '../worlds/small-release';
import { KEYS, openWorld, SECRET, type World } from '../worlds/world';

let world: World;
let cloudFormation: Listening;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
  const outputs = { TableName: world.store.tableName, TopicArn: world.sns.topicArn, SecretArn: SECRET };
  const named = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [`Stagewatch${key}`, value]));
  cloudFormation = await startCloudFormation({
    Stagewatch: outputs,
    Website: { TableName: 'visitors' },
    Platform: { ...named, WebsiteTableName: 'visitors' },
  });
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await Promise.all([world.close(), cloudFormation.close()]);
});

const on = (args: string[], env: Record<string, string> = {}) =>
  stagewatch(args, {
    env: { AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url, ...env },
    now: tickOf(LAUNCH + 5),
  });

test('a command before or after --stack works on the table of the stack', async () => {
  const { name } = await world.launched();
  const place = written(root, name);
  for (const args of [
    ['--stack', 'Stagewatch', 'stage', 'list', '--release', place],
    ['stage', 'list', '--release', place, '--stack', 'Stagewatch'],
    // A team's own, with the construct in it.
    ['--stack', 'Platform', 'stage', 'list', '--release', place],
  ]) {
    const { code, out, err } = await on(args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('stage A, 25 % of users');
  }
});

test('a write says in which table of which stack and region it is', async () => {
  const { name } = await world.launched();
  const args = ['--stack', 'Stagewatch', '--region', 'us-gov-west-1', 'stage', 'enter', 'off'];
  expect(await on([...args, '--release', written(root, name)])).toMatchObject({
    code: 0,
    err: `in the table ${world.store.tableName} of the stack Stagewatch, us-gov-west-1`,
  });
});

test('an alert goes to the topic of the stack', async () => {
  const { name } = await world.launched();
  world.heal();
  world.shows((at) => (at >= LAUNCH ? BAD : FINE));
  const env = { DD_API_KEY: KEYS.apiKey, DD_APP_KEY: KEYS.appKey, STAGEWATCH_DATADOG_URL: world.datadog.url };
  const { code } = await on(['run', '--release', written(root, name), '--stack', 'Stagewatch'], env);
  expect(code).toBe(0);
  expect(world.subjects()).toEqual([expect.stringMatching(/^ALARM: Small/)]);
  expect(world.published[0]!.message).toMatch(
    /^Run +npx --no-install stagewatch --stack Stagewatch .*stage enter off/m,
  );
});

test('the stack that is asked for goes before the table of the environment', async () => {
  const { name } = await world.launched();
  const args = ['stage', 'list', '--release', written(root, name), '--stack', 'Stagewatch'];
  expect((await on(args, { STAGEWATCH_TABLE: 'another-table' })).out).toContain('stage A');
});

test.each([
  ['Elsewhere', 'expected a stack of this account and region: Stack with id Elsewhere does not exist'],
  ['Website', 'which has no output TopicArn, SecretArn; expected a deployed stack of Stagewatch'],
])('the stack %s is wrong use, and never the local history', async (stack, message) => {
  const { code, out, err } = await on(['check', '--release', written(root, 'small'), '--stack', stack]);
  expect([code, out]).toEqual([64, '']);
  expect(err).toContain(`--stack - got ${stack}, ${message}`);
});

test.each([
  [['check', '--table', 'a-table', '--stack', 'Stagewatch'], '--stack and --table - got both'],
  [['check', '--local', '--stack', 'Stagewatch'], '--stack and --local - got both'],
  [['check', '--region', 'us-gov-west-1'], '--region - got us-gov-west-1 without --stack'],
  [['validate', '--stack', 'Stagewatch'], 'validate works on no history in AWS'],
  [['simulate', '--stack', 'Stagewatch'], 'simulate works on no history in AWS'],
])('%j is wrong use', async (args, message) => {
  const { code, out, err } = await on(args);
  expect([code, out]).toEqual([64, '']);
  expect(err).toContain(message);
});

test('a CloudFormation that does not answer is a failure of the command', async () => {
  const args = ['check', '--release', written(root, 'small'), '--stack', 'Stagewatch'];
  const { code, out } = await on(args, { AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:1' });
  expect([code, out]).toEqual([70, '']);
});

test('--help of every command tells of it', async () => {
  for (const args of [['--help'], ['check', '--help'], ['stage', 'enter', '--help']])
    expect((await stagewatch(args)).out).toContain('--stack <name>');
});
