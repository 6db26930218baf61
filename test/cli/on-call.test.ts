import { rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { notifier } from '../../lambdas/notifier/handler';
import type { OnCallEvent } from '../../lib/alert/on-call';
import { ARRIVAL } from '../../lib/cli/arrival';
import { HOUR_MS, startOf } from '../../lib/facts/hour';
import { queuedOf } from '../../lib/receivers/bulletin';
import type { Release } from '../../lib/release/schema';
import { folder, stagewatch, written } from '../worlds/console';
import { envelopeOf } from '../worlds/envelopes';
import { LAUNCH, tickOf } from '../worlds/moments';
import { BOT, startSlack } from '../worlds/slack-stand-in';
import { BAD, FINE, releaseOf } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let release: Release;
const root = folder();
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.heal();
  release = releaseOf(world.freshName());
});
afterAll(async () => {
  rmSync(root, { recursive: true });
  await world.close();
});

const NOW = tickOf(LAUNCH + 3) + 10 * 60_000;
const command = (args: string[], now = NOW, env: Record<string, string> = {}) =>
  stagewatch([...args, '--release', written(root, release.name), '--table', world.store.tableName], { now, env });
/** A release that is launched, and bad from its second hour on: three runs have told of it, if they might. */
async function paged(change: object = {}, onCall?: OnCallEvent) {
  release = await world.launched(change);
  if (onCall) await world.historyOf(release).recordOnCall(onCall);
  world.shows((at) => (at > LAUNCH ? BAD : FINE));
  await world.hours(release, LAUNCH, LAUNCH + 4);
  world.published.length = 0;
}

