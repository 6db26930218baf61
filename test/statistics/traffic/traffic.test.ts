import fc from 'fast-check';
import { coverage } from '../../../lib/statistics/traffic/coverage';
import { dayBlock } from '../../../lib/statistics/traffic/day-block';
import { type Hourly, median, requestsOf, sameHours, usualAt } from '../../../lib/statistics/traffic/hourly';
import { leastBefore } from '../../../lib/statistics/traffic/least-before';
import { dayShare, isLastingAbove, shareIn, usualShare } from '../../../lib/statistics/traffic/share';
import {
  highest,
  isShort,
  lowest,
  lowShare,
  type Spread,
  spreadBefore,
} from '../../../lib/statistics/traffic/spread-before';

const LAUNCH = 672;
const HOURS = LAUNCH + 14 * 24;
const series = (of: (hour: number) => number | undefined, hours = HOURS): Hourly =>
  Array.from({ length: hours }, (_, hour) => of(hour));
/** Ten requests an hour and, from the launch on, a share of them. */
const flat = (share = 1, perHour = 10) => series((hour) => perHour * (hour < LAUNCH ? 1 : share));
const CALM: Spread = {
  own: {
    low: { week: 1, day: 1, expected: Math.exp(-1.9 * Math.sqrt((2 * 0.08 ** 2) / 5)) },
    high: { week: 1, day: 1 },
  },
  share: { low: { week: 1, day: 1, expected: Math.exp(-1.9 * 0.04) }, high: { week: 1, day: 1 } },
  days: 28,
};

test('the median of any numbers is that of their order, and leaves them as they are', () => {
  const numbers = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(numbers, (values) => {
      const [before, sorted] = [[...values], values.toSorted((a, b) => a - b)];
      const [low, high] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
      expect(median(values) + 0).toBe((low === high ? low : (low + high) / 2) + 0);
      expect(values).toEqual(before);
    }),
  );
});

test('the median of an even number is the mean of the middle two, and no order matters', () => {
  expect([median([5]), median([4, 1]), median([3, 1, 2]), median([4, 3, 1, 2])]).toEqual([5, 2.5, 2, 2.5]);
});

test('requests of some hours are their sum, and unknown where one of them is', () => {
  expect(requestsOf([1, undefined, 3, 4], 2, 4)).toBe(7);
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.nat(), { nil: undefined, freq: 9 }), { maxLength: 40 }),
      fc.integer({ min: -2, max: 42 }),
      fc.nat(12),
      (hours, from, length) => {
        const some = Array.from({ length }, (_, index) => hours[from + index]);
        const sum = some.some((one) => one === undefined)
          ? undefined
          : some.reduce<number>((all, one) => all + one!, 0);
        if (length > 0) expect(requestsOf(hours, from, from + length)).toBe(sum);
      },
    ),
  );
});

describe('the same hours of the baseline', () => {
  it('are one week further back where they would reach over the launch', () => {
    expect(sameHours(LAUNCH, 24, LAUNCH)).toEqual([504, 336, 168, 0]);
    expect(sameHours(LAUNCH + 144, 24, LAUNCH)).toEqual([648, 480, 312, 144]);
    expect(sameHours(LAUNCH + 145, 24, LAUNCH)).toEqual([481, 313, 145]);
    expect(sameHours(LAUNCH + 168, 24, LAUNCH)).toEqual([504, 336, 168, 0]);
    expect(sameHours(LAUNCH + 167, 1, LAUNCH)).toEqual([671, 503, 335, 167]);
  });

  it('never reach over the launch and are whole weeks away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 1, max: 48 }), (after, hours) => {
        const from = LAUNCH + after;
        for (const start of sameHours(from, hours, LAUNCH)) {
          expect((from - start) % 168).toBe(0);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + hours).toBeLessThanOrEqual(LAUNCH);
        }
      }),
    );
  });
});

