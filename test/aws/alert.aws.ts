import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { instantText } from '../../lib/facts/hour';
import { byStatus } from '../worlds/by-status';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BOT, startSlack } from '../worlds/slack-stand-in';
import { BAD, FINE, fileOf } from '../worlds/small-release';
import { KEYS, openWorld, type World } from '../worlds/world';
import { moto } from './moto';

/**
 * The way of an alert through what is deployed: the built functions, each in a process of its own, Amazon's own DynamoDB,
 * and moto's SNS, SQS and Secrets Manager. `npm run test:aws` starts them.
 */
const run = promisify(execFile);
const bundle = (name: string) => path.join(__dirname, '..', '..', 'dist', name, 'index.js');
const RUNNER = `require(process.argv[1]).handler(JSON.parse(process.argv[2])).then(
  (result) => console.log(JSON.stringify(result)),
  (error) => { console.log(error.message); process.exitCode = 1; },
)`;

let world: World;
let slack: Awaited<ReturnType<typeof startSlack>>;
beforeAll(async () => {
  [world, slack] = await Promise.all([openWorld(), startSlack()]);
  world.heal();
});
afterAll(() => Promise.all([world.close(), slack.close()]));

/** One invocation of a built function; what it returned. */
async function invoke(name: 'sampler' | 'notifier', event: object, settings: Record<string, string>) {
  const env = {
    AWS_REGION: moto.region,
    AWS_ACCESS_KEY_ID: world.store.key,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL: moto.url,
    AWS_ENDPOINT_URL_DYNAMODB: world.store.url,
    STAGEWATCH_TABLE: world.store.tableName,
    ...settings,
  } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv;
  const { stdout } = await run(process.execPath, ['-e', RUNNER, bundle(name), JSON.stringify(event)], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

test('a page goes from the sampler by topic and queue to Slack, once, and so does its end', async () => {
  const [topic, queue] = [await moto.topic(), await moto.queue()];
  await moto.subscribe(topic, queue.arn);
  const [keys, bot] = [await moto.secret(KEYS), await moto.secret(BOT)];
  const release = await world.launched();
  const sampler = { STAGEWATCH_TOPIC: topic, STAGEWATCH_SECRET: keys, STAGEWATCH_DATADOG_URL: world.datadog.url };
  const notifier = {
    STAGEWATCH_SECRET: bot,
    STAGEWATCH_RECEIVER: 'slack',
    STAGEWATCH_RECEIVER_HOST: 'slack.com',
    STAGEWATCH_RECEIVER_URL: slack.url,
  };
  world.shows((hour) => (hour < LAUNCH + 2 ? BAD : hour < LAUNCH + 4 ? byStatus({ 200: 100_000 }) : FINE));
  let told = 0;
  for (let hour = LAUNCH; hour < LAUNCH + 24; hour++) {
    const event = { release: { name: release.name, file: fileOf() }, scheduledTime: instantText(tickOf(hour)) };
    await invoke('sampler', event, sampler);
    const messages = await queue.receive();
    told += messages.length;
    // A message that comes twice is told once.
    for (const Records of messages.length > 0 ? [messages, messages] : [])
      expect(await invoke('notifier', { Records }, notifier)).toEqual({ batchItemFailures: [] });
  }
  const changes = (await world.historyOf(release).alerts()).map(({ change }) => change);
  expect(changes[0]).toBe('firing');
  expect(changes).toContain('resolved');
  expect(told).toBe(changes.length);
  expect(slack.channel[0]!.text).toContain('Small');
  expect(JSON.stringify(slack.channel)).not.toContain('sentinel');
}, 300_000);