describe('silence', () => {
  test('is written with its reason, its end and its author, and listed', async () => {
    const written = await command(['silence', '--until', '4h', '--reason', 'upgrade', '--by', 'Ada']);
    expect(written).toMatchObject({
      code: 0,
      err: `in the table ${world.store.tableName}`,
      out: 'Small: silence of the release until 2026-02-11 19:30 EST, by Ada: upgrade',
    });
    const other = [
      'silence',
      '--until',
      '2026-02-12T09:00-05:00',
      '--reason',
      'known',
      '--endpoint',
      '#show',
      '--json',
    ];
    expect((await command(other, NOW + HOUR_MS)).json).toEqual({
      kind: 'silence',
      at: '2026-02-11T21:30Z',
      until: '2026-02-12T14:00Z',
      by: userInfo().username,
      reason: 'known',
      endpoints: ['#show'],
    });
    expect((await command(['silence'], NOW + 5 * HOUR_MS)).out.split('\n')).toEqual([
      '2026-02-11 15:30 EST - 2026-02-11 19:30 EST  silence by Ada: upgrade',
      `2026-02-11 16:30 EST - 2026-02-12 09:00 EST  silence by ${userInfo().username}: known (#show only), on now`,
    ]);
  });

  test('is ended early, and then none is on', async () => {
    await command(['silence', '--until', '4h', '--reason', 'upgrade', '--by', 'Ada']);
    const end = await command(['silence', '--end', '--by', 'Bob'], NOW + HOUR_MS);
    expect(end).toMatchObject({ code: 0, out: 'Small: silence ended by Bob' });
    expect((await command(['silence', '--json'], NOW + 2 * HOUR_MS)).json).toEqual([
      { from: '2026-02-11T20:30Z', to: '2026-02-11T21:30Z', why: 'silence by Ada: upgrade', on: false },
    ]);
    const again = await command(['silence', '--end'], NOW + 2 * HOUR_MS);
    expect(again).toMatchObject({
      code: 64,
      out: '',
      err: expect.stringContaining('--end - got no silence that is on'),
    });
  });

  test('lists nothing where there is none, and says so', async () => {
    expect(await command(['silence'])).toMatchObject({ code: 0, out: '', err: expect.stringContaining('no silence') });
    expect((await command(['silence', '--json'])).json).toEqual([]);
  });

  test.each([
    [
      ['--until', 'soon', '--endpoint', '#shwo'],
      ['--until - got soon', '--reason - got nothing', '--endpoint - got #shwo'],
    ],
    [['--reason', 'x'], ['--until - got nothing']],
    [['--until', '31d', '--reason', 'x'], ['expected 30 days from now at most']],
    [['--until', '2026-02-11T20:30Z', '--reason', 'x'], ['expected a time to come']],
    [['--until', '1h', '--reason', ' '], ['--reason - got an empty text, expected']],
    [['--end', '--reason', 'x'], ['--end - got it beside']],
    [['--by', ''], ['--by - got ']],
  ])('%j is wrong use, all of it said at once, and nothing is written', async (args, problems) => {
    const { code, out, err } = await command(['silence', ...args]);
    expect([code, out]).toEqual([64, '']);
    for (const problem of problems) expect(err).toContain(problem);
    expect(await world.historyOf(release).onCall()).toEqual([]);
  });

  test('of exactly 30 days is one', async () => {
    expect((await command(['silence', '--until', '30d', '--reason', 'x'])).code).toBe(0);
  });

  test('makes no verdict better: check holds all the same and shows it, and so does history', async () => {
    await paged();
    const before = await command(['check']);
    await command(['silence', '--until', '4h', '--reason', 'upgrade', '--by', 'Ada']);
    const silent = await command(['check']);
    expect([before.code, silent.code]).toEqual([1, 1]);
    expect(silent.out).toBe(
      `${before.out}\n  quiet        silence by Ada: upgrade; the whole release until 2026-02-11 19:30 EST`,
    );
    expect(before.out).toMatch(
      /\n {2}open {9}#show is not below its limit since 2026-02-11 12:00 EST, bad enough to roll back$/m,
    );
    const lines = (await command(['history', '--last', '1h'])).out.split('\n');
    expect(lines.at(-1)).toBe(
      '2026-02-11 15:30 EST  silence of the release until 2026-02-11 19:30 EST, by Ada: upgrade',
    );
    const [row] = (await command(['history', '--last', '1h', '--json'], NOW + HOUR_MS)).json.hours;
    expect(row.quiet).toEqual(['silence by Ada: upgrade']);
  });

  test('and what it held back is shown by check', async () => {
    const at = startOf(LAUNCH);
    await paged({}, { kind: 'silence', at, until: at + 5 * HOUR_MS, by: 'Ada', reason: 'upgrade' });
    const { json } = await command(['check', '--json']);
    expect(json).toMatchObject({
      recommendation: 'roll back',
      alerts: {
        open: [{ key: '#show/below', since: '2026-02-11T17:00Z' }],
        quiet: [{ why: 'silence by Ada: upgrade', to: '2026-02-11T21:00Z' }],
      },
    });
    expect(json.alerts.heldBack[0]).toMatchObject({ why: 'silence by Ada: upgrade' });
    expect((await command(['check'])).out).toMatch(
      /\n {2}held back {4}2026-02-11 .*: firing \(first firing\); silence by Ada: upgrade/,
    );
  });
});