describe('a day against the usual', () => {
  it('is its requests over the median of the weeks', () => {
    const weeks = series((hour) => (hour < LAUNCH ? [10, 20, 30, 100][Math.floor(hour / 168)] : 50));
    expect(dayBlock(weeks, LAUNCH, LAUNCH)).toEqual({ seen: 1200, usual: 600, own: 2 });
  });

  it('needs 18 known hours on both sides, in two weeks at least, and 100 usual requests', () => {
    const without = (holes: number, from = LAUNCH) =>
      series((hour) => (hour >= from && hour < from + holes ? undefined : 10));
    expect(dayBlock(without(6), LAUNCH, LAUNCH)).toEqual({ seen: 180, usual: 180, own: 1 });
    expect(dayBlock(without(7), LAUNCH, LAUNCH)).toBeUndefined();
    // A hole in one week leaves the other three, or the hours that all have.
    expect(dayBlock(without(24, 504), LAUNCH, LAUNCH)).toEqual({ seen: 240, usual: 240, own: 1 });
    expect(dayBlock(without(6, 504), LAUNCH, LAUNCH)).toEqual({ seen: 180, usual: 180, own: 1 });
    const young = (from: number) => series((hour) => (hour < from ? undefined : 10));
    expect(dayBlock(young(336), LAUNCH, LAUNCH)?.own).toBe(1);
    expect(dayBlock(young(336 + 7), LAUNCH, LAUNCH)).toBeUndefined();
    const few = (perDay: number) => series((hour) => (hour % 24 === 0 ? perDay : 0));
    expect(dayBlock(few(100), LAUNCH, LAUNCH)?.own).toBe(1);
    expect(dayBlock(few(99), LAUNCH, LAUNCH)).toBeUndefined();
  });

  it('of zero requests is zero, not unknown', () => {
    expect(dayBlock(flat(0), LAUNCH, LAUNCH)).toEqual({ seen: 0, usual: 240, own: 0 });
  });

  it('has a share where the reference is large enough and known', () => {
    const reference = (hours: Hourly, atLeast = 5) => dayBlock(flat(0.5), LAUNCH, LAUNCH, { hours, atLeast });
    expect(reference(flat(0.5, 50))).toMatchObject({ own: 0.5, share: 1 });
    expect(reference(flat(1, 50))).toMatchObject({ own: 0.5, share: 0.5 });
    expect(reference(flat(1, 49))).not.toHaveProperty('share');
    expect(reference(flat(1, 49), 1)).toHaveProperty('share', 0.5);
    expect(reference(flat(0, 50))).not.toHaveProperty('share');
    expect(reference(series((hour) => (hour > LAUNCH + 10 ? undefined : 50)))).not.toHaveProperty('share');
  });

  it('can be held against hours beside, for clocks that changed', () => {
    const noon = series((hour) => (hour % 24 === (hour < LAUNCH ? 12 : 11) ? 1000 : 0));
    expect(dayBlock(noon, LAUNCH + 12, LAUNCH)?.own).toBe(1);
    // From noon on its own noon lies behind it already, and tomorrow's is in.
    expect(dayBlock(noon, LAUNCH + 11, LAUNCH, undefined, 1)).toMatchObject({ seen: 1000, usual: 1000 });
  });
});

