import { SNSClient } from '@aws-sdk/client-sns';
import fc from 'fast-check';
import type { AlertRecord } from '../../lib/alert/record';
import { BOUNDED_CALLS } from '../../lib/history/client';
import type { Finding, Verdict } from '../../lib/judge/verdict';
import { listen } from '../../lib/local/listen';
import { type LocalSns, type PublishRecord, startSns } from '../../lib/local/sns';
import { plainMessage } from '../../lib/messages/plain-message';
import { snsSink } from '../../lib/messages/sns';
import { anyCharacter } from '../fuzz/any-character';
import { LAUNCH, tickOf } from '../worlds/moments';
import { releaseOf } from '../worlds/small-release';

let sns: LocalSns;
let client: SNSClient;
let published: PublishRecord[];
let failures: number;
beforeAll(async () => {
  sns = await startSns({
    key: 'local',
    onPublish(record) {
      if (failures-- > 0) throw new Error('out of order');
      published.push(record);
    },
  });
  client = new SNSClient({
    ...BOUNDED_CALLS,
    region: 'us-gov-west-1',
    endpoint: sns.url,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});
beforeEach(() => {
  published = [];
  failures = 0;
});
afterAll(async () => {
  client.destroy();
  await sns.close();
});

const release = releaseOf('small');
const finding = (endpoint: string): Finding => ({
  endpoint,
  criterion: 'below',
  outcome: 'breach',
  reason: '9 % of 1,000 in the last 24 hours',
  limit: 0.05,
  baselineRate: 0.002,
  window: { name: 'last 24 hours', from: LAUNCH, to: LAUNCH + 24 },
  pooled: { requests: 1000, errors: 90 },
  evidence: { breach: 5e6 },
  since: LAUNCH + 3,
  rollBack: true,
  reportOnly: false,
});
const verdict = (change: Partial<Verdict> = {}): Verdict => ({
  judge: '1',
  hour: LAUNCH + 23,
  stage: { name: 'A', exposure: 0.25, since: LAUNCH * 3_600_000 },
  recommendation: 'roll back',
  reason: '#show: 9 % of 1,000',
  findings: [finding('#show')],
  notices: [],
  ...change,
});
const alert = (change: Partial<AlertRecord> = {}): AlertRecord => ({
  seq: 1,
  at: tickOf(LAUNCH + 23),
  severity: 'page',
  change: 'firing',
  reason: 'first firing',
  dedupKey: 'small/2026-02-12T16:20Z',
  open: [{ endpoint: '#show', what: 'below' as const, since: LAUNCH + 3, rollBack: true }],
  changes: [],
  told: [],
  notices: [],
  verdict: verdict(),
  status: 'pending',
  ...change,
});
const refusal = (code: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>odd</Message></Error></ErrorResponse>`;
const publish = (record: AlertRecord, about = release) => snsSink(client, sns.topicArn, about).publish(record);

test('a page goes to the topic once for all its readers, with what filter policies need', async () => {
  await publish(alert());
  expect(published).toHaveLength(1);
  const { subject, message, byProtocol, topicArn, attributes } = published[0]!;
  expect(topicArn).toBe(sns.topicArn);
  expect(subject).toMatch(/^ALARM: Small - ROLL BACK: #show 9 % \(limit 5 %\)$/);
  expect(message).toContain('#show');
  expect(Object.keys(byProtocol!)).toEqual(['default', 'email', 'https', 'sqs', 'lambda']);
  expect(attributes).toEqual({
    severity: { type: 'String', value: 'page' },
    status: { type: 'String', value: 'firing' },
    release: { type: 'String', value: 'small' },
    env: { type: 'String', value: 'eks-prod' },
  });
});

test.each([
  ['resolved', 'page', 'OK: '],
  ['repeat', 'page', 'ALARM: '],
  ['worse', 'page', 'ALARM: '],
  ['notice', 'notice', 'NOTICE: '],
] as const)('a message of kind %s says so in its attributes and its subject', async (change, severity, subject) => {
  const notices = severity === 'notice' ? [{ key: 'k', kind: 'drift' as const, text: '#show drifts' }] : [];
  await publish(alert({ change, severity, notices }));
  expect(published[0]!.subject!.startsWith(subject)).toBe(true);
  expect(published[0]!.attributes).toMatchObject({ status: { value: change }, severity: { value: severity } });
});

test('an SNS that fails for a moment gets the message again', async () => {
  failures = 2;
  await publish(alert());
  expect(published).toHaveLength(1);
});

test('an SNS that goes on failing, or refuses, is an error and never silence', async () => {
  failures = Number.POSITIVE_INFINITY;
  await expect(publish(alert())).rejects.toThrow('out of order');
  failures = 0;
  await expect(snsSink(client, `${sns.topicArn}-gone`, release).publish(alert())).rejects.toThrow(
    'Topic does not exist',
  );
  expect(published).toEqual([]);
});

test('a message that SNS refuses for its content is told in a few plain words, to the same readers', async () => {
  // Whatever SNS will not take, it is the title of this release: nothing with it in it goes out.
  const odd = { ...release, title: 'Größe' };
  const refusing = await listen((_request, body) => {
    const message = new URLSearchParams(body).get('Message')!;
    bodies.push(message);
    return message.includes('Größe')
      ? { status: 400, type: 'text/xml', body: refusal('InvalidParameter') }
      : {
          status: 200,
          type: 'text/xml',
          body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
        };
  });
  const bodies: string[] = [];
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const other = new SNSClient({ endpoint: refusing.url, region: 'us-gov-west-1', credentials });
  await snsSink(other, sns.topicArn, odd).publish(alert({ seq: 7 }));
  expect(bodies).toHaveLength(2);
  expect(JSON.parse(bodies[1]!)).toEqual({
    default:
      'ALARM: small: ROLL BACK: #show 9 % (limit 5 %)\nMessage #7 in full was refused: odd\nLook: npx --no-install stagewatch check --release small',
  });
  other.destroy();
  await refusing.close();
});

test('what SNS refuses even in plain words, or for another reason than its content, is an error', async () => {
  const asked: string[] = [];
  let code = 'InvalidParameter';
  const refusing = await listen((_request, body) => {
    asked.push(body);
    return { status: 400, type: 'text/xml', body: refusal(code) };
  });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const other = new SNSClient({ endpoint: refusing.url, region: 'us-gov-west-1', credentials });
  await expect(snsSink(other, sns.topicArn, release).publish(alert())).rejects.toThrow('odd');
  expect(asked).toHaveLength(2);
  code = 'AuthorizationError';
  await expect(snsSink(other, sns.topicArn, release).publish(alert())).rejects.toThrow('odd');
  expect(asked).toHaveLength(3);
  other.destroy();
  await refusing.close();
});

test('plain words are ASCII and short, whatever is in the alert and in the refusal', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter, maxLength: 2000 }), (text) => {
      const one = alert({ change: 'resolved', reason: text });
      const { subject, body, attributes } = plainMessage(one, release, text);
      expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      expect(body).toMatch(/^[\x20-\x7e]{1,1000}$/);
      expect(attributes).toEqual({ severity: 'page', status: 'resolved', release: 'small' });
    }),
  );
});

test.each(['', '<html></html>'])(
  'a 200 with %j instead of a message id is an error and not a message',
  async (body) => {
    const liar = await listen(() => ({ status: 200, type: 'text/html', body }));
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const other = new SNSClient({ endpoint: liar.url, region: 'us-gov-west-1', credentials });
    await expect(snsSink(other, sns.topicArn, release).publish(alert())).rejects.toThrow('sns took no message');
    other.destroy();
    await liar.close();
  },
);

test('SNS takes every message, whatever names and reasons come from outside', async () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 200 }),
    fc.constantFrom('\r\nBcc: x@example.org', '\u202eevil', '\ud800', ' ', '😀'.repeat(60), '#'.repeat(100)),
  );
  await fc.assert(
    fc.asyncProperty(text, text, text, async (name, reason, title) => {
      const about = { ...release, title: title || 'x' };
      await publish(alert({ reason, verdict: verdict({ reason, findings: [finding(name)] }) }), about);
      expect(published.at(-1)!.subject).toMatch(/^ALARM: [\x20-\x7e]*$/);
    }),
    { numRuns: 15 },
  );
});

test('SNS takes the message about a thousand broken endpoints with the longest names', async () => {
  const findings = Array.from({ length: 1000 }, (_, index) => finding(`${'ü'.repeat(96)}${index}`));
  const reason = findings.map(({ endpoint, reason }) => `${endpoint}: ${reason}`).join('; ');
  const open = findings.map(({ endpoint }) => ({
    endpoint: endpoint,
    what: 'below' as const,
    since: LAUNCH,
    rollBack: true,
  }));
  await publish(alert({ open, reason, verdict: verdict({ findings, reason }) }));
  await publish(
    alert({
      severity: 'notice',
      change: 'notice',
      notices: findings.map(({ endpoint }) => ({ key: endpoint, kind: 'drift', text: `${endpoint} drifts` })),
      verdict: verdict({ findings, reason }),
    }),
  );
  expect(published).toHaveLength(2);
});
