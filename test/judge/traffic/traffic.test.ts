import type { Hour } from '../../../lib/facts/hour';
import type { Counts, Snapshot, Snapshots } from '../../../lib/facts/snapshot';
import { judge } from '../../../lib/judge/judge';
import type { Verdict } from '../../../lib/judge/verdict';
import type { Release } from '../../../lib/release/schema';
import { byStatus } from '../../worlds/by-status';
import { entered, LAUNCH } from '../../worlds/moments';
import { BELOW, CONSISTENT, hoursOf, releaseWith, steady } from '../../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const WEEK = 168;
const consistent = releaseWith([CONSISTENT]);

/** Requests by status in place of a steady hour's 988 good ones and 12 errors. */
type Change = (at: Hour, counts: Record<string, number>) => Record<string, number> | undefined;

/** #show with other traffic from the launch on. */
function facts(hours: number, after: Change, before: Change = (_, counts) => counts, weeks = 4): Snapshots {
  const known = hoursOf(LAUNCH - weeks * WEEK, LAUNCH + hours, steady);
  for (const [at, snapshot] of known) {
    const usual = Object.fromEntries((snapshot as { counts: Counts }).counts);
    const counts = (at < LAUNCH ? before : after)(at, usual);
    const kept = { endpoint: '#show', hour: at, revision: 1, final: true };
    known.set(
      at,
      counts === undefined
        ? { ...kept, kind: 'unknown', reason: 'not asked' }
        : { ...kept, kind: 'counted', counts: byStatus(counts) },
    );
  }
  return new Map([['#show', known]]);
}

const judged = (hours: number, after: Change, release: Release = consistent, before?: Change): Verdict =>
  judge(release, [A], facts(hours, after, before), LAUNCH + hours - 1);
const times =
  (factor: number): Change =>
  (_, counts) =>
    Object.fromEntries(Object.entries(counts).map(([status, count]) => [status, Math.round(count * factor)]));
/** A share of the good requests has another status instead, or none. */
const turned =
  (share: number, status: string): Change =>
  (_, counts) => ({
    ...counts,
    200: Math.round(counts[200]! * (1 - share)),
    [status]: Math.round(counts[200]! * share),
  });

const first = ({ findings }: Verdict) => findings[0]!;
const holds = ({ traffic }: Verdict) => traffic![0]!.holds;
const noticed = ({ notices }: Verdict) =>
  notices.filter(({ kind }) => kind === 'traffic').map(({ key }) => key.split('/')[2]!);

describe('an advance', () => {
  it('names what it rests on, and the loss that nobody would see', () => {
    const verdict = judged(WEEK, (_, counts) => counts);
    expect(verdict.recommendation).toBe('advance');
    expect(verdict.reason).toMatch(
      /for exposed users; it rests on #show (100|99\.\d) % of its usual requests \(0 % without a status, 0 % excluded, no hour unknown\); a loss of requests below 22 % cannot be told$/,
    );
    expect(verdict.traffic).toMatchObject([
      {
        endpoint: '#show',
        hours: WEEK,
        unknown: 0,
        covered: 1,
        excluded: { share: 0, usual: 0 },
        withoutStatus: { share: 0 },
        holds: [],
        said: [],
      },
    ]);
  });

  it('says what it can say of an endpoint that is too young or too quiet to have usual requests', () => {
    const young: Change = (at, counts) => (at < LAUNCH - WEEK - 1 ? undefined : counts);
    expect(judged(WEEK, (_, counts) => counts, consistent, young).reason).toContain(
      'it rests on #show requests too few to compare with the usual (',
    );
  });
});

