import fc from 'fast-check';
import { type Baseline, fitBaseline } from '../../lib/statistics/baseline';
import type { HourCount } from '../../lib/statistics/hour-count';
import { pageEpisodes, regressionEvidence } from '../../lib/statistics/regression';
import { toleratedLevel } from '../../lib/statistics/spread';
import { flatBaseline } from '../worlds/flat-baseline';
import { simulatedHours, type Traffic } from '../worlds/golden-stream';

const BASELINE_HOURS = 672;
const PLANNED_HOURS = 504;
const flat = flatBaseline(0.012, { noticeLevel: 0.0125 });
const LEVEL = 0.016;
const hourOf = (n: number, x: number): HourCount => ({ n, x, cell: 0 });
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const anyHour = fc
  .tuple(
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100_000 })),
    fc.nat(),
    fc.integer({ min: 0, max: 47 }),
  )
  .map(([n, pick, cell]) => ({ n, x: pick % (n + 1), cell }));

/** What the judge would know about a release whose baseline and hours are one simulated stream. */
function rollout(seed: number, traffic: Traffic) {
  const all = simulatedHours(seed, traffic);
  const baseline = fitBaseline(all.slice(0, BASELINE_HOURS))!;
  const level = toleratedLevel(baseline, { allowed: 0.25, floor: 0.001 }, 0.05);
  const hours = all.slice(BASELINE_HOURS);
  return pageEpisodes(hours, baseline, level, regressionEvidence(hours, baseline, level, PLANNED_HOURS));
}

const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);

