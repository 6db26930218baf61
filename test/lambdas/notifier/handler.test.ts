import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { notifier } from '../../../lambdas/notifier/handler';
import { openDynamo } from '../../../lib/history/client';
import { receiptOf } from '../../../lib/history/receipts';
import { useLocalCloud } from '../../../lib/local/cloud';
import type { Listening } from '../../../lib/local/listen';
import { startSecrets } from '../../../lib/local/secrets';
import { type LocalStore, openStore } from '../../../lib/local/store/store';
import type { AlertEvent } from '../../../lib/messages/event/event';
import { MARK } from '../../worlds/bulletins';
import { API_KEY, startDatadogEvents } from '../../worlds/datadog-events-stand-in';
import { type Script, status } from '../../worlds/datadog-stand-in';
import { ackEnvelope, alarmEnvelope, eventEnvelope, FIRING, markEnvelope } from '../../worlds/envelopes';
import { ROUTING_KEY, startPagerDuty } from '../../worlds/pager-duty-stand-in';
import { BOT, HOOK, startSlack } from '../../worlds/slack-stand-in';

const run = promisify(execFile);
const ROOT = path.join(__dirname, '..', '..', '..');
const WEBHOOK = { webhook: `https://hooks.slack.com${HOOK}` };

let store: LocalStore;
let secrets: Listening;
let slack: Awaited<ReturnType<typeof startSlack>>;
let pagerDuty: Awaited<ReturnType<typeof startPagerDuty>>;
let datadog: Awaited<ReturnType<typeof startDatadogEvents>>;
const secret: Record<string, string> = {};
const lines: string[] = [];
let now = Date.parse('2026-02-13T19:20Z');
let alerts = 0;

beforeAll(async () => {
  [store, slack, pagerDuty, datadog] = await Promise.all([
    openStore(':memory:'),
    startSlack(),
    startPagerDuty(),
    startDatadogEvents(),
  ]);
  secrets = await startSecrets(secret, store.key);
  useLocalCloud(process.env, { key: store.key, dynamodb: store.url, secretsManager: secrets.url });
});
beforeEach(() => {
  secret.slack = JSON.stringify(BOT);
  secret.pagerDuty = JSON.stringify({ routingKey: ROUTING_KEY });
  secret.datadog = JSON.stringify({ apiKey: API_KEY });
  for (const list of [
    slack.channel,
    slack.asked,
    slack.script,
    pagerDuty.asked,
    pagerDuty.opened,
    pagerDuty.acknowledged,
    pagerDuty.script,
    datadog.events,
    datadog.asked,
    lines,
  ])
    list.length = 0;
  pagerDuty.open.clear();
  alerts++;
});
afterAll(async () => {
  await Promise.all([store, secrets, slack, pagerDuty, datadog].map((one) => one.close()));
});

type Name = 'slack' | 'pagerDuty' | 'datadog';
const HOSTS: Record<Name, string> = {
  slack: 'slack.com',
  pagerDuty: 'events.pagerduty.com',
  datadog: 'api.ddog-gov.com',
};
const environment = (name: Name) => ({
  STAGEWATCH_RECEIVER: name,
  STAGEWATCH_RECEIVER_HOST: HOSTS[name],
  STAGEWATCH_RECEIVER_URL: { slack, pagerDuty, datadog }[name].url,
  STAGEWATCH_SECRET: name,
  STAGEWATCH_TABLE: store.tableName,
});
const of = (name: Name) =>
  notifier(
    environment(name),
    (line) => lines.push(line),
    () => now,
  );

/** A message of this test's own alert. */
const message = (seq: number, more: Partial<AlertEvent> = {}, to?: string) =>
  eventEnvelope({ dedupKey: `${FIRING.release}/${alerts}`, seq, ...more }, to);
