import type { Member } from '../../lib/alert/member';
import type { AlertRecord } from '../../lib/alert/record';
import type { Finding, Notice } from '../../lib/judge/verdict';
import { emailOf } from '../../lib/messages/email';
import { eventOf } from '../../lib/messages/event/event';
import { headlineOf, subjectOf } from '../../lib/messages/headline';
import { LAUNCH } from '../worlds/moments';
import { brokenFinding, manyBroken, NIGHT, RELEASE } from '../worlds/night';

/** The text of an entry, on one line. */
const said = (alert: AlertRecord, label: string, release = RELEASE) =>
  [
    ...emailOf(alert, release)
      .replace(/\n {8}/g, ' ')
      .matchAll(/^(\S+) +(.*)$/gm),
  ]
    .filter(([, one]) => one === label)
    .map(([, , text]) => text);

const { 'first-firing': firing, 'forty-broken': forty } = NIGHT;
const withFinding = (change: Partial<Finding>): AlertRecord => ({
  ...firing,
  verdict: { ...firing.verdict, findings: [{ ...brokenFinding, ...change }] },
});
const notice = (text: string): Notice => ({ key: text, kind: 'drift', text });

describe('a page', () => {
  it('says what is broken, how bad against what, over which hours, since when and how sure', () => {
    expect(said(firing, 'What')).toEqual(['#show is not consistent with the baseline']);
    expect(said(firing, 'Value')).toEqual(['2.43 % (585 of 24,085), tolerated 1.58 %, baseline 1.19 %']);
    expect(said(firing, 'Window')).toEqual(['last 24 hours, until 2026-02-13 14:00 EST']);
    expect(said(firing, 'Since')).toEqual(['2026-02-12 22:00 EST']);
    expect(said(firing, 'Sure')).toEqual(['odds of 253 : 1 that it is above the baseline (acts at 20 : 1)']);
  });

  it('says what that means for the exposed users, unless everybody is exposed', () => {
    expect(said(firing, 'Users')).toEqual(['exposed users: about 6.2 % (5.5 to 6.8 %)']);
    const stage = { ...firing.verdict.stage!, exposure: 1 };
    expect(said({ ...firing, verdict: { ...firing.verdict, stage } }, 'Users')).toEqual([]);
  });

  it('says so when not even all the exposed users could fail so often', () => {
    const outage = withFinding({ pooled: { requests: 1000, errors: 600 } });
    expect(said(outage, 'Users')).toEqual(['others fail too: more requests fail than the exposed users make']);
  });

  it('says how sure it is in plain words once nobody would ask', () => {
    const sure = (breach: number) => said(withFinding({ evidence: { breach }, criterion: 'ceiling' }), 'Sure')[0];
    expect(sure(35.4)).toBe('odds of 35 : 1 that it is above the limit (acts at 20 : 1)');
    expect(sure(12_345)).toBe('practically certain that it is above the limit (12,345 : 1)');
    expect(sure(Number.POSITIVE_INFINITY)).toBe('practically certain that it is above the limit (over a million : 1)');
  });

  it('says that one hour alone broke a limit, in place of odds that nobody has; and so does the event', () => {
    const hourly = withFinding({ criterion: 'below', evidence: {}, hourly: { minRequests: 50 } });
    expect(said(hourly, 'Sure')).toEqual(['one hour of 50 requests or more breaks this limit (alarm: hourly)']);
    const [told] = eventOf(hourly, RELEASE, 100_000).findings;
    expect([told!.hourly, told!.odds]).toEqual([{ minRequests: 50 }, undefined]);
  });

  it('says which error classes rose, of all errors; and so does the event', () => {
    expect(said(firing, 'Classes')).toEqual([]);
    const rose = [{ name: 'faraday::timeouterror', errors: 212, usual: 0.12345 }];
    const classes = { rose, errors: 230, withClass: 212, since: LAUNCH };
    const [told] = eventOf(withFinding({ classes }), RELEASE, 100_000).findings;
    expect(told!.classes).toEqual({
      ...{ errors: 230, withClass: 212, since: '2026-02-11T16:00Z' },
      rose: [{ ...rose[0], usual: 0.1235 }],
    });
    expect(said(withFinding({ classes }), 'Classes')).toEqual([
      'faraday::timeouterror 212 of 230 errors (usually at most 1); 212 of 230 errors have a class; classes are counted since 2026-02-11T16:00Z',
    ]);
  });

  it('says what is likely the cause when that is known', () => {
    expect(said(firing, 'Cause')).toEqual([]);
    const upstream = 'likely upstream: 9 of 10 errors are 502 and 503';
    expect(said(withFinding({ upstream }), 'Cause')).toEqual([upstream]);
  });

  it('says where, what to do, and what it is called', () => {
    expect(said(firing, 'Where')).toEqual(['stage A, 25 % of users since 2026-02-11 11:00 EST; team BMT2, eks-prod']);
    expect(said(firing, 'Verdict')).toEqual(['roll back']);
    expect(said(firing, 'Do')).toEqual(['roll back: turn off both toggles, then enter it in the stage log']);
    expect(said(firing, 'Toggle')).toEqual(RELEASE.toggles.map(({ link }) => link));
    expect(said(firing, 'Alert')).toEqual(['document-status/2026-02-13T19:20Z #1, firing (first firing)']);
  });

  it('names a toggle that has no address, or one that does not tell its name', () => {
    const toggles = [{ name: 'one' }, { name: 'two', link: 'https://example.org/flags/17' }];
    expect(said(firing, 'Toggle', { ...RELEASE, toggles })).toEqual(['one', 'two https://example.org/flags/17']);
  });

  it('says what changed, and of a repeat that nothing did', () => {
    expect(said(firing, 'Changed')).toEqual([]);
    expect(said(NIGHT['new-on-top'], 'Changed')[0]).toContain('stage B entered 2026-02-13 13:00 EST, 50 % of users');
    expect(said({ ...NIGHT.repeat, changes: [] }, 'Changed')).toEqual(['nothing since the last message']);
    const changes = ['newly broken: a', 'newly broken: b', 'no longer broken: c', 'newly broken: d', 'e fell silent'];
    expect(said({ ...firing, changes }, 'Changed')).toEqual([
      'newly broken: a; b; no longer broken: c; newly broken: d; e fell silent',
    ]);
  });

  it('tells the worst in full, what else there is room for in a line, and how many more there are', () => {
    expect(said(forty, 'What')).toHaveLength(1);
    const also = said(forty, 'Also');
    const rates = [...said(forty, 'Value'), ...also].map((text) => Number.parseFloat(/([\d.]+) %/.exec(text!)![1]!));
    expect(rates).toEqual(rates.toSorted((a, b) => b - a));
    expect(said(forty, 'More')).toEqual([`${39 - also.length} more broken or silent; the command check has all`]);
  });

  it('has 25 lines at most, also when each of its entries is as long as it may be', () => {
    const long = 'a long word or two '.repeat(40);
    const toggles = RELEASE.toggles.map(({ link }) => ({ name: long, link: `${link}/x` }));
    const { verdict } = NIGHT['partly-upstream'];
    const stage = { ...verdict.stage!, name: long };
    const rose = ['500', '501', '502', '503', '504'].map((status) => ({ status, now: 1234, usual: 1000 }));
    const ofClasses = Array(4).fill({ name: 'x'.repeat(99), errors: 1234 });
    const classes = { rose: ofClasses, errors: 12_345, withClass: 12_340, since: LAUNCH };
    const worst = { ...brokenFinding, endpoint: long, upstream: long, baselineRate: 0.0123456, rose, classes };
    const findings = [worst, worst];
    const full = { ...firing, reason: long, dedupKey: long, changes: [long], remarks: [long, long] };
    const email = emailOf(
      { ...full, verdict: { ...verdict, stage, findings } },
      { ...RELEASE, title: long, team: long, toggles },
    );
    expect(email.split('\n')).toHaveLength(25);
    expect(email).toMatch(/^Also /m);
  });

  it('leaves nothing out where the last one fits too', () => {
    const verdict = manyBroken(4);
    expect(said({ ...firing, verdict }, 'Also')).toHaveLength(3);
    expect(said({ ...firing, verdict }, 'More')).toEqual([]);
  });

  it('puts what is bad enough to roll back before what is only further above its limit', () => {
    const [one, two] = manyBroken(2).findings as [Finding, Finding];
    const findings = [
      { ...one, rollBack: false, pooled: { requests: 10, errors: 9 } },
      { ...two, rollBack: true },
    ];
    expect(said({ ...firing, verdict: { ...firing.verdict, findings } }, 'What')[0]).toMatch(/^#page-1 /);
  });

  it('never leaves blindness out', () => {
    const blind = NIGHT.blind.verdict.blind!;
    const open: Member[] = [...forty.open, { what: 'blind', since: blind.since, rollBack: false }];
    const both = { ...forty, open, verdict: { ...forty.verdict, blind } };
    expect(said(both, 'Also')[0]).toBe('no data for about 5 hours: Datadog has no data');
    expect(subjectOf(both, RELEASE)).toMatch(/ - ROLL BACK: no data; #page-32 48 % \(baseline 1.2 %\)/);
  });
});

describe('blindness and silence', () => {
  it('are told with their length, their cause, their start and what to do', () => {
    expect(said(NIGHT.blind, 'What')).toEqual(['no data for about 5 hours: Datadog has no data']);
    expect(said(NIGHT.blind, 'Since')).toEqual(['2026-02-13 09:00 EST']);
    expect(said(NIGHT.blind, 'Runbook')).toEqual(['docs/runbook.md#blind']);
    expect(said(NIGHT.silent, 'What')[0]).toMatch(/^#show is silent: no request counted in the last 5 hours/);
    expect(said(NIGHT.silent, 'Runbook')).toEqual(['docs/runbook.md#silent']);
    expect(said(NIGHT.silent, 'Do')).toHaveLength(1);
  });
});

describe('the end', () => {
  it('says why nothing is open any more, and asks for nothing', () => {
    const { resolved } = NIGHT;
    expect(said(resolved, 'What')).toEqual([
      'nothing is open any more: recovered: #index (consistent with the baseline), #index (below the release ceiling), #show (consistent with the baseline)',
    ]);
    expect(said(resolved, 'Where')).toEqual(['nobody is exposed; team BMT2, eks-prod']);
    expect(said(resolved, 'Do')).toEqual([]);
    expect(said(resolved, 'Toggle')).toEqual([]);
  });
});

describe('a notice', () => {
  it('has its lines, and the verdict with a reason that they have not told', () => {
    const notices = [notice('#show runs a little above its baseline'), notice('3 hours were counted after all')];
    const two = { ...NIGHT['check-in'], notices };
    expect(said(two, '-')).toEqual(notices.map(({ text }) => text));
    expect(said(two, 'Verdict')[0]).toMatch(/^advance: #index: 1.22 %/);
    expect(subjectOf(two, RELEASE)).toBe('NOTICE: Document Status - a rate has changed');
    expect(said(NIGHT['check-in'], 'Verdict')).toEqual(['advance']);
  });

  it.each([
    [[{ kind: 'drift' as const, endpoint: '#show' }], '#show: more errors than usual'],
    [[{ kind: 'traffic' as const }], 'rates can no longer be compared'],
    [
      [
        { kind: 'past' as const, endpoint: '#a' },
        { kind: 'traffic' as const, endpoint: '#b' },
        { kind: 'past' as const, endpoint: '#c' },
        { kind: 'traffic' as const },
      ],
      '#a, #c: broke and is over; #b: unusual counts; rates can no longer be compared',
    ],
    [[{ kind: 'toggle' as const }], 'the toggle cannot be read'],
  ])('says in its subject which endpoints it is about (%j)', (about, headline) => {
    const notices = about.map((one) => ({ ...notice('x'), ...one }));
    const toggles = { at: 0, toggles: [], standing: 'unknown' as const, said: '', holds: false };
    const alert = { ...NIGHT['check-in'], notices, verdict: { ...NIGHT['check-in'].verdict, toggles } };
    expect(headlineOf(alert)).toBe(headline);
  });

  it('asks for nothing while something is open', () => {
    const alert = { ...firing, severity: 'notice' as const, change: 'notice' as const, notices: [notice('x')] };
    expect(said(alert, 'Do')).toEqual([]);
    expect(said(alert, 'Verdict')[0]).toMatch(/^roll back: #show: 2.43 %/);
  });
});

describe('the subject', () => {
  it('says the state, where, and what', () => {
    const subject = (alert: AlertRecord) => subjectOf(alert, RELEASE);
    expect(subject(firing)).toBe('ALARM: Document Status - ROLL BACK: #show 2.4 % (baseline 1.2 %)');
    expect(subject(NIGHT.worse)).toBe(
      'ALARM: Document Status - ROLL BACK: #index 30 % (ceiling 5 %), #show 2.8 % (baseline 1.2 %)',
    );
    expect(subject(NIGHT.repeat)).toBe(
      'ALARM: Document Status - ROLL BACK: #index still 30 % (baseline 1.2 %) and 1 more',
    );
    expect(subject(NIGHT.blind)).toBe('ALARM: Document Status - HOLD: no data');
    expect(subject(NIGHT.silent)).toBe('ALARM: Document Status - HOLD: #show silent');
    expect(subject(NIGHT.resolved)).toBe('OK: Document Status - RESOLVED: #index, #show recovered');
  });

  it('is cut below 100 characters and has nothing but ASCII', () => {
    const release = { ...RELEASE, title: `état ${'x'.repeat(190)}` };
    expect(subjectOf(firing, release)).toMatch(/^ALARM: \?tat x+\.\.\. - ROLL BACK: #show 2.4 % \(baseline 1.2 %\)$/);
    expect(subjectOf(firing, release)).toHaveLength(99);
  });
});
