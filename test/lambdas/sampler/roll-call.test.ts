import { handler } from '../../../lambdas/sampler/handler';
import { rollCaller } from '../../../lambdas/sampler/roll-call';
import { instantText, startOf } from '../../../lib/facts/hour';
import { openDynamo } from '../../../lib/history/client';
import { dynamoRoll } from '../../../lib/history/roll';
import { verdict } from '../../worlds/history-contract';
import { entered, LAUNCH } from '../../worlds/moments';

import { openWorld, SECRET, type World } from '../../worlds/world';

let world: World;
let said: string[];
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.heal();
  said = [];
});
afterAll(() => world.close());

const environment = () => ({
  STAGEWATCH_TABLE: world.store.tableName,
  STAGEWATCH_TOPIC: world.sns.topicArn,
  STAGEWATCH_SECRET: SECRET,
});
const at = (hour: number) => startOf(hour + 1) + 45 * 60_000;
/** The roll as it is called when `hour` is the newest settled one. */
const call = (hour: number, releases: readonly string[], more: Record<string, string> = {}) =>
  rollCaller(
    { ...environment(), ...more },
    (line) => said.push(line),
    () => at(hour),
  )({
    rollCall: { stack: 'Stagewatch', releases },
    scheduledTime: instantText(at(hour)),
  });
const judged = (name: string, hour: number) => world.historyOf({ name } as never).recordVerdict(verdict(hour));

/** A test's own releases, so that none is missed from the roll of the one before; the roll is the table's. */
const names = new Set<string>();
const fresh = () => {
  const name = world.freshName();
  names.add(name);
  return name;
};
const present = (...but: string[]) => [...names].filter((name) => !but.includes(name));

test('a release lacks what it has no verdict for, counted from its newest verdict', async () => {
  const [one, two] = [fresh(), fresh()];
  for (const name of [one, two]) await judged(name, LAUNCH);
  expect((await call(LAUNCH, [one, two])).missed).toEqual({});
  await judged(one, LAUNCH + 1);
  expect((await call(LAUNCH + 1, [one, two])).missed).toEqual({ [two]: 1 });
  await judged(one, LAUNCH + 3);
  expect((await call(LAUNCH + 3, [one, two])).missed).toEqual({ [two]: 3 });
  await judged(two, LAUNCH + 3);
  expect((await call(LAUNCH + 3, [one, two])).missed).toEqual({});
  expect(world.published).toEqual([]);
});

test('one that is new lacks nothing at first, and from then on every hour in which it is not run', async () => {
  const name = fresh();
  expect((await call(LAUNCH, present())).missed).not.toHaveProperty(name);
  expect((await call(LAUNCH + 1, present())).missed).toMatchObject({ [name]: 1 });
  expect((await call(LAUNCH + 2, present())).missed).toMatchObject({ [name]: 2 });
});

test('in Lambda it is one line, from which CloudWatch takes what the release lacks that lacks most', async () => {
  const [one, two] = [fresh(), fresh()];
  for (const name of present()) await judged(name, LAUNCH + 9);
  await call(LAUNCH + 9, present());
  await judged(one, LAUNCH + 11);
  for (const name of present(one, two)) await judged(name, LAUNCH + 11);
  said = [];
  await call(LAUNCH + 11, present(), { AWS_LAMBDA_FUNCTION_NAME: 'the-function' });
  const [line, ...others] = said.map((text) => JSON.parse(text));
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    rollCall: 'Stagewatch',
    releases: names.size,
    missed: { [two]: 2 },
    service: 'the-function',
    MissedRuns: 2,
  });
  expect(line._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: 'MissedRuns', Unit: 'Count' }]);
});

describe('a release whose runs fail', () => {
  const note = (name: string, hour: number, reason: string) =>
    dynamoRoll(openDynamo(), world.store.tableName).noteFailure(name, { at: at(hour) + 60_000, reason });

  test('is told with the reason once the next hour failed too, once, and anew after runs that did not', async () => {
    const name = fresh();
    await call(LAUNCH, present());
    await note(name, LAUNCH, 'datadog refused - HTTP 403');
    expect(await call(LAUNCH + 1, present())).toMatchObject({ failing: [] });
    await note(name, LAUNCH + 1, 'datadog refused - HTTP 403, \u202eforbidden');
    expect(await call(LAUNCH + 2, present())).toMatchObject({ failing: [name] });
    await note(name, LAUNCH + 2, 'datadog refused - HTTP 403');
    expect(await call(LAUNCH + 3, present())).toMatchObject({ failing: [] });
    const [{ subject, message, attributes }, ...others] = world.published as [(typeof world.published)[number]];
    expect([subject, others]).toEqual([`Stagewatch: runs fail: ${name}`, []]);
    expect(message).toContain(`  ${name}, since 2026-02-11T17:46Z: datadog refused - HTTP 403, forbidden\n`);
    expect(attributes.severity!.value).toBe('notice');

    // Two hours without a failed attempt.
    await call(LAUNCH + 5, present());
    await note(name, LAUNCH + 6, 'again');
    expect(await call(LAUNCH + 7, present())).toMatchObject({ failing: [] });
    await note(name, LAUNCH + 7, 'again');
    expect(await call(LAUNCH + 8, present())).toMatchObject({ failing: [name] });
  });

  test('is told again where the message could not be sent', async () => {
    const name = fresh();
    await call(LAUNCH, present());
    for (const hour of [LAUNCH, LAUNCH + 1]) await note(name, hour, 'timeout');
    world.faults.sns = true;
    await expect(call(LAUNCH + 2, present())).rejects.toThrow('out of order');
    world.faults.sns = false;
    expect((await call(LAUNCH + 2, present())).failing).toContain(name);
  });
});