const batch = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: String(index), body })) as never,
});
/** Brings messages, and says which failed. */
async function bring(handle: ReturnType<typeof notifier>, ...bodies: string[]): Promise<string[]> {
  const { batchItemFailures } = await handle(batch(...bodies));
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
const headlines = () => slack.channel.map(({ text }) => text.split('\n')[0]);
const last = () => JSON.parse(lines.at(-1)!);

describe('Slack, by a bot', () => {
  test('an alert is one thread, whose first message shows the newest state; what people must see is in the channel, too', async () => {
    const handle = of('slack');
    const worse = message(2, { status: 'worse', headline: '#show worse' });
    const better = message(3, { status: 'improved', headline: '#show still broken' });
    expect(
      await bring(
        handle,
        message(1),
        worse,
        better,
        message(4, { status: 'resolved', headline: 'RESOLVED: #show recovered' }),
      ),
    ).toEqual([]);
    expect(headlines()).toEqual([
      '✅ Document Status: RESOLVED: #show recovered',
      '🚨 Document Status: #show worse',
      '🟠 Document Status: #show still broken',
      '✅ Document Status: RESOLVED: #show recovered',
    ]);
    const [first, ...replies] = slack.channel;
    expect(first).not.toHaveProperty('thread_ts');
    expect(replies.map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast])).toEqual([
      [first!.ts, true],
      [first!.ts, false],
      [first!.ts, true],
    ]);
  });

  test('what comes twice is told once, and what is older than what was told is not told any more', async () => {
    expect(await bring(of('slack'), message(2), message(2), message(1), message(1))).toEqual([]);
    expect(slack.channel).toHaveLength(1);
    expect(last()).toMatchObject({ known: true });
  });

  test('notices, alarms and tests belong to no thread, and none of them is lost because another came first', async () => {
    const notice = (seq: number) => message(seq, { severity: 'notice', status: 'notice' });
    const bodies = [message(5), notice(4), notice(3), alarmEnvelope('ALARM'), alarmEnvelope('OK', '2026-02-13T20:20Z')];
    expect(await bring(of('slack'), ...bodies, message(0, { status: 'test', dedupKey: `t/${alerts}` }))).toEqual([]);
    expect(slack.channel.filter(({ thread_ts }) => thread_ts === undefined)).toHaveLength(6);
  });

  test('a first message that somebody deleted is told anew, and so is one of another channel', async () => {
    const handle = of('slack');
    await bring(handle, message(1));
    slack.channel.length = 0;
    expect(await bring(handle, message(2), message(3, { status: 'worse' }))).toEqual([]);
    expect(slack.channel.map(({ thread_ts }) => thread_ts)).toEqual([undefined, slack.channel[0]!.ts]);
  });

  test('a reply that fails is tried again with the update, which changes nothing twice', async () => {
    const handle = of('slack');
    await bring(handle, message(1));
    slack.script.push(taken(), refused('not_in_channel'));
    expect(await bring(handle, message(2, { status: 'worse' }))).toEqual(['0']);
    expect(await bring(handle, message(2, { status: 'worse' }))).toEqual([]);
    expect(slack.channel).toHaveLength(2);
  });
});

const json = (content: object) => status(200, JSON.stringify(content)) as Extract<Script, (...args: never) => void>;
const refused = (error: string) => json({ ok: false, error });
const taken = () => json({ ok: true, ts: '1.000100' });
const fails = (code: number, body = '', headers = {}) => status(code, body, headers) as ReturnType<typeof json>;
const hangsUp: ReturnType<typeof json> = (response) => void response.destroy();