describe('ack', () => {
  test('of one endpoint leaves what else is open, and an endpoint that is not open is wrong use', async () => {
    await paged();
    const history = world.historyOf(release);
    const last = (await history.lastAlert())!;
    const open = [...last.open, { ...last.open[0]!, endpoint: '#index' }];
    await history.recordAlert({ ...last, seq: last.seq + 1, open });
    const wrong = await command(['ack', '--endpoint', '#files', '#show']);
    expect([wrong.code, wrong.err]).toEqual([
      64,
      expect.stringContaining('--endpoint - got #files, expected one that is open: #show, #index'),
    ]);
    const { code, out } = await command(['ack', '--endpoint', '#index', '--by', 'Ada']);
    expect([code, out]).toEqual([0, 'Small: #index (below its limit) acknowledged by Ada']);
    const shown = (await command(['check', '--json'])).json.alerts.open;
    expect(
      shown.map((one: { key: string; acknowledged?: object }) => [one.key, one.acknowledged !== undefined]),
    ).toEqual([
      ['#show/below', false],
      ['#index/below', true],
    ]);
  });

  test('of what is open is shown, keeps it from being repeated, and is named when it closes', async () => {
    await paged({ alerts: { repeatEvery: '2 hours' } });
    const { code, out } = await command(['ack', '--by', 'Ada', '--note', 'rolling back']);
    expect([code, out]).toEqual([0, 'Small: #show (below its limit) acknowledged by Ada: rolling back']);
    expect((await command(['check'])).out).toContain('; acknowledged 2026-02-11 15:30 EST by Ada: rolling back');
    expect((await command(['check', '--json'])).json.alerts.open).toEqual([
      {
        key: '#show/below',
        endpoint: '#show',
        what: 'below',
        text: '#show is not below its limit',
        since: '2026-02-11T17:00Z',
        rollBack: true,
        window: { name: 'since it opened', from: '2026-02-11T17:00Z', to: '2026-02-11T20:00Z' },
        acknowledged: { at: '2026-02-11T20:30Z', by: 'Ada', note: 'rolling back' },
      },
    ]);
    expect((await command(['history', '--last', '1h'])).out).toContain('acknowledged by Ada: rolling back');

    await world.hours(release, LAUNCH + 4, LAUNCH + 7);
    expect(world.published).toEqual([]);
    world.shows((at) => (at > LAUNCH && at < LAUNCH + 7 ? BAD : FINE));
    await world.hours(release, LAUNCH + 7, LAUNCH + 10);
    expect(world.subjects()).toEqual([expect.stringMatching(/^OK: Small/)]);
    expect(world.published[0]!.message.replace(/\n +/g, ' ')).toContain('acknowledged by Ada: rolling back');
  });

  test('of all that is open is published for PagerDuty, where the stack tells it, and for no filter of people', async () => {
    await paged();
    const env = { STAGEWATCH_TOPIC: world.sns.topicArn };
    expect((await command(['ack', '--by', 'Ada'], NOW, env)).err).not.toContain('PagerDuty');
    expect(world.published).toEqual([]);
    const told = { ...env, STAGEWATCH_RECEIVERS: 'slack,pagerDuty' };
    const { code, err } = await command(['ack', '--by', 'Ada'], NOW, told);
    expect([code, err]).toEqual([0, expect.stringContaining('PagerDuty is told')]);
    const [{ subject, byProtocol, attributes }] = world.published as [(typeof world.published)[0]];
    expect(attributes).toEqual({ to: { type: 'String', value: 'pagerDuty' } });
    const { dedupKey, seq } = (await world.historyOf(release).lastAlert())!;
    expect(
      queuedOf(envelopeOf({ subject: subject!, body: JSON.stringify(byProtocol), attributes: { to: 'pagerDuty' } })),
    ).toEqual(expect.objectContaining({ kind: 'ack', to: 'pagerDuty', dedupKey, seq }));
    expect(byProtocol!.default).toBe('Small: #show (below its limit) acknowledged by Ada');
  });

  test('of a part of what is open is not, and one that cannot be published is recorded and says what to do', async () => {
    await paged();
    const env = { STAGEWATCH_TOPIC: world.sns.topicArn, STAGEWATCH_RECEIVERS: 'pagerDuty' };
    const history = world.historyOf(release);
    const last = (await history.lastAlert())!;
    await history.recordAlert({
      ...last,
      seq: last.seq + 1,
      open: [...last.open, { ...last.open[0]!, endpoint: '#index' }],
    });
    const part = await command(['ack', '--endpoint', '#show'], NOW, env);
    expect([part.code, part.err]).toEqual([
      0,
      expect.stringContaining('PagerDuty is told once all that is open is ack'),
    ]);
    expect(world.published).toEqual([]);
    world.faults.sns = true;
    const failed = await command(['ack'], NOW, env);
    expect([failed.code, failed.err]).toEqual([
      70,
      expect.stringContaining('it is recorded, but PagerDuty could not be told - got '),
    ]);
    expect(await history.onCall()).toHaveLength(2);
  });

  test('of nothing is wrong use', async () => {
    const { code, out, err } = await command(['ack']);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('ack - got nothing that is open');
    expect((await command(['ack', '--by', '', '--note', ''])).err).toMatch(/--by - got .*\n--note - got /);
  });
});

