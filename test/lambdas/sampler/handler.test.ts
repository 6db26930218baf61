import { sampler } from '../../../lambdas/sampler/handler';
import { instantText } from '../../../lib/facts/hour';
import { openDynamo } from '../../../lib/history/client';
import { dynamoRoll } from '../../../lib/history/roll';
import { SourceError } from '../../../lib/ports';
import type { Release } from '../../../lib/release/schema';
import { byStatus } from '../../worlds/by-status';
import { status } from '../../worlds/datadog-stand-in';
import { entered, LAUNCH, MONTH, tickOf } from '../../worlds/moments';
import { BAD, FINE, fileOf, releaseOf } from '../../worlds/small-release';
import { KEYS, openWorld, SECRET, type World } from '../../worlds/world';

let world: World;
let said: string[];
let handle: ReturnType<typeof sampler>;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.heal();
  said = [];
  handle = sampler(environment(), (line) => said.push(line));
});
afterAll(() => world.close());

const environment = () => ({
  STAGEWATCH_TABLE: world.store.tableName,
  STAGEWATCH_TOPIC: world.sns.topicArn,
  STAGEWATCH_SECRET: SECRET,
  STAGEWATCH_DATADOG_URL: world.datadog.url,
});
const event = ({ name }: Pick<Release, 'name'>, newest: number, file: object = fileOf()) => ({
  release: { name, file },
  scheduledTime: instantText(tickOf(newest)),
});

test('an hour is one line of JSON', async () => {
  const release = await world.launched();
  const report = await handle(event(release, LAUNCH));
  expect(report).toMatchObject({ hour: LAUNCH, recorded: 2 });
  expect(said.map((line) => JSON.parse(line))).toEqual([
    {
      release: release.name,
      hour: '2026-02-11T16:00Z',
      recorded: 2,
      revised: 0,
      stillDue: 1,
      recommendation: 'hold',
      reason: report.verdict.reason,
      requests: 1000,
      errors: 2,
    },
  ]);
  expect(said[0]).not.toContain('\n');
});

test('a message has its command whole, with the stack and the region where it runs', async () => {
  const release = await world.launched();
  const env = { ...environment(), STAGEWATCH_STACK: 'Guard', AWS_REGION: 'us-gov-west-1' };
  world.shows((at) => (at >= LAUNCH ? BAD : FINE));
  await sampler(env, () => {})(event(release, LAUNCH + 3));
  expect(world.published.map(({ message }) => /^Run +(.*)$/m.exec(message)?.[1])).toEqual([
    `npx --no-install stagewatch --stack Guard --region us-gov-west-1 stage enter off --release ${release.name}`,
  ]);
});

test('in Lambda that line is also what CloudWatch takes the lag from, but for a run that failed', async () => {
  const release = await world.launched();
  handle = sampler({ ...environment(), AWS_LAMBDA_FUNCTION_NAME: 'the-function' }, (line) => said.push(line));
  await handle(event(release, LAUNCH));
  world.datadog.answers(status(500));
  await expect(handle(event(release, LAUNCH + 2))).rejects.toThrow(SourceError);
  world.datadog.answers(world.honest);
  await handle(event(release, LAUNCH + 2));
  const [fine, failed, healed] = said.map((line) => JSON.parse(line));
  expect(fine._aws).toEqual({
    Timestamp: expect.any(Number),
    CloudWatchMetrics: [
      {
        Namespace: 'Stagewatch',
        Dimensions: [['service']],
        Metrics: [{ Name: 'LagHours', Unit: 'None' }],
      },
    ],
  });
  const own = { service: 'the-function', release: release.name };
  expect(fine).toMatchObject({ ...own, LagHours: 0, requests: 1000 });
  expect(failed).toMatchObject({ release: release.name, failure: expect.any(String) });
  expect(Object.keys(failed)).not.toEqual(expect.arrayContaining([expect.stringMatching(/requests|LagHours|_aws/)]));
  expect(healed).toMatchObject({ ...own, LagHours: 0 });
});

test('a page is told on that line, too, and published', async () => {
  const release = await world.launched();
  world.shows((at) => (at >= LAUNCH ? BAD : FINE));
  await handle(event(release, LAUNCH + 5));
  expect(JSON.parse(said[0]!)).toMatchObject({ alert: 'page firing', recommendation: 'roll back' });
  expect(world.published.map(({ attributes }) => attributes.severity?.value)).toEqual(['page']);
});

test('a source that fails makes the invocation fail after the hour was judged, and the retry heals it', async () => {
  const release = await world.launched();
  const faults = {
    unreachable: status(500),
    refused: status(403, `{"errors":["${KEYS.apiKey} is no key"]}`),
    malformed: `{"data":"${KEYS.appKey}"}`,
  };
  for (const [index, [kind, fault]] of Object.entries(faults).entries()) {
    world.datadog.answers(fault);
    said.length = 0;
    const outcome = handle(event(release, LAUNCH + index));
    await expect(outcome).rejects.toThrow(SourceError);
    await expect(outcome).rejects.toMatchObject({ kind });
    expect(JSON.parse(said[0]!)).toMatchObject({ failure: expect.stringContaining('datadog') });
    expect((await world.historyOf(release).lastVerdict())!.hour).toBe(LAUNCH + index);

    world.datadog.answers(world.honest);
    expect(await handle(event(release, LAUNCH + index))).toMatchObject({ recorded: 2 });
  }
});

