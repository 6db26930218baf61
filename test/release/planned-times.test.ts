import { parseRelease } from '../../lib/release/parse';
import { readWeekly, weeklyText } from '../../lib/release/planned-times';
import { fileOf, releaseOf } from '../worlds/small-release';

describe('readWeekly', () => {
  test.each(['Sun 02:00-04:00', 'Sat 22:00-02:00', 'Mon 00:00-24:00', 'Tue 22:00-24:00'])(
    'reads %s as it is written',
    (text) => {
      expect(weeklyText(readWeekly(text)!)).toBe(text);
    },
  );
  test.each([
    'Sun 02:00-02:00',
    'Sun 02:30-04:00',
    'sun 02:00-04:00',
    'Sunday 02:00-04:00',
    '02:00-04:00',
    'Sun 24:00-02:00',
    'Sun 02:00-25:00',
    '',
  ])('does not read "%s"', (text) => expect(readWeekly(text)).toBeUndefined());
});

describe('exclude in a release file', () => {
  const problemsOf = (exclude: unknown) => {
    const parsed = parseRelease('small', fileOf({ exclude }));
    return 'problems' in parsed ? parsed.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
  };
  const reason = 'outage';
  const from = '2026-02-13T02:00-05:00';

  it('is read, once and every week, and is nothing where there is none', () => {
    const exclude = [
      { from, to: '2026-02-13T06:00-05:00', reason },
      { weekly: 'Sun 02:00-04:00', reason },
    ];
    expect(releaseOf('small', { exclude }).exclude).toEqual([
      { from: Date.parse(from), to: Date.parse('2026-02-13T11:00Z'), reason },
      { weekly: { from: 2, to: 4 }, reason },
    ]);
    expect(releaseOf('small').exclude).toEqual([]);
  });

  it('is refused with what is expected, wherever it is wrong', () => {
    expect(problemsOf([{ weekly: 'Sundays', reason }])).toEqual([
      'exclude.0.weekly: got "Sundays", expected a day and full hours such as "Sun 02:00-04:00"',
    ]);
    expect(problemsOf([{ from, to: '2026-02-13', reason }])[0]).toMatch(/^exclude.0.to: expected an instant/);
    expect(problemsOf([{ from, to: from, reason }])[0]).toMatch(
      /^exclude.0.to: got an instant that is not after "from"/,
    );
    expect(problemsOf([{ from, to: '2026-03-16T02:00-05:00', reason }])[0]).toMatch(/30 days at most$/);
    expect(problemsOf([{ from, to: '2026-02-14T02:00-05:00' }])[0]).toMatch(/^exclude.0.reason: got nothing/);
  });

  it('leaves most of a week', () => {
    const days = (count: number, hours: string) =>
      ['Mon', 'Tue', 'Wed', 'Thu'].slice(0, count).map((day) => ({ weekly: `${day} ${hours}`, reason }));
    expect(problemsOf([...days(3, '00:00-24:00'), { weekly: 'Sun 00:00-12:00', reason }])).toEqual([]);
    expect(problemsOf([...days(3, '00:00-24:00'), { weekly: 'Sun 00:00-13:00', reason }])).toEqual([
      'exclude: got 85 hours every week, expected 84 at most; what is left must be most of it',
    ]);
  });
});
