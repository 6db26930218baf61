import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertRecord } from '../../lib/alert/record';
import { bringing } from '../../lib/cli/bringing';
import { marksTo } from '../../lib/cli/marking';
import { receiversToTell } from '../../lib/cli/notify';
import { HOUR_MS } from '../../lib/facts/hour';
import { openDynamo } from '../../lib/history/client';
import { dynamoReceipts } from '../../lib/history/receipts';
import type { Archive } from '../../lib/ports';
import type { Release } from '../../lib/release/schema';
import { MARK } from '../worlds/bulletins';
import { folder, stagewatch, written } from '../worlds/console';
import { API_KEY, startDatadogEvents } from '../worlds/datadog-events-stand-in';
import { LAUNCH, tickOf } from '../worlds/moments';
import { ROUTING_KEY, startPagerDuty } from '../worlds/pager-duty-stand-in';
import { BOT, startSlack } from '../worlds/slack-stand-in';
import { BAD, FINE } from '../worlds/small-release';
import { openWorld, type World } from '../worlds/world';

let world: World;
let slack: Awaited<ReturnType<typeof startSlack>>;
let pagerDuty: Awaited<ReturnType<typeof startPagerDuty>>;
const root = folder();
const cwd = process.cwd();
beforeAll(async () => {
  [world, slack, pagerDuty] = await Promise.all([openWorld({ history: 'memory' }), startSlack(), startPagerDuty()]);
  process.chdir(root);
});
afterAll(async () => {
  process.chdir(cwd);
  rmSync(root, { recursive: true });
  await Promise.all([world, slack, pagerDuty].map((one) => one.close()));
});

const settings = (content: object) => writeFileSync(path.join(root, 'stagewatch.yaml'), JSON.stringify(content));
const environment = () => ({
  STAGEWATCH_NOTIFY_SLACK: JSON.stringify(BOT),
  STAGEWATCH_NOTIFY_SLACK_URL: slack.url,
  STAGEWATCH_NOTIFY_PAGER_DUTY: JSON.stringify({ routingKey: ROUTING_KEY }),
  STAGEWATCH_NOTIFY_PAGER_DUTY_URL: pagerDuty.url,
});

let release: Release;
let history: Archive;
let now: number;
const lines: string[] = [];
beforeEach(async () => {
  world.heal();
  settings({ notify: { slack: {}, pagerDuty: {} } });
  for (const list of [
    slack.channel,
    slack.asked,
    slack.script,
    pagerDuty.asked,
    pagerDuty.opened,
    pagerDuty.script,
    pagerDuty.acknowledged,
    lines,
  ])
    list.length = 0;
  pagerDuty.open.clear();
  release = await world.launched();
  world.shows((at) => (at > LAUNCH ? BAD : FINE));
  await world.hours(release, LAUNCH, LAUNCH + 3);
  history = world.historyOf(release);
  now = tickOf(LAUNCH + 2);
});

/** A watch as a process that has just begun has it: it knows only what is kept. */
const begun = () =>
  bringing(
    {
      release,
      history,
      now,
      receiptsOf: (name) => dynamoReceipts(openDynamo(), world.store.tableName, name, () => now),
    },
    receiversToTell(environment()),
    {
      out() {},
      err: (line) => lines.push(line),
      terminal: false,
      env: {},
      now: () => now,
      signal: new AbortController().signal,
    },
  );
const headlines = () => slack.channel.map(({ text }) => text.split('\n')[0]);
const down = (response: { writeHead(status: number): { end(): void } }) => void response.writeHead(403).end();

/** A later message of the same alert. */
async function next(change: Partial<AlertRecord>): Promise<AlertRecord> {
  const last = (await history.lastAlert())!;
  const record: AlertRecord = { ...last, seq: last.seq + 1, at: now, status: 'pending', ...change };
  await history.recordAlert(record);
  await history.markSent(record);
  return record;
}

test('a breach reaches each receiver once, though one of them is down at first, and across restarts', async () => {
  pagerDuty.script.push(down, down);
  const watch = begun();
  await watch.afterHour(undefined);
  await watch.again();
  expect([headlines(), pagerDuty.opened]).toEqual([[expect.stringContaining('HOLD: #show 50 % (limit 5 %)')], []]);
  expect(lines).toEqual([
    expect.stringMatching(
      /^PagerDuty has not taken message 1 \(firing\) of .*, which is tried again: pagerduty refused/,
    ),
  ]);
  // Killed here: another process begins with what is kept.
  const again = begun();
  await again.afterHour(undefined);
  await again.afterHour(undefined);
  expect([slack.channel.length, pagerDuty.opened.length]).toEqual([1, 1]);
});

test('a message that is six hours old is not tried any more, and every later start says so; what is open is', async () => {
  slack.script.push(down);
  await begun().afterHour(undefined);
  await next({ severity: 'notice', change: 'notice' });
  slack.script.push(down);
  now += HOUR_MS;
  await begun().afterHour(undefined);
  now += 6 * HOUR_MS;
  lines.length = 0;
  slack.script.push(down);
  await begun().afterHour(undefined);
  await begun().afterHour(undefined);
  expect(lines.map((line) => line.replace(/ of 2026.*$/, ''))).toEqual([
    'Slack has not taken message 1 (firing)',
    'Slack never took message 2 (notice)',
    'Slack never took message 2 (notice)',
  ]);
  expect(headlines()).toEqual([expect.stringContaining('HOLD: #show 50 % (limit 5 %)')]);
});

