import fc from 'fast-check';
import { dueNotices } from '../../lib/alert/due-notices';
import { withheld } from '../../lib/alert/left-over';
import { memberKey } from '../../lib/alert/member';
import { nextAlert } from '../../lib/alert/next-alert';
import { ackOf, type OnCallEvent } from '../../lib/alert/on-call';
import { membersOf } from '../../lib/alert/open-members';
import type { AlertRecord, Told } from '../../lib/alert/record';
import { HOUR_MS, type Hour, type Instant, startOf } from '../../lib/facts/hour';
import type { Finding, Notice, Recommendation, Verdict } from '../../lib/judge/verdict';
import { hour } from '../worlds/moments';
import { RELEASE } from '../worlds/rollout-facts';

const TEN = hour('2026-02-12T15:00Z');
const ZONE = 'America/New_York';

function breach(endpoint: string, since: Hour, rollBack = false): Finding {
  return {
    endpoint,
    criterion: 'below',
    outcome: 'breach',
    reason: '30 % (300 of 1,000) against a limit of 5 %',
    limit: 0.05,
    window: { name: 'stage A', from: since, to: since + 1 },
    pooled: { requests: 1000, errors: 300 },
    evidence: { breach: 50 },
    since,
    rollBack,
    reportOnly: false,
  };
}

const pass = (endpoint: string): Finding => ({ ...breach(endpoint, TEN), outcome: 'pass', since: undefined });

function verdict(at: Hour, findings: Finding[] = [], rest: Partial<Verdict> = {}): Verdict {
  const others = ['#show', '#index', '#files', '#a', '#b', '#c'].filter(
    (name) => !findings.some(({ endpoint }) => endpoint === name),
  );
  const judged = [...findings, ...others.map(pass)];
  return { judge: '1', hour: at, recommendation: 'hold', reason: 'because', findings: judged, notices: [], ...rest };
}

const blind = (since: Hour, hours: number) => ({ blind: { since, hours, reason: 'no answer' } });
/** The tick that judges an hour. */
const tickOf = (at: Hour): Instant => startOf(at + 1) + 20 * 60_000;

const sent = (record: AlertRecord): AlertRecord => ({ ...record, status: 'sent' });

/** Goes through verdicts one by one as runs do, and gives the message of each or undefined. */
function messages(verdicts: Verdict[]): (AlertRecord | undefined)[] {
  let last: AlertRecord | undefined;
  return verdicts.map((one) => {
    const next = nextAlert(last, one, RELEASE, tickOf(one.hour));
    last = next ? sent(next) : last;
    return next;
  });
}
const changes = (verdicts: Verdict[]) => messages(verdicts).map((one) => one?.change);

