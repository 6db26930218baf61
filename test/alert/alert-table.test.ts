import fc from 'fast-check';
import type { Member } from '../../lib/alert/member';
import { memberKey } from '../../lib/alert/member';
import { nextAlert } from '../../lib/alert/next-alert';
import type { OnCallEvent } from '../../lib/alert/on-call';
import { membersOf } from '../../lib/alert/open-members';
import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, type Instant, startOf } from '../../lib/facts/hour';
import type { Finding, Verdict } from '../../lib/judge/verdict';
import type { Release } from '../../lib/release/schema';
import { hour } from '../worlds/moments';
import { RELEASE } from '../worlds/rollout-facts';

/** The first hour; its tick is at 11:20 in New York, the next one at 12:20. */
const FIRST = hour('2026-02-12T15:00Z');
const tickOf = (at: Hour): Instant => startOf(at + 1) + 20 * 60_000;
const minutesAfter = (index: number, minutes: number) => tickOf(FIRST + index) + minutes * 60_000;

const REPEAT_EVERY_4_HOURS: Release = { ...RELEASE, alerts: { ...RELEASE.alerts, repeatEvery: 4 } };
const withAlerts = (alerts: Partial<Release['alerts']>): Release => ({
  ...REPEAT_EVERY_4_HOURS,
  alerts: { ...REPEAT_EVERY_4_HOURS.alerts, ...alerts },
});

function breach(endpoint: string, since: Hour, rollBack: boolean): Finding {
  return {
    endpoint,
    criterion: 'below',
    outcome: 'breach',
    reason: 'too many errors',
    window: { name: 'stage A', from: since, to: since + 1 },
    pooled: { requests: 1000, errors: 300 },
    evidence: {},
    since,
    rollBack,
    reportOnly: false,
  };
}

/** Verdicts of hours given as "show show,INDEX blind -": what is open, in capitals what is bad enough to roll back. */
function verdictsOf(hours: string): Verdict[] {
  const since = new Map<string, Hour>();
  return hours.split(/ +/).map((names, index) => {
    const at = FIRST + index;
    const open = names === '-' ? [] : names.split(',');
    for (const name of [...since.keys()]) if (!open.some((one) => one.toLowerCase() === name)) since.delete(name);
    for (const name of open) since.set(name.toLowerCase(), since.get(name.toLowerCase()) ?? at);
    const findings = open
      .filter((name) => name !== 'blind')
      .map((name) => breach(name.toLowerCase(), since.get(name.toLowerCase())!, name !== name.toLowerCase()));
    const passing = ['show', 'index'].filter((name) => !open.some((one) => one.toLowerCase() === name));
    findings.push(
      ...passing.map((name) => ({ ...breach(name, at, false), outcome: 'pass' as const, since: undefined })),
    );
    const blind = open.includes('blind') && { blind: { since: since.get('blind')!, hours: 3, reason: 'no answer' } };
    return { judge: '1', hour: at, recommendation: 'hold', reason: '', findings, notices: [], ...blind };
  });
}

/** What each hour's run records when every message is delivered. */
function recordsOf(hours: string, release: Release, onCall: readonly OnCallEvent[] = []): (AlertRecord | undefined)[] {
  let last: AlertRecord | undefined;
  return verdictsOf(hours).map((verdict) => {
    const now = tickOf(verdict.hour);
    const said = onCall.filter((event) => event.at <= now);
    const next = nextAlert(last, verdict, release, now, said);
    if (next) last = next.status === 'held' ? next : { ...next, status: 'sent' };
    return next;
  });
}

const told = (record: AlertRecord | undefined) => (!record ? '-' : record.status === 'held' ? 'held' : record.change);
const published = (...about: Parameters<typeof recordsOf>) =>
  recordsOf(...about)
    .map(told)
    .join(' ');

