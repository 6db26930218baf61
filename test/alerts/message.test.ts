import fc from 'fast-check';
import { atWindow, messageOf } from '../../lib/alerts/message';
import type { AlertRecord } from '../../lib/domain/alert';
import { startOf } from '../../lib/domain/hour';
import { judge } from '../../lib/domain/judge';
import type { Release } from '../../lib/domain/release';
import type { Finding, Notice } from '../../lib/domain/verdict';
import { entered, type HourFact, hoursOf, LAUNCH, RELEASE, steady } from '../domain/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const NEWEST = LAUNCH + 50;
const facts = (factOf: (at: number) => HourFact) =>
  new Map(
    RELEASE.endpoints.map(({ name }) => [
      name,
      hoursOf(LAUNCH - 672, NEWEST + 1, (at) => (name === '#show' && at >= LAUNCH ? factOf(at) : steady(at)), name),
    ]),
  );
const since = LAUNCH + 40;
const verdict = judge(
  RELEASE,
  [A],
  facts((at) => (at < since ? steady(at) : [1000, 300])),
  NEWEST,
);

function alert(changes: Partial<AlertRecord> = {}): AlertRecord {
  return {
    seq: 3,
    at: startOf(NEWEST + 1) + 15 * 60_000,
    severity: 'page',
    change: 'firing',
    reason: 'first firing',
    dedupKey: 'document-status/2026-02-13T19:15Z',
    open: [],
    changes: [],
    told: [],
    notices: [],
    verdict,
    status: 'pending',
    ...changes,
  };
}
const notice = (text: string): Notice => ({ key: text, kind: 'drift', text });
const isAddress = (line: string) => /https:\/\//.test(line);
const hidden = /[^\n\P{Cc}]|[\p{Cf}\p{Cs}\u2028\u2029]/u;

describe('a page', () => {
  const { subject, text } = messageOf(alert(), RELEASE);
  const flat = text.replace(/\n +/g, ' ');

  it('says in the subject what is broken and where', () => {
    expect(subject).toBe('ALARM: Document Status - #show broken');
  });

  it('says what, how bad against what, over which hours, since when and how sure', () => {
    const limited = verdict.findings.find(
      ({ endpoint, criterion }) => endpoint === '#show' && criterion === 'ceiling',
    )!;
    expect(limited.outcome).toBe('breach');
    expect(flat).toContain('What    #show is not below the release ceiling\n');
    expect(flat).toContain('Value   30 % (3,300 of 11,000), limit 5 %, baseline 1.19 %\n');
    expect(flat).toContain('Window  last 11 hours, 2026-02-13 03:00 EST - 2026-02-13 14:00 EST\n');
    expect(flat).toContain('Since   2026-02-13 03:00 EST\n');
    expect(flat).toMatch(
      /Sure {4}odds of (over a million|[\d,]+) : 1 that the rate is above the limit \(acts at 20 : 1\)\n/,
    );
  });

  it('says in which stage, at which exposure, what to do and where to look', () => {
    expect(flat).toContain('Where   Document Status (BMT2), stage A, 25 % of users, since 2026-02-11 11:00 EST\n');
    expect(flat).toContain('Verdict roll back\n');
    expect(flat).toContain('Hour    judged up to 2026-02-13 14:00 EST\n');
    expect(flat).toContain('Runbook docs/runbook.md\n');
    expect(flat).toContain('Alert   document-status/2026-02-13T19:15Z #3, firing (first firing)');
  });

  it('links the dashboard at the hours that it speaks of, and no page that has no such thing', () => {
    const links = text.split('\n').filter(isAddress);
    expect(links).toHaveLength(1);
    const address = new URL(links[0]!.replace('Look    ', ''));
    expect(address.pathname).toBe('/dashboard/8me-h86-qmb/benefits-claim-status-tool-dashboard');
    expect(Number(address.searchParams.get('from_ts'))).toBeLessThanOrEqual(startOf(since));
    expect(address.searchParams.get('to_ts')).toBe(String(startOf(NEWEST + 1)));
  });

  it('tells every broken criterion', () => {
    const broken = verdict.findings.filter(({ outcome }) => outcome === 'breach');
    expect(broken).toHaveLength(2);
    expect(text.match(/^What /gm)).toHaveLength(2);
  });

  it('says so when it is worse, repeated or closed', () => {
    const subjectOf = (changes: Partial<AlertRecord>) => messageOf(alert(changes), RELEASE).subject;
    expect(subjectOf({ change: 'worse' })).toBe('ALARM: Document Status - #show worse');
    expect(subjectOf({ change: 'repeat' })).toBe('ALARM: Document Status - #show still broken');
    const calm = judge(RELEASE, [A], facts(steady), NEWEST);
    const closed = messageOf(alert({ change: 'resolved', reason: 'recovered', verdict: calm }), RELEASE);
    expect(closed.subject).toBe('OK: Document Status - resolved, recovered');
    expect(closed.text).toContain('What    nothing is open any more: recovered\n');
    expect(closed.text).toContain(', resolved (recovered)');
  });

  it('does not say "before launch" of a release that was taken back', () => {
    const off = entered('2026-02-12T16:00Z', 'off', 0);
    const back = judge(RELEASE, [A, off], facts(steady), NEWEST);
    const { text: said } = messageOf(alert({ change: 'resolved', reason: 'rolled back', verdict: back }), RELEASE);
    expect(said).toContain('Where   Document Status (BMT2), nobody is exposed\n');
  });
});