describe('pages, line by line of the truth table', () => {
  it('first firing: told', () => {
    const [first] = messages([verdict(TEN, [breach('#show', TEN)])]);
    expect(first).toMatchObject({
      seq: 1,
      severity: 'page',
      change: 'firing',
      reason: 'first firing',
      status: 'pending',
      at: tickOf(TEN),
      pagedAt: tickOf(TEN),
      open: [{ endpoint: '#show', what: 'below' as const, since: TEN, rollBack: false }],
    });
  });

  it('nothing open and nothing was: silence', () => {
    expect(changes([verdict(TEN), verdict(TEN + 1, [pass('#show')])])).toEqual([undefined, undefined]);
  });

  it('a new member: told, with its name', () => {
    const [, second] = messages([
      verdict(TEN, [breach('#show', TEN)]),
      verdict(TEN + 1, [breach('#show', TEN), breach('#index', TEN + 1)]),
    ]);
    expect(second).toMatchObject({ change: 'firing', reason: 'new: #index (below its limit)', seq: 2 });
    expect(second!.open).toHaveLength(2);
  });

  describe('another criterion of the same endpoint', () => {
    const other = (rollBack = false) => ({
      ...breach('#show', TEN + 1, rollBack),
      criterion: 'consistentWithBaseline' as const,
    });
    const first = (rollBack = false) => verdict(TEN, [breach('#show', TEN, rollBack)]);

    it.each([
      ['hold', false],
      ['roll back', true],
    ])('that asks for no more than %s, as people know, waits for the next message, which names both', (_, rollBack) => {
      const both = (at: Hour, ...more: Finding[]) =>
        verdict(at, [breach('#show', TEN, rollBack), other(rollBack), ...more]);
      const [, second, third, fourth] = messages([
        first(rollBack),
        both(TEN + 1),
        both(TEN + 2, breach('#index', TEN + 2)),
        both(TEN + 3, breach('#index', TEN + 2)),
      ]);
      expect([second, fourth]).toEqual([undefined, undefined]);
      expect(third).toMatchObject({ change: 'firing', reason: 'new: #index (below its limit)' });
      expect(third!.open).toHaveLength(3);
      expect(third!.changes.join()).toContain('newly broken: #show (consistent with the baseline)');
    });

    it('is told when it asks for roll back and people know of hold only', () => {
      const [, second] = messages([first(), verdict(TEN + 1, [breach('#show', TEN), other(true)])]);
      expect(second).toMatchObject({ change: 'firing', reason: 'new: #show (consistent with the baseline)' });
    });

    it('is what is still open when the one that people know of is over, and is told when it becomes bad enough to roll back', () => {
      const [, , third] = messages([
        first(),
        verdict(TEN + 1, [breach('#show', TEN), other()]),
        verdict(TEN + 2, [pass('#show'), other()]),
      ]);
      expect(third).toMatchObject({ change: 'improved', open: [{ what: 'consistentWithBaseline' }] });
      expect(third!.reason).toContain('still open: #show (consistent with the baseline)');
      const [, , worse] = messages([
        first(),
        verdict(TEN + 1, [breach('#show', TEN), other()]),
        verdict(TEN + 2, [breach('#show', TEN), other(true)]),
      ]);
      expect(worse).toMatchObject({ severity: 'page', status: 'pending' });
    });

    it('is told when nobody has heard of the first, which a silence held back or nothing could deliver', () => {
      const known = nextAlert(undefined, first(), RELEASE, tickOf(TEN))!;
      const next = verdict(TEN + 1, [breach('#show', TEN), other()]);
      const untold = { ...sent(known), open: known.open.map((member) => ({ ...member, untold: true as const })) };
      for (const previous of [known, untold])
        expect(nextAlert(previous, next, RELEASE, tickOf(TEN + 1))).toMatchObject({
          change: 'firing',
          reason: 'new: #show (consistent with the baseline)',
        });
    });

    it('is no reason to say nothing of requests that go missing', () => {
      const silent = { ...breach('#show', TEN), silentSince: TEN + 1 };
      const [, second] = messages([first(), verdict(TEN + 1, [silent])]);
      expect(second).toMatchObject({ change: 'firing', reason: 'new: #show (its requests)' });
    });
  });

  it('each says what changed since the one before, a notice included', () => {
    const notices = [{ key: 'gap/1', kind: 'gap-closed', text: 'counted after all' } as const];
    const found = messages([
      verdict(TEN - 2, [breach('#show', TEN - 2)]),
      verdict(TEN - 1, [breach('#show', TEN - 2), breach('#index', TEN - 1)]),
      verdict(TEN, [breach('#show', TEN - 2)], { notices }),
      verdict(TEN + 1, []),
    ]).map((one) => one!.changes);
    expect(found).toEqual([
      [],
      ['newly broken: #index (below its limit)'],
      ['no longer broken: #index (below its limit)'],
      ['no longer broken: #show (below its limit)'],
    ]);
  });

  it('unchanged: told again at the repeat interval, not a minute before, and counted from the last message', () => {
    const [first] = messages([verdict(TEN, [breach('#show', TEN)])]);
    const later = (hours: number, now: Instant, repeatEvery = 24) =>
      nextAlert(
        { ...first!, status: 'sent' },
        verdict(TEN + hours, [breach('#show', TEN)]),
        { ...RELEASE, alerts: { ...RELEASE.alerts, repeatEvery } },
        now,
      );
    const pagedAt = first!.pagedAt!;
    expect(later(4, pagedAt + 5 * HOUR_MS - 1, 5)).toBeUndefined();
    expect(later(5, pagedAt + 5 * HOUR_MS, 5)).toMatchObject({ change: 'repeat', reason: 'still open after 5 hours' });
    expect(later(6, pagedAt + 6 * HOUR_MS, 5)).toMatchObject({ change: 'repeat' });
    expect(later(1, pagedAt + HOUR_MS, 1)!.reason).toBe('still open after 1 hour');
  });

  it('a page of the night is repeated at the hour of the day, from the next day on', () => {
    const at = (text: string) => Date.parse(text);
    const [first] = messages([verdict(TEN, [breach('#show', TEN)])]);
    const later = (pagedAt: Instant, now: Instant, repeatEvery = 24) =>
      nextAlert(
        { ...first!, status: 'sent', pagedAt },
        verdict(TEN + 1, [breach('#show', TEN)]),
        { ...RELEASE, alerts: { ...RELEASE.alerts, repeatEvery } },
        now,
      )?.change;
    // 22:20 in New York; the day's notice goes from 09:00 to 12:00.
    const night = at('2026-02-13T03:20Z');
    expect(later(night, at('2026-02-13T13:59Z'))).toBeUndefined();
    expect(later(night, at('2026-02-13T14:00Z'))).toBe('repeat');
    expect(later(night, at('2026-02-13T16:59Z'))).toBe('repeat');
    expect(later(night, at('2026-02-13T17:00Z'))).toBeUndefined();
    // Of 03:20, which is the same day, and of every second day.
    expect(later(at('2026-02-13T08:20Z'), at('2026-02-13T14:20Z'))).toBeUndefined();
    expect(later(at('2026-02-13T08:20Z'), at('2026-02-14T14:20Z'))).toBe('repeat');
    expect(later(night, at('2026-02-13T14:20Z'), 48)).toBeUndefined();
    expect(later(night, at('2026-02-14T14:20Z'), 48)).toBe('repeat');
    // No run worked in that hour: a day later it comes at any.
    expect(later(night, night + 48 * HOUR_MS - 1)).toBeUndefined();
    expect(later(night, night + 48 * HOUR_MS)).toBe('repeat');
  });

  it('from the third day on a repeat names what nobody has acknowledged', () => {
    const week = Array.from({ length: 120 }, (_, index) => verdict(TEN + index, [breach('#show', TEN)]));
    const said = messages(week)
      .filter((one) => one?.change === 'repeat')
      .map((one) => one!.remarks ?? []);
    expect(said.slice(0, 2)).toEqual([[], []]);
    expect(said[3]![0]).toMatch(/^nobody has acknowledged #show \(below its limit\) for about \d days$/);
  });

  it('a week of one breach is told once a day, not every hour', () => {
    const week = Array.from({ length: 168 }, (_, index) => verdict(TEN + index, [breach('#show', TEN)]));
    expect(changes(week).filter(Boolean)).toEqual(['firing', ...new Array(7).fill('repeat')]);
  });

  it('worse: told when it becomes bad enough to roll back, once', () => {
    const found = changes([
      verdict(TEN, [breach('#show', TEN)]),
      verdict(TEN + 1, [breach('#show', TEN, true)]),
      verdict(TEN + 2, [breach('#show', TEN, true)]),
      verdict(TEN + 3, [breach('#show', TEN, false)]),
      verdict(TEN + 4, [breach('#show', TEN, true)]),
    ]);
    expect(found).toEqual(['firing', 'worse', undefined, undefined, undefined]);
  });

  it('all closed after having fired: told', () => {
    const found = messages([verdict(TEN, [breach('#show', TEN)]), verdict(TEN + 1, [pass('#show')]), verdict(TEN + 2)]);
    expect(found[1]).toMatchObject({
      change: 'resolved',
      reason: 'recovered: #show (below its limit)',
      open: [],
      severity: 'page',
    });
    expect(found[2]).toBeUndefined();
  });

  it('one of two closed: told as better, and the end when the other closes too', () => {
    const found = changes([
      verdict(TEN, [breach('#show', TEN), breach('#index', TEN)]),
      verdict(TEN + 1, [breach('#index', TEN)]),
      verdict(TEN + 2),
    ]);
    expect(found).toEqual(['firing', 'improved', 'resolved']);
  });

  it('closed and opened again between two messages: told as new', () => {
    const found = messages([
      verdict(TEN, [breach('#show', TEN), breach('#index', TEN)]),
      verdict(TEN + 1, [breach('#index', TEN)]),
      verdict(TEN + 2, [breach('#index', TEN), breach('#show', TEN + 2)]),
    ]);
    expect(found.map((one) => one?.change)).toEqual(['firing', 'improved', 'firing']);
    expect(found[1]!.reason).toBe('recovered: #show (below its limit); still open: #index (below its limit)');
    expect(found[2]!.reason).toBe('new: #show (below its limit)');
  });

  it('begins later by a verdict that says of no end: nothing, since people take it for open', () => {
    const found = changes([verdict(TEN, [breach('#show', TEN)]), verdict(TEN + 9, [breach('#show', TEN + 5)])]);
    expect(found).toEqual(['firing', undefined]);
  });

  it('keeps what is open however its beginning moves', () => {
    const lag = Array.from({ length: 20 }, (_, index) => verdict(TEN + index, [], blind(TEN + index - 4, 5)));
    const found = messages(lag);
    expect(found.flatMap((one) => one?.change ?? [])).toEqual(['firing']);
    expect(messages([...lag, verdict(TEN + 20)]).at(-1)).toMatchObject({ change: 'resolved', reason: 'data is back' });
  });

  describe('over and broken again before its all-clear could go out', () => {
    const quiet = { ...RELEASE, alerts: { ...RELEASE.alerts, quietHours: { from: '11:00', to: '23:00' } } };
    const again = { ...breach('#show', TEN + 8, true), overSince: TEN + 4 };
    const silence = (at: Hour) => ({ ...pass('#show'), outcome: 'no-data' as const, silentSince: at });
    const stage = { name: 'A', exposure: 0.25, since: startOf(TEN - 48) };
    const kinds: [string, Verdict, Verdict][] = [
      ['a breach', verdict(TEN, [breach('#show', TEN, true)]), verdict(TEN + 8, [again])],
      [
        'blindness',
        verdict(TEN, [], blind(TEN - 2, 3)),
        verdict(TEN + 10, [], { blind: { ...blind(TEN + 8, 3).blind, overSince: TEN + 7 } }),
      ],
    ];

    it.each(kinds)('%s: told as new, and no acknowledgement of the first is about it', (_, first, second) => {
      const paged = sent(nextAlert(undefined, first, quiet, tickOf(first.hour))!);
      const ack: OnCallEvent = { kind: 'ack', at: paged.at + 1, hour: TEN, members: paged.open, by: 'Ada' };
      const between = verdict(TEN + 5, [], { stage });
      expect(nextAlert(paged, between, quiet, tickOf(TEN + 5), [ack])).toBeUndefined();
      const next = nextAlert(paged, second, quiet, tickOf(second.hour), [ack])!;
      expect(next).toMatchObject({ change: 'firing', status: 'pending', dedupKey: paged.dedupKey });
      expect(next.reason).toMatch(/^new: /);
      expect(next.open).toMatchObject([{ since: membersOf(second)[0]!.since }]);
      expect(next.open.flatMap((member) => ackOf(member, [ack]) ?? [])).toEqual([]);
      const later = { ...second, hour: second.hour + 1 };
      expect(nextAlert(sent(next), later, quiet, tickOf(later.hour), [ack])).toBeUndefined();
    });

    it('what comes and goes is told once', () => {
      const found = messages([
        verdict(TEN, [breach('#show', TEN)]),
        verdict(TEN + 9, [{ ...breach('#show', TEN + 8), overSince: TEN + 5 }]),
        verdict(TEN + 14, [{ ...breach('#show', TEN + 14), overSince: TEN + 12 }]),
      ]);
      expect(found.map((one) => one?.change)).toEqual(['firing', 'firing', undefined]);
      expect(found[1]!.reason).toMatch(/it comes and goes/);
    });

    it('not where the verdict knows of no end, or of one before the known beginning', () => {
      const known = verdict(TEN, [breach('#show', TEN)]);
      for (const overSince of [undefined, TEN - 3, TEN])
        expect(
          changes([known, verdict(TEN + 9, [{ ...breach('#show', TEN + 8), ...(overSince && { overSince }) }])]),
        ).toEqual(['firing', undefined]);
    });

    it('not where missing requests begin later in each verdict, as their hours come in', () => {
      const found = changes(
        Array.from({ length: 20 }, (_, index) => verdict(TEN + index, [silence(TEN + index - 3)], { stage })),
      );
      expect(found.flatMap((change) => change ?? [])).toEqual(['firing']);
    });
  });

  it('blindness is a member like any other: opens, repeats, closes', () => {
    const hours = Array.from({ length: 26 }, (_, index) => verdict(TEN + index, [], blind(TEN - 2, 3 + index)));
    const found = messages([...hours, verdict(TEN + 26)]);
    expect(found.flatMap((one) => one?.change ?? [])).toEqual(['firing', 'repeat', 'resolved']);
    expect(found[0]!.open).toEqual([{ what: 'blind' as const, since: TEN - 2, rollBack: false }]);
    expect(found.at(-1)!.reason).toBe('data is back');
  });

  it('an endpoint that fell silent is a page of its own, once for all its findings, and ends with its requests', () => {
    const silent = { ...pass('#show'), outcome: 'no-data' as const, silentSince: TEN - 2 };
    const found = messages([
      verdict(TEN, [silent, { ...silent, criterion: 'ceiling' }]),
      verdict(TEN + 1, [silent]),
      verdict(TEN + 2, [pass('#show')]),
    ]);
    expect(found[0]).toMatchObject({
      change: 'firing',
      open: [{ endpoint: '#show', what: 'silent' as const, since: TEN - 2, rollBack: false }],
    });
    expect(found[1]).toBeUndefined();
    expect(found[2]).toMatchObject({ change: 'resolved', reason: 'recovered: #show (its requests)' });
  });

  it('blindness beside a breach is new, and its end alone is told as better', () => {
    const found = messages([
      verdict(TEN, [breach('#show', TEN)]),
      verdict(TEN + 3, [breach('#show', TEN)], blind(TEN + 1, 3)),
      verdict(TEN + 4, [breach('#show', TEN)]),
      verdict(TEN + 5),
    ]);
    expect(found.map((one) => one?.change)).toEqual(['firing', 'firing', 'improved', 'resolved']);
    expect(found[2]!.reason).toBe('data is back; still open: #show (below its limit)');
  });

  it('taken back to 0 %: no all-clear without a judgement, and what is no longer watched is said once', () => {
    const nobody = { recommendation: 'not exposed' as const, findings: [] };
    const found = messages([
      verdict(TEN, [breach('#show', TEN, true)]),
      verdict(TEN + 1, [], nobody),
      verdict(TEN + 2, [], nobody),
    ]);
    expect(found.map((one) => one?.change)).toEqual(['firing', 'repeat', undefined]);
    expect(found[1]).toMatchObject({
      reason: '#show (below its limit): no longer watched; it was broken',
      open: [{ endpoint: '#show', what: 'below', note: 'no longer watched; it was broken' }],
    });
  });

  it('gone from what is judged: neither recovered nor repeated', () => {
    const days = Array.from({ length: 72 }, (_, index) => verdict(TEN + 1 + index, [], { findings: [pass('#index')] }));
    const found = changes([verdict(TEN, [breach('#show', TEN)]), ...days]);
    expect(found.flatMap((one) => one ?? [])).toEqual(['firing', 'repeat']);
  });

  it('nothing is known of it: it stays open, and closes when it is judged again', () => {
    const unknown = { ...pass('#show'), outcome: 'no-data' as const, reason: 'no request counted' };
    const found = messages([
      verdict(TEN, [breach('#show', TEN)]),
      verdict(TEN + 1, [unknown]),
      verdict(TEN + 2, [], blind(TEN, 3)),
      verdict(TEN + 3),
    ]);
    expect(found.map((one) => one?.change)).toEqual(['firing', undefined, 'firing', 'resolved']);
  });

  it('two causes at once: new goes before worse, and worse before a repeat', () => {
    const day = 24;
    expect(
      changes([
        verdict(TEN, [breach('#show', TEN)]),
        verdict(TEN + day, [breach('#show', TEN, true), breach('#index', TEN + 1)]),
      ]),
    ).toEqual(['firing', 'firing']);
    expect(changes([verdict(TEN, [breach('#show', TEN)]), verdict(TEN + day, [breach('#show', TEN, true)])])).toEqual([
      'firing',
      'worse',
    ]);
  });
});

describe('the key that joins messages', () => {
  it('stays the same from firing to resolved, and is another the next time', () => {
    const found = messages([
      verdict(TEN, [breach('#show', TEN)]),
      verdict(TEN + 1, [breach('#show', TEN), breach('#index', TEN + 1)]),
      verdict(TEN + 2),
      verdict(TEN + 3, [breach('#show', TEN + 3)]),
    ]).map((one) => one!.dedupKey);
    expect(new Set(found.slice(0, 3)).size).toBe(1);
    expect(found[0]).toBe('document-status/2026-02-12T16:20Z');
    expect(found[3]).not.toBe(found[0]);
  });

  it('stays the same where an all-clear was never delivered and something new breaks, and goes with its all-clear', () => {
    const [broken, clear, anew, over] = [
      verdict(TEN, [breach('#show', TEN)]),
      verdict(TEN + 1),
      verdict(TEN + 2, [breach('#index', TEN + 2)]),
      verdict(TEN + 3),
    ] as const;
    const firing = { ...nextAlert(undefined, broken, RELEASE, tickOf(TEN))!, status: 'sent' as const };
    const lost = nextAlert(firing, clear, RELEASE, tickOf(TEN + 1))!;
    expect([lost.change, lost.status]).toEqual(['resolved', 'pending']);
    for (const leftOver of [lost, withheld(lost)]) {
      const next = nextAlert(leftOver, anew, RELEASE, tickOf(TEN + 2))!;
      expect(next).toMatchObject({ change: 'firing', dedupKey: firing.dedupKey });
      const end = nextAlert({ ...next, status: 'sent' }, over, RELEASE, tickOf(TEN + 3))!;
      expect(end).toMatchObject({ change: 'resolved', dedupKey: firing.dedupKey });
    }
    const delivered = nextAlert({ ...lost, status: 'sent' }, anew, RELEASE, tickOf(TEN + 2))!;
    expect(delivered.dedupKey).not.toBe(firing.dedupKey);
  });
});

describe('whatever happens', () => {
  const anyFinding = (at: Hour) =>
    fc
      .array(fc.record({ name: fc.constantFrom('#a', '#b'), ago: fc.nat(3), worse: fc.boolean() }), { maxLength: 2 })
      .map((list) =>
        [...new Map(list.map((one) => [one.name, one])).values()].map(({ name, ago, worse }) =>
          breach(name, at - ago, worse),
        ),
      );
  const anyVerdicts = fc
    .array(fc.record({ findings: anyFinding(TEN), sighted: fc.boolean() }), { maxLength: 40 })
    .map((list) =>
      list.map(({ findings, sighted }, index) =>
        verdict(
          TEN + index,
          findings.map((one) => ({ ...one, since: one.since! + index })),
          sighted ? {} : blind(TEN + index - 3, 3),
        ),
      ),
    );

  it('every breach is open in what people were told last, or was told to be closed', () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        let last: AlertRecord | undefined;
        for (const one of verdicts) {
          last = nextAlert(last, one, RELEASE, tickOf(one.hour)) ?? last;
          const told = new Set(last?.open.map(memberKey));
          for (const member of membersOf(one)) expect(told).toContain(memberKey(member));
          if (membersOf(one).length === 0) expect(told.size).toBe(0);
        }
      }),
    );
  });

  it('numbers count up by one, and the same verdict again says nothing', () => {
    fc.assert(
      fc.property(anyVerdicts, (verdicts) => {
        const sent = messages(verdicts).flatMap((one) => one ?? []);
        expect(sent.map(({ seq }) => seq)).toEqual(sent.map((_, index) => index + 1));
        const last = sent.at(-1);
        if (last) expect(nextAlert(last, last.verdict, RELEASE, last.at)).toBeUndefined();
      }),
    );
  });
});

