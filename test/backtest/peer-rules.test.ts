import fc from 'fast-check';
import { PEER_RULES } from '../../lib/backtest/peer-rules';
import type { HourCount } from '../../lib/statistics/hour-count';

const LIMIT = 0.05;
const of = (x: number, n = 100): HourCount => ({ n, x, cell: 0 });
const unknown = of(0, 0);
const repeat = (count: number, hour: HourCount) => new Array<HourCount>(count).fill(hour);
const quiet = repeat(168, of(1));
/** Rates of 0, 1, 2 and 3 % in turn. */
const varied = Array.from({ length: 168 }, (_, t) => of(t % 4));

function alarms(name: string, hours: readonly HourCount[], baseline: readonly HourCount[] = quiet, limit = LIMIT) {
  return PEER_RULES.find((rule) => rule.name === name)!.alarms(hours, baseline, limit);
}

describe('PEER_RULES', () => {
  it.each([
    ['hour at the limit', [of(4), of(5), of(6), of(4), of(5)], [1, 4]],
    ['hour at the limit', [of(5), unknown, of(5)], [0]],
    ['Datadog, 1 hour', [of(5), of(6), of(6), of(5), of(6)], [1, 4]],
    ['Datadog, 4 hours', [of(5), of(5), of(5), of(5), of(6), of(5), of(4)], [4]],
    ['Datadog, 4 hours', [of(17), of(18), of(0)], [1]],
    ['Argo, failureLimit 3', [of(5), of(5), of(0), of(5), of(0), of(5), of(5)], [5]],
    ['Argo, failureLimit 3', repeat(9, of(9)), [3, 7]],
    ['Argo, failureLimit 3', [of(4), of(4), of(4), of(4)], []],
    ['three hours in a row', [of(5), of(5), of(4), of(5), of(5), of(5), of(5)], [5]],
    ['three hours in a row', [of(5), of(5), unknown, of(5)], [3]],
    ['SRE burn rates', [of(72), of(73)], [1]],
    ['SRE burn rates', [of(1), ...repeat(6, of(31))], [6]],
    ['SRE burn rates', [of(1), ...repeat(6, of(30))], []],
    ['z-test, each hour', [of(2), of(3), of(4), of(1)], [1]],
    ['z-test, each hour', [of(0, 0), of(0)], []],
    ['z-test, cumulative', [of(2), of(2), of(2), of(2), of(2), of(2)], [3]],
  ] as [string, HourCount[], number[]][])('%s: case %#', (name, hours, expected) => {
    expect(alarms(name, hours)).toEqual(expected);
  });

  it('looks back into the baseline where a window does, and reports no alarm that began there', () => {
    const baseline = [...quiet, of(30), of(30)];
    expect(alarms('Datadog, 4 hours', [of(0), of(0), of(0), of(0), of(30)], baseline)).toEqual([4]);
    expect(alarms('three hours in a row', [of(5)], baseline)).toEqual([0]);
  });

  it('lets a slow burn fire only when three days and the last six hours are above the budget', () => {
    const burning = alarms('SRE burn rates', repeat(80, of(6)));
    // 72 h: 6 k + (72 - k) > 5 x 72 from k = 58.
    expect(burning).toEqual([57]);
    expect(alarms('SRE burn rates', repeat(80, of(5)))).toEqual([]);
  });

  it('lets Kayenta fire when the lower 98 % bound is above a quarter of the shift', () => {
    // One hour above all others has a score of 1.73 at most; two have 2.44.
    expect(alarms('Kayenta, Mann-Whitney', repeat(3, of(20)), varied)).toEqual([1]);
    expect(alarms('Kayenta, Mann-Whitney', varied, varied)).toEqual([]);
    expect(alarms('Kayenta, Mann-Whitney', repeat(100, of(0)), varied)).toEqual([]);
  });

  it('keeps Kayenta silent where all rates are equal', () => {
    expect(alarms('Kayenta, Mann-Whitney', repeat(100, of(1)))).toEqual([]);
  });

  it('gives increasing indexes of known hours, for any hours', () => {
    const hour = fc.tuple(fc.nat(200), fc.nat()).map(([n, pick]) => of(pick % (n + 1), n));
    fc.assert(
      fc.property(fc.array(hour, { maxLength: 60 }), fc.array(hour, { maxLength: 60 }), (hours, baseline) => {
        for (const rule of PEER_RULES) {
          const found = rule.alarms(hours, baseline, LIMIT);
          expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
          expect(found.every((t) => hours[t]!.n > 0)).toBe(true);
        }
      }),
    );
  });

  it('names each rule once, with its source', () => {
    expect(new Set(PEER_RULES.map((rule) => rule.name)).size).toBe(PEER_RULES.length);
    expect(PEER_RULES.every((rule) => rule.source.length > 10)).toBe(true);
  });

  it('refuses counts that cannot be and a limit that is none', () => {
    expect(() => alarms('hour at the limit', [of(3, 2)])).toThrow(
      'errors of an hour - got 3, expected a whole number from 0 to its 2 requests',
    );
    expect(() => alarms('hour at the limit', [], quiet, 5)).toThrow('limit - got 5, expected a fraction');
  });
});
