import type { ExclusionEvent } from '../../lib/facts/exclusion';
import { type Hour, hourText, startOf } from '../../lib/facts/hour';
import type { Snapshots } from '../../lib/facts/snapshot';
import { judge } from '../../lib/judge/judge';
import type { Verdict } from '../../lib/judge/verdict';
import type { Release } from '../../lib/release/schema';
import { whatCounts } from '../../lib/release/what-counts';
import { entered, LAUNCH } from '../worlds/moments';
import { around, BELOW, CONSISTENT, type HourFact, hoursOf, releaseWith, steady } from '../worlds/rollout-facts';

const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const WEEK = 168;
const release = releaseWith([CONSISTENT, BELOW]);

const excluded = (from: Hour, to: Hour): ExclusionEvent => ({
  kind: 'exclusion',
  at: startOf(to),
  by: 'Ada',
  from: startOf(from),
  to: startOf(to),
  reason: 'database outage',
});
/** #show from the baseline on, steady but for the hours that `factOf` gives. */
const facts = (to: Hour, factOf: (at: Hour) => HourFact | 'steady'): Snapshots =>
  new Map([
    [
      '#show',
      hoursOf(LAUNCH - 4 * WEEK, to, (at) => {
        const fact = factOf(at);
        return fact === 'steady' ? steady(at) : fact;
      }),
    ],
  ]);
function judged(
  hours: number,
  factOf: (at: Hour) => HourFact | 'steady',
  said: ExclusionEvent[] = [],
  of: Release = release,
): Verdict {
  const to = LAUNCH + hours;
  return judge(of, [A], whatCounts(of, facts(to, factOf), said), to - 1);
}
const within = (at: Hour, from: Hour, hours: number) => at >= from && at < from + hours;

describe('an outage of four hours on the last day', () => {
  const LAST_DAY = LAUNCH + 150;
  const outage = (at: Hour): HourFact | 'steady' => (within(at, LAST_DAY, 4) ? [1000, 1000] : 'steady');
  const without = excluded(LAST_DAY, LAST_DAY + 4);

  it('holds the stage past its planned end, and does not once it is excluded', () => {
    expect(judged(WEEK, outage).recommendation).toBe('hold');
    const verdict = judged(WEEK, outage, [without]);
    expect(verdict.recommendation).toBe('advance');
    expect(verdict.reason).toContain('4 hours left out, 2026-02-17 17:00 EST - 2026-02-17 21:00 EST: database outage');
    expect(verdict.leftOut).toEqual([{ reason: 'database outage', hours: 4, from: LAST_DAY, to: LAST_DAY + 4 }]);
    expect(verdict.traffic).toMatchObject([{ hours: WEEK - 4, unknown: 0, covered: 1 }]);
  });

  it('counts again when the exclusion is taken back', () => {
    const end: ExclusionEvent = { kind: 'exclusion-end', at: without.at + 1, by: 'Ada' };
    expect(judged(WEEK, outage, [without, end])).toEqual(judged(WEEK, outage));
  });

  it('is the same by the release file, and every week by its zone', () => {
    const once = { ...release, exclude: [{ from: startOf(LAST_DAY), to: startOf(LAST_DAY + 4), reason: 'upgrade' }] };
    expect(judged(WEEK, outage, [], once).recommendation).toBe('advance');
    // A Tuesday, 17:00 to 21:00 in New York.
    const weekly = { ...release, exclude: [{ weekly: { from: 2 * 24 + 17, to: 2 * 24 + 21 }, reason: 'reindexing' }] };
    const verdict = judged(WEEK, outage, [], weekly);
    expect(verdict.recommendation).toBe('advance');
    expect(verdict.reason).toContain(
      '20 hours left out, between 2026-01-20 17:00 EST - 2026-02-17 21:00 EST: reindexing',
    );
  });
});

