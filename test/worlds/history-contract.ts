import type { OnCallEvent } from '../../lib/alert/on-call';
import type { AlertRecord } from '../../lib/alert/record';
import type { ExclusionEvent } from '../../lib/facts/exclusion';
import { type Instant, parseHour, parseInstant, startOf } from '../../lib/facts/hour';
import type { Snapshot } from '../../lib/facts/snapshot';
import type { StageEvent } from '../../lib/facts/stage';
import { PUBLISHED_WITHIN_MS } from '../../lib/history/dynamodb';
import type { Verdict } from '../../lib/judge/verdict';
import type { Archive } from '../../lib/ports';
import type { EventCount } from '../../lib/results/event-count';
import { byStatus } from './by-status';
import { kept, record } from './kept';

export const H = parseHour('2026-02-11T16:00Z')!;

export const counted = (hour: number, change: Partial<Snapshot> = {}): Snapshot =>
  ({
    endpoint: '#show',
    hour,
    kind: 'counted',
    counts: byStatus({ '200': 10 }),
    revision: 1,
    final: true,
    ...change,
  }) as Snapshot;
export const unknown = (hour: number, change: Partial<Snapshot> = {}): Snapshot =>
  ({ endpoint: '#show', hour, kind: 'unknown', reason: 'no data', revision: 1, final: false, ...change }) as Snapshot;
export const verdict = (hour: number, change: Partial<Verdict> = {}): Verdict => ({
  judge: '1',
  hour,
  stage: { name: 'A', exposure: 0.25, since: H * 3_600_000 },
  recommendation: 'hold',
  reason: 'not enough requests yet',
  findings: [],
  notices: [],
  ...change,
});
export const alert = (seq: number, change: Partial<AlertRecord> = {}): AlertRecord => ({
  seq,
  at: H * 3_600_000 + seq,
  severity: 'page',
  change: 'firing',
  reason: '#show is above 5 %',
  changes: [],
  dedupKey: 'k',
  open: [{ endpoint: '#show', what: 'ceiling' as const, since: H, rollBack: false }],
  told: [],
  notices: [],
  verdict: verdict(H),
  status: 'pending',
  ...change,
});
export const event = (at: number, change: Partial<StageEvent> = {}): StageEvent => ({
  at,
  stage: 'A',
  exposure: 0.25,
  by: 'pat',
  ...change,
});

/**
 * What every `History` promises (lib/ports.ts), as tests.
 *
 * @param open a process's view of a release's history; those of one name share what is stored
 */