describe('Slack, by a webhook', () => {
  beforeEach(() => {
    secret.slack = JSON.stringify(WEBHOOK);
  });

  test('every message stands for itself, and has no previews and no formatting of its text', async () => {
    expect(await bring(of('slack'), message(1), message(2, { status: 'resolved' }))).toEqual([]);
    expect(slack.channel.map(({ thread_ts }) => thread_ts)).toEqual([undefined, undefined]);
    expect(slack.channel[0]).toMatchObject({ unfurl_links: false, unfurl_media: false, mrkdwn: false });
  });

  test.each([
    ['a server error', fails(503, 'x')],
    ['a limit, after the time that it says', fails(429, '', { 'retry-after': '1' })],
    ['a connection that breaks', hangsUp],
  ])('%s is tried again at once', async (_, fault) => {
    slack.script.push(fault);
    expect(await bring(of('slack'), message(1))).toEqual([]);
    expect([slack.asked.length, slack.channel.length]).toEqual([2, 1]);
  });

  test('a limit for longer than the function has is left to the queue', async () => {
    slack.script.push(fails(429, '', { 'retry-after': '30' }));
    expect(await bring(of('slack'), message(1))).toEqual(['0']);
    expect([slack.asked.length, last().failure]).toEqual([
      1,
      'slack gave no answer - got HTTP 429, expected one; it is tried again',
    ]);
  });

  test.each(['invalid_blocks', 'invalid_payload', 'msg_blocks_too_long'])(
    'what it refuses as %s is told in plain text at once, which the log says',
    async (word) => {
      slack.script.push(fails(400, word));
      expect(await bring(of('slack'), message(1))).toEqual([]);
      expect(slack.channel).toEqual([expect.objectContaining({ text: expect.stringContaining('\n👉 Roll back: ') })]);
      expect(slack.channel[0]).not.toHaveProperty('blocks');
      expect(last().plainly).toContain(word);
    },
  );

  test('a webhook that was revoked fails clearly, keeps the message, and works once there is another', async () => {
    const handle = of('slack');
    secret.slack = JSON.stringify({ webhook: 'https://hooks.slack.com/services/T0/B0/sentinel' });
    expect(await bring(handle, message(1))).toEqual(['0']);
    expect(last().failure).toMatch(/^slack refused - got no_service, expected ok; look whether the webhook .* revoked/);
    const receipt = await receiptOf(openDynamo(), store.tableName, 'slack', `${FIRING.release}/${alerts}`);
    expect(receipt).toEqual({ failure: last().failure });
    secret.slack = JSON.stringify(WEBHOOK);
    expect(await bring(handle, message(1))).toEqual([]);
  });

  test.each([
    ['a redirect', fails(302, '', { location: 'https://example.com/' }), 'HTTP 302'],
    ['another answer than ok', fails(200, '<html>ok</html>'), 'HTTP 200'],
    ['an answer that repeats the address', fails(403, `no ${HOOK}`), 'HTTP 403'],
    ['an archived channel', fails(410, 'channel_is_archived'), 'channel_is_archived'],
  ])('%s is a refusal that is not tried again at once', async (_, fault, got) => {
    slack.script.push(fault);
    expect(await bring(of('slack'), message(1))).toEqual(['0']);
    expect([slack.asked.length, last().failure]).toEqual([1, expect.stringContaining(`got ${got},`)]);
  });
});

describe('PagerDuty', () => {
  test('an alert is one incident from firing to resolved, and a late message opens none again', async () => {
    const handle = of('pagerDuty');
    pagerDuty.script.push(fails(400, JSON.stringify({ errors: ['for a reason'] })));
    expect(await bring(handle, message(1), message(2), message(3, { status: 'resolved' }), message(1))).toEqual(['0']);
    expect([pagerDuty.opened.length, pagerDuty.open.size]).toEqual([1, 0]);
  });

  test('an acknowledgement is for what was told by then, and what gets worse after it is an incident of its own', async () => {
    const handle = of('pagerDuty');
    const ack = (seq: number) => ackEnvelope(`${FIRING.release}/${alerts}`, seq);
    expect(await bring(handle, message(1), ack(1), ack(1), message(2, { status: 'repeat' }))).toEqual([]);
    expect(pagerDuty.acknowledged).toEqual(pagerDuty.opened);
    // The former one is resolved only after the new one is open, and again if that fails.
    pagerDuty.script.push(
      (response) => response.writeHead(202).end(),
      fails(400, JSON.stringify({ errors: ['for a reason'] })),
    );
    expect(await bring(handle, message(3, { status: 'worse' }))).toEqual(['0']);
    expect(await bring(handle, message(3, { status: 'worse' }), ack(1), ack(2))).toEqual([]);
    expect([pagerDuty.opened.length, [...pagerDuty.open]]).toEqual([2, [pagerDuty.opened[1]]]);
    expect(await bring(handle, ack(3), message(4, { status: 'resolved' }))).toEqual([]);
    expect([pagerDuty.acknowledged, pagerDuty.open.size]).toEqual([pagerDuty.opened, 0]);
    expect(await bring(of('slack'), ack(3))).toEqual([]);
    expect(last()).toMatchObject({ unused: true });
  });

  test('notices are not sent, and alarms open and close', async () => {
    const notice = message(1, { severity: 'notice', status: 'notice' });
    const later = (state: string, minute: number) => alarmEnvelope(state, `2026-02-14T19:${minute}:00.000+0000`);
    await bring(of('pagerDuty'), notice, later('ALARM', 10), later('OK', 11), later('ALARM', 10));
    expect([pagerDuty.asked.length, pagerDuty.opened.length, pagerDuty.open.size]).toEqual([2, 1, 0]);
  });

  test('a refusal says why, without the key', async () => {
    pagerDuty.script.push(fails(400, JSON.stringify({ errors: [`routing_key ${ROUTING_KEY} is wrong`] })));
    expect(await bring(of('pagerDuty'), message(1))).toEqual(['0']);
    expect(last().failure).toContain('got HTTP 400: routing_key [key] is wrong, expected 202');
  });
});

