import fc from 'fast-check';
import { openSince } from '../../lib/statistics/hysteresis';

describe('what opens at one bar and closes at another', () => {
  const since = (levels: number[]) =>
    openSince(
      0,
      levels.length - 1,
      (hour) => levels[hour]! < 3,
      (hour) => levels[hour]! >= 6,
    );

  it('is open since it opened after it last closed, and stays so in between', () => {
    expect(since([9, 2, 5, 4, 2, 5])).toBe(1);
    expect(since([2, 6, 5, 2, 5])).toBe(3);
    expect(since([2, 5, 5, 6])).toBeUndefined();
    expect(since([5, 5, 5])).toBeUndefined();
    expect(since([2])).toBe(0);
  });

  it('is what walking forward says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }), (levels) => {
        let open: number | undefined;
        levels.forEach((level, hour) => {
          if (level < 3) open ??= hour;
          else if (level >= 6) open = undefined;
        });
        expect(since(levels)).toBe(open);
      }),
    );
  });
});
