import type { Member } from '../../lib/alert/member';
import { nextAlert } from '../../lib/alert/next-alert';
import { aftermathOf, GOES_ON_HOURS } from '../../lib/alert/outlook';
import type { AlertRecord } from '../../lib/alert/record';
import { type Hour, startOf } from '../../lib/facts/hour';
import type { StageEvent } from '../../lib/facts/stage';
import { judge } from '../../lib/judge/judge';
import { subjectOf } from '../../lib/messages/headline';
import type { Release } from '../../lib/release/schema';
import { entered, LAUNCH } from '../worlds/moments';
import { around, releaseWith, showFacts, steady } from '../worlds/rollout-facts';

const BELOW_5 = releaseWith([{ below: 0.05, whenThin: 'hold' }]);
const A = entered('2026-02-11T16:00Z', 'A', 0.25);
const BREAKS = LAUNCH + 30;
const failing = around(0.3);
/** Fails at 30 % in the hours [30, until) after the launch. */
const broken =
  (until: Hour) =>
  (at: Hour): ReturnType<typeof steady> =>
    at >= BREAKS && at < until ? failing(at) : steady(at);

/** The messages of the hourly runs up to `to`, as of which log and release file are said for each hour. */
function told(
  to: Hour,
  factOf: (at: Hour) => ReturnType<typeof steady>,
  { log = [A], releaseAt = () => BELOW_5 }: { log?: StageEvent[]; releaseAt?: (at: Hour) => Release } = {},
): AlertRecord[] {
  const facts = showFacts(to, factOf);
  const records: AlertRecord[] = [];
  for (let hour = BREAKS - 2; hour < to; hour++) {
    const release = releaseAt(hour);
    const seen = log.filter(({ at }) => at < startOf(hour + 1));
    const verdict = judge(release, seen, facts, hour);
    const aftermath = aftermathOf(release, seen, facts, verdict);
    const next = nextAlert(records.at(-1), verdict, release, startOf(hour + 1) + 20 * 60_000, [], aftermath);
    if (next) records.push({ ...next, status: 'sent' });
  }
  return records;
}
const pages = (records: readonly AlertRecord[]) =>
  records.filter(({ severity }) => severity === 'page').map(({ change }) => change);
const open = (records: readonly AlertRecord[]): readonly Member[] => records.at(-1)!.open;