describe('Datadog', () => {
  test('has an event of each alert, notice and alarm, once', async () => {
    const notice = message(3, { severity: 'notice', status: 'notice' });
    const bodies = [
      message(1),
      message(1),
      message(2, { status: 'resolved' }),
      notice,
      alarmEnvelope('ALARM', '2026-03-01T19:20Z'),
    ];
    expect(await bring(of('datadog'), ...bodies)).toEqual([]);
    expect(datadog.events.map(({ alert_type }) => alert_type)).toEqual(['error', 'success', 'info', 'error']);
    const keys = datadog.events.slice(0, 2).map(({ aggregation_key }) => aggregation_key);
    expect(new Set(keys).size).toBe(1);
  });

  test('has an event of a mark at its own instant, once, though it is brought again after a failure and a crash', async () => {
    const mark = { ...MARK, key: `${MARK.key}/${alerts}` };
    const out = fails(503, 'out of order');
    datadog.script.push(out, out, out);
    expect(await bring(of('datadog'), markEnvelope(mark))).toEqual(['0']);
    expect(await bring(of('datadog'), markEnvelope(mark))).toEqual([]);
    // Published once more by a run that was killed before it had noted it.
    expect(await bring(of('datadog'), markEnvelope(mark))).toEqual([]);
    expect(last()).toMatchObject({ key: mark.key, known: true });
    expect(datadog.events).toEqual([
      {
        title: 'Document Status: stage B, 50 % of users',
        text: 'stage B, 50 % of users\nby dana: as planned',
        date_happened: MARK.at / 1000,
        alert_type: 'info',
        aggregation_key: mark.key,
        tags: ['tool:stagewatch', 'release:document-status', 'team:bmt2', 'env:eks-prod', 'stage:b', 'mark:stage'],
      },
    ]);
  });

  test('alone has marks: other receivers ask nobody', async () => {
    for (const name of ['slack', 'pagerDuty'] as const) {
      expect(await bring(of(name), markEnvelope(MARK))).toEqual([]);
      expect(last()).toMatchObject({ unused: true });
    }
    expect([...slack.asked, ...pagerDuty.asked]).toEqual([]);
  });

  test('a key that it refuses is said without it, and what waits follows once there is another', async () => {
    const handle = of('datadog');
    secret.datadog = JSON.stringify({ apiKey: 'sentinel-of-another-site' });
    expect(await bring(handle, message(1))).toEqual(['0']);
    expect(last().failure).toMatch(/^datadog refused - got HTTP 403, expected 202; look whether the API key/);
    expect(lines.join()).not.toContain('sentinel');
    secret.datadog = JSON.stringify({ apiKey: API_KEY });
    expect(await bring(handle, message(1))).toEqual([]);
    expect(datadog.events).toHaveLength(1);
  });
});

test('a message that cannot be read, and one that fails, hold up no other', async () => {
  slack.script.push(refused('invalid_auth'));
  const other = eventEnvelope({ dedupKey: `other/${alerts}` });
  expect(await bring(of('slack'), 'nonsense', message(1), other)).toEqual(['0', '1']);
  expect(slack.channel).toHaveLength(1);
});