describe('what is published in each hour, by what is open in it', () => {
  test.each([
    ['nothing ever', '- - -', '- - -'],
    ['first firing', '- show show', '- firing -'],
    ['a new member', 'show show,index show,index', 'firing firing -'],
    [
      'unchanged, up to the repeat interval',
      'show show show show show show show show show',
      'firing - - - repeat - - - repeat',
    ],
    [
      'a new member in between starts the interval anew',
      'show show,index show,index show,index show,index show,index',
      'firing firing - - - repeat',
    ],
    ['worse', 'show SHOW SHOW show SHOW', 'firing worse - - -'],
    ['some closed', 'show,index index index', 'firing improved -'],
    ['all closed', 'show,index index - -', 'firing improved resolved -'],
    ['closed and opened again', 'show - show -', 'firing resolved firing resolved'],
    ['one of two closed and opened again', 'show,index index show,index', 'firing improved firing'],
    ['blind', 'blind blind -', 'firing - resolved'],
    ['blind beside a breach, and its end alone', 'show show,blind show -', 'firing firing improved resolved'],
  ])('%s', (_, open, expected) => {
    expect(published(open, REPEAT_EVERY_4_HOURS)).toBe(expected);
  });
});

describe('in quiet hours, here the 2nd to the 4th hour', () => {
  const quiet = withAlerts({ quietHours: { from: '12:00', to: '15:00' } });
  test.each([
    ['a breach that says hold waits for their end', '- show show show show', '- held - - firing'],
    ['a new one waits, too', 'show show,index show show show,index', 'firing held - - firing'],
    ['one that says roll back goes', '- SHOW SHOW', '- firing -'],
    ['so does one that came to say it', '- show SHOW SHOW', '- held worse -'],
    ['what opened and closed in them is told after them', '- show - - - -', '- held - - resolved -'],
    ['a hold beside missing data goes with it', '- show,blind', '- firing'],
    ['worse goes', 'show SHOW', 'firing worse'],
    ['blind goes', '- blind', '- firing'],
    ['an all-clear waits for their end', 'show - - - - -', 'firing - - - resolved -'],
    ['an all-clear that is over before their end is none', 'show - show show show', 'firing - - - repeat'],
  ])('%s', (_, open, expected) => {
    expect(published(open, quiet)).toBe(expected);
  });

  test('a breach that says hold goes at once where the release file wants it, and what waited says why', () => {
    const told = withAlerts({ quietHours: { from: '12:00', to: '15:00' }, holdWaits: false });
    expect(published('- show show,index', told)).toBe('- firing firing');
    const after = recordsOf('- show show show show', quiet).at(-1)!;
    expect(after.reason).toBe('not told before: show (below its limit)');
    expect(after.remarks).toEqual([
      expect.stringMatching(
        /^held back .* 12:20 EST: firing \(first firing\); quiet hours: a breach that only says hold/,
      ),
    ]);
  });

  test('a repeat waits for their end, unless it is about a roll-back', () => {
    const often = withAlerts({ quietHours: { from: '12:00', to: '15:00' }, repeatEvery: 2 });
    expect(published('show show show show show show', often)).toBe('firing - - - repeat -');
    expect(published('SHOW SHOW SHOW SHOW SHOW', often)).toBe('firing - repeat - repeat');
  });

  test('a message after an all-clear that waited keeps the key, so that what was opened is closed', () => {
    const keys = recordsOf('show - SHOW - - -', quiet).flatMap((one) => one?.dedupKey ?? []);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });
});

const silence = (change: object = {}): OnCallEvent => ({
  kind: 'silence',
  at: minutesAfter(0, 5),
  until: minutesAfter(3, 30),
  by: 'Ada',
  reason: 'upgrade',
  ...change,
});