describe('the spread of a baseline', () => {
  it('is how far its weeks and days went from the median of the others, and 1 where they never did', () => {
    expect(spreadBefore(flat(), LAUNCH)).toEqual(CALM);
    const weeks = series((hour) => (hour < LAUNCH ? [8, 10, 10, 12][Math.floor(hour / 168)]! : 10));
    const { own, days } = spreadBefore(weeks, LAUNCH);
    expect([own.low.week, own.low.day, own.high.week, days]).toEqual([0.8, 0.8, 1.2, 28]);
    const holiday = series((hour) => (hour >= 48 && hour < 72 ? 4 : 10));
    expect(spreadBefore(holiday, LAUNCH).own).toMatchObject({ low: { week: 1, day: 0.4 }, high: { week: 1, day: 1 } });
  });

  it('of a baseline that tells nothing has no day, takes nothing off, and expects what weeks in general do', () => {
    for (const one of [flat(1, 4), series(() => undefined), series((hour) => (hour < 504 ? undefined : 10))]) {
      const { own, days } = spreadBefore(one, LAUNCH);
      expect({ own, days }).toEqual({
        own: { ...CALM.own, low: { ...CALM.own.low, expected: Math.exp(-1.9 * 0.08) } },
        days: 0,
      });
    }
  });

  it('expects a low week by all weeks before the launch: the more of them and the calmer they are, the less low', () => {
    const [four, twelve] = [4, 12].map((weeks) => (levels: number[]) => {
      const launch = weeks * 168;
      return spreadBefore(
        series((hour) => 100 * levels[Math.floor(hour / 168) % levels.length]!, launch),
        launch,
      ).own.low.expected;
    }) as [(levels: number[]) => number, (levels: number[]) => number];
    const calm = [four([1]), twelve([1])];
    expect(calm).toEqual([0.05, 0.032].map((sd) => expect.closeTo(Math.exp(-1.9 * sd), 2)));
    expect(twelve([1, 1.2])).toBeLessThan(calm[1]!);
    expect(twelve([1, 1.3])).toBeLessThan(twelve([1, 1.2]));
    // Each of twelve weeks is two thirds of the median of the others, or half as much again.
    expect(twelve([1, 1.5])).toBeCloseTo(Math.exp(-1.9 * Math.sqrt((12 * Math.log(1.5) ** 2 + 2 * 0.08 ** 2) / 13)), 1);
    // Before a roll-out to the first users it was another time, and says nothing of how weeks differ now.
    const young = (level: number) => Array.from({ length: 12 }, (_, week) => (week < 4 ? level : 1));
    const eight = spreadBefore(
      series(() => 100, 8 * 168),
      8 * 168,
    ).own.low.expected;
    expect([0.02, 0.5, 0.66, 1.51, 9].map((level) => twelve(young(level)))).toEqual([
      eight,
      eight,
      eight,
      eight,
      eight,
    ]);
    for (const level of [0.67, 1.49]) expect(twelve(young(level))).toBeLessThan(eight);
    // One far-off week ends it, also where the weeks before it are alike again.
    expect(twelve(Array.from({ length: 12 }, (_, week) => (week === 3 ? 0.3 : 1)))).toBe(eight);
    // One odd week of twelve says less than one of four.
    const odd = (weeks: number) => Array.from({ length: weeks }, (_, week) => (week === 1 ? 0.5 : 1));
    expect(twelve(odd(12))).toBeGreaterThan(four(odd(4)));
  });
});

describe('days of a stage', () => {
  const block = (own: number, share?: number, usual = 1000) => ({
    seen: own * usual,
    usual,
    own,
    ...(share !== undefined && { share }),
  });

  it('are as low as their median is against the lowest week or day, and a loss needs the share as well', () => {
    const spread = { ...CALM, own: { ...CALM.own, low: { week: 0.8, day: 0.5, expected: 0.7 } } };
    expect(lowest([block(0.4)], spread, 'week')).toBe(0.5);
    expect(lowest([block(0.4)], spread, 'day')).toBe(0.8);
    expect(lowest([block(0.2), block(0.6), block(0.4)], CALM, 'week')).toBe(0.4);
    expect(lowest([block(0.4, 0.9)], CALM, 'week')).toBe(0.9);
    expect(lowShare([block(0.4)], spread, 'expected')).toBe(0.7);
    expect(lowShare([block(0.4, 0.9)], spread, 'week')).toBe(0.8);
    expect(lowest([block(0.7, 0.7)], spread, 'expected')).toBeLessThanOrEqual(1);
    // One day without a share, and the share says nothing of them all.
    expect(lowest([block(0.4, 0.9), block(0.4)], CALM, 'week')).toBe(0.4);
  });

  it('are as high as their median against the highest week; a surplus needs the share as well, up to three', () => {
    const spread = { ...CALM, own: { ...CALM.own, high: { week: 1.25, day: 2 } } };
    expect(highest([block(2.5)], spread)).toBe(2);
    expect(highest([block(2.5, 1.1)], CALM)).toBe(1.1);
    expect(highest([block(3, 1)], CALM)).toBe(3);
  });

  it('are short when more is missing than 30 and four standard deviations', () => {
    // Of 10,000 usual ones 430 may be missing by chance.
    expect(isShort([block(0.957, undefined, 10_000)], CALM)).toBe(false);
    expect(isShort([block(0.9569, undefined, 10_000)], CALM)).toBe(true);
    expect(isShort([block(0.3, undefined, 100)], CALM)).toBe(false);
    expect(isShort([block(0.29, undefined, 100)], CALM)).toBe(true);
  });
});