describe('test-alert', () => {
  const topic = () => ({ STAGEWATCH_TOPIC: world.sns.topicArn });

  test('goes the whole way, marked as a test, and leaves the history as it is', async () => {
    await command(['silence', '--until', '4h', '--reason', 'upgrade']);
    const before = await world.dump(release);
    const { code, out, err } = await command(['test-alert'], NOW, topic());
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain(`SNS has taken the test message for ${world.sns.topicArn}`);
    expect(world.subjects()).toEqual(['TEST: Small - a test, nothing is wrong']);
    expect(world.published[0]).toMatchObject({
      message: expect.stringContaining('- This is a test. Nothing is wrong, and there is nothing to do.'),
      attributes: { severity: { value: 'page' }, status: { value: 'test' }, release: { value: release.name } },
    });
    expect(await world.dump(release)).toEqual(before);
  });

  test('that SNS does not take is a failure', async () => {
    world.faults.sns = true;
    expect(await command(['test-alert'], NOW, topic())).toMatchObject({ code: 70, out: '' });
    const nowhere = { STAGEWATCH_TOPIC: 'arn:aws:sns:us-east-1:000000000000:no-such-topic' };
    world.heal();
    expect(await command(['test-alert', '--json'], NOW, nowhere)).toMatchObject({ code: 70, out: '' });
  });

  test('without a topic beside a table is wrong use', async () => {
    const { code, err } = await command(['test-alert'], NOW);
    expect(code).toBe(64);
    expect(err).toContain('STAGEWATCH_TOPIC - got nothing');
  });

  test('beside the local history is printed, and --json has stdout to itself', async () => {
    const where = ['--release', written(root, 'small'), '--data', root];
    const { code, out } = await stagewatch(['test-alert', ...where]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\nTEST: Small - a test, nothing is wrong\n/);
    const machine = await stagewatch(['test-alert', '--json', ...where]);
    expect(machine.json).toEqual({ published: true });
    expect(machine.err).toContain('TEST: Small');
  });

  describe('to a receiver', () => {
    let slack: Awaited<ReturnType<typeof startSlack>>;
    beforeAll(async () => {
      slack = await startSlack();
      ARRIVAL.everyMs = 10;
    });
    afterAll(() => slack.close());
    /** The command; meanwhile what it publishes is brought to the notifier, as its queue does. */
    async function testTo(secret: object) {
      world.secret.slack = JSON.stringify(secret);
      ARRIVAL.ms = 20_000;
      const said = command(['test-alert', '--to', 'SLACK'], NOW, topic());
      while (world.published.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const { subject, byProtocol, attributes } = world.published[0]!;
      const values = Object.entries(attributes).map(([name, { value }]) => [name, value]);
      const message = { subject: subject!, body: JSON.stringify(byProtocol), attributes: Object.fromEntries(values) };
      const place = { STAGEWATCH_RECEIVER_HOST: 'slack.com', STAGEWATCH_RECEIVER_URL: slack.url };
      const table = world.store.tableName;
      const env = { STAGEWATCH_RECEIVER: 'slack', STAGEWATCH_SECRET: 'slack', STAGEWATCH_TABLE: table, ...place };
      await notifier(env, () => {})({ Records: [{ messageId: '1', body: envelopeOf(message) }] as never });
      return said;
    }

    test('arrives there, and the exit code says so', async () => {
      const { code, err } = await testTo(BOT);
      expect([code, err]).toEqual([0, 'Slack has taken the test message']);
      expect(slack.channel.at(-1)!.text).toContain('Small: a test, nothing is wrong');
      expect(world.published.at(-1)!.attributes.to).toEqual({ type: 'String', value: 'slack' });
    });

    test('that refuses it is a failure that says why', async () => {
      const { code, err } = await testTo({ ...BOT, botToken: 'xoxb-other' });
      expect(code).toBe(70);
      expect(err).toMatch(/Slack did not take the test message.*got invalid_auth/);
    });

    test('from which no word comes is a failure that says where to look', async () => {
      ARRIVAL.ms = 20;
      const { code, out, err } = await command(['test-alert', '--to', 'slack', '--json'], NOW, topic());
      expect([code, out]).toEqual([70, '']);
      expect(err).toContain('is it in notify of stagewatch.yaml');
    });

    test('that does not exist, or without a stack, is wrong use', async () => {
      expect((await command(['test-alert', '--to', 'fax'], NOW, topic())).err).toContain(
        '--to - got fax, expected one of slack, pagerDuty, datadog',
      );
      const local = await stagewatch([
        'test-alert',
        '--to',
        'slack',
        '--release',
        written(root, 'small'),
        '--data',
        root,
      ]);
      expect([local.code, local.err]).toEqual([
        64,
        expect.stringContaining('--to - got slack, expected a receiver in notify'),
      ]);
    });
  });
});