describe('in a silence, here the 2nd to the 4th hour', () => {
  const rows = [
    ['first firing is held back until its end', '- show show show show show', '- held - - firing -'],
    ['a new member is held back', 'show show,index show,index show,index show,index', 'firing held - - firing'],
    ['worse is held back', 'show SHOW SHOW SHOW SHOW', 'firing held - - firing'],
    ['each change is recorded', '- show SHOW SHOW,index SHOW,index', '- held held held firing'],
    ['blind is held back', '- blind blind blind blind', '- held - - firing'],
    ['an all-clear waits', 'show - - - - -', 'firing - - - resolved -'],
    ['what opened and closed in it is told', '- show - - - -', '- held - - resolved -'],
    [
      'what is open throughout is told once at its end',
      'show show show show show show show show show',
      'firing - - - repeat - - - repeat',
    ],
    ['nothing open in it or after it is no message', '- - - - - -', '- - - - - -'],
    ['opened after it as ever', '- - - - show', '- - - - firing'],
  ];
  test.each(rows)('%s', (_, open, expected) => {
    expect(published(open!, REPEAT_EVERY_4_HOURS, [silence()])).toBe(expected);
  });

  test.each(rows)('of the release file: %s', (_, open, expected) => {
    const maintenance = [
      { from: minutesAfter(0, 5), to: minutesAfter(2, 30), reason: 'upgrade' },
      { from: minutesAfter(1, 5), to: minutesAfter(3, 30), reason: 'it overlaps' },
    ];
    // The first of the two ends while the second one lasts.
    expect(published(open!, withAlerts({ maintenance }))).toBe(expected);
  });

  test('ended early, it is over', () => {
    const end: OnCallEvent = { kind: 'silence-end', at: minutesAfter(1, 30), by: 'Ada' };
    expect(published('- show show show', REPEAT_EVERY_4_HOURS, [silence(), end])).toBe('- held firing -');
  });

  test('the next message says what was held back, when and why', () => {
    const records = recordsOf('- show SHOW - -', REPEAT_EVERY_4_HOURS, [silence()]);
    expect(records.map(told)).toEqual(['-', 'held', 'held', '-', 'resolved']);
    expect(records[4]!.remarks).toEqual([
      'held back 2026-02-12 12:20 EST: firing (first firing); silence by Ada: upgrade',
      'held back 2026-02-12 13:20 EST: worse (bad enough to roll back: show (below its limit)); silence by Ada: upgrade',
    ]);
    expect(records[1]!.remarks).toBeUndefined();
  });

  test('of a month with a change in every hour the message tells the newest and counts the rest', () => {
    const month = ['show', ...Array.from({ length: 300 }, (_, index) => (index % 2 ? 'show' : 'index')), '-'].join(' ');
    const records = recordsOf(month, REPEAT_EVERY_4_HOURS, [
      silence({ at: minutesAfter(0, -5), until: minutesAfter(300, 30) }),
    ]);
    expect(records.at(-1)!.change).toBe('resolved');
    expect(records.at(-1)!.heldBack).toHaveLength(100);
    expect(records.at(-1)!.remarks).toHaveLength(6);
    expect(records.at(-1)!.remarks![0]).toBe('95 more messages held back before these');
  });
});

describe('in a silence of one endpoint', () => {
  const ofShow = [silence({ endpoints: ['show'] })];
  test.each([
    ['what is only about it is held back', '- show show show show', '- held - - firing'],
    [
      'what is about another goes, and tells of both',
      '- show show,index show,index show,index',
      '- held firing - repeat',
    ],
    ['blindness goes', '- blind', '- firing'],
    ['an all-clear of both goes', 'show,index - -', 'firing resolved -'],
    ['a roll-back of the other goes', 'index show,INDEX', 'firing worse'],
  ])('%s', (_, open, expected) => {
    expect(published(open, REPEAT_EVERY_4_HOURS, ofShow)).toBe(expected);
  });
});