describe('coverage', () => {
  it('weighs unknown hours by their usual requests', () => {
    const daily = (unknown: (hour: number) => boolean) =>
      series((hour) => (hour >= LAUNCH && unknown(hour) ? undefined : hour % 24 < 12 ? 30 : 10));
    const covered = (unknown: (hour: number) => boolean) => coverage(daily(unknown), LAUNCH, LAUNCH + 48, LAUNCH);
    expect(covered(() => false)).toBe(1);
    expect(covered((hour) => hour % 24 < 12)).toBe(0.25);
    expect(covered((hour) => hour % 24 >= 12)).toBe(0.75);
    expect(covered(() => true)).toBe(0);
  });

  it('counts hours alike where there is no baseline, and is whole where there is no hour', () => {
    const young = series((hour) => (hour < LAUNCH || hour % 4 === 0 ? undefined : 10));
    expect(coverage(young, LAUNCH, LAUNCH + 48, LAUNCH)).toBe(0.75);
    expect(coverage(young, LAUNCH, LAUNCH, LAUNCH)).toBe(1);
    expect(coverage(flat(1, 0), LAUNCH, LAUNCH + 4, LAUNCH)).toBe(1);
  });

  it('takes an hour that no week knows for a mean one', () => {
    const hole = series((hour) => (hour < LAUNCH && hour % 168 === 0 ? undefined : hour === LAUNCH ? undefined : 10));
    expect(usualAt(hole, LAUNCH, LAUNCH)).toBeUndefined();
    expect(coverage(hole, LAUNCH, LAUNCH + 4, LAUNCH)).toBe(0.75);
  });
});

describe('some hours against the least of the weeks', () => {
  it('look an hour beside, too, and need all hours known in two weeks', () => {
    const weeks = series((hour) => (hour < LAUNCH ? (hour % 24 === 5 ? 1 : 10) : 10));
    expect(leastBefore(weeks, LAUNCH + 6, 3, LAUNCH)).toEqual({ seen: 30, least: 21 });
    expect(leastBefore(weeks, LAUNCH + 8, 3, LAUNCH)).toEqual({ seen: 30, least: 30 });
    const young = (from: number) => series((hour) => (hour < from ? undefined : 10));
    expect(leastBefore(young(336 - 1), LAUNCH, 3, LAUNCH)?.least).toBe(30);
    expect(leastBefore(young(337), LAUNCH, 3, LAUNCH)).toBeUndefined();
    expect(
      leastBefore(
        series((hour) => (hour === LAUNCH + 1 ? undefined : 10)),
        LAUNCH,
        3,
        LAUNCH,
      ),
    ).toBeUndefined();
  });

  it('have a share where the reference is known and large enough', () => {
    const share = (hours: Hourly) => leastBefore(flat(0.5), LAUNCH, 6, LAUNCH, { hours, atLeast: 5 })?.share;
    expect(share(flat(0.5, 50))).toBeCloseTo(1);
    expect(share(flat(1, 50))).toBeCloseTo(0.5);
    expect(share(flat(1, 49))).toBeUndefined();
    expect(share(flat(0, 50))).toBeUndefined();
  });
});