describe('what is open', () => {
  it('closes when it was judged and found over', () => {
    const records = told(BREAKS + 20, broken(BREAKS + 6));
    expect(pages(records)).toEqual(['firing', 'worse', 'resolved']);
    expect(records.at(-1)!.reason).toBe('recovered: #show (below its limit)');
  });

  describe('and comes and goes', () => {
    /** Two hours bad and two good for 48 hours, then good. */
    const flaps = (at: Hour) => at >= BREAKS && at < BREAKS + 48 && (at - BREAKS) % 4 < 2;

    it('is told once, and closes when it was over for a day', () => {
      const records = told(BREAKS + 90, (at) => (flaps(at) ? failing(at) : steady(at)));
      expect(pages(records)).toEqual([
        ...['firing', 'resolved', 'firing', 'worse'],
        // Once a day while it is there; the third day's would come when it was over for half a day.
        ...['repeat', 'repeat', 'resolved'],
      ]);
      const again = records.filter(({ change }) => change === 'firing').at(-1)!;
      expect(again.reason).toMatch(/^new: #show .*: it comes and goes, and stays open until it was over for a day$/);
      expect(subjectOf(again, BELOW_5)).toMatch(/HOLD: #show comes and goes, [\d.]+ % \(limit 5 %\)$/);
      const end = records.at(-1)!;
      expect(end.verdict.hour + 1 - (BREAKS + 46)).toBeGreaterThanOrEqual(24);
      expect(end.open).toEqual([]);
    });

    it('never has an all-clear while it does, and a roll back in it is told', () => {
      const records = told(BREAKS + 60, (at) => (flaps(at) ? failing(at) : steady(at)));
      const second = records.findIndex(({ change }, index) => index > 0 && change === 'firing');
      const later = records.slice(second);
      expect(pages(later)).not.toContain('resolved');
      expect(later.filter(({ change }) => change === 'worse')).toMatchObject([
        { open: [{ endpoint: '#show', flapping: true, rollBack: true }] },
      ]);
    });
  });

  it('stays open while errors go on after a roll-back, and people hear after some hours that they do', () => {
    const off = entered('2026-02-13T02:00Z', 'off', 0);
    const records = told(LAUNCH + 34 + 20, broken(LAUNCH + 400), { log: [A, off] });
    expect(pages(records)).toEqual(['firing', 'worse', 'worse']);
    const goesOn = records.findLast(({ severity }) => severity === 'page');
    expect(goesOn!.reason).toMatch(
      /^errors go on 3 hours after the roll-back: not the feature, or the toggle is not off/,
    );
    expect(startOf(goesOn!.verdict.hour + 1) - off.at).toBe(GOES_ON_HOURS * 3_600_000);
    expect(goesOn!.verdict.recommendation).toBe('not exposed');
    expect(open(records)).toMatchObject([{ endpoint: '#show', what: 'below', goesOn: true }]);
  });

  it('closes after a roll-back when the rate is back, and nobody hears that errors go on', () => {
    const off = entered('2026-02-13T02:00Z', 'off', 0);
    const records = told(LAUNCH + 34 + 20, broken(LAUNCH + 34), { log: [A, off] });
    expect(pages(records)).toEqual(['firing', 'worse', 'resolved']);
    expect(records.at(-1)!.verdict.recommendation).toBe('not exposed');
  });

  const again = [entered('2026-02-13T02:00Z', 'off', 0), entered('2026-02-13T02:02Z', 'A', 0.25)];
  it.each([
    ['A again two minutes after off', [A, ...again]],
    ['A again with a relaunch', [A, again[0]!, { ...again[1]!, relaunch: true }]],
    ['the next stage', [A, entered('2026-02-13T02:00Z', 'B', 0.5)]],
  ])('has no all-clear by an entry alone: %s', (_, log) => {
    expect(pages(told(LAUNCH + 34 + 12, broken(LAUNCH + 400), { log }))).not.toContain('resolved');
  });

  it('is said to be no longer watched when its endpoint leaves the file, once, and never recovered', () => {
    const without = (at: Hour) =>
      at < BREAKS + 6
        ? BELOW_5
        : { ...BELOW_5, endpoints: [{ name: '#index', tag: 'index', criteria: BELOW_5.endpoints[0]!.criteria }] };
    const records = told(BREAKS + 60, broken(LAUNCH + 400), { releaseAt: without });
    expect(pages(records)).toEqual(['firing', 'worse', 'repeat']);
    expect(records.at(-1)!.reason).toBe('#show (below its limit): no longer watched; it was broken');
    expect(open(records)).toMatchObject([{ endpoint: '#show', unjudged: true }]);
  });

  it('is said to have another limit, and closes only when it passes that', () => {
    const loose = releaseWith([{ below: 0.4, whenThin: 'hold' }]);
    const records = told(BREAKS + 60, broken(LAUNCH + 400), { releaseAt: (at) => (at < BREAKS + 6 ? BELOW_5 : loose) });
    const last = records.filter(({ severity }) => severity === 'page').at(-1)!;
    expect(last).toMatchObject({ change: 'resolved' });
    expect(last.reason).toBe('recovered: #show (below its limit); its rule was changed from below 5 % to below 40 %');
    const tight = releaseWith([{ below: 0.2, whenThin: 'hold' }]);
    expect(
      pages(told(BREAKS + 20, broken(LAUNCH + 400), { releaseAt: (at) => (at < BREAKS + 6 ? BELOW_5 : tight) })),
    ).toEqual(['firing', 'worse', 'repeat']);
  });

  it('is a broken limit also before the launch, where nobody is exposed', () => {
    const records = told(BREAKS + 20, broken(BREAKS + 6), { log: [] });
    expect(pages(records)).toEqual(['firing', 'resolved']);
    expect(records[0]!.verdict).toMatchObject({ recommendation: 'not exposed', findings: [{ rollBack: false }] });
  });
});