describe('what was acknowledged after the first hour', () => {
  const ack = (members: Member[], at = minutesAfter(0, 10), about = FIRST): OnCallEvent => ({
    kind: 'ack',
    at,
    hour: about,
    members,
    by: 'Ada',
    note: 'on it',
  });
  const show = { endpoint: 'show', what: 'below' as const, since: FIRST, rollBack: false };
  const acked = (open: string, members = [show]) => published(open, REPEAT_EVERY_4_HOURS, [ack(members)]);

  test.each([
    ['is not repeated', 'show show show show show show show show show', 'firing - - - - - - - -'],
    [
      'is repeated for what else is open',
      'show,index show,index show,index show,index show,index',
      'firing - - - repeat',
    ],
    ['a new member goes', 'show show,index', 'firing firing'],
    [
      'worse goes, and is repeated: that was not acknowledged',
      'show SHOW SHOW SHOW SHOW SHOW',
      'firing worse - - - repeat',
    ],
    ['resolved goes', 'show -', 'firing resolved'],
    [
      'closed and opened again is new, and repeated',
      'show - show show show show show',
      'firing resolved firing - - - repeat',
    ],
  ])('%s', (_, open, expected) => {
    expect(acked(open)).toBe(expected);
  });

  test('as a roll-back stays acknowledged when it becomes less bad', () => {
    expect(acked('SHOW show show show show', [{ ...show, rollBack: true }])).toBe('firing - - - -');
  });

  test('is named in the next message with who and when', () => {
    const records = recordsOf('show show,index', REPEAT_EVERY_4_HOURS, [ack([show])]);
    expect(records[1]!.remarks).toEqual(['show (below its limit) acknowledged by Ada: on it (2026-02-12 11:30 EST)']);
  });
});

describe('one message for the hour that a verdict is about', () => {
  const [verdict] = verdictsOf('show') as [Verdict];
  const gap = { key: 'gap/1', kind: 'gap-closed' as const, text: 'an hour was counted after all' };

  test('a page and a notice of the same hour are one message and one of the next hour', () => {
    const both = { ...verdict, hour: FIRST - 2, findings: [breach('show', FIRST - 2, false)], notices: [gap] };
    const page = nextAlert(undefined, both, RELEASE, tickOf(both.hour))!;
    expect(page).toMatchObject({ severity: 'page', notices: [] });
    expect(nextAlert({ ...page, status: 'sent' }, both, RELEASE, tickOf(both.hour))).toBeUndefined();
    const later = nextAlert({ ...page, status: 'sent' }, { ...both, hour: FIRST - 1 }, RELEASE, tickOf(FIRST - 1));
    expect(later).toMatchObject({ severity: 'notice', notices: [gap] });
  });

  test('a second tick of the hour says nothing more, even of what is new to it', () => {
    const first = { ...nextAlert(undefined, verdict, RELEASE, tickOf(FIRST))!, status: 'sent' as const };
    const [, more] = verdictsOf('show show,index') as [Verdict, Verdict];
    expect(nextAlert(first, { ...more, hour: FIRST }, RELEASE, tickOf(FIRST) + 60_000)).toBeUndefined();
    expect(nextAlert(first, more, RELEASE, tickOf(FIRST + 1))).toMatchObject({
      reason: 'new: index (below its limit)',
    });
  });

  test('what a silence held back goes in the same hour once the silence was ended', () => {
    const held = nextAlert(undefined, verdict, RELEASE, tickOf(FIRST), [silence({ at: minutesAfter(0, -5) })])!;
    expect(held.status).toBe('held');
    expect(nextAlert(held, verdict, RELEASE, minutesAfter(0, 5), [])).toMatchObject({
      change: 'firing',
      status: 'pending',
    });
  });
});

describe('notices', () => {
  const checkIn = { key: 'stage/A/1/advance', kind: 'check-in' as const, text: 'stage A has lasted as planned' };
  const verdict = { ...verdictsOf('-')[0]!, notices: [checkIn] };
  const due = (release: Release, at: Instant, onCall: OnCallEvent[] = []) =>
    nextAlert(undefined, verdict, release, at, onCall)?.change;

  test('never go in quiet hours or a silence, and go after them', () => {
    const quiet = withAlerts({ quietHours: { from: '12:00', to: '15:00' } });
    expect(due(quiet, minutesAfter(0, 0))).toBe('notice');
    expect(due(quiet, minutesAfter(3, 0))).toBeUndefined();
    expect(due(quiet, minutesAfter(4, 0))).toBe('notice');
    expect(due(RELEASE, minutesAfter(1, 0), [silence()])).toBeUndefined();
    expect(due(RELEASE, minutesAfter(4, 0), [silence()])).toBe('notice');
    expect(due(RELEASE, minutesAfter(1, 0), [silence({ endpoints: ['show'] })])).toBe('notice');
  });
});