test('marks of a watch go to Datadog alone, once, and what it does not take is an error', async () => {
  const events = await startDatadogEvents();
  settings({ notify: { slack: {}, datadog: {} } });
  const env = { ...environment(), STAGEWATCH_NOTIFY_DATADOG: JSON.stringify({ apiKey: API_KEY }) };
  const told = receiversToTell({ ...env, STAGEWATCH_NOTIFY_DATADOG_URL: events.url });
  const receiptsOf = (name: string) => dynamoReceipts(openDynamo(), world.store.tableName, name, () => now);
  const marks = marksTo(told, { receiptsOf })!;
  const out = (response: { writeHead(status: number): { end(): void } }) => void response.writeHead(403).end();
  events.script.push(out);
  await expect(marks.send(MARK)).rejects.toThrow('datadog refused - got HTTP 403');
  await marks.send(MARK);
  await marks.send(MARK);
  expect([events.events.length, slack.asked]).toEqual([1, []]);
  expect(
    marksTo(
      told.filter(({ name }) => name === 'slack'),
      { receiptsOf },
    ),
  ).toBeUndefined();
  await events.close();
});

describe('an acknowledgement', () => {
  const ack = async (members: AlertRecord['open']) => {
    const { verdict } = (await history.lastAlert())!;
    await history.recordOnCall({ kind: 'ack', at: now++, hour: verdict.hour, members, by: 'Ada' });
  };

  test('of all that is open is told to PagerDuty between two hours, once', async () => {
    const watch = begun();
    await watch.afterHour(undefined);
    await ack((await history.lastAlert())!.open);
    await watch.again();
    await watch.again();
    await begun().afterHour(undefined);
    expect(pagerDuty.acknowledged).toEqual(pagerDuty.opened);
    expect(pagerDuty.asked).toHaveLength(2);
    expect(slack.channel).toHaveLength(1);
  });

  test('of a part of what is open is not, and what breaks after one is an incident of its own until all is over', async () => {
    const watch = begun();
    await watch.afterHour(undefined);
    const { open } = (await history.lastAlert())!;
    const more = [...open, { ...open[0]!, endpoint: '#index' }];
    await next({ open: more });
    await ack(open);
    await watch.again();
    expect(pagerDuty.acknowledged).toEqual([]);
    await ack(more);
    await watch.again();
    expect(pagerDuty.acknowledged).toHaveLength(1);
    await next({ change: 'firing', open: [...more, { ...open[0]!, endpoint: '#files' }] });
    await watch.afterHour(undefined);
    expect([pagerDuty.opened.length, [...pagerDuty.open]]).toEqual([2, [pagerDuty.opened[1]]]);
    await next({ change: 'repeat' });
    await next({ change: 'resolved', open: [] });
    await watch.afterHour(undefined);
    expect([pagerDuty.opened.length, pagerDuty.open.size]).toEqual([2, 0]);
  });
});

test('a watch that fails for three hours says so to each receiver once, and when it works again', async () => {
  const watch = begun();
  for (let hour = 0; hour < 2; hour++) await watch.afterHour('no space left');
  expect(slack.asked).toEqual([]);
  slack.script.push(down);
  for (let hour = 0; hour < 3; hour++) await watch.afterHour('no space left');
  expect(headlines()).toEqual(['🚨 Alarm about Stagewatch']);
  expect(slack.channel[0]!.text).toContain('Small: the watch has failed for 4 hours, so nobody judges the release');
  await watch.afterHour(undefined);
  expect(headlines()[1]).toBe('✅ Alarm about Stagewatch is over');
  expect([pagerDuty.opened.length, pagerDuty.open.size]).toEqual([2, 1]);
});

describe('receivers', () => {
  const command = (args: string[], env: Record<string, string> = environment()) =>
    stagewatch([...args, '--release', written(root, 'small'), '--data', path.join(root, 'data'), '--local'], { env });

  test('of which settings or credentials are wrong are one error that names each, and repeats no credential', async () => {
    const env = { DD_API_KEY: 'x', DD_APP_KEY: 'x', STAGEWATCH_NOTIFY_SLACK: '{"sentinel' };
    const { code, out, err } = await command(['watch', '--no-page'], env);
    expect([code, out]).toEqual([64, '']);
    expect(err).toContain('STAGEWATCH_NOTIFY_SLACK - slack refused - got another secret, expected {"webhook": ');
    expect(err).toContain(
      'STAGEWATCH_NOTIFY_PAGER_DUTY - got nothing, expected {"routingKey": "the 32 characters of the integration key"}: stagewatch.yaml asks for PagerDuty in notify',
    );
    expect(err).not.toContain('sentinel');
    settings({ notify: { slack: { host: 'example.com' }, fax: {} } });
    const wrong = await command(['test-alert']);
    expect(wrong.err).toMatch(/stagewatch.yaml: notify.slack.host - .*expected slack.com/);
    expect(wrong.err).toContain('fax');
    writeFileSync(path.join(root, 'stagewatch.yaml'), 'notify: [');
    expect((await command(['test-alert'])).err).toContain('stagewatch.yaml cannot be read - got ');
  });

  test('of a watch are each told a test, one of them by its name, and one that fails holds up no other', async () => {
    const one = await command(['test-alert', '--to', 'pagerduty', '--json']);
    expect([one.json, slack.channel.length]).toEqual([{ published: true, arrived: 'pagerDuty' }, 0]);
    slack.script.push(down);
    const { code, err } = await command(['test-alert']);
    expect([code, pagerDuty.asked.length]).toEqual([70, 2]);
    expect(err).toMatch(/PagerDuty has taken the test message\n(.*\n)*error: slack refused/);
  });
});