describe('requests that vanish with the launch', () => {
  it('hold from a fifth of the lowest week on, and less is a sentence', () => {
    expect(holds(judged(WEEK, times(0.81)))).toEqual([]);
    const less = judged(WEEK, times(0.9));
    expect(less.recommendation).toBe('advance');
    expect(less.reason).toMatch(
      /^#show: requests \d+(\.\d+)? % below the lowest usual week \([\d,]+ a day, [\d,]+ usual\); a loss below 22 % cannot be told here; /,
    );
    const lost = judged(WEEK, times(0.78));
    expect(lost).toMatchObject({ recommendation: 'hold', findings: [{ outcome: 'no-data', reportOnly: false }, {}] });
    expect(lost.reason).toMatch(/below the lowest usual week .*; at most 25 % can be the exposed users'; /);
    expect(first(lost).reason).toMatch(/ for the requests that were counted; no pass while requests are missing$/);
    expect(first(lost).reason).not.toContain('proven');
    expect(judged(WEEK, times(0.6)).reason).toContain(
      '; more than the exposed users make: measured in part, or moved?',
    );
  });

  it('hold by twelve weeks as well, also where the first four of them were before the endpoint had its users', () => {
    const rolledOut: Change = (at, counts) => (at < LAUNCH - 8 * WEEK ? times(0.03)(at, counts) : counts);
    const held = (share: number, before: Change) =>
      holds(judge(consistent, [A], facts(WEEK, times(share), before, 12), LAUNCH + WEEK - 1));
    for (const before of [(_: Hour, counts: Record<string, number>) => counts, rolledOut])
      expect([0.84, 0.77].map((share) => held(share, before))).toEqual([[], ['fewer']]);
  });

  it('hold on the first two days from three tenths on', () => {
    expect(holds(judged(24, times(0.72)))).toEqual([]);
    expect(holds(judged(24, times(0.66)))).toEqual(['fewer']);
    expect(holds(judged(23, times(0.5)))).toEqual([]);
  });

  it('are a notice as soon as half of a day is missing, one while it lasts, and page when most is', () => {
    expect(noticed(judged(23, times(0.45)))).toEqual([]);
    const keys = [24, 25, 40, 100].map((hours) =>
      judged(hours, times(0.45))
        .notices.filter(({ kind }) => kind === 'traffic')
        .map(({ key }) => key),
    );
    expect(keys).toEqual(keys.map(() => [`traffic/#show/fewer/${LAUNCH + 24}`]));
    expect(noticed(judged(100, times(0.65)))).toEqual([]);
    expect(first(judged(24, times(0.45))).silentSince).toBeUndefined();
    // A holiday may leave four tenths; less than three tenths of a day, or a quarter of six hours, page.
    expect(first(judged(30, times(0.35))).silentSince).toBeUndefined();
    expect(first(judged(5, times(0.2))).silentSince).toBeUndefined();
    expect(first(judged(6, times(0.2)))).toMatchObject({
      outcome: 'no-data',
      silentSince: LAUNCH,
      reason: expect.stringMatching(/^most of the usual requests are missing for 6 hours \([\d,]+ in the last 6 hours/),
    });
    // What is paged is no notice beside.
    expect(noticed(judged(30, times(0.25)))).toEqual([]);
  });

  it('are one page while a tenth comes for a week, whatever hours come and go', () => {
    const wavering: Change = (at, counts) => times(at % 7 < 3 ? 0.13 : 0.05)(at, counts);
    for (let hours = 6; hours <= WEEK; hours += 11)
      expect([hours, first(judged(hours, wavering)).silentSince]).toEqual([hours, LAUNCH]);
  });

  it('are over when a day has six tenths again', () => {
    const back: Change = (at, counts) => (at < LAUNCH + 30 ? times(0.2)(at, counts) : counts);
    expect(first(judged(30 + 8, back)).silentSince).toBeDefined();
    expect(first(judged(30 + 15, back)).silentSince).toBeUndefined();
  });

  const moved =
    (status: string): Change =>
    (_, { 200: good, 500: bad }) => ({
      200: Math.round(good! * 0.15),
      500: Math.round(bad! * 0.15),
      [status]: Math.round(good! * 0.85),
    });

  it('that only moved into redirects or refusals are missing all the same, and errors are not', () => {
    for (const status of ['302', '401'])
      expect([status, first(judged(30, moved(status))).silentSince]).toEqual([status, LAUNCH]);
    const failing = judged(30, turned(0.85, '500'));
    expect(failing.findings.map(({ outcome, silentSince }) => [outcome, silentSince])).toEqual([
      ['breach', undefined],
      ['breach', undefined],
    ]);
  });

  it('are excused by nothing but a control that lost as much', () => {
    const beside: Release = { ...consistent, controls: [{ name: '#letters', tag: 'letters' }] };
    const withControl = (share: number) => {
      const show = facts(WEEK, times(0.7)).get('#show')!;
      const letters = facts(WEEK, times(share)).get('#show')!;
      return judge(
        beside,
        [A],
        new Map([
          ['#show', show],
          ['#letters', letters],
        ]),
        LAUNCH + WEEK - 1,
      );
    };
    expect(holds(withControl(0.7))).toEqual([]);
    expect(holds(withControl(1))).toEqual(['fewer']);
  });

  it('are excused by a whole scope that lost as much, where the rest of it is five times as large', () => {
    // The scope's share after the launch, and how many times #show it is before it.
    const inScope = (own: number, share: number, times_: number) => {
      const show = facts(WEEK, times(own)).get('#show')!;
      const scope = new Map(
        [...facts(WEEK, times(1)).get('#show')!].map(([at, one]) => {
          const of = (known: typeof one | undefined) =>
            known?.kind === 'counted' ? [...known.counts.values()].reduce((sum, count) => sum + count, 0) : 0;
          const rest = Math.round(of(one) * times_ * (at < LAUNCH ? 1 : share));
          return [
            at,
            { ...one, endpoint: '(scope)', counts: new Map([['any', rest + of(show.get(at))]]) } as typeof one,
          ];
        }),
      );
      const known = new Map([
        ['#show', show],
        ['(scope)', scope],
      ]);
      return judge(consistent, [A], known, LAUNCH + WEEK - 1);
    };
    expect(holds(inScope(0.7, 1, 6))).toEqual(['fewer']);
    expect(holds(inScope(0.7, 0.7, 6))).toEqual([]);
    expect(holds(inScope(0.7, 0.7, 4.9))).toEqual(['fewer']);
    // Beside the scope a smaller loss is told from an ordinary week.
    expect(holds(inScope(0.8, 1, 6))).toEqual(['fewer']);
    expect(holds(inScope(0.8, 1, 4.9))).toEqual([]);
    // What moved within the scope is no holiday.
    expect(holds(inScope(0.7, 1.05, 6))).toEqual(['fewer']);
  });

  it('hold no more where the release file means it, and each verdict says so', () => {
    const meant = (from: number): Release => ({
      ...consistent,
      endpoints: [{ ...consistent.endpoints[0]!, requests: { from, to: 1, because: 'the new page asks once' } }],
    });
    const lifted = judged(WEEK, times(0.6), meant(0.5));
    expect(lifted.recommendation).toBe('advance');
    expect(lifted.reason).toContain('other traffic than usual is meant: "the new page asks once"');
    expect(lifted.traffic![0]!.meant).toBe('the new page asks once');
    expect(holds(judged(WEEK, times(0.45), meant(0.5)))).toEqual(['fewer']);
    expect(first(judged(30, times(0.2), meant(0.1))).silentSince).toBeUndefined();
    expect(first(judged(30, times(0.04), meant(0.05))).silentSince).toBe(LAUNCH);
  });
});

describe('more requests than usual', () => {
  it('hold from twice the highest week on, and from one and a half times are a sentence', () => {
    expect(judged(WEEK, times(1.4)).reason).not.toContain('the usual:');
    const more = judged(WEEK, times(1.8));
    expect([more.recommendation, holds(more)]).toEqual(['advance', []]);
    expect(more.reason).toMatch(
      /^#show: requests 1\.8 times the usual: more evidence than usual, not better; errors 1\.8 times/,
    );
    const twice = judged(WEEK, times(2.2));
    expect([twice.recommendation, holds(twice), noticed(twice)]).toEqual(['hold', ['more'], ['more']]);
    expect(first(twice).reason).toMatch(/; no pass while far more requests come than usual$/);
  });

  it('that never fail hide no errors', () => {
    const robots: Change = (_, counts) => ({ 200: counts[200]! + 3000, 500: counts[500]! * 2 });
    const verdict = judged(WEEK, robots);
    expect(verdict.recommendation).toBe('hold');
    expect(verdict.reason).toMatch(
      /requests 4 times the usual: .*; errors [12](\.\d)? times the usual number, at 4 times the requests/,
    );
  });

  it('may be meant up to a share', () => {
    const meant: Release = {
      ...consistent,
      endpoints: [{ ...consistent.endpoints[0]!, requests: { from: 1, to: 3, because: 'two calls a page' } }],
    };
    expect(judged(WEEK, times(2.2), meant).recommendation).toBe('advance');
    expect(holds(judged(WEEK, times(3.4), meant))).toEqual(['more']);
  });
});

describe('requests that are refused or sent elsewhere', () => {
  it.each([
    ['401', 'excluded', 'excluded statuses \\(401, 403\\): '],
    ['302', 'redirects', 'redirects: '],
  ])('with status %s hold above their limit, and below are a sentence', (status, kind, text) => {
    const before: Change = (at, counts) => turned(0.005, status)(at, counts);
    const little = judged(WEEK, turned(0.02, status), consistent, before);
    expect([little.recommendation, holds(little)]).toEqual(['advance', []]);
    expect(little.reason).toMatch(new RegExp(`^#show: ${text}1\\.9\\d? % of requests \\(0\\.49\\d % before\\)`));
    const more = (hours: number, share = 0.06) => judged(hours, turned(share, status), consistent, before);
    expect([more(WEEK).recommendation, holds(more(WEEK))]).toEqual(['hold', [kind]]);
    expect(holds(more(23))).toEqual([]);
    expect(holds(more(24))).toEqual([kind]);
    // A little above is told after three days, far above after one.
    expect([24, 71, 72].map((hours) => noticed(more(hours)))).toEqual([[], [], [kind]]);
    expect([23, 24].map((hours) => noticed(more(hours, 0.2)))).toEqual([[], [kind]]);
  });

  it('in attacks of most of a day hold nothing', () => {
    const attack: Change = (at, counts) => ((at - LAUNCH) % 72 < 17 ? turned(0.5, '401')(at, counts) : counts);
    expect(holds(judged(WEEK, attack))).toEqual([]);
  });

  it('with 304 are answers', () => {
    expect(holds(judged(WEEK, turned(0.5, '304')))).toEqual([]);
  });
});

describe('requests without a status', () => {
  const both = releaseWith([CONSISTENT, BELOW]);

  it('are looked at as errors, too, and what is worse counts', () => {
    const verdict = judged(30, turned(0.09, 'N/A'), both);
    expect(verdict.recommendation).toBe('roll back');
    expect(verdict.findings).toMatchObject([
      {
        outcome: 'breach',
        withoutStatus: true,
        reason: expect.stringMatching(/^errors or requests without status: 10\.1 %/),
      },
      { outcome: 'breach', withoutStatus: true },
    ]);
    expect(verdict.reason).toMatch(
      /; without a status: 8\.89 % of requests \(0 % before\); counted as errors the rate is 10\.1 %; errors or/,
    );
  });

  it('that are nearly half of all hide no errors among the others', () => {
    const verdict = judged(5, turned(0.45, 'N/A'), both);
    expect(verdict.recommendation).toBe('roll back');
    const failing: Change = (at, counts) => turned(0.45, 'N/A')(at, { 200: 700, 500: 300 + 0 * counts[500]! });
    expect(first(judged(5, failing, both))).toMatchObject({ outcome: 'breach' });
    // As many before: nothing passes by the others alone.
    const always = turned(0.45, 'N/A');
    expect(judged(WEEK, always, both, always).recommendation).not.toBe('advance');
  });

  it('that were as many before change nothing', () => {
    const always = turned(0.02, 'N/A');
    const verdict = judged(WEEK, always, both, always);
    expect(verdict.recommendation).toBe('advance');
    expect(verdict.findings.every(({ outcome, withoutStatus }) => outcome === 'pass' && !withoutStatus)).toBe(true);
  });

  it('let nothing pass that passes only without them', () => {
    // One point of them: with a baseline of 1.2 % the gate rules out less.
    const verdict = judged(WEEK, turned(0.012, 'N/A'), both);
    expect(first(verdict).outcome).not.toBe('pass');
    expect(verdict.recommendation).not.toBe('advance');
    expect(first(verdict).reason).toMatch(/^errors or requests without status: /);
  });

  it('leave a breach of true errors what it is', () => {
    const failing: Change = (at, counts) => turned(0.01, 'N/A')(at, { 200: 800, 500: 200 + 0 * counts[500]! });
    expect(first(judged(10, failing, both))).toMatchObject({ outcome: 'breach' });
    expect(first(judged(10, failing, both)).withoutStatus).toBeUndefined();
  });
});

describe('hours that nobody knows', () => {
  const every =
    (n: number, of: number): Change =>
    (at, counts) =>
      (at - LAUNCH) % of < n ? undefined : counts;

  it('hold when they had more than a quarter of the usual requests, and are a sentence from a fiftieth on', () => {
    const fifth = judged(WEEK, every(1, 5));
    expect([fifth.recommendation, holds(fifth)]).toEqual(['advance', []]);
    expect(fifth.reason).toMatch(
      /^#show: 34 hours of the stage's 168 unknown \(2\d(\.\d)? % of its usual requests\); /,
    );
    expect(fifth.reason).toContain('34 of 168 hours unknown)');
    const most = judged(WEEK, every(2, 3));
    expect([most.recommendation, holds(most)]).toEqual(['hold', ['unknown']]);
    expect(first(most).reason).not.toContain('proven');
    const two = judged(WEEK, (at, counts) => (at < LAUNCH + 2 ? undefined : counts));
    expect(two.reason).not.toContain('unknown (1');
  });

  it('of the last three days hold a stage that was well known before', () => {
    const lately: Change = (at, counts) => (at >= LAUNCH + WEEK - 72 && at % 2 === 0 ? undefined : counts);
    expect(holds(judged(WEEK, lately))).toEqual(['unknown']);
  });
});

describe('errors that are too few', () => {
  const none: Change = (_, counts) => ({ 200: counts[200]! + counts[500]! });

  it('are a notice and a sentence, and hold nothing', () => {
    const verdict = judged(WEEK, none);
    expect([verdict.recommendation, noticed(verdict)]).toEqual(['advance', ['errors']]);
    expect(verdict.reason).toMatch(
      /^#show: no error in [\d,]+ requests where [\d,]+ were usual: repaired, or not counted\?; /,
    );
    const half: Change = (_, counts) => ({ ...counts, 500: Math.round(counts[500]! * 0.5) });
    expect(noticed(judged(WEEK, half))).toEqual([]);
  });

  it('are nothing at all where the exposed users had all of them, or few are usual', () => {
    const C = entered('2026-02-11T16:00Z', 'C', 1);
    const all = judge(consistent, [C], facts(WEEK, none), LAUNCH + WEEK - 1);
    expect(noticed(all)).toEqual([]);
    expect(noticed(judged(3, none))).toEqual([]);
  });
});

test('traffic that is mutilated does not stop a verdict', () => {
  const broken = facts(30, (_, counts) => counts);
  const hours = new Map(broken.get('#show')!);
  const snapshot = hours.get(LAUNCH + 3)!;
  hours.set(LAUNCH + 3, { ...snapshot, counts: byStatus({ 200: Number.NaN, 'N/A': -1 }) } as Snapshot);
  expect(judge(consistent, [A], new Map([['#show', hours]]), LAUNCH + 29).recommendation).toBe('hold');
});