describe('a message that could not be delivered', () => {
  const [first, second, none] = verdictsOf('show show,index -') as [Verdict, Verdict, Verdict];
  const pending = nextAlert(undefined, first, RELEASE, tickOf(FIRST))!;

  test('is told by the newer page that does not wait for it', () => {
    const next = nextAlert(pending, second, RELEASE, tickOf(FIRST + 1))!;
    expect(next).toMatchObject({ change: 'firing', dedupKey: pending.dedupKey, status: 'pending' });
    const said = 'held back 2026-02-12 11:20 EST: firing (first firing); could not be delivered';
    expect(next.remarks).toEqual([said]);
    const resolved = nextAlert(next, none, RELEASE, tickOf(FIRST + 2))!;
    expect(resolved.remarks).toEqual([
      said,
      'held back 2026-02-12 12:20 EST: firing (new: index (below its limit)); could not be delivered',
    ]);
    expect(nextAlert({ ...resolved, status: 'sent' }, first, RELEASE, tickOf(FIRST + 9))!.remarks).toBeUndefined();
  });

  test('is not pushed aside by a notice, which would not wake those who did not hear of the page', () => {
    const checkIn = { key: 'stage/A/1/advance', kind: 'check-in' as const, text: 'stage A has lasted as planned' };
    const noticed = { ...first, hour: FIRST + 1, notices: [checkIn] };
    expect(nextAlert(pending, noticed, RELEASE, tickOf(FIRST + 1))).toBeUndefined();
    expect(nextAlert({ ...pending, status: 'sent' }, noticed, RELEASE, tickOf(FIRST + 1))!.change).toBe('notice');
  });

  test('before a silence began is told when it ends', () => {
    const held = nextAlert(pending, second, RELEASE, minutesAfter(1, 0), [silence()])!;
    expect(held).toMatchObject({ status: 'held', open: [{ untold: true }, { untold: true }] });
    const still = { ...second, hour: FIRST + 4 };
    const after = nextAlert(held, still, RELEASE, minutesAfter(4, 0), [silence()])!;
    expect(after).toMatchObject({
      change: 'firing',
      reason: 'not told before: show (below its limit), index (below its limit)',
    });
    expect(after.remarks).toHaveLength(2);
  });
});

test('whatever is silenced and whenever, in the end everything open was told and nothing told stays open', () => {
  const anyHours = fc.array(fc.constantFrom('-', 'show', 'SHOW', 'show,index', 'index', 'blind', 'INDEX,show'), {
    minLength: 1,
    maxLength: 30,
  });
  const anySilence = fc
    .record({ from: fc.nat(30), hours: fc.integer({ min: 1, max: 20 }), one: fc.boolean() })
    .map(({ from, hours, one }) =>
      silence({
        at: minutesAfter(from, -5),
        until: minutesAfter(from + hours, -5),
        ...(one && { endpoints: ['show'] }),
      }),
    );
  fc.assert(
    fc.property(anyHours, fc.array(anySilence, { maxLength: 3 }), fc.boolean(), (hours, silences, quiet) => {
      const release = withAlerts(quiet ? { quietHours: { from: '22:00', to: '07:00' } } : {});
      // The last state lasts until every silence and the quiet hours are over.
      const lasting = [...hours, ...new Array(70).fill(hours.at(-1))].join(' ');
      const records = recordsOf(lasting, release, silences);
      const last = records.findLast((one) => one !== undefined);
      const open = membersOf(verdictsOf(lasting).at(-1)!);
      if (!last) return expect(open).toEqual([]);
      expect(last.status).toBe('pending');
      const known = new Set(last.open.map(memberKey));
      for (const member of open) expect(known).toContain(memberKey(member));
      if (open.length === 0) expect([...known]).toEqual([]);
      for (const one of records)
        if (one?.status === 'pending') expect(one.open.some(({ untold }) => untold)).toBe(false);
    }),
    { numRuns: 100 },
  );
});