describe('an endpoint that fell silent', () => {
  const silent = judge(
    RELEASE,
    [A],
    facts((at) => (at < NEWEST - 4 ? steady(at) : [0, 0])),
    NEWEST,
  );
  const { subject, text } = messageOf(alert({ verdict: silent }), RELEASE);

  it('is told once, with since when and what is usual', () => {
    expect(subject).toBe('ALARM: Document Status - #show silent');
    expect(text.match(/#show is silent: no request counted in the last 5 hours/g)).toHaveLength(1);
    expect(text).toContain('Since   2026-02-13 09:00 EST');
  });
});

describe('blindness', () => {
  const dark = (from: number) =>
    judge(
      RELEASE,
      [A],
      new Map(
        RELEASE.endpoints.map(({ name }) => [
          name,
          hoursOf(LAUNCH - 672, NEWEST + 1, (at) => (at < from ? steady(at) : 'unknown'), name),
        ]),
      ),
      NEWEST,
    );

  it('is told with its length, its cause and its start', () => {
    const { subject, text } = messageOf(alert({ verdict: dark(NEWEST - 4) }), RELEASE);
    expect(subject).toBe('ALARM: Document Status - blind: no data');
    expect(text).toContain('What    no data for about 5 hours: Datadog has no data\nSince   2026-02-13 09:00 EST\n');
  });

  it('beside a breach is told after it', () => {
    const both = { ...verdict, blind: dark(NEWEST - 4).blind! };
    expect(messageOf(alert({ verdict: both }), RELEASE).subject).toBe(
      'ALARM: Document Status - #show broken; blind: no data',
    );
  });
});

describe('a notice', () => {
  it('has its lines and the verdict', () => {
    const notices = [notice('#show runs a little above its baseline'), notice('3 hours were counted after all')];
    const { subject, text } = messageOf(alert({ severity: 'notice', change: 'notice', notices }), RELEASE);
    expect(subject).toBe('NOTICE: Document Status - 2 notices');
    expect(text).toContain('- #show runs a little above its baseline\n- 3 hours were counted after all\n');
    expect(text.replace(/\n +/g, ' ')).toContain(`Verdict ${verdict.recommendation}: #show`);
    const one = messageOf(alert({ severity: 'notice', notices: notices.slice(1) }), RELEASE);
    expect(one.subject).toBe('NOTICE: Document Status - one notice');
  });
});

describe('however many and however hostile', () => {
  const many = (count: number): Finding[] => {
    const one = verdict.findings.find(({ outcome }) => outcome === 'breach')!;
    return Array.from({ length: count }, (_, index) => ({ ...one, endpoint: `${'日'.repeat(95)}${index}` }));
  };

  it('a message stays far below what SNS takes, and says how much it leaves out', () => {
    const { text } = messageOf(alert({ verdict: { ...verdict, findings: many(1000) } }), RELEASE);
    expect(Buffer.byteLength(text)).toBeLessThan(64 * 1024);
    expect(text).toContain('More    980 more criteria are broken\n');
    const notices = Array.from({ length: 1000 }, (_, index) => notice(`${'日'.repeat(700)}${index}`));
    const told = messageOf(alert({ severity: 'notice', notices }), RELEASE).text;
    expect(Buffer.byteLength(told)).toBeLessThan(64 * 1024);
    expect(told).toContain('- and 980 more notices\n');
  });

  const anyText = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    fc.constantFrom(
      'x\nSubject: forged',
      '\u202etxet desrever',
      'a\u0000b\u001b[31mred',
      'y'.repeat(200),
      'half \ud800 a character',
      '<script>alert(1)</script>',
      '=1+1',
    ),
  );

  it('the subject is one ASCII line of fewer than 100 characters that begins as the alarm does', () => {
    fc.assert(
      fc.property(anyText, anyText, (title, name) => {
        const findings = verdict.findings.map((one) => ({ ...one, endpoint: name }));
        const { subject } = messageOf(alert({ verdict: { ...verdict, findings } }), { ...RELEASE, title });
        expect(subject).toMatch(/^ALARM: [\x20-\x7e]+$/);
        expect(subject.length).toBeLessThan(100);
      }),
    );
  });

  it('the text has 78 columns but for addresses, no hidden character, and can be sent', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (title, name, reason) => {
        const hostile: Release = {
          ...RELEASE,
          title,
          team: title,
          runbook: `https://example.org/${name.replace(/\s/g, '')}`,
        };
        const findings = verdict.findings.map((one) => ({ ...one, endpoint: name, window: { ...one.window, name } }));
        const blind = { since, hours: 5, reason };
        for (const severity of ['page', 'notice'] as const) {
          const record = alert({
            severity,
            reason,
            notices: [notice(reason)],
            verdict: { ...verdict, reason, findings, blind },
          });
          const { text } = messageOf(record, hostile);
          expect(text).not.toMatch(hidden);
          expect(() => encodeURIComponent(text)).not.toThrow();
          expect(text.split('\n').filter((line) => line.length > 78 && !isAddress(line))).toEqual([]);
        }
      }),
    );
  });

  it('no line can be forged: each that begins with a label was written here', () => {
    const title = 'Status\nVerdict advance\nRunbook https://evil.example';
    const blind = { since, hours: 5, reason: 'down\nVerdict advance' };
    const { text } = messageOf(alert({ verdict: { ...verdict, blind } }), { ...RELEASE, title, team: title });
    expect(text.match(/^Verdict .*$/gm)).toEqual(['Verdict roll back']);
    expect(text.match(/^Runbook .*$/gm)).toEqual(['Runbook docs/runbook.md']);
  });
});

describe('the address of a dashboard', () => {
  it('shows the hours and stands still, and keeps what else it asks for', () => {
    const address = new URL(
      atWindow('https://vagov.ddog-gov.com/dashboard/abc?tpl_var_env=prod&live=true#x', LAUNCH, LAUNCH + 1),
    );
    expect(Object.fromEntries(address.searchParams)).toEqual({
      tpl_var_env: 'prod',
      live: 'false',
      from_ts: String(startOf(LAUNCH)),
      to_ts: String(startOf(LAUNCH + 1)),
    });
    expect(address.hash).toBe('#x');
  });
});