describe('a release that has left the stack', () => {
  test('while users are exposed is a page to its subscribers, once, and says what to do', async () => {
    const name = fresh();
    await world.historyOf({ name } as never).enterStage(entered(LAUNCH));
    await call(LAUNCH, present());
    expect(await call(LAUNCH + 1, present(name))).toMatchObject({ left: [name] });
    expect(await call(LAUNCH + 2, present(name))).toMatchObject({ left: [] });
    expect(world.published).toHaveLength(1);
    const [{ subject, message, byProtocol, attributes }] = world.published as [(typeof world.published)[number]];
    expect(subject).toBe(`Stagewatch: users are exposed and not watched: ${name}`);
    expect(message).toBe(`This release has left the stack Stagewatch:

  ${name}: stage A, 25 % of users since 2026-02-11T16:00Z

No alert and no check-in comes from now on. The history stays.
If that is not intended, put the folder back under its old name and deploy.
See docs/runbook.md#a-release-left-the-stack`);
    expect(JSON.parse(byProtocol!.https!)).toMatchObject({ source: 'custom', content: { title: subject } });
    expect(attributes).toEqual({
      severity: { type: 'String', value: 'page' },
      release: { type: 'String.Array', value: JSON.stringify([name]) },
    });
    expect(JSON.parse(said.at(-2)!)).toEqual({ rollCall: 'Stagewatch', left: [name] });
    names.delete(name);
  });

  test('is a notice when no user is exposed, and several are one message', async () => {
    const [done, never] = [fresh(), fresh()];
    const history = world.historyOf({ name: done } as never);
    await history.enterStage(entered(LAUNCH));
    await history.enterStage({ ...entered(LAUNCH + 1), stage: 'off', exposure: 0 });
    await call(LAUNCH + 1, present());
    expect(await call(LAUNCH + 2, present(done, never))).toMatchObject({ left: [done, never].sort() });
    const [{ subject, message, attributes }, ...others] = world.published as [(typeof world.published)[number]];
    expect([subject, others]).toEqual(['Stagewatch: no longer watched: 2 releases', []]);
    expect(message).toContain(`  ${done}: no user is exposed since 2026-02-11T17:00Z\n`);
    expect(message).toContain(`  ${never}: no stage was entered\n`);
    expect(attributes.severity!.value).toBe('notice');
    names.delete(done);
    names.delete(never);
  });

  test('is told again until it was told, and anew when it comes back and leaves once more', async () => {
    const name = fresh();
    await call(LAUNCH, present());
    world.faults.sns = true;
    await expect(call(LAUNCH + 1, present(name))).rejects.toThrow('out of order');
    expect(JSON.parse(said.at(-1)!)).toHaveProperty('missed');
    world.faults.sns = false;
    expect(await call(LAUNCH + 2, present(name))).toMatchObject({ left: [name] });
    expect(await call(LAUNCH + 50, present())).toMatchObject({ left: [] });
    expect((await call(LAUNCH + 50, present())).missed).not.toHaveProperty(name);
    expect(await call(LAUNCH + 51, present(name))).toMatchObject({ left: [name] });
    names.delete(name);
  });
});

test('its event is told from that of a release, and all that is wrong with it is listed', async () => {
  Object.assign(process.env, environment());
  await expect(handler({ rollCall: { releases: 'all' }, scheduledTime: 'soon' })).rejects.toThrow(
    'event for the roll call - rollCall.stack - got nothing, expected a stack\'s name; rollCall.releases - got "all", expected a list of names; scheduledTime - got "soon", expected an instant',
  );
  await expect(handler({ rollCall: null, scheduledTime: '2026-02-11T16:45:00Z' })).rejects.toThrow('rollCall.releases');
  await expect(handler({ release: null })).rejects.toThrow('event for release');
});