test('why a run failed is noted in the roll, for people to be told, and quotes no key', async () => {
  const release = await world.launched();
  const roll = dynamoRoll(openDynamo(), world.store.tableName);
  await roll.write({ release: release.name, since: 0 }, undefined);
  const noted = async () => (await roll.entries()).find((entry) => entry.release === release.name)!.failure;
  await handle(event(release, LAUNCH));
  expect(await noted()).toBeUndefined();
  world.datadog.answers(status(403, `{"errors":["${KEYS.apiKey} is no key"]}`));
  await expect(handle(event(release, LAUNCH + 1))).rejects.toThrow(SourceError);
  expect((await noted())!.reason).toMatch(/^datadog .*403/);
  expect(JSON.stringify(await noted())).not.toContain(KEYS.apiKey);
});

test('keys that were rotated are read again once Datadog refuses the old ones', async () => {
  const release = await world.launched();
  await handle(event(release, LAUNCH));
  const next = { apiKey: 'the-next-api-key', appKey: 'the-next-app-key' };
  world.lock(next);
  await expect(handle(event(release, LAUNCH + 1))).rejects.toThrow('403');
  world.secret[SECRET] = JSON.stringify(next);
  world.datadog.answers(world.honest);
  expect(await handle(event(release, LAUNCH + 2))).toMatchObject({ recorded: 4 });
  expect(world.datadog.asked.map(({ headers }) => headers['dd-api-key'])).toEqual([KEYS.apiKey, next.apiKey]);
});

test('a secret that is not there or not one makes the invocation fail without its content, and is not fatal for the judge', async () => {
  const release = await world.launched();
  for (const [index, content] of ['not json', '{"apiKey":"sentinel-half"}'].entries()) {
    world.secret[SECRET] = content;
    handle = sampler(environment(), (line) => said.push(line));
    const outcome = handle(event(release, LAUNCH + index));
    await expect(outcome).rejects.toThrow('datadog secret - got another shape');
    await expect(outcome).rejects.not.toThrow(/sentinel|not json/);
  }
  delete world.secret[SECRET];
  handle = sampler(environment(), (line) => said.push(line));
  await expect(handle(event(release, LAUNCH + 2))).rejects.toThrow('datadog secret - got no value');
  expect(await world.alertsOf(release)).toEqual(['firing sent']);
  expect(world.datadog.asked).toEqual([]);
});

test('a bad event lists all its problems and touches nothing', async () => {
  const before = await world.table();
  const file = { ...fileOf({ endpoints: [] }), colour: 'blue' };
  const outcome = handle({ release: { name: 'small', file }, scheduledTime: 'soon' });
  await expect(outcome).rejects.toThrow(/3 problems:\n {2}endpoints - .*\n {2}colour - .*\n {2}scheduledTime - /);
  expect([said, world.published, world.datadog.asked]).toEqual([[], [], []]);
  expect(await world.table()).toEqual(before);
});

test('an environment that is not complete fails before anything is sent', () => {
  expect(() => sampler({ STAGEWATCH_TABLE: '' })).toThrow(/STAGEWATCH_TABLE.*STAGEWATCH_TOPIC.*STAGEWATCH_SECRET/);
  expect(() => sampler({ ...environment(), STAGEWATCH_DATADOG_URL: 'https://example.org' })).toThrow(
    'STAGEWATCH_DATADOG_URL - expected',
  );
  expect(world.datadog.asked).toEqual([]);
});

test('an invocation that has hardly any time left is judged all the same', async () => {
  const release = await world.launched();
  await handle(event(release, LAUNCH));
  world.datadog.answers(() => {});
  const outcome = handle(event(release, LAUNCH + 1), { getRemainingTimeInMillis: () => 60_700 });
  await expect(outcome).rejects.toThrow('the end of the time for this run');
  expect((await world.historyOf(release).lastVerdict())!.hour).toBe(LAUNCH + 1);
});

test('one process serves many releases, and each edition of a release file at once', async () => {
  const [one, other] = [await world.launched(), releaseOf(world.freshName())];
  await world.seed(other, LAUNCH - MONTH, LAUNCH);
  await world.historyOf(other).enterStage(entered(LAUNCH, 'B', 1));
  world.shows((at) => (at >= LAUNCH ? byStatus({ 200: 900, 500: 100 }) : FINE));
  expect((await handle(event(one, LAUNCH + 5))).verdict).toMatchObject({
    stage: { name: 'A' },
    recommendation: 'roll back',
  });
  expect((await handle(event(other, LAUNCH + 5))).verdict.stage).toMatchObject({ name: 'B' });
  const endpoints = [{ ...fileOf().endpoints[0]!, criteria: [{ below: '50%' }] }];
  const calmer = await handle(event(one, LAUNCH + 5, fileOf({ endpoints })));
  expect(calmer.verdict.findings.map(({ outcome }) => outcome)).not.toContain('breach');
});