export function describeHistory(open: (release: string, clock?: () => Instant) => Archive): void {
  let releases = 0;
  const freshName = () => `contract-${++releases}`;
  const fresh = () => open(freshName());

  describe('snapshots', () => {
    test('come back as they were recorded, oldest first, from `from` up to and without `to`', async () => {
      const history = fresh();
      const all = [
        counted(H, { filledAt: parseInstant('2026-02-11T18:15:30.5Z')! }),
        unknown(H + 1),
        counted(H + 2, { counts: byStatus({}) }),
      ];
      for (const one of [all[2]!, all[0]!, all[1]!, counted(H - 1), counted(H + 3)]) {
        expect(await record(history, one)).toBe(true);
      }
      expect(await kept(history, '#show', H, H + 3)).toEqual(all);
      expect(await kept(history, '#show', H, H)).toEqual([]);
      expect(await kept(history, '#index', H, H + 3)).toEqual([]);
    });

    test('are recorded once: a second first reading is told that another run was quicker', async () => {
      const history = fresh();
      expect(await record(history, counted(H))).toBe(true);
      expect(await record(history, counted(H, { counts: byStatus({ '200': 99 }) }))).toBe(false);
      expect(await kept(history, '#show', H, H + 1)).toEqual([counted(H)]);
    });

    test('go from unknown to counted, and from one revision to the next', async () => {
      const history = fresh();
      const first = unknown(H);
      const second = counted(H, { revision: 2, final: false, filledAt: H * 3_600_000 });
      const third = counted(H, { revision: 3, counts: byStatus({ '200': 11 }) });
      await record(history, first);
      expect(await record(history, second, first)).toBe(true);
      expect(await record(history, third, first)).toBe(false);
      expect(await record(history, third, second)).toBe(true);
      expect(await kept(history, '#show', H, H + 1)).toEqual([third]);
    });

    test('that are final never change, whatever the writer believes', async () => {
      const history = fresh();
      await record(history, counted(H));
      const wrong = counted(H, { revision: 2, counts: byStatus({}) });
      expect(await record(history, wrong, counted(H))).toBe(false);
      expect(await record(history, wrong, counted(H, { final: false }))).toBe(false);
      expect(await record(history, wrong)).toBe(false);
      expect(await kept(history, '#show', H, H + 1)).toEqual([counted(H)]);
    });

    test('that are final change only when they are counted by something else', async () => {
      const history = fresh();
      const first = counted(H, { countedBy: 'a.b.c' });
      const anew = counted(H, { countedBy: 'x.b.c', revision: 2, counts: byStatus({ '200': 7 }) });
      await record(history, first);
      expect(await kept(history, '#show', H, H + 1)).toEqual([first]);
      expect(await record(history, { ...anew, countedBy: 'a.b.c' } as Snapshot, first)).toBe(false);
      expect(await record(history, anew, { ...first, revision: 3 })).toBe(false);
      expect(await record(history, anew, first)).toBe(true);
      expect(await kept(history, '#show', H, H + 1)).toEqual([anew]);
      // Nobody says by what the older one was counted.
      await record(history, counted(H + 1));
      expect(await record(history, { ...anew, hour: H + 1 }, counted(H + 1))).toBe(false);
    });

    test('are not brought to life by a revision of what was never recorded', async () => {
      const history = fresh();
      expect(await record(history, counted(H, { revision: 2 }), unknown(H))).toBe(false);
      expect(await kept(history, '#show', H, H + 1)).toEqual([]);
    });

    test('have one winner among concurrent writers, whose snapshot is the one kept', async () => {
      const history = fresh();
      const previous = unknown(H);
      await record(history, previous);
      const writers = Array.from({ length: 12 }, (_, index) =>
        counted(H, { revision: 2, counts: byStatus({ '200': index + 1 }) }),
      );
      const won = await Promise.all(writers.map((next) => record(history, next, previous)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await kept(history, '#show', H, H + 1)).toEqual([writers[won.indexOf(true)]]);
    });
  });

  describe('what the toggles said', () => {
    const facts = (at: Instant, change: object = {}) => ({
      at,
      service: '0b8f5c1d2e3a',
      toggles: [
        { toggle: 'a/b#c', at, state: { share: 0.25, besides: '2 single actors' }, since: at - 5 },
        { toggle: 'two', at, state: { partial: 'on for 1 group' } },
        { toggle: 'three', at, state: { unknown: 'no answer' }, ...change },
        { toggle: 'four', at, state: { unknown: 'none of that name', gone: true as const }, goneSince: at - 9 },
      ],
    });

    test('comes back as it was recorded, the newest, and is recorded once an instant', async () => {
      const history = fresh();
      expect(await history.lastToggles()).toBeUndefined();
      const at = H * 3_600_000 + 7;
      const before = { share: 0.5, by: at - 3000, exact: true as const, seen: at - 2000 };
      const contradicted = { share: 1, at: at - 2500 };
      const known = { share: 0, after: at - 2000, by: at - 1000, seen: at - 500, before: { ...before, contradicted } };
      expect(await history.recordToggles(facts(at, { known }))).toBe(true);
      expect(await history.recordToggles(facts(at))).toBe(false);
      expect(await history.lastToggles()).toEqual(facts(at, { known }));
      expect(await history.recordToggles(facts(at + 1))).toBe(true);
      await history.recordToggles(facts(at - 1));
      expect(await history.lastToggles()).toEqual(facts(at + 1));
      expect(await fresh().lastToggles()).toBeUndefined();
    });
  });

  describe('what has been marked', () => {
    test('comes back as it was recorded, the newest, and is recorded once an instant', async () => {
      const history = fresh();
      expect(await history.lastMarked()).toBeUndefined();
      const at = H * 3_600_000 + 7;
      const marked = { at, lines: ['stage/5/0', 'stage/5/1'], recommendation: 'roll back' as const };
      expect(await history.recordMarked(marked)).toBe(true);
      expect(await history.recordMarked({ ...marked, lines: [] })).toBe(false);
      await history.recordMarked({ ...marked, at: at - 1, lines: [] });
      expect(await history.lastMarked()).toEqual(marked);
      expect(await fresh().lastMarked()).toBeUndefined();
    });
  });

  describe('the stage log', () => {
    test('keeps what a toggle says of an entry', async () => {
      const history = fresh();
      const said = event(H * 3_600_000, { exposure: 0.4375, share: 0.25, byToggle: true, after: H * 3_600_000 - 1 });
      expect(await history.enterStage(said)).toBe(true);
      expect(await history.stages()).toEqual([said]);
    });

    test('is in the order of time, whatever the order and the precision of the entries', async () => {
      const history = fresh();
      const start = parseInstant('2026-02-11T16:00Z')!;
      const times = [0, 1, 999, 1000, 59_999, 60_000, 3_600_000, 86_400_000 * 400].map((ms) => start + ms);
      for (const at of [...times].reverse()) expect(await history.enterStage(event(at))).toBe(true);
      expect((await history.stages()).map(({ at }) => at)).toEqual(times);
    });

    test('keeps everything an entry says, and the first of two entries at one instant', async () => {
      const history = fresh();
      const full = event(0, { plannedExposure: 0.5, note: 'was "B" #2', relaunch: true, exposure: 0 });
      expect(await history.enterStage(full)).toBe(true);
      expect(await history.enterStage(event(0))).toBe(false);
      expect(await history.stages()).toEqual([full]);
    });

    test('counts no entry that was undone, keeps it, and takes another one at its instant', async () => {
      const history = fresh();
      const [first, wrong, right] = [event(0), event(60_000, { stage: 'C' }), event(60_000, { stage: 'B', by: 'ada' })];
      const undo = (at: Instant, undoneAt: Instant) => ({ at, undoneAt, by: 'ada', note: 'was "C" #2' });
      for (const one of [first, wrong]) expect(await history.enterStage(one)).toBe(true);
      expect(await history.undoStage(undo(60_000, 90_000))).toBe(true);
      expect(await history.stages()).toEqual([first]);
      expect(await history.enterStage(right)).toBe(true);
      expect(await history.stages()).toEqual([first, right]);
      expect(await history.undoStage(undo(60_000, 95_000))).toBe(true);
      expect(await history.undoStage(undo(0, 99_000))).toBe(true);
      expect(await history.stages()).toEqual([]);
      expect(await history.stageLog()).toEqual([
        first,
        undo(0, 99_000),
        wrong,
        undo(60_000, 90_000),
        right,
        undo(60_000, 95_000),
      ]);
    });

    test('undoes an entry once, and nothing where there is none', async () => {
      const history = fresh();
      await history.enterStage(event(0));
      const undo = { at: 0, undoneAt: 1000, by: 'ada' };
      const both = await Promise.all([history.undoStage(undo), history.undoStage({ ...undo, by: 'bob' })]);
      expect(both.filter(Boolean)).toHaveLength(1);
      expect(await history.undoStage(undo)).toBe(false);
      expect(await history.undoStage({ ...undo, at: 60_000 })).toBe(false);
      expect(await history.stageLog()).toHaveLength(2);
    });

    test('is empty before the first entry', async () => {
      expect(await fresh().stages()).toEqual([]);
    });
  });

  test('verdicts are kept once an hour, and the newest is the last', async () => {
    const history = fresh();
    expect(await history.lastVerdict()).toBeUndefined();
    await history.recordVerdict(verdict(H + 1));
    await history.recordVerdict(verdict(H));
    await history.recordVerdict(verdict(H + 1, { recommendation: 'advance' }));
    expect(await history.lastVerdict()).toEqual(verdict(H + 1));
    expect(await history.verdicts(H, H + 1)).toEqual([verdict(H)]);
    expect(await history.verdicts(H, H)).toEqual([]);
  });

  describe('what a clock that was ahead has recorded', () => {
    const now = startOf(H + 1) + 20 * 60_000;
    const far = [H, H + 1, H + 60, H + 400];

    test('is taken back: its verdicts are as if they had never been, and can be given anew', async () => {
      const history = fresh();
      for (const hour of [H - 1, ...far]) await history.recordVerdict(verdict(hour));
      expect(await history.takeBack(now, ['#show'])).toBe(4);
      expect(await history.lastVerdict()).toEqual(verdict(H - 1));
      expect(await history.verdicts(H - 9, H + 500)).toEqual([verdict(H - 1)]);
      expect(await history.takeBack(now, ['#show'])).toBe(0);
      const anew = verdict(H, { recommendation: 'advance' });
      await history.recordVerdict(anew);
      expect(await history.lastVerdict()).toEqual(anew);
    });

    test('is no verdict that another run has given since', async () => {
      const history = fresh();
      await history.recordVerdict(verdict(H));
      expect(await history.takeBack(now, ['#show'])).toBe(0);
      expect(await history.lastVerdict()).toEqual(verdict(H));
    });

    test('leaves no verdict where there was no other', async () => {
      const history = fresh();
      for (const hour of far) await history.recordVerdict(verdict(hour));
      await history.takeBack(now, []);
      expect(await history.lastVerdict()).toBeUndefined();
    });

    test('is due again where it was final too early, with what it says', async () => {
      const history = fresh();
      const right = [counted(H - 7), unknown(H - 340, { final: true })];
      const early = [counted(H), unknown(H - 300, { final: true }), unknown(H + 300, { final: true })];
      for (const one of [...right, ...early, counted(H, { endpoint: '#other' })]) await record(history, one);
      await kept(history, '#show', H - 400, H + 400);
      await history.takeBack(now, ['#show']);
      const again = early.map((one) => ({ ...one, revision: 2, final: false }));
      expect(await kept(history, '#show', H - 400, H + 400)).toEqual(
        [...right, ...again].toSorted((a, b) => a.hour - b.hour),
      );
      expect(await record(history, { ...again[2]!, revision: 3, final: true }, again[2])).toBe(true);
      expect(await kept(history, '#other', H, H + 1)).toEqual([counted(H, { endpoint: '#other' })]);
    });
  });

  describe('alerts', () => {
    test('are numbered once, pending until sent, and the newest is the last', async () => {
      const history = fresh();
      expect(await history.lastAlert()).toBeUndefined();
      for (const seq of [1, 2, 9, 10, 11]) expect(await history.recordAlert(alert(seq))).toBe(true);
      expect(await history.recordAlert(alert(11, { reason: 'other' }))).toBe(false);
      expect(await history.lastAlert()).toEqual(alert(11));
      await history.markSent(alert(11));
      await history.markSent(alert(11));
      expect(await history.lastAlert()).toEqual(alert(11, { status: 'sent' }));
      expect((await history.alerts()).map(({ seq, status }) => `${seq} ${status}`)).toEqual([
        '1 pending',
        '2 pending',
        '9 pending',
        '10 pending',
        '11 sent',
      ]);
    });

    test('that were held back come back with what people have not heard of', async () => {
      const history = fresh();
      const held = alert(1, {
        status: 'held',
        open: [{ endpoint: '#show', what: 'ceiling' as const, since: H, rollBack: false, untold: true }],
        heldBack: [{ at: 5, what: 'firing (first firing)', why: 'silence by Ada: upgrade' }],
      });
      await history.recordAlert(held);
      expect(await history.lastAlert()).toEqual(held);
      expect(await history.takeOver(held)).toBe(false);
    });

    test('that were never recorded can neither be marked as sent nor taken over', async () => {
      const history = fresh();
      await expect(history.markSent(alert(1))).rejects.toThrow();
      expect(await history.takeOver(alert(1))).toBe(false);
      expect(await history.alerts()).toEqual([]);
    });

    test('have one winner among concurrent writers, also when they write the same', async () => {
      for (const reason of [(index: number) => `${index}`, () => 'same']) {
        const history = fresh();
        const won = await Promise.all(
          Array.from({ length: 8 }, (_, index) => history.recordAlert(alert(1, { reason: reason(index) }))),
        );
        expect(won.filter(Boolean)).toHaveLength(1);
        expect((await history.lastAlert())!.reason).toBe(reason(won.indexOf(true)));
      }
    });

    test('are left to the run that wrote them for 45 s, then to the first that takes them over', async () => {
      const name = freshName();
      const start = H * 3_600_000;
      let now = start;
      const [writer, second, third] = [1, 2, 3].map(() => open(name, () => now));
      await writer!.recordAlert(alert(1));
      now = start + PUBLISHED_WITHIN_MS;
      expect(await second!.takeOver(alert(1))).toBe(false);
      now++;
      const won = await Promise.all([second!.takeOver(alert(1)), third!.takeOver(alert(1))]);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await writer!.takeOver(alert(1))).toBe(false);
      expect(await writer!.lastAlert()).toEqual(alert(1));
      now += PUBLISHED_WITHIN_MS + 1;
      await second!.markSent(alert(1));
      expect(await third!.takeOver(alert(1))).toBe(false);
    });

    test('that a clock far ahead has taken are free at once', async () => {
      const name = freshName();
      const start = H * 3_600_000;
      await open(name, () => start + 3_600_000).recordAlert(alert(1));
      expect(await open(name, () => start).takeOver(alert(1))).toBe(true);
    });
  });

  describe('what on-call said', () => {
    const said = { at: H * 3_600_000, by: 'Ada' };
    const events: OnCallEvent[] = [
      { ...said, kind: 'silence', until: said.at + 90_000, reason: 'upgrade', endpoints: ['#show'] },
      { ...said, kind: 'silence-end', at: said.at + 1 },
      {
        ...said,
        kind: 'ack',
        at: said.at + 2_000,
        hour: H,
        members: [{ endpoint: '#show', what: 'below' as const, since: H - 1, rollBack: false }],
        note: 'on it',
      },
    ];

    test('comes back in the order of time, with everything it said', async () => {
      const history = fresh();
      expect(await history.onCall()).toEqual([]);
      for (const one of [events[2]!, events[0]!, events[1]!]) expect(await history.recordOnCall(one)).toBe(true);
      expect(await history.onCall()).toEqual(events);
      expect(await history.stages()).toEqual([]);
      expect(await history.lastAlert()).toBeUndefined();
    });

    test('is kept once an instant', async () => {
      const history = fresh();
      await history.recordOnCall(events[0]!);
      expect(await history.recordOnCall({ ...said, kind: 'silence-end' })).toBe(false);
      expect(await history.onCall()).toEqual([events[0]]);
    });
  });

  describe('what people excluded', () => {
    const said = { at: H * 3_600_000, by: 'Ada' };
    const events: ExclusionEvent[] = [
      { ...said, kind: 'exclusion', from: said.at - 7_200_001, to: said.at - 1, reason: 'outage' },
      { ...said, kind: 'exclusion-end', at: said.at + 1, from: said.at - 7_200_001 },
      { ...said, kind: 'exclusion-end', at: said.at + 2_000 },
    ];

    test('comes back in the order of time, and is kept once an instant', async () => {
      const history = fresh();
      expect(await history.exclusions()).toEqual([]);
      for (const one of [events[2]!, events[0]!, events[1]!]) expect(await history.recordExclusion(one)).toBe(true);
      expect(await history.recordExclusion({ ...said, kind: 'exclusion-end' })).toBe(false);
      expect(await history.exclusions()).toEqual(events);
      expect(await history.onCall()).toEqual([]);
      expect(await history.eventCounts()).toEqual([]);
    });
  });

  describe('what the events of a window said', () => {
    const window = { from: H, to: H + 168, at: (H + 168) * 3_600_000 + 1 };
    const users: EventCount = { ...window, kind: 'users', users: 208_045, counts: 'all' };
    const classes: EventCount = {
      ...window,
      kind: 'errorClasses',
      errorClasses: [
        { name: 'Common::Exceptions::\n<b>#1', errors: 812 },
        { name: 'é', errors: 40 },
      ],
    };

    const page: EventCount = { ...window, kind: 'usersOf', name: '#show/a%b\n', users: 12, counts: 'exposed' };

    test('comes back as it was counted, each kind, window and page by itself', async () => {
      const history = fresh();
      expect(await history.eventCounts()).toEqual([]);
      const longer: EventCount = { ...users, to: H + 169, users: 0, counts: 'exposed' };
      const none: EventCount = { ...classes, from: H + 1, errorClasses: [] };
      const other: EventCount = { ...page, name: '#show/a', users: 3 };
      const all = [longer, page, users, none, other, classes];
      for (const one of all) expect(await history.recordEventCount(one)).toBe(true);
      expect(await history.recordEventCount({ ...page, users: 4 })).toBe(false);
      expect(await history.eventCounts()).toEqual([classes, none, users, longer, other, page]);
      expect(await history.onCall()).toEqual([]);
      expect(await history.lastVerdict()).toBeUndefined();
    });

    test('is kept once: the first count of a window stays', async () => {
      const history = fresh();
      const counts = [users, { ...users, users: 7 }, { ...users, users: 8, counts: 'exposed' as const }];
      const won = await Promise.all(counts.map((one) => history.recordEventCount(one)));
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await history.eventCounts()).toEqual([counts[won.indexOf(true)]]);
      expect(await history.recordEventCount({ ...users, at: 0 })).toBe(false);
    });
  });
}