it('is no way to a pass: a stage of which most hours are excluded holds, and says so', () => {
  const bad = (at: Hour): HourFact | 'steady' => (within(at, LAUNCH, 100) ? [1000, 60] : 'steady');
  const verdict = judged(WEEK, bad, [excluded(LAUNCH, LAUNCH + 100)]);
  expect(verdict.recommendation).toBe('hold');
  expect(verdict.reason).toMatch(/^100 of the stage's 168 hours are left out; most must count/);
  // What is said of the criteria elsewhere, as in a plan, is no pass either.
  for (const { outcome, reason } of verdict.findings)
    expect([outcome, reason]).toEqual([
      'inconclusive',
      expect.stringMatching(/; 100 of the stage's 168 hours are left/),
    ]);
  const half = judged(WEEK, () => 'steady', [excluded(LAUNCH, LAUNCH + WEEK / 2)]);
  expect(half.findings.map(({ outcome }) => outcome)).not.toContain('inconclusive');
  // What is left of a day is no day.
  const short = { ...release, stages: [{ ...release.stages[0]!, length: 24 }, ...release.stages.slice(1)] };
  const day = judged(26, () => 'steady', [excluded(LAUNCH, LAUNCH + 4)], short);
  expect(day.recommendation).toBe('hold');
  expect(day.reason).toMatch(/^the stage has only about 22 hours that count; it needs a day at least/);
});

describe('hours that are excluded and unknown', () => {
  const DARK = LAUNCH + 40;
  const dark = (at: Hour): HourFact | 'steady' => (within(at, DARK, 12) ? 'unknown' : 'steady');

  it('make nothing blind, while they last and after them', () => {
    for (const hours of [46, 52, 53, 57]) {
      expect(judged(hours, dark).blind).toBeDefined();
      expect(judged(hours, dark, [excluded(DARK, DARK + 12)]).blind).toBeUndefined();
    }
  });

  it('are no unknown hours of the stage; those beside them still are', () => {
    const longer = (at: Hour): HourFact | 'steady' => (within(at, DARK, 80) ? 'unknown' : 'steady');
    expect(judged(WEEK, longer).traffic).toMatchObject([{ unknown: 80, holds: ['unknown'] }]);
    expect(judged(WEEK, longer, [excluded(DARK, DARK + 78)]).traffic).toMatchObject([
      { unknown: 2, hours: WEEK - 78, holds: [] },
    ]);
  });
});

it('makes no endpoint silent by hours without requests that are excluded; those after them do', () => {
  const gone = (at: Hour): HourFact | 'steady' => (at >= LAUNCH + 40 ? [0, 0] : 'steady');
  // Another endpoint is heard.
  const both = (hours: number, said: ExclusionEvent[]) => {
    const to = LAUNCH + hours;
    const other = hoursOf(LAUNCH - 4 * WEEK, to, steady, '#index');
    const all = new Map([...facts(to, gone), ['#index', other] as const]);
    return judge(release, [A], whatCounts(release, all, said), to - 1).findings[0]!;
  };
  expect(both(46, []).silentSince).toBe(LAUNCH + 40);
  expect(both(46, [excluded(LAUNCH + 40, LAUNCH + 44)]).silentSince).toBeUndefined();
  expect(both(47, [excluded(LAUNCH + 40, LAUNCH + 44)]).silentSince).toBe(LAUNCH + 44);
});

describe('an odd week of the baseline', () => {
  const ODD = LAUNCH - 3 * WEEK;
  const incident = (at: Hour): HourFact | 'steady' => (within(at, ODD, WEEK) ? around(0.05)(at) : 'steady');
  const raised = (at: Hour): HourFact | 'steady' => (at >= LAUNCH ? around(0.02)(at) : incident(at));

  it('is named with the command that leaves it out, and is named no more once it is out', () => {
    const verdict = judged(30, incident);
    const command = `npx --no-install stagewatch exclude --from ${hourText(ODD)} --to ${hourText(ODD + WEEK)} --reason WHY --release document-status`;
    expect(verdict.reason).toMatch(/is an odd one: it failed at (4\.9|5)\S* %, the nearest of the others at 1\.19 %/);
    expect(verdict.reason).toContain(command);
    const without = judged(30, incident, [excluded(ODD, ODD + WEEK)]);
    expect(without.reason).not.toContain('odd one');
    expect(without.findings[0]!.baselineRate).toBeCloseTo(0.012, 3);
  });

  it('hides a regression that is found once it is excluded', () => {
    expect(judged(72, raised).findings[0]!.outcome).not.toBe('breach');
    expect(judged(72, raised, [excluded(ODD, ODD + WEEK)]).findings[0]!.outcome).toBe('breach');
  });

  it('is not an ordinary one, nor one with an outage of some hours, which is left out by itself', () => {
    expect(judged(30, () => 'steady').reason).not.toContain('odd one');
    expect(judged(30, (at) => (within(at, ODD + 20, 8) ? [1000, 700] : 'steady')).reason).not.toContain('odd one');
  });

  it('may be the newest one: what is usual is then what the week before it had', () => {
    const last = LAUNCH - WEEK;
    const down = (at: Hour): HourFact | 'steady' =>
      within(at, last, WEEK) ? [20, 1] : at >= LAUNCH + 30 ? [0, 0] : 'steady';
    const verdict = judged(40, down, [excluded(last, LAUNCH)]);
    expect(verdict.findings[0]).toMatchObject({ outcome: 'no-data', silentSince: LAUNCH + 30 });
  });
});

it('leaves nothing out where the exclusion ends where the hours begin', () => {
  const bad = (at: Hour): HourFact | 'steady' => (within(at, LAUNCH + 150, 4) ? [1000, 1000] : 'steady');
  const verdict = judged(WEEK, bad, [excluded(LAUNCH + 146, LAUNCH + 150), excluded(LAUNCH + 154, LAUNCH + 156)]);
  expect(verdict.recommendation).toBe('hold');
});
