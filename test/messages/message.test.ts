import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { memberNames } from '../../lib/alert/member';
import type { AlertRecord } from '../../lib/alert/record';
import { type Message, messageOf } from '../../lib/messages/message';
import { readyText } from '../../lib/messages/ready-text';
import type { Release } from '../../lib/release/schema';
import { anyCharacter } from '../fuzz/any-character';
import { problemsOf } from '../worlds/formats';
import { brokenFinding, manyBroken, NIGHT, RELEASE } from '../worlds/night';

const GOLDEN = path.join(__dirname, '..', 'golden', 'alerts');

/** A message as a person can read it; the event beside one of them is enough. */
function shown({ subject, body, attributes }: Message, withEvent: boolean): string {
  const { email, https, sqs } = JSON.parse(body);
  const json = (text: string) => JSON.stringify(JSON.parse(text), null, 2);
  const labels = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  return [
    `Subject: ${subject}`,
    `Attributes: ${labels.join(' ')}`,
    '',
    email,
    '',
    '---- https',
    json(https),
    ...(withEvent ? ['---- sqs, lambda', json(sqs)] : []),
    '',
  ].join('\n');
}

describe.each(Object.entries(NIGHT))('the message "%s"', (name, alert) => {
  const message = messageOf(alert, RELEASE);

  it('is the one in test/golden/alerts; GOLDEN=write renews it', () => {
    const file = path.join(GOLDEN, `${name}.txt`);
    const text = shown(message, name === 'first-firing');
    if (process.env.GOLDEN === 'write') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('is what each of its readers takes', () => {
    expect(problemsOf(message)).toEqual([]);
  });
});

test('docs/alerts.md shows the messages as they are', () => {
  const docs = readFileSync(path.join(__dirname, '..', '..', 'docs', 'alerts.md'), 'utf8');
  const { email } = JSON.parse(messageOf(NIGHT['new-on-top'], RELEASE).body);
  expect(docs).toContain(`\`\`\`\n${email.split('\nToggle')[0]}\nToggle`);
  expect(docs).toContain(`\`\`\`\n${readyText(NIGHT['last-check']).join('\n')}\n\`\`\``);
});

describe('the attributes for filter policies', () => {
  it('say severity, status, release and environment', () => {
    expect(messageOf(NIGHT.worse, RELEASE).attributes).toEqual({
      severity: 'page',
      status: 'worse',
      release: 'document-status',
      env: 'eks-prod',
    });
  });

  it('leave the environment out where the scope names none', () => {
    const release = { ...RELEASE, datadog: { ...RELEASE.datadog, scope: ['service:vets-api'] } };
    const message = messageOf(NIGHT.worse, release);
    expect(message.attributes).not.toHaveProperty('env');
    expect(problemsOf(message)).toEqual([]);
  });
});

describe('a message at the bounds that SNS sets', () => {
  it('has its title whole while the subject is under 100 characters, and is cut to that at one more', () => {
    const subject = (title: string) => messageOf(NIGHT['first-firing'], { ...RELEASE, title }).subject;
    const room = 99 - subject('').length;
    expect(subject('x'.repeat(room))).toMatch(/^ALARM: x+ - ROLL BACK: #show 2.4 % \(baseline 1.2 %\)$/);
    expect(subject('x'.repeat(room))).toHaveLength(99);
    expect(subject('x'.repeat(room + 1))).toMatch(/^ALARM: x+\.\.\. - ROLL BACK: #show 2.4 % \(baseline 1.2 %\)$/);
    expect(subject('x'.repeat(room + 1))).toHaveLength(99);
  });

  it('leaves nothing out while its body has 250,000 bytes, and something at one more', () => {
    const notices = (characters: number) => [
      ...Array.from({ length: 57 }, (_, index) => ({
        key: `${index}`,
        kind: 'drift' as const,
        text: 'x'.repeat(1990),
      })),
      { key: 'last', kind: 'drift' as const, text: 'x'.repeat(characters) },
    ];
    const bytesOf = (body: string) => Buffer.byteLength(body);
    const leftOut = (body: string) => JSON.parse(JSON.parse(body).sqs).leftOut.notices;
    const bodyWith = (characters: number) =>
      messageOf({ ...NIGHT['check-in'], notices: notices(characters) }, RELEASE).body;
    const least = bytesOf(bodyWith(500));
    const most = 500 + Math.floor((250_000 - least) / 2);
    expect(most).toBeGreaterThan(500);
    expect(most).toBeLessThan(2000);
    expect([bytesOf(bodyWith(most)), leftOut(bodyWith(most))]).toEqual([least + 2 * (most - 500), 0]);
    expect(leftOut(bodyWith(most + 1))).toBeGreaterThan(0);
    expect(bytesOf(bodyWith(most + 1))).toBeLessThan(250_000);
  });
});

const long = (index: number) => `${'日'.repeat(95)}${index}`;
/** A thousand endpoints with the longest names, all broken. */
const verdict = { ...manyBroken(1000, long), reason: 'r'.repeat(300_000) };
const open = verdict.findings.map(({ endpoint }) => ({
  endpoint,
  what: 'ceiling' as const,
  since: 1,
  rollBack: true,
}));
const all = { ...NIGHT.repeat, verdict, open, reason: memberNames(open) };

describe('a message about a thousand broken endpoints', () => {
  const message = messageOf(all, RELEASE);
  const { sqs, email } = JSON.parse(message.body);
  const event = JSON.parse(sqs);

  it('still is what each reader takes', () => {
    expect(problemsOf(message)).toEqual([]);
  });

  it('lists the worst in the event and says how many it leaves out', () => {
    const { findings, leftOut } = event;
    expect(findings.length).toBeGreaterThan(20);
    expect(findings.length + leftOut.findings).toBe(1000);
    expect(event.open.length + leftOut.open).toBe(1000);
    const rates = verdict.findings.map(({ pooled }) => pooled.errors / pooled.requests).toSorted((a, b) => b - a);
    expect(findings.map(({ rate }: { rate: number }) => rate)).toEqual(rates.slice(0, findings.length));
  });

  it('counts in the e-mail what it does not list', () => {
    const also = (email as string).match(/^Also /gm)!.length;
    expect(email).toContain(`More    ${999 - also} more broken or silent`);
  });

  it('leaves nothing out of a smaller one', () => {
    const { findings, leftOut } = JSON.parse(JSON.parse(messageOf(NIGHT['forty-broken'], RELEASE).body).sqs);
    expect(findings).toHaveLength(40);
    expect(leftOut).toEqual({ findings: 0, open: 0, notices: 0 });
  });

  it('and one of two hundred long notices is cut as well', () => {
    const notices = open
      .slice(0, 200)
      .map(({ endpoint }) => ({ key: endpoint, kind: 'drift' as const, text: `${endpoint} ${'日'.repeat(1000)}` }));
    const cut = messageOf({ ...NIGHT['check-in'], notices }, RELEASE);
    expect(problemsOf(cut)).toEqual([]);
    expect(JSON.parse(JSON.parse(cut.body).sqs).leftOut.notices).toBeGreaterThan(0);
    expect(JSON.parse(cut.body).email).toMatch(/^More {4}\d+ more notices$/m);
  });
});

describe('whatever comes from outside', () => {
  const anyText = fc.oneof(
    fc.string({ unit: anyCharacter, minLength: 1, maxLength: 200 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    fc.constantFrom(
      'x\nSubject: forged',
      '\u202etxet desrever',
      'a\u0000b\u001b[31mred',
      'y'.repeat(300),
      'half \ud800 a character',
      '<script>alert(1)</script>',
      '<!channel> <@U123|x> <http://evil.example|runbook>',
      '[runbook](https://evil.example) **bold** _it_ ~no~ ![x](y)',
      '``` `code` ```',
      '`',
      'https://evil.example/`*x*`<b>',
      '&lt;!here&gt; &amp;',
      '# title\n> quote\n- list',
      '=1+1',
      ' ',
    ),
  );
  const link = fc.webUrl({ validSchemes: ['https'], withQueryParameters: true, withFragments: true });
  const anyMessage = fc.record({
    kind: fc.constantFrom(...Object.values(NIGHT)),
    name: anyText,
    title: anyText,
    reason: anyText,
    stage: anyText,
    url: link,
    limit: fc.double({ min: 0.0001, max: 0.99, noNaN: true }),
    odds: fc.oneof(fc.double({ min: 0, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)),
    requests: fc.nat(1e9),
    failing: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  type AnyMessage = typeof anyMessage extends fc.Arbitrary<infer T> ? T : never;

  function hostile({ kind, name, title, reason, stage, url, limit, odds, requests, failing }: AnyMessage) {
    const release: Release = {
      ...RELEASE,
      title,
      team: title,
      toggles: [{ name, link: url }, { name: title }, { name: reason, link: url }],
      links: [
        { title, url: `https://x.ddog-gov.com/dashboard/${encodeURIComponent(name.replace(/\p{Cs}/gu, ''))}?a=*b*` },
      ],
      endpoints: [{ ...RELEASE.endpoints[0]!, name, resource: title }, ...RELEASE.endpoints],
      runbook: url,
    };
    const finding = {
      ...brokenFinding,
      endpoint: name,
      reason,
      limit,
      pooled: { requests, errors: Math.floor(requests * failing) },
      evidence: { breach: odds },
      window: { ...brokenFinding.window, name: stage },
      upstream: reason,
    };
    const alert: AlertRecord = {
      ...kind,
      reason,
      dedupKey: `${title}/2026`,
      changes: [reason, `worse: ${name}`],
      notices: kind.notices.map((notice) => ({
        ...notice,
        text: `${title} ${reason}`,
        ...(notice.window && { window: { ...notice.window, name: stage }, ready: [title, reason] }),
      })),
      verdict: {
        ...kind.verdict,
        reason,
        findings: kind.change === 'resolved' ? [] : [finding, ...kind.verdict.findings],
        ...(kind.verdict.blind && { blind: { ...kind.verdict.blind, reason } }),
        ...(kind.verdict.stage && { stage: { ...kind.verdict.stage, name: stage } }),
      },
    };
    return { alert, release };
  }

  it('each reader gets what it takes, with nothing unescaped', () => {
    fc.assert(
      fc.property(anyMessage, (any) => {
        const { alert, release } = hostile(any);
        expect(problemsOf(messageOf(alert, release))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('no line of the e-mail can be forged: each that begins with a label was written here', () => {
    const title = 'Status\nVerdict advance\nRunbook https://evil.example';
    const reason = 'down\nVerdict advance\nDo      nothing';
    const { blind } = NIGHT.blind.verdict;
    const alert = {
      ...NIGHT.worse,
      reason,
      changes: [reason],
      verdict: { ...NIGHT.worse.verdict, blind: { ...blind!, reason } },
    };
    const { email } = JSON.parse(messageOf(alert, { ...RELEASE, title, team: title }).body);
    expect(email.match(/^Verdict .*$/gm)).toEqual(['Verdict roll back']);
    expect(email.match(/^Do .*$/gm)).toHaveLength(1);
    expect(email.match(/^Runbook .*$/gm)).toEqual(['Runbook docs/runbook.md#a-criterion-is-broken']);
  });
});
