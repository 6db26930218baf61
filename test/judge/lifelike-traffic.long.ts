import { judgingNow } from '../../lib/backtest/judging';
import { pastPages } from '../../lib/backtest/past-pages';
import { HOURS_PER_WEEK, type Hour } from '../../lib/facts/hour';
import type { Verdict } from '../../lib/judge/verdict';
import { lifelike } from '../worlds/lifelike';
import { entered, LAUNCH } from '../worlds/moments';
import { RELEASE } from '../worlds/rollout-facts';

const WEEK = HOURS_PER_WEEK;
const DAY = 24;
const FIRST = LAUNCH - 12 * WEEK;
const B = LAUNCH + WEEK;
const C = LAUNCH + 3 * WEEK;
const log = [entered(LAUNCH, 'A', 0.25), entered(B, 'B', 0.5), entered(C, 'C', 1)];

/** The verdicts of every twelfth hour of [from, to). */
function verdictsOf(snapshots: ReturnType<typeof lifelike>, from: Hour, to: Hour): Verdict[] {
  const judge = judgingNow();
  return Array.from({ length: (to - from) / 12 }, (_, index) =>
    judge(RELEASE, log, snapshots, from + 12 * index + 11, { proven: false }),
  );
}
const brokenIn = ({ findings }: Verdict) =>
  findings.filter(({ outcome, silentSince }) => outcome === 'breach' || silentSince !== undefined);

describe('traffic as a real service has it', () => {
  it('is broken in no hour of sixteen weeks after four', () => {
    const found = pastPages(RELEASE, lifelike(2, FIRST, 20), FIRST + 20 * WEEK);
    const judged = found.filter((one) => 'broken' in one);
    // The third one has a request a day, and none in the first days.
    expect(judged.slice(0, 2).map(({ from, to }) => to - from)).toEqual([16 * WEEK, 16 * WEEK]);
    expect(judged.map(({ broken }) => broken.map(({ times }) => times))).toEqual([[0, 0], [0, 0], [0]]);
  });

  it('is neither broken nor silent in its stages, and advances at the planned end of each', () => {
    const verdicts = verdictsOf(lifelike(1, FIRST, 16), LAUNCH, LAUNCH + 4 * WEEK);
    expect(verdicts.flatMap(brokenIn)).toEqual([]);
    for (const end of [B, C])
      expect(verdicts.find(({ hour }) => hour === end - 1)).toMatchObject({ recommendation: 'advance' });
  });

  it('pages within a day when 8 % of the exposed users fail', () => {
    const from = LAUNCH + 3 * DAY;
    const faulty = lifelike(1, FIRST, 16, (name, since) => (name === '#show' && FIRST + since >= from ? 2.4 : 1));
    expect(verdictsOf(faulty, LAUNCH, from).flatMap(brokenIn)).toEqual([]);
    const found = verdictsOf(faulty, from, from + DAY).flatMap(brokenIn);
    expect(found[0]).toMatchObject({ endpoint: '#show', criterion: 'consistentWithBaseline', outcome: 'breach' });
  });
});