describe('notices', () => {
  const drift = (date: string): Notice => ({ key: `drift/#show/${date}`, kind: 'drift', text: 'a little above' });
  const checkIn: Notice = {
    key: 'stage/A/1',
    said: 'advance',
    kind: 'check-in',
    text: 'stage A has lasted as planned',
  };
  const gap: Notice = { key: 'gap/1', kind: 'gap-closed', text: '3 hours were counted after all' };
  const at = (text: string) => Date.parse(text);
  const due = (
    now: string,
    notices: Notice[],
    previous?: { noticedAt?: Instant; told?: Told[] },
    nextCheckIn?: string,
    zone = ZONE,
    noticeAt = '09:00',
  ) =>
    dueNotices(
      previous && { told: [], ...previous },
      verdict(TEN, [], { notices, ...(nextCheckIn && { nextCheckIn: at(nextCheckIn) }) }),
      { timeZone: zone, alerts: { ...RELEASE.alerts, noticeAt } },
      at(now),
    ).map(({ key }) => key);
  const DRIFT = drift('2026-02-12');

  it('are none when there is nothing to tell', () => {
    expect(due('2026-02-12T14:20Z', [])).toEqual([]);
  });

  it('go at the hour of the release zone, or within the two hours after it', () => {
    expect(due('2026-02-12T13:59Z', [DRIFT])).toEqual([]);
    expect(due('2026-02-12T14:00Z', [DRIFT])).toEqual([DRIFT.key]);
    expect(due('2026-02-12T16:59Z', [DRIFT])).toEqual([DRIFT.key]);
    expect(due('2026-02-12T17:00Z', [DRIFT])).toEqual([]);
  });

  it('go by the clocks of summer in summer', () => {
    expect(due('2026-07-01T13:00Z', [DRIFT])).toEqual([DRIFT.key]);
    expect(due('2026-07-01T12:59Z', [DRIFT])).toEqual([]);
  });

  it('go at the next hour on the day on which theirs is skipped, and once when it comes twice', () => {
    expect(due('2026-03-08T06:30Z', [DRIFT], undefined, undefined, ZONE, '02:00')).toEqual([]);
    expect(due('2026-03-08T07:00Z', [DRIFT], undefined, undefined, ZONE, '02:00')).toEqual([DRIFT.key]);
    const first = at('2026-11-01T05:20Z');
    expect(due('2026-11-01T05:20Z', [DRIFT], undefined, undefined, ZONE, '01:00')).toEqual([DRIFT.key]);
    expect(due('2026-11-01T06:20Z', [gap], { noticedAt: first }, undefined, ZONE, '01:00')).toEqual([]);
  });

  it('are at most one message a day, and the day is that of the zone', () => {
    const lateYesterday = at('2026-02-12T04:30Z');
    expect(due('2026-02-12T14:20Z', [DRIFT], { noticedAt: lateYesterday })).toEqual([DRIFT.key]);
    const earlyToday = at('2026-02-12T05:00Z');
    expect(due('2026-02-12T14:20Z', [DRIFT], { noticedAt: earlyToday })).toEqual([]);
    expect(due('2026-02-12T14:20Z', [DRIFT], { noticedAt: earlyToday }, undefined, 'Asia/Tokyo', '23:00')).toEqual([]);
    expect(due('2026-02-12T15:20Z', [DRIFT], { noticedAt: earlyToday }, undefined, 'Asia/Tokyo', '00:00')).toEqual([
      DRIFT.key,
    ]);
  });

  it('go at once with a check-in, at any hour', () => {
    expect(due('2026-02-12T07:20Z', [checkIn, DRIFT, gap])).toEqual([checkIn.key, DRIFT.key, gap.key]);
    expect(due('2026-02-13T02:20Z', [DRIFT, checkIn])).toEqual([DRIFT.key, checkIn.key]);
  });

  it('wait for a check-in that is still to come today', () => {
    expect(due('2026-02-12T14:20Z', [DRIFT], undefined, '2026-02-12T20:00Z')).toEqual([]);
    expect(due('2026-02-12T14:20Z', [DRIFT], undefined, '2026-02-13T04:59Z')).toEqual([]);
    expect(due('2026-02-12T14:20Z', [DRIFT], undefined, '2026-02-13T05:00Z')).toEqual([DRIFT.key]);
  });

  it('go at once when they are a check-in that was never told, or an advance that is withdrawn, and wait else', () => {
    const noticedAt = at('2026-02-12T14:20Z');
    const hold: Notice = { ...checkIn, said: 'hold' };
    const said = (of: Notice) => ({ noticedAt, told: [{ key: of.key, said: of.said }] });
    expect(due('2026-02-12T20:20Z', [checkIn], { noticedAt })).toEqual([checkIn.key]);
    expect(due('2026-02-12T20:20Z', [hold], said(checkIn))).toEqual([hold.key]);
    expect(due('2026-02-12T20:20Z', [checkIn], said(hold))).toEqual([]);
    expect(due('2026-02-13T04:59Z', [checkIn], said(hold))).toEqual([]);
    expect(due('2026-02-13T05:00Z', [checkIn], said(hold))).toEqual([checkIn.key]);
    expect(due('2026-02-12T20:20Z', [gap], { noticedAt })).toEqual([]);
    expect(due('2026-02-12T20:20Z', [{ ...gap, atOnce: true }], { noticedAt })).toEqual([gap.key]);
  });

  it('are told once', () => {
    expect(due('2026-02-13T14:20Z', [checkIn, gap], { told: [checkIn] })).toEqual([gap.key]);
    expect(due('2026-02-13T14:20Z', [checkIn], { told: [checkIn] })).toEqual([]);
  });

  it('are told again when the stage was lengthened since, and not when it was shortened or left', () => {
    const [first, second] = [at('2026-02-12T14:00Z'), at('2026-02-14T14:00Z')];
    const told = [{ key: checkIn.key, said: checkIn.said, until: first }];
    const again = (notice: Partial<Notice>, before: Told[] = told) =>
      due('2026-02-14T20:20Z', [{ ...checkIn, ...notice }], { noticedAt: at('2026-02-14T14:20Z'), told: before });
    expect(again({ until: second })).toEqual([checkIn.key]);
    expect(again({ until: second, said: undefined })).toEqual([checkIn.key]);
    expect(again({ until: first })).toEqual([]);
    expect(again({ until: first - HOUR_MS })).toEqual([]);
    expect(again({ until: first, said: undefined })).toEqual([]);
    expect(again({ until: second }, [...told, { ...told[0]!, until: second }])).toEqual([]);
    // A record of an earlier version knows no end.
    expect(again({ until: second }, [{ key: checkIn.key, said: checkIn.said }])).toEqual([]);
  });

  it('become a message that leaves what is open as it is', () => {
    const open = sent(messages([verdict(TEN - 9, [breach('#show', TEN - 9)])])[0]!);
    const now = at('2026-02-12T16:20Z');
    const next = nextAlert(open, verdict(TEN, [breach('#show', TEN - 9)], { notices: [gap] }), RELEASE, now)!;
    expect(next).toMatchObject({
      severity: 'notice',
      change: 'notice',
      open: open.open,
      pagedAt: open.pagedAt,
      noticedAt: now,
      told: [{ key: gap.key }],
      notices: [gap],
    });
  });

  it('wait for the next run when there is a page to send', () => {
    const now = at('2026-02-12T14:20Z');
    const first = nextAlert(undefined, verdict(TEN, [breach('#show', TEN)], { notices: [gap] }), RELEASE, now)!;
    expect(first).toMatchObject({ severity: 'page', notices: [], told: [] });
    expect(first.noticedAt).toBeUndefined();
    const next = nextAlert(
      sent(first),
      verdict(TEN + 1, [breach('#show', TEN)], { notices: [gap] }),
      RELEASE,
      now + HOUR_MS,
    )!;
    expect(next).toMatchObject({ severity: 'notice', notices: [gap] });
  });

  it('are told once, and a check-in aside on one message a day, whatever comes up', () => {
    const anyDay = fc.array(fc.subarray([DRIFT, gap, checkIn, drift('2026-02-13')]), { minLength: 24, maxLength: 72 });
    fc.assert(
      fc.property(anyDay, (byHour) => {
        const sent = messages(byHour.map((notices, index) => verdict(TEN + index, [], { notices }))).flatMap(
          (one) => one ?? [],
        );
        const keys = sent.flatMap(({ notices }) => notices.map(({ key }) => key));
        expect(new Set(keys).size).toBe(keys.length);
        const daily = sent.filter(({ notices }) => notices.every(({ kind }) => kind !== 'check-in'));
        const days = daily.map((one) => new Date(one.at - 5 * HOUR_MS).toISOString().slice(0, 10));
        expect(new Set(days).size).toBe(days.length);
      }),
      { numRuns: 30 },
    );
  });

  it('tell an advance that is withdrawn, and each recommendation once while it lasts', () => {
    const ended = (day: number, recommendation: Recommendation) =>
      verdict(TEN + 24 * day, [], {
        notices: [{ key: 'stage/A/1', said: recommendation, kind: 'check-in', text: recommendation }],
      });
    const said = ['hold', 'hold', 'advance', 'hold', 'hold', 'advance'] as const;
    const sent = messages(said.map((recommendation, day) => ended(day, recommendation)));
    expect(sent.map((one) => one?.notices[0]?.text)).toEqual([
      'hold',
      undefined,
      'advance',
      'hold',
      undefined,
      'advance',
    ]);
  });
});