describe('the share of one kind of requests', () => {
  const all = series(() => 100);
  /** So many of a hundred before, and after the launch. */
  const of = (before: (day: number) => number, after: (hour: number) => number) =>
    series((hour) => (hour < LAUNCH ? before(Math.floor(hour / 24)) : after(hour - LAUNCH)));

  it('has a limit by the days before: twice as far as a high day, and a point or more by the exposure', () => {
    const still = usualShare(
      of(
        () => 1,
        () => 1,
      ),
      all,
      LAUNCH,
      0.25,
    )!;
    expect(still).toMatchObject({ median: 0.01, high: 0.01 });
    expect(
      [0.05, 0.2, 0.25, 1].map(
        (exposure) =>
          usualShare(
            of(
              () => 1,
              () => 1,
            ),
            all,
            LAUNCH,
            exposure,
          )!.limit,
      ),
    ).toEqual([0.02, 0.03, 0.035, 0.035].map((limit) => expect.closeTo(limit, 12)));
    // Of 28 days three are higher: the 90 % quantile is the lowest of them. Two leave it where the others are.
    expect(
      usualShare(
        of(
          (day) => (day < 3 ? 5 : 1),
          () => 1,
        ),
        all,
        LAUNCH,
        0.1,
      ),
    ).toMatchObject({ high: 0.05 });
    expect(
      usualShare(
        of(
          (day) => (day < 2 ? 5 : 1),
          () => 1,
        ),
        all,
        LAUNCH,
        0.1,
      ),
    ).toMatchObject({ high: 0.01 });
    expect(
      usualShare(
        of(
          (day) => (day < 3 ? 5 : 1),
          () => 1,
        ),
        all,
        LAUNCH,
        0.1,
      )!.limit,
    ).toBeCloseTo(0.1, 12);
  });

  it('is not known below seven days of a hundred requests', () => {
    const young = (days: number) => series((hour) => (hour < LAUNCH - 24 * days ? undefined : 100));
    expect(usualShare(all, young(7), LAUNCH, 1)?.median).toBe(1);
    expect(usualShare(all, young(6), LAUNCH, 1)).toBeUndefined();
    expect(
      usualShare(
        all,
        series(() => 4),
        LAUNCH,
        1,
      ),
    ).toBeUndefined();
  });

  it('lasts when nine of ten pieces of six hours are above, and is no burst', () => {
    const now = (after: (hour: number) => number, hours = 72) =>
      isLastingAbove(
        of(() => 1, after),
        all,
        LAUNCH,
        LAUNCH + hours,
        0.05,
      );
    expect(now(() => 6)).toBe(true);
    expect(now(() => 5)).toBe(false);
    // One of twelve pieces below is less than a tenth, two are more.
    expect(now((hour) => (hour < 6 ? 0 : 6))).toBe(true);
    expect(now((hour) => (hour < 12 ? 0 : 6))).toBe(false);
    expect(now((hour) => (hour % 12 < 6 ? 60 : 0))).toBe(false);
    expect(now(() => 6, 24)).toBe(true);
    expect(now(() => 6, 23)).toBe(false);
  });

  it('takes pieces of twelve hours where six have less than a hundred requests', () => {
    const thin = series(() => 10);
    const now = (part: (hour: number) => number, hours = 72) =>
      isLastingAbove(
        series((hour) => part(hour - LAUNCH)),
        thin,
        LAUNCH,
        LAUNCH + hours,
        0.1,
      );
    expect(now(() => 2)).toBe(true);
    expect(now(() => 1)).toBe(false);
    // One of six is more than a tenth.
    expect(now((hour) => (hour < 12 ? 0 : 2))).toBe(false);
    expect([now(() => 2, 48), now(() => 2, 47)]).toEqual([true, false]);
  });

  it('leaves out pieces of less than a hundred requests, and unknown hours', () => {
    const few = series(() => 8);
    expect(isLastingAbove(few, few, LAUNCH, LAUNCH + 72, 0.5)).toBe(false);
    const holes = series((hour) => (hour >= LAUNCH + 24 && hour < LAUNCH + 48 ? undefined : 100));
    expect(isLastingAbove(all, holes, LAUNCH, LAUNCH + 72, 0.5)).toBe(true);
    expect(shareIn(all, holes, LAUNCH, LAUNCH + 72)).toEqual({ part: 4800, all: 4800 });
    expect(
      dayShare(
        of(
          () => 1,
          () => 7,
        ),
        all,
        LAUNCH + 24,
      ),
    ).toBe(0.07);
    expect(
      dayShare(
        few,
        series(() => 4),
        LAUNCH + 24,
      ),
    ).toBeUndefined();
  });
});
