import { type RegressionCell, regressionCells } from '../../../scripts/bench/cells';
import { advances } from '../../../scripts/bench/promotion';
import { RULES, rolloutOf } from '../../../scripts/bench/rules';
import { delayOf, type Goal, goalTable, isReached } from '../../../scripts/bench/table';

const goal = (value: number, limit: number, rest: Partial<Goal> = {}): Goal => ({
  name: 'a goal',
  value,
  limit,
  unit: '%',
  ...rest,
});

const rowsOf = (goals: readonly Goal[]) => goalTable(goals).split('\n').slice(2);

describe('goals', () => {
  it('are reached at their limit, and say by how much they are missed, and how exactly that is known', () => {
    expect(
      rowsOf([goal(0.02, 0.02, { of: 100 }), goal(0.0312, 0.02), goal(0.85, 0.9, { atLeast: true, of: 20 })]),
    ).toEqual([
      '| a goal | at most 2 % | 2 % | 0.6 % - 7 % of 100 | yes |',
      '| a goal | at most 2 % | 3.1 % | - | no, 1.1 % off |',
      '| a goal | at least 90 % | 85 % | 64 % - 94.8 % of 20 | no, 5 % off |',
    ]);
    expect(rowsOf([goal(3.21, 3.5, { unit: 'x the bound' })])).toEqual([
      '| a goal | at most 3.5 x the bound | 3.2 x the bound | - | yes |',
    ]);
  });

  it('are open when there were too few rollouts', () => {
    expect(isReached(goal(Number.NaN, 0.02))).toBeUndefined();
    expect(rowsOf([goal(Number.NaN, 0.02, { of: 6 })])).toEqual([
      '| a goal | at most 2 % | too few rollouts to say | - | - |',
    ]);
  });
});

describe('delayOf', () => {
  it('takes the geometric mean of the cells in which a rule had something to find', () => {
    const cell = { name: 'any' } as RegressionCell;
    const found = [
      { cell, rule: { PAGE: { ratio: 1, missed: 0 } } },
      { cell, rule: { PAGE: { ratio: 4, missed: 0.5 } } },
      { cell, rule: { PAGE: undefined } },
    ];
    expect(delayOf(found, 'PAGE')).toEqual({ ratio: 2, missed: 0.25, cells: 2 });
  });
});

describe('the cells', () => {
  it('have names of their own, and regressions that could be found in a quarter of their stage', () => {
    const cells = regressionCells();
    expect(new Set(cells.map(({ name }) => name)).size).toBe(cells.length);
    expect(cells.filter((cell) => cell.plain && cell.exposure === 0.25).length).toBeGreaterThan(30);
    expect(cells.every(({ bound, traffic }) => bound >= 1 && bound <= traffic.hours / 4)).toBe(true);
  });
});

describe('the rules', () => {
  const traffic = (times: number) => ({
    hours: 168,
    perHour: 1_000,
    rho: 0.002,
    rate: (hour: number) => (hour < 0 ? 0.02 : 0.02 * times),
  });

  it('of this product are quiet on a healthy endpoint, which advances', () => {
    const healthy = rolloutOf('rules/healthy', traffic(1));
    for (const rule of RULES.filter(({ ours }) => ours)) expect(rule.alarms(healthy)).toEqual([]);
    expect(advances(healthy, 168)).toBe(true);
  });

  it('see twice the errors within a day, all but those that wait for the limit, and it does not advance', () => {
    const broken = rolloutOf('rules/broken', traffic(2));
    for (const name of ['PAGE', 'NOTICE', 'Kayenta, Mann-Whitney', 'z-test, cumulative']) {
      expect(RULES.find((rule) => rule.name === name)!.alarms(broken)[0]).toBeLessThan(24);
    }
    expect(RULES.find((rule) => rule.name === 'SRE burn rates')!.alarms(broken)).toEqual([]);
    expect(advances(broken, 168)).toBe(false);
  });
});