describe('regressionEvidence', () => {
  it('is finite and at least 0 for any hours, and starts anew after 100', () => {
    fc.assert(
      fc.property(
        fc.array(anyHour, { maxLength: 60 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (hours, level) => {
          const evidence = regressionEvidence(hours, flat, level, PLANNED_HOURS);
          expect(evidence.every((one) => Number.isFinite(one) && one >= 0)).toBe(true);
          evidence.forEach((one, t) => {
            // What is left after a reset is one onset, which one hour can raise ten times.
            if (t > 0 && evidence[t - 1]! >= 100) expect(one).toBeLessThanOrEqual(10 / PLANNED_HOURS);
          });
        },
      ),
    );
  });

  it('moves in an unknown hour only by the chance that something began in it', () => {
    const before = [hourOf(1000, 30), hourOf(1000, 12), hourOf(1000, 30)];
    const evidence = regressionEvidence([...before, hourOf(0, 0)], flat, LEVEL, PLANNED_HOURS);
    expect(evidence[3]! - evidence[2]!).toBeCloseTo(0.5 / PLANNED_HOURS, 12);
  });

  it('never pages on unknown hours', () => {
    expect(
      Math.max(...regressionEvidence(repeat(PLANNED_HOURS, hourOf(0, 0)), flat, LEVEL, PLANNED_HOURS)),
    ).toBeCloseTo(1, 12);
  });

  it('gives one hour at most a factor of ten, however bad it is', () => {
    const [one, two] = regressionEvidence(repeat(2, hourOf(1000, 60)), flat, LEVEL, PLANNED_HOURS);
    expect(one).toBeLessThanOrEqual(10 * (0.5 + 0.5 / PLANNED_HOURS));
    expect(two).toBeGreaterThan(one!);
  });

  it('stays awake after the planned hours', () => {
    const hours = [...repeat(1000, hourOf(1000, 12)), ...repeat(24, hourOf(1000, 36))];
    const evidence = regressionEvidence(hours, flat, LEVEL, 336);
    expect(evidence.findIndex((one) => one >= 20)).toBeLessThan(1012);
    expect(evidence.findIndex((one) => one >= 20)).toBeGreaterThan(1000);
  });

  // More errors in an hour do not always mean more evidence: an hour far above every alternative is taken for an incident.
  it('takes an hour that no alternative explains for an incident', () => {
    const evidence = (x: number) => regressionEvidence([hourOf(5000, x)], flat, LEVEL, PLANNED_HOURS)[0]!;
    expect(evidence(150)).toBeGreaterThan(evidence(80));
    expect(evidence(4000)).toBeLessThan(evidence(150));
  });

  it.each([
    [0, 504, 'level - got 0, expected a fraction above 0 and at most 1'],
    [Number.NaN, 504, 'level - got NaN, expected a fraction above 0 and at most 1'],
    [0.02, 0, 'planned hours - got 0, expected a number above 0'],
    [0.02, Number.NaN, 'planned hours - got NaN, expected a number above 0'],
  ])('refuses level %p with %p planned hours', (level, planned, message) => {
    expect(() => regressionEvidence([], flat, level, planned)).toThrow(new RangeError(message));
  });
});

describe('pageEpisodes', () => {
  const broken = repeat(30, hourOf(1000, 36));
  const good = hourOf(1000, 12);
  const episodes = (hours: HourCount[]) =>
    pageEpisodes(hours, flat, LEVEL, regressionEvidence(hours, flat, LEVEL, PLANNED_HOURS));

  it('opens at 20, and stays open while evidence moves up and down in a constant breach', () => {
    const evidence = regressionEvidence(broken, flat, LEVEL, PLANNED_HOURS);
    const open = episodes(broken);
    expect(open).toHaveLength(1);
    expect(open[0]).toEqual({
      from: evidence.findIndex((one) => one >= 20),
      worst: Math.max(...evidence),
      rollBackAt: evidence.flatMap((one, t) => (one >= 100 ? [t] : [])),
    });
    expect(open[0]!.rollBackAt.length).toBeGreaterThan(1);
    expect(evidence.slice(open[0]!.from).some((one) => one < 1)).toBe(true);
  });

  it('is not closed by one good hour, nor by unknown ones', () => {
    expect(episodes([...broken, good])[0]!.to).toBeUndefined();
    expect(episodes([...broken, ...repeat(100, hourOf(0, 0))])[0]!.to).toBeUndefined();
  });

  it('is closed by evidence, and counts from the best moment to be back', () => {
    const [closed] = episodes([...broken, ...repeat(48, good)]);
    expect(closed!.to).toBeGreaterThan(broken.length + 3);
    expect(closed!.to).toBeLessThan(broken.length + 36);
  });

  it('of a thin endpoint closes on evidence that the failing rate is gone, though what is tolerated takes months to tell', () => {
    const clean: Baseline = { ...flat, p0: 0.0004, noticeLevel: 0.0016 };
    const level = 0.0015;
    const failing = Array.from({ length: 72 }, (_, t) => hourOf(2, t % 3 === 0 ? 1 : 0));
    const hours = [...failing, ...repeat(400, hourOf(2, 0))];
    const [closed, again] = pageEpisodes(hours, clean, level, regressionEvidence(hours, clean, level, PLANNED_HOURS));
    expect(again).toBeUndefined();
    expect(closed!.to).toBeGreaterThan(72 + 48);
    expect(closed!.to).toBeLessThan(72 + 96);
    const broken = Array.from({ length: 400 }, (_, t) => hourOf(2, t % 3 === 0 ? 1 : 0));
    const [open] = pageEpisodes(broken, clean, level, regressionEvidence(broken, clean, level, PLANNED_HOURS));
    expect(open!.to).toBeUndefined();
  });

  it('opens a second time', () => {
    const twice = episodes([...broken, ...repeat(72, good), ...broken]);
    expect(twice).toHaveLength(2);
    expect(twice[0]!.to).toBeDefined();
    expect(twice[1]!.to).toBeUndefined();
  });

  it('does not close while the evidence is still at 20', () => {
    const evidence = [20, 20, 20, 19.9];
    const [closed] = pageEpisodes(
      [hourOf(1, 0), ...repeat(3, hourOf(50_000, 600))],
      { ...flat, rho: 0.00002 },
      LEVEL,
      evidence,
    );
    expect(closed).toEqual({ from: 0, to: 3, worst: 20, rollBackAt: [] });
  });

  it('refuses evidence of other hours', () => {
    expect(() => pageEpisodes([good], flat, LEVEL, [])).toThrow(
      new RangeError('values by hour - got 0, expected one for each of the 1 hours'),
    );
  });
});

describe('calibration on simulated rollouts of three weeks', () => {
  it('pages at most once in 200 rollouts in which nothing is wrong', () => {
    const pages = seeds(200).filter((seed) => {
      const traffic = { hours: BASELINE_HOURS + PLANNED_HOURS, requestsPerHour: 300, rate: () => 0.02, rho: 0.005 };
      return rollout(1000 + seed, traffic).length > 0;
    });
    expect(pages.length).toBeLessThanOrEqual(1);
  });

  it('finds four times the errors for half of the users within two days, stays open, and resolves once repaired', () => {
    const from = 168;
    const to = from + 240;
    for (const seed of seeds(50)) {
      const broken = (t: number) => t >= BASELINE_HOURS + from && t < BASELINE_HOURS + to;
      const rate = (t: number) => (broken(t) ? 0.012 * (1 + 0.5 * 3) : 0.012);
      const episodes = rollout(3000 + seed, {
        hours: BASELINE_HOURS + to + 168,
        requestsPerHour: 1000,
        rate,
        rho: 0.002,
      });
      expect(episodes).toHaveLength(1);
      expect(episodes[0]!.from).toBeGreaterThanOrEqual(from);
      expect(episodes[0]!.from).toBeLessThan(from + 48);
      expect(episodes[0]!.to).toBeGreaterThanOrEqual(to);
    }
  });

  it('is not paged by an outage of two hours', () => {
    const pages = seeds(50).filter((seed) => {
      const outage = (t: number) => t === BASELINE_HOURS + 200 || t === BASELINE_HOURS + 201;
      return (
        rollout(5000 + seed, {
          hours: BASELINE_HOURS + 336,
          requestsPerHour: 1000,
          rate: () => 0.012,
          rho: 0.002,
          outage,
        }).length > 0
      );
    });
    expect(pages.length).toBeLessThanOrEqual(1);
  });
});