test('what another process is telling is left to the queue, until that process must be dead', async () => {
  let release = () => {};
  const busy = new Promise<void>((resolve) => {
    release = resolve;
  });
  slack.script.push((response) => void busy.then(() => response.destroy()), refused('x'), refused('x'));
  const first = bring(of('slack'), message(1));
  while (slack.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await bring(of('slack'), message(1))).toEqual(['0']);
  expect(last().failure).toContain('another process');
  now += 60_001;
  slack.script.length = 0;
  expect(await bring(of('slack'), message(1))).toEqual([]);
  slack.script.push(refused('x'));
  release();
  expect(await first).toEqual(['0']);
});

test('a test for one receiver reaches that one, and no other', async () => {
  const test = message(0, { status: 'test' }, 'slack');
  expect(await bring(of('slack'), test)).toEqual([]);
  expect(await bring(of('pagerDuty'), test)).toEqual([]);
  expect([slack.channel.length, pagerDuty.asked.length]).toEqual([1, 0]);
});

test('no credential is in a log line, an item or a message, whatever goes wrong', async () => {
  const handles = [of('slack'), of('pagerDuty')];
  const faults = [
    fails(500, `${HOOK}${BOT.botToken}${ROUTING_KEY}`),
    fails(400, JSON.stringify({ errors: [ROUTING_KEY] })),
  ];
  for (const fault of faults) {
    slack.script.push(fault, fault, fault);
    pagerDuty.script.push(fault, fault, fault);
    for (const handle of handles) expect(await bring(handle, message(1))).toEqual(['0']);
  }
  for (const content of ['{"sentinel', JSON.stringify({ webhook: 'https://sentinel.example.com' }), '"sentinel"']) {
    secret.slack = content;
    expect(await bring(of('slack'), message(1))).toEqual(['0']);
  }
  delete secret.slack;
  expect(await bring(of('slack'), message(1))).toEqual(['0']);
  expect(last().failure).toMatch(/got no value, expected \{"webhook": /);
  const receipt = await receiptOf(openDynamo(), store.tableName, 'slack', `${FIRING.release}/${alerts}`);
  expect(JSON.stringify([lines, receipt])).not.toMatch(/sentinel/);
});

test('an environment that lacks everything is one error that names it all, and no host but those known is taken', () => {
  const stray = {
    ...environment('slack'),
    STAGEWATCH_RECEIVER_HOST: 'example.com',
    STAGEWATCH_RECEIVER_URL: 'https://example.com',
  };
  expect(() => notifier({})).toThrow(
    'environment - STAGEWATCH_TABLE - got nothing, expected a name or ARN; STAGEWATCH_SECRET - got nothing, expected a name or ARN; STAGEWATCH_RECEIVER - got "", expected slack, pagerDuty',
  );
  expect(() => notifier(stray)).toThrow(
    'environment - STAGEWATCH_RECEIVER_HOST - got "example.com", expected slack.com, slack-gov.com; STAGEWATCH_RECEIVER_URL - expected http://127.0.0.1:PORT',
  );
});

test('the bundle does the same as a process of its own', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'notifier-'));
  const bundle = path.join(folder, 'index.js');
  await run(process.execPath, [path.join(ROOT, 'scripts', 'bundle.mjs'), 'lambdas/notifier/handler.ts', bundle]);
  const runner =
    'require(process.argv[1]).handler(JSON.parse(process.argv[2])).then((said) => console.log(JSON.stringify(said)))';
  const aws = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));
  const { stdout, stderr } = await run(
    process.execPath,
    ['-e', runner, bundle, JSON.stringify(batch(message(1), 'x'))],
    {
      env: { ...aws, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...environment('slack') },
    },
  );
  rmSync(folder, { recursive: true });
  expect(stderr).toBe('');
  expect(stdout.trim().split('\n').at(-1)).toBe('{"batchItemFailures":[{"itemIdentifier":"1"}]}');
  expect(headlines()).toEqual(['🚨 Document Status: ROLL BACK: #show 2.4 % (baseline 1.2 %)']);
});
